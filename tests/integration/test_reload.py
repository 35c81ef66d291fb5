"""A configuration that is swapped in the running program: what is under way, what waits, what stays."""

import asyncio
import gc
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from monitor.app.building import Setup
from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from monitor.config import Settings
from monitor.errors import Problem, StoreError
from monitor.model import (
    Changes,
    DeliveryState,
    DeliveryWish,
    FeedState,
    ListedDelivery,
    RequestExtras,
    Secret,
)
from monitor.notify.lane import Lane
from monitor.pipeline.poll import Poll
from monitor.store import open_to_read
from tests.support.clock import ManualClock
from tests.support.database import Database, empty_database
from tests.support.feed_server import Answer, FeedServer, Raw, Received
from tests.support.rss import Item, rss
from tests.support.sinks import Answer as HookAnswer
from tests.support.sinks import WebhookSink

HEAD = """\
[monitor]
database = "{database}"
poll_every = "1m"
adaptive = false
owner = "ops"
[fetch]
allow_networks = ["127.0.0.0/8"]
[[channels]]
name = "ops"
url = "console:"
"""
MINUTE = timedelta(minutes=1)
OLD = Item(title="Old news", guid="old")
DEAD = DeliveryState.DEAD


def rule(name: str, query: str, channel: str = "desk") -> str:
    return f'[[rules]]\nname = "{name}"\nquery = "{query}"\nchannels = ["{channel}"]\n'


STORMS, QUAKES = rule("storms", "storm"), rule("quakes", "earthquake")


