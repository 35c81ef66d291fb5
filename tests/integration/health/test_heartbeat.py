"""The heartbeat: an address is asked as long as the monitor does its work."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from tests.support.clock import ManualClock
from tests.support.feed_server import Answer, FeedServer
from tests.support.rss import Item, rss

BEAT = "/ping/0123-secret-token"
CONFIG = """
[monitor]
heartbeat = "{beat}"
[fetch]
allow_networks = ["127.0.0.1"]
[[channels]]
name = "desk"
url = "{channel}"
[[feeds]]
url = "{feed}"
first_poll = "alert"
[[rules]]
name = "storms"
query = "storm"
channels = ["desk"]
"""


@dataclass
class Place:
    """A monitor whose heartbeat goes to a server of the test."""

    folder: Path
    server: FeedServer
    clock: ManualClock = field(default_factory=ManualClock)
    channel: str = "console:"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[tuple[App, Callable[[], Awaitable[None]]]]:
        """Yield the app and a function that lets a minute of work and a heartbeat pass."""
        config = self.folder / "config.toml"
        beat, feed = self.server.url(BEAT), self.server.url("/feed")
        config.write_text(CONFIG.format(beat=beat, feed=feed, channel=self.channel))
        async with open_app(load_settings(config, {}), clock=self.clock, console=StringIO()) as app:
            heartbeat = app.heartbeat
            assert heartbeat is not None

            async def minute() -> None:
                self.clock.advance(timedelta(minutes=1))
                await app.polls.tick()
                await app.deliveries.run_until_idle()
                await heartbeat()

            yield app, minute

    @property
    def beats(self) -> int:
        return len(self.server.requests(BEAT))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with FeedServer() as server:
        server.script("/feed", Answer(body=rss(Item(title="Storm", guid="1"))))
        server.script(BEAT, Answer(204))
        yield Place(tmp_path, server)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was logged of heartbeats, with why; never with their address."""
    records = [one for one in caplog.records if "heartbeat" in one.getMessage()]
    lines = [" ".join([one.getMessage(), *getattr(one, "fields", {}).values()]) for one in records]
    assert not [line for line in lines if "secret-token" in line]
    return lines


async def test_a_heartbeat_is_sent_while_work_is_done_and_any_success_will_do(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "monitor")
    async with place.running() as (_, minute):
        for _ in range(3):
            await minute()
    assert place.beats == 3
    assert said(caplog) == []


async def test_none_is_sent_when_nobody_asks_for_work_and_that_is_told_once(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "monitor")
    async with place.running() as (app, minute):
        await minute()
        assert app.heartbeat is not None
        await app.heartbeat()
        await app.heartbeat()
        assert place.beats == 1
        await minute()
        assert place.beats == 2
    assert said(caplog) == [
        "heartbeat not sent nobody has asked for work to poll; nobody has asked for work to deliver",
        "heartbeat is sent again",
    ]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(503), "http_5xx: the server answered 503 Service Unavailable"),
        (
            Answer(301, [("Location", "/ping/0123-secret-token/")]),
            "its address redirects: write the one that it leads to",
        ),
    ],
)
async def test_one_that_fails_is_told_once_until_it_works_again_and_never_with_its_address(
    place: Place, caplog: pytest.LogCaptureFixture, answer: Answer, why: str
) -> None:
    caplog.set_level(logging.INFO, "monitor")
    place.server.script(BEAT, answer, answer, Answer())
    async with place.running() as (_, minute):
        for _ in range(4):
            await minute()
    assert said(caplog) == [f"heartbeat not sent {why}", "heartbeat is sent again"]


async def test_none_is_sent_while_a_channel_fails_for_long_and_something_waits_for_it(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "monitor")
    place.channel = f"json://127.0.0.1:{place.server.port}/hook"
    place.server.script("/hook", Answer(503))
    async with place.running() as (app, minute):
        await app.polls.run_until_idle()
        for _ in range(20):
            await minute()
        assert place.beats == 16  # the first failure is as old as the first beat
        place.server.script("/hook", Answer())
        for _ in range(16):  # the longest that the channel rests
            await minute()
        assert place.beats > 16
    assert said(caplog) == [
        "heartbeat not sent the channel desk fails, and something waits for it",
        "heartbeat is sent again",
    ]


async def test_another_address_is_asked_after_a_reload_and_nothing_is_missed(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "monitor")
    async with place.running() as (app, minute):
        await minute()
        config = app.settings.path
        config.write_text(config.read_text().replace(BEAT, "/other"))
        place.server.script("/other", Answer(204))
        await app.polls.tick()
        await app.deliveries.run_until_idle()
        await app.reload(load_settings(config, {}))
        await app.beat()
        assert (place.beats, len(place.server.requests("/other"))) == (1, 1)
        config.write_text(config.read_text().replace(f'heartbeat = "{place.server.url("/other")}"', ""))
        await app.reload(load_settings(config, {}))
        await app.beat()
    assert len(place.server.requests("/other")) == 1
    assert said(caplog) == []
