"""The owner and the deliveries, in the whole program with a clock that is driven by the test."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from monitor.config import Settings
from tests.support.clock import ManualClock
from tests.support.polls import HOUR, new_entry, poll_record
from tests.support.sinks import Answer, WebhookSink

MINUTE = timedelta(minutes=1)
CONFIG = """
[monitor]
owner = "ops"
{monitor}
[[feeds]]
url = "https://feeds.example/a"
[[channels]]
name = "ops"
url = "console:"
[[channels]]
name = "desk"
url = "json://127.0.0.1:{port}/hook"
{desk}
[[rules]]
name = "storms"
query = "storm"
channels = ["desk"]
"""


@dataclass
class Place:
    """A program whose feed isn't polled, with a sink for "desk"; `told` is what the owner got."""

    folder: Path
    sink: WebhookSink
    clock: ManualClock = field(default_factory=ManualClock)
    console: StringIO = field(default_factory=StringIO)

    @property
    def told(self) -> list[str]:
        return self.console.getvalue().splitlines()

    def settings(self, monitor: str = "", desk: str = "") -> Settings:
        config = self.folder / "config.toml"
        config.write_text(CONFIG.format(monitor=monitor, desk=desk, port=self.sink.port))
        return load_settings(config, {})

    async def publish(self, app: App, *names: str) -> None:
        now = self.clock.now()
        (feed,) = await app.store.claim_due_feeds(now, limit=1, per_host=1, lease=HOUR)
        entries = [new_entry(name, "desk") for name in names]
        await app.store.commit_poll(poll_record(feed, *entries, polled_at=now, next_poll_at=now + MINUTE))

    async def go_on(self, app: App, by: timedelta, step: timedelta = MINUTE) -> None:
        end = self.clock.now() + by
        while self.clock.now() < end:
            await app.deliveries.run_until_idle()
            await app.review()
            await app.deliveries.run_until_idle()
            self.clock.advance(step)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with WebhookSink() as sink:
        yield Place(tmp_path, sink)


async def test_the_owner_is_told_once_of_a_channel_that_refuses_all(place: Place) -> None:
    place.sink.default = Answer(status=404, body=b"no_service")
    async with open_app(place.settings(), clock=place.clock, console=place.console, spread=False) as app:
        await place.publish(app, "1", "2", "3")
        await place.go_on(app, 10 * MINUTE)
        assert place.told[0] == "news-monitor: 1 message to desk given up"
        assert "desk: 1 message, the last one for: HTTP 404 Not Found: no_service" in place.told
        assert len([line for line in place.told if line.startswith("news-monitor:")]) == 1
        await place.go_on(app, HOUR)
    assert len(place.sink.requests) == 3
    heads = [line for line in place.told if line.startswith("news-monitor:")]
    assert heads == [
        "news-monitor: 1 message to desk given up",
        "news-monitor: 2 messages to desk given up",
    ]


async def test_the_owner_hears_that_all_is_well_when_it_is_wanted(place: Place) -> None:
    settings = place.settings(monitor='timezone = "UTC"\nalive = "0 13 * * *"')
    async with open_app(settings, clock=place.clock, console=place.console, spread=False) as app:
        await app.review()
        await place.publish(app, "1", "2")
        await place.go_on(app, HOUR + 2 * MINUTE)
    assert place.told[0].startswith("news-monitor: at work, 2 messages since 2026-11-23 12:00")
    assert "1 feeds" not in place.console.getvalue()
    assert [line for line in place.told if "2 new entries, 2 alerts, 2 messages sent" in line]


async def test_an_empty_digest_comes_when_it_is_asked_for(place: Place) -> None:
    settings = place.settings(monitor='timezone = "UTC"', desk='digest = "0 13 * * *"\ndigest_empty = true')
    async with open_app(settings, clock=place.clock, console=place.console, spread=False) as app:
        await place.go_on(app, HOUR + 5 * MINUTE)
        assert len(place.sink.requests) == 1
        await place.publish(app, "1")
        await place.go_on(app, 25 * HOUR, step=10 * MINUTE)
    first, second = place.sink.requests
    assert b"Nothing" in first.body
    assert b"Storm 1" in second.body