class Gate:
    """An answer that a feed gives only when the test lets it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked, self.open = threading.Event(), threading.Event()

    async def __call__(
        self, received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked.set()
        await asyncio.to_thread(self.open.wait)
        writer.write(self.answer.encode())
        await writer.drain()


@dataclass
class Newsroom:
    """The program on a clock that the test moves; `desk` is a webhook, `console` what its owner got."""

    database: Database
    config: Path
    feeds: FeedServer
    sink: WebhookSink
    clock: ManualClock = field(default_factory=ManualClock)
    console: StringIO = field(default_factory=StringIO)

    def desk(self, path: str = "", more: str = "") -> str:
        return f'[[channels]]\nname = "desk"\nurl = "webhook://127.0.0.1:{self.sink.port}{path}"\n{more}'

    def settings(self, *tables: str, feeds: tuple[str, ...] = ("/a",), head: str = HEAD) -> Settings:
        """Write these tables into config.toml, on top of what all have, and read it."""
        addresses = "".join(f'[[feeds]]\nurl = "{self.feeds.url(path)}"\n' for path in feeds)
        url = self.database.url.reveal()
        self.config.write_text(head.replace("{database}", url) + addresses + "\n".join(tables))
        return load_settings(self.config, {})

    def usual(self, **parts: tuple[str, ...]) -> Settings:
        return self.settings(self.desk(), STORMS, **parts)  # type: ignore[arg-type] # feeds alone

    @asynccontextmanager
    async def program(self, settings: Settings | None = None) -> AsyncIterator[App]:
        settings = settings or self.usual()
        async with open_app(settings, clock=self.clock, console=self.console, spread=False) as app:
            await app.run_once()
            yield app

    def serve(self, path: str, *titles: str) -> None:
        self.feeds.script(path, Answer(body=self.document(*titles)))

    def document(self, *titles: str) -> bytes:
        return rss(*[Item(title=title, guid=title) for title in titles], OLD)

    async def go_on(self, app: App, by: timedelta = 2 * MINUTE) -> None:
        self.clock.advance(by)
        await app.run_once()

    def told(self) -> list[str]:
        """The headlines that the desk got."""
        messages = [json.loads(request.body) for request in self.sink.requests]
        return [message["alert"]["title"] for message in messages if message["type"] == "alert"]

    def notices(self) -> list[str]:
        return [line for line in self.console.getvalue().splitlines() if line.startswith("news-monitor:")]

    def deliveries(self, state: DeliveryState | None = None) -> list[ListedDelivery]:
        with open_to_read(self.database.url, "db") as reader:
            return [*reader.deliveries(DeliveryWish(state=state, channels=("desk",)), self.clock.now())]


@pytest.fixture(params=["sqlite", "postgresql"])
def newsroom(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Newsroom]:
    database = empty_database(request.param, tmp_path)
    with FeedServer() as feeds, WebhookSink() as sink:
        here = Newsroom(database, tmp_path / "config.toml", feeds, sink)
        here.serve("/a")
        here.serve("/b")
        yield here
    database.discard()


async def test_the_next_poll_goes_by_the_new_rules_and_one_under_way_by_the_old(newsroom: Newsroom) -> None:
    gate = Gate(Answer(body=newsroom.document("A storm in Hull", "An earthquake in Chile")))
    async with newsroom.program() as app:
        newsroom.feeds.script("/a", Raw(gate))
        newsroom.clock.advance(2 * MINUTE)
        await app.polls.tick()
        await asyncio.to_thread(gate.asked.wait, 30)

        changes = await app.reload(newsroom.settings(newsroom.desk(), QUAKES))
        assert (changes.rules.added, changes.rules.removed) == (("quakes",), ("storms",))
        assert [one.name for one in app.settings.rules] == ["quakes"]
        gate.open.set()
        await app.run_once()
        assert newsroom.told() == ["A storm in Hull"]

        newsroom.serve("/a", "A storm in Leeds", "An earthquake in Peru")
        await newsroom.go_on(app)
    assert newsroom.told() == ["A storm in Hull", "An earthquake in Peru"]


async def test_alerts_of_a_removed_rule_that_wait_are_told(newsroom: Newsroom) -> None:
    newsroom.sink.default = HookAnswer(status=503)
    async with newsroom.program() as app:
        newsroom.serve("/a", "A storm in Hull")
        await newsroom.go_on(app)
        assert [one.state for one in newsroom.deliveries()] == [DeliveryState.FAILED]

        await app.reload(newsroom.settings(newsroom.desk(), QUAKES))
        newsroom.sink.default = HookAnswer()
        await newsroom.go_on(app)
    assert [one.state for one in newsroom.deliveries()] == [DeliveryState.SENT]


async def test_what_waits_for_a_removed_channel_is_told_when_it_is_back(newsroom: Newsroom) -> None:
    newsroom.sink.default = HookAnswer(status=503)
    async with newsroom.program() as app:
        newsroom.serve("/a", "A storm in Hull")
        await newsroom.go_on(app)
        await app.reload(newsroom.settings(rule("storms", "storm", "ops")))
        newsroom.sink.default = HookAnswer()
        await newsroom.go_on(app, 2 * MINUTE)
        assert newsroom.notices() == []
        await newsroom.go_on(app, 4 * MINUTE)
        assert newsroom.notices() == ["news-monitor: 1 message for desk, which is not configured any more"]
        await newsroom.go_on(app, 20 * 60 * MINUTE)
        assert [one.state for one in newsroom.deliveries()] == [DeliveryState.FAILED]

        await app.reload(newsroom.usual())
        await newsroom.go_on(app)
    assert [one.state for one in newsroom.deliveries()] == [DeliveryState.SENT]
    assert len(newsroom.notices()) == 1


async def test_what_waits_for_a_removed_channel_too_long_is_dead_and_told_once(newsroom: Newsroom) -> None:
    newsroom.sink.default = HookAnswer(status=503)
    async with newsroom.program() as app:
        newsroom.serve("/a", "A storm in Hull")
        await newsroom.go_on(app)
    # It makes no difference whether the channel goes while the monitor runs, or between two starts.
    async with newsroom.program(newsroom.settings(rule("storms", "storm", "ops"))) as app:
        for _ in range(30):
            await newsroom.go_on(app, 60 * MINUTE)
    (dead,) = newsroom.deliveries(DEAD)
    assert dead.detail == "the channel isn't configured any more"
    assert newsroom.notices() == ["news-monitor: 1 message for desk, which is not configured any more"]


async def test_what_is_held_for_a_removed_channel_is_kept_as_well(newsroom: Newsroom) -> None:
    digest = newsroom.desk(more='digest = "0 20 * * *"\n')
    async with newsroom.program(newsroom.settings(digest, STORMS)) as app:
        newsroom.serve("/a", "A storm in Hull")
        await newsroom.go_on(app)
        await app.reload(newsroom.settings(rule("storms", "storm", "ops")))
        for _ in range(20):
            await newsroom.go_on(app, 60 * MINUTE)
        assert [one.state for one in newsroom.deliveries()] == [DeliveryState.HELD]
        assert newsroom.notices() == ["news-monitor: 1 message for desk, which is not configured any more"]

        await app.reload(newsroom.usual())
        await newsroom.go_on(app)
    assert [one.state for one in newsroom.deliveries()] == [DeliveryState.SENT]


async def test_what_waits_for_a_channel_whose_address_changes_goes_there_at_once(newsroom: Newsroom) -> None:
    newsroom.sink.default = HookAnswer(status=503)
    async with newsroom.program() as app:
        newsroom.serve("/a", "A storm in Hull", "A storm in Leeds")
        await newsroom.go_on(app)
        failed = len(newsroom.sink.requests)
        newsroom.sink.default = HookAnswer()
        await app.reload(newsroom.settings(newsroom.desk("/new"), STORMS))
        await app.run_once()
    assert [request.path for request in newsroom.sink.requests[failed:]] == ["/new", "/new"]
    assert {one.state for one in newsroom.deliveries()} == {DeliveryState.SENT}


async def test_a_send_under_way_is_finished_and_what_was_claimed_behind_it_goes_to_the_new_address(
    newsroom: Newsroom,
) -> None:
    done = threading.Event()
    newsroom.sink.script(HookAnswer(after=done))
    async with newsroom.program() as app:
        newsroom.serve("/a", *[f"Storm number {n}" for n in range(5)])
        newsroom.clock.advance(2 * MINUTE)
        await app.polls.run_until_idle()
        await app.deliveries.tick()
        await asyncio.to_thread(newsroom.sink.wait_for, 1)
        await app.reload(newsroom.settings(newsroom.desk("/new"), STORMS))
        assert app.deliveries.busy == 1
        done.set()
        await app.run_once()
        await newsroom.go_on(app)
    assert [request.path for request in newsroom.sink.requests] == ["/", *["/new"] * 4]
    assert {(one.state, one.attempts) for one in newsroom.deliveries()} == {(DeliveryState.SENT, 1)}


async def test_a_feed_that_is_taken_out_and_put_in_again_repeats_nothing(newsroom: Newsroom) -> None:
    async with newsroom.program(newsroom.usual(feeds=("/a", "/b"))) as app:
        newsroom.serve("/b", "A storm in Hull")
        await newsroom.go_on(app)
        await app.reload(newsroom.usual())
        newsroom.serve("/b", "A storm in Leeds", "A storm in Hull")
        await newsroom.go_on(app)
        assert newsroom.told() == ["A storm in Hull"]
        changes = await app.reload(newsroom.usual(feeds=("/a", "/b")))
        assert changes.feeds.added == (newsroom.feeds.url("/b"),)
        await newsroom.go_on(app)
    assert newsroom.told() == ["A storm in Hull", "A storm in Leeds"]


async def test_a_new_feed_is_polled_at_once_however_many_there_are(newsroom: Newsroom) -> None:
    paths = tuple(f"/f{n}" for n in range(20))
    for path in paths:
        newsroom.serve(path)
    async with newsroom.program(newsroom.usual(feeds=paths)) as app:
        await app.reload(newsroom.usual(feeds=(*paths, "/b")))
        await app.run_once()
    assert len(newsroom.feeds.requests("/b")) == 1


async def test_mistakes_are_told_to_the_owner_once_and_that_they_are_mended(newsroom: Newsroom) -> None:
    mistakes = [Problem("config.toml", line, "rules.1.query", "is wrong") for line in (3, 4)]
    async with newsroom.program() as app:
        for problems in (mistakes[:1], mistakes[:1], mistakes):
            await app.refuse(problems)
            await app.run_once()
        assert newsroom.notices() == ["news-monitor: a mistake in the configuration"]
        assert app.reloaded is not None
        assert app.reloaded.problems == tuple(mistakes)
        await newsroom.go_on(app)
        await app.reload(newsroom.usual())
        await newsroom.go_on(app)
        await newsroom.go_on(app)
    assert newsroom.notices() == [
        "news-monitor: a mistake in the configuration",
        "news-monitor: 2 mistakes in the configuration",
        "news-monitor: the configuration is good again",
    ]
    assert "That of 2026-11-23 12:00 UTC stays in force." in newsroom.console.getvalue()


async def test_a_database_that_fails_leaves_all_as_it_was(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise StoreError("disk full")

    async with newsroom.program() as app:
        with monkeypatch.context() as patch:
            patch.setattr(type(app.store), "sync_rules", fail)  # a disk that is full is hard to come by
            with pytest.raises(StoreError, match="disk full"):
                await app.reload(newsroom.settings(newsroom.desk(), QUAKES))
        assert [one.name for one in app.settings.rules] == ["storms"]
        newsroom.serve("/a", "A storm in Hull")
        await newsroom.go_on(app)
    assert newsroom.told() == ["A storm in Hull"]


async def test_what_was_sent_before_and_could_not_be_recorded_is_not_sent_again(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise StoreError("disk full")

    async with newsroom.program() as app:
        newsroom.serve("/a", "A storm in Hull")
        with monkeypatch.context() as patch:
            patch.setattr(type(app.store), "record_attempt", fail)  # a disk that is full is hard to come by
            with pytest.raises(StoreError, match="disk full"):
                await newsroom.go_on(app)
        await app.reload(newsroom.settings(newsroom.desk(), STORMS, QUAKES))
        await newsroom.go_on(app)
        assert [one.state for one in newsroom.deliveries()] == [DeliveryState.SENT]
        await newsroom.go_on(app, by=10 * MINUTE)
    assert newsroom.told() == ["A storm in Hull"]


async def test_two_hundred_reloads_leave_nothing_behind(newsroom: Newsroom) -> None:
    def used() -> tuple[int, int]:
        return threading.active_count(), len([*Path("/proc/self/fd").iterdir()])

    def kept() -> dict[str, int]:
        gc.collect()
        kinds = (Setup, Poll, Lane, Changes)
        return {kind.__name__: sum(type(one) is kind for one in gc.get_objects()) for kind in kinds}

    async with newsroom.program() as app:
        setups = [
            newsroom.settings(newsroom.desk(f"/{n}"), STORMS, rule(f"r{n}", f"word{n}"), feeds=feeds)
            for n, feeds in enumerate([("/a",), ("/a", "/b")])
        ]
        for number in range(10):
            await app.reload(setups[number % 2])
        before, objects = used(), kept()
        for number in range(200):
            await app.reload(setups[number % 2])
            if number % 20 == 0:
                newsroom.serve("/a", f"Storm number {number}")
                await newsroom.go_on(app)
        assert [after - earlier for after, earlier in zip(used(), before, strict=True)] <= [2, 2]
        assert kept() == objects
        assert objects["Setup"] == 1
    assert newsroom.told() == [f"Storm number {number}" for number in range(0, 200, 20)]


async def test_rules_that_stay_as_they_are_are_not_compiled_anew(newsroom: Newsroom) -> None:
    def matcher(app: App) -> object:
        return app._setup.matcher  # nobody else can tell, but for the time that it takes

    async with newsroom.program() as app:
        compiled = matcher(app)
        await app.reload(newsroom.settings(newsroom.desk("/new"), STORMS, feeds=("/a", "/b")))
        assert matcher(app) is compiled
        await app.reload(newsroom.settings(newsroom.desk(), STORMS, '[groups]\nwind = ["gale"]\n'))
        assert matcher(app) is not compiled


async def test_whatever_the_app_goes_by_is_swapped(newsroom: Newsroom) -> None:
    head = (
        HEAD.replace("[monitor]", '[monitor]\ntimezone = "Europe/Berlin"')
        .replace("[fetch]", "[fetch]\nconcurrency = 3\nmax_body = 100_000")
        .replace(
            "[[channels]]",
            '[parse]\nworkers = 3\ntimeout = "9s"\n[delivery]\nmax_attempts = 1\n[[channels]]',
            1,
        )
    )
    newsroom.sink.default = HookAnswer(status=503)
    async with newsroom.program() as app:
        changes = await app.reload(newsroom.settings(newsroom.desk(), STORMS, head=head))
        assert set(changes.other) == {
            *("monitor.timezone", "fetch.concurrency", "fetch.max_body"),
            *("parse.workers", "parse.timeout", "delivery.max_attempts"),
        }
        assert changes.needs_restart == ()
        assert app.polls.duty.capacity == 3
        newsroom.serve("/a", "A storm in Hull")
        await newsroom.go_on(app)
        assert [one.attempts for one in newsroom.deliveries(DEAD)] == [1]
        newsroom.feeds.script("/a", Answer(body=newsroom.document("x" * 200_000)))
        await newsroom.go_on(app)
        (failing,) = (await app.store.read_health())[0]
    assert failing.reason == "too_large"


PATIENT = HEAD.replace("[fetch]", '[fetch]\ntimeout = "50s"')
NO_LOOPBACK = HEAD.replace('allow_networks = ["127.0.0.0/8"]', "")


def failing(newsroom: Newsroom, path: str) -> bool:
    with open_to_read(newsroom.database.url, "db") as reader:
        (feed,) = [one for one in reader.status().feeds if one.url == newsroom.feeds.url(path)]
    return feed.state is FeedState.FAILING


async def test_feeds_that_the_guard_refused_are_polled_at_once_when_fetch_is_mended(
    newsroom: Newsroom,
) -> None:
    async with newsroom.program(newsroom.settings(newsroom.desk(), STORMS, head=NO_LOOPBACK)) as app:
        assert failing(newsroom, "/a")
        await app.reload(newsroom.usual())
        await app.polls.run_until_idle()
        assert not failing(newsroom, "/a")


async def test_feeds_that_the_guard_refused_are_polled_at_once_after_a_restart(newsroom: Newsroom) -> None:
    async with newsroom.program(newsroom.settings(newsroom.desk(), STORMS, head=NO_LOOPBACK)):
        assert failing(newsroom, "/a")
    async with newsroom.program():
        assert not failing(newsroom, "/a")


async def test_a_feed_whose_login_is_mended_is_polled_at_once_and_no_other(newsroom: Newsroom) -> None:
    newsroom.feeds.script("/a", Answer(401))
    newsroom.feeds.script("/b", Answer(401))
    async with newsroom.program(newsroom.usual(feeds=("/a", "/b"))) as app:
        newsroom.serve("/a")
        newsroom.serve("/b")
        settings = newsroom.usual(feeds=("/a", "/b"))
        first, second = settings.feeds
        mended = replace(first, extras=RequestExtras(authorization=Secret("Basic dTpw")))
        await app.reload(replace(settings, feeds=(mended, second)))
        await app.polls.run_until_idle()
        assert [len(newsroom.feeds.requests(path)) for path in ("/a", "/b")] == [2, 1]
        assert not failing(newsroom, "/a")


async def test_a_refused_login_is_tried_at_once_when_a_daemon_starts(newsroom: Newsroom) -> None:
    newsroom.feeds.script("/a", Answer(401))
    newsroom.feeds.script("/b", Answer(401))
    settings = newsroom.usual(feeds=("/a", "/b"))
    first, second = settings.feeds
    mended = replace(first, extras=RequestExtras(authorization=Secret("Basic dTpw")))
    async with newsroom.program(settings):
        pass
    async with newsroom.program(replace(settings, feeds=(mended, second))) as app:
        await app.retry_logins()
        await app.polls.run_until_idle()
    assert [len(newsroom.feeds.requests(path)) for path in ("/a", "/b")] == [2, 1]


async def test_a_feed_that_asked_to_be_left_alone_is_so_whatever_is_mended(newsroom: Newsroom) -> None:
    newsroom.feeds.script("/a", Answer(503, headers=[("Retry-After", "3600")]))
    async with newsroom.program() as app:
        changes = await app.reload(newsroom.settings(newsroom.desk(), STORMS, head=PATIENT))
        assert changes.other == ("fetch.timeout",)
        await app.polls.run_until_idle()
    assert len(newsroom.feeds.requests("/a")) == 1
