"""The owner and the feeds, in the whole program with a clock that is driven by the test."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from tests.support.clock import NOON, ManualClock
from tests.support.feed_server import Answer, FeedServer
from tests.support.rss import Item, rss

STEP = timedelta(minutes=15)
DOWN = Answer(status=503, body=b"down")
CONFIG = """
[monitor]
owner = "ops"
adaptive = false
[fetch]
allow_networks = ["127.0.0.0/8"]
[[channels]]
name = "ops"
url = "console:"
[[rules]]
name = "storms"
query = "storm"
channels = ["ops"]
"""


@dataclass
class Place:
    """A program on feeds of one server; `told` is what its owner got."""

    config: Path
    feeds: FeedServer
    clock: ManualClock = field(default_factory=ManualClock)
    console: StringIO = field(default_factory=StringIO)

    @property
    def told(self) -> list[str]:
        return [line for line in self.console.getvalue().splitlines() if line.startswith("news-monitor:")]

    def configure(self, *urls: str) -> None:
        self.config.write_text(CONFIG + "".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls))

    def watch(self, *paths: str) -> None:
        self.configure(*map(self.feeds.url, paths))
        for path in paths:
            self.serve(path)

    def serve(self, path: str, *items: Item) -> None:
        title = f"World {path}"
        self.feeds.script(path, Answer(body=rss(*items, Item(title="Old", guid="old"), title=title)))

    @asynccontextmanager
    async def program(self) -> AsyncIterator[App]:
        settings = load_settings(self.config, {})
        async with open_app(settings, clock=self.clock, console=self.console, spread=False) as app:
            yield app

    async def run(self, app: App, span: timedelta, step: timedelta = STEP) -> None:
        end = self.clock.now() + span
        while self.clock.now() < end:
            await app.run_once()
            self.clock.advance(step)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with FeedServer() as feeds:
        yield Place(tmp_path / "config.toml", feeds)


HOUR = timedelta(hours=1)


async def test_a_feed_that_fails_for_long_is_told_once_and_once_when_it_works_again(place: Place) -> None:
    place.watch("/a", "/b")
    async with place.program() as app:
        await place.run(app, HOUR)
        place.feeds.script("/a", DOWN)
        await place.run(app, 5 * HOUR)
        assert place.told == []
        await place.run(app, 40 * HOUR)
        assert place.told == ["news-monitor: World /a fails"]
        place.serve("/a")
        await place.run(app, 40 * HOUR)
    assert place.told == ["news-monitor: World /a fails", "news-monitor: World /a works again"]


async def test_a_crash_between_notice_and_send_neither_loses_nor_repeats_it(place: Place) -> None:
    place.watch("/a", "/b")
    place.feeds.script("/a", DOWN)
    for _ in range(30):
        async with place.program() as app:
            await app.polls.run_until_idle()
            await app.review()
            place.clock.advance(HOUR / 3)
    assert place.told == []
    for _ in range(3):
        async with place.program() as app:
            await place.run(app, HOUR)
    assert place.told == [f"news-monitor: {place.feeds.url('/a')} fails"]


async def test_feeds_behind_one_host_that_dies_and_comes_back_are_two_messages(place: Place) -> None:
    paths = [f"/{n}" for n in range(12)]
    place.watch(*paths)
    async with place.program() as app:
        await place.run(app, HOUR)
        for path in paths:
            place.feeds.script(path, DOWN)
        await place.run(app, 20 * HOUR)
        for path in paths:
            place.serve(path)
        await place.run(app, 40 * HOUR)
    host = place.feeds.url("/").split("/")[2]
    assert place.told == [
        f"news-monitor: 12 feeds of {host} fail",
        f"news-monitor: 12 feeds of {host} work again",
    ]
    assert f"{host}: 12 feeds fail for " in place.console.getvalue()


async def test_a_daily_feed_that_falls_silent_is_told_once_and_again_when_it_has_news(place: Place) -> None:
    place.watch("/a")
    async with place.program() as app:
        for number in range(40):
            place.serve("/a", Item(title=f"Calm {number}", guid=f"{number}"))
            await place.run(app, 12 * HOUR, step=HOUR)
        assert place.told == []
        await place.run(app, 20 * 24 * HOUR, step=4 * HOUR)
        assert place.told == ["news-monitor: World /a has fallen silent"]
        place.serve("/a", Item(title="Calm again", guid="again"))
        await place.run(app, 2 * 24 * HOUR, step=4 * HOUR)
    assert place.told == ["news-monitor: World /a has fallen silent", "news-monitor: World /a works again"]


@pytest.fixture
def hosts() -> Iterator[list[FeedServer]]:
    """Five servers, each with two feeds."""
    with ExitStack() as stack:
        servers = [stack.enter_context(FeedServer(host=f"127.0.0.{number}")) for number in range(2, 7)]
        for server in servers:
            for path in ("/a", "/b"):
                server.script(
                    path, Answer(body=rss(Item(title="Old", guid="old"), title=f"News {server.host}"))
                )
        yield servers


async def test_when_every_feed_fails_that_is_one_message_and_so_is_that_they_answer_again(
    place: Place, hosts: list[FeedServer]
) -> None:
    place.configure(*(server.url(path) for server in hosts for path in ("/a", "/b")))
    async with place.program() as app:
        await place.run(app, HOUR)
        for server in hosts:
            server.stop()
        await place.run(app, 5 * HOUR)
        assert place.told == []
        await place.run(app, 40 * HOUR)
        assert place.told == ["news-monitor: all 10 feeds fail"]
        assert "None of the feeds can be read, for connect (10)." in place.console.getvalue()
    for server in hosts:
        server.start()
    async with place.program() as app:  # a restart meanwhile changes nothing
        await place.run(app, 3 * 24 * HOUR)
    assert place.told == ["news-monitor: all 10 feeds fail", "news-monitor: feeds answer again"]


async def test_what_still_fails_after_an_outage_is_told_by_itself(
    place: Place, hosts: list[FeedServer]
) -> None:
    place.configure(*(server.url("/a") for server in hosts))
    async with place.program() as app:
        await place.run(app, HOUR)
        for server in hosts:
            server.stop()
        await place.run(app, 40 * HOUR)
        for server in hosts[1:]:
            server.start()
        await place.run(app, 4 * 24 * HOUR)
        assert place.told == [
            "news-monitor: all 5 feeds fail",
            "news-monitor: feeds answer again",
            "news-monitor: News 127.0.0.2 fails",
        ]
        hosts[0].start()
        await place.run(app, 2 * 24 * HOUR)
    assert place.told[3:] == ["news-monitor: News 127.0.0.2 works again"]


async def test_a_site_move_is_told_once_and_repeats_nothing(place: Place) -> None:
    def stories(site: str) -> list[Item]:
        return [
            Item(title=f"Storm {n}", guid=f"{site}{n}", link=f"https://{site}.example/{n}", published=NOON)
            for n in range(8)
        ]

    place.watch("/a")
    place.serve("/a", *stories("old"))
    async with place.program() as app:
        await place.run(app, HOUR)
        place.serve("/a", *stories("new"))
        await place.run(app, HOUR)
        place.serve("/a", *stories("newer"))
        await place.run(app, 3 * HOUR)
    assert place.told == ["news-monitor: World /a has served old entries as new"]
    assert "8 known entries came under new ids or addresses" in place.console.getvalue()
    assert "storms: " not in place.console.getvalue()
