"""The whole program on one database, and all that may happen to it from the outside, on a clock that a test moves.

The same history told to two databases leaves the same behind in both, and sends the same.
"""

import io
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from monitor.config import Settings
from monitor.errors import Problem
from monitor.model import Match, Silence
from tests.support import pages
from tests.support.clock import ManualClock
from tests.support.database import Database
from tests.support.feed_server import Answer, FeedServer
from tests.support.publisher import Publisher, happen
from tests.support.sinks import Answer as Reply
from tests.support.sinks import WebhookSink

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEEDS = ("/world", "/business", "/late")
CHANNELS = ("desk", "night", "digest", "group", "pager")
MODES = ("without a feed", "another rule", "without a rule", "another address", "without a channel")
SPANS = (0 * HOUR, HOUR / 60, HOUR / 12, HOUR / 3, HOUR, 2 * HOUR, 9 * HOUR, DAY, 3 * DAY)
# A fixed date: what a server says of the time is none of the program's clock.
DATED = (("Date", "Mon, 23 Nov 2026 12:00:00 GMT"),)
FEED_ANSWERS = (
    Answer(500, DATED),
    Answer(410, DATED),
    Answer(429, (*DATED, ("Retry-After", "7200"))),
    Answer(200, DATED, b"<html><p>Moved</html>"),
    Answer(403, DATED),
)
REPLIES = (
    Reply(),
    Reply(status=500),
    Reply(status=404),
    Reply(status=429, headers={"Retry-After": "3600"}),
    Reply(status=400),
)
BAD = [Problem(file="config.toml", line=1, key="rules.1", what="is unknown")]
CONFIG = """
[monitor]
database = "{database}"
poll_every = "15m"
first_poll = "24h"
owner = "desk"
alive = "0 9 * * *"
timezone = "Europe/Paris"
[fetch]
allow_networks = ["127.0.0.0/8"]
concurrency = 1  # one after another: the order of what comes at the same moment is nobody's promise
[delivery]
max_attempts = 3
retry_first = "1m"
max_age = "2d"
[keep]
entries = "7d"
alerts = "9d"
attempts = "4d"
texts = "2d"
revisions = "3d"
polls = "5d"
seen = "60d"
"""
OPTIONS = {
    "night": 'quiet_hours = ["22:00-07:00"]\nmax_per_hour = 3',
    "digest": 'digest = "0 8 * * *"\ndigest_empty = true',
    "group": 'group_by = "story"\ngroup_wait = "5m"\ngroup_interval = "1h"',
    "pager": 'escalate_after = "2h"\nescalate_to = "digest"',
}
RULES = (
    ("truce", "truce", ("desk", "pager"), ""),
    ("story", "parties", ("group", "night"), 'story = "updates"'),
    ("edited", "edited", ("digest",), 'priority = "high"'),
    ("first", "truce -edited", ("night",), 'on_change = "never"\nmax_age = "2h"\nsuppresses = ["story"]'),
    ("read", "truce ceasefire", ("digest", "desk"), 'full_text = "always"\nfeeds = ["/business"]'),
)


class Event(NamedTuple):
    """Something that happens to a feed or a channel (`which`), in one of several ways, and the time that passes then."""

    deed: str
    which: int
    how: int
    after: timedelta


class Outside:
    """All publishers and services; the same for both twins. It begins anew with `reset`."""

    def __init__(self) -> None:
        self.server = FeedServer()
        self.sinks: Mapping[str, WebhookSink] = {name: WebhookSink() for name in CHANNELS}
        self.publishers: Sequence[Publisher]
        self.server.start()
        for number in range(200):
            page = Answer(200, (*DATED, ("Content-Type", "text/html")), pages.page(title=f"Truce {number}"))
            self.server.script(f"/news/{number}", page)

    def close(self) -> None:
        self.server.stop()
        for sink in self.sinks.values():
            sink.close()

    def reset(self) -> None:
        self.publishers = [Publisher(site=self.server.url("/news")) for _ in FEEDS]
        self._heard = {name: len(sink.requests) for name, sink in self.sinks.items()}
        for sink in self.sinks.values():
            sink.default = REPLIES[0]
        for feed, publisher in enumerate(self.publishers):
            self.serve(feed, Answer(200, DATED, publisher.document(0)))

    def serve(self, feed: int, answer: Answer) -> None:
        """Let a feed be answered by this from now on."""
        self.server.script(FEEDS[feed % len(FEEDS)], answer)

    def heard(self) -> Mapping[str, Sequence[tuple[str, bytes]]]:
        """Return what each channel was sent, in order."""
        return {
            name: [(request.path, request.body) for request in sink.requests[self._heard[name] :]]
            for name, sink in self.sinks.items()
        }


class Twin:
    """A program that lives through a history: what each event does, and then all that is due, one thing after another."""

    def __init__(self, outside: Outside, database: Database, folder: Path) -> None:
        self._outside = outside
        self._database = database
        self._config = folder / "config.toml"
        self._clock = ManualClock()
        self._modes: set[str] = set()
        self._served = 0
        self._app: App

    async def live(self, history: Sequence[Event]) -> None:
        """Let all of it happen; a restart begins another life."""
        self._outside.reset()
        # Else the two would draw other lots.
        with patch("random.random", lambda: 0.5):
            for life in _lives(history):
                async with open_app(
                    self._settings(), clock=self._clock, console=io.StringIO(), spread=False
                ) as app:
                    self._app = app
                    await self._go_on(timedelta(0))
                    for event in life:
                        await self._happen(event)
                        await self._go_on(event.after)
                    await app.stop(timedelta(0))

    async def _go_on(self, by: timedelta) -> None:
        """Do all that is due some time later."""
        self._clock.advance(by)
        app = self._app
        await app.polls.run_until_idle()
        await app.review()
        await app.deliveries.run_until_idle()
        await app.articles.run_until_idle()
        await app.deliveries.run_until_idle()
        await app.file()
        await app.prune()

    async def _happen(self, event: Event) -> None:
        store, now, urls = self._app.store, self._clock.now(), self._urls(event)
        deeds: Mapping[str, Callable[[], Awaitable[object]]] = {
            "feed fails": lambda: self._fail(event),
            "channel replies": lambda: self._reply(event),
            "silence": lambda: store.add_silence(self._silence(event)),
            "end silence": lambda: store.end_silence(event.how + 1, now),
            "reload": lambda: self._reload(event),
            "bad reload": lambda: self._app.refuse(BAD),
            "poll now": lambda: store.poll_now(urls, now),
            "pause": lambda: store.pause_feeds(urls, now),
            "resume": lambda: store.resume_feeds(urls, now),
            "look back": lambda: self._look_back(event),
            "retry": lambda: store.retry_deliveries(now, CHANNELS),
        }
        await deeds.get(event.deed, lambda: self._publish(event))()

    async def _publish(self, event: Event) -> None:
        publisher = self._outside.publishers[event.which % len(FEEDS)]
        publisher.today = self._clock.now()
        self._served += 1
        body = happen(publisher, event.deed, event.how + 1, self._served)
        self._outside.serve(
            event.which, Answer(200, DATED, publisher.document(self._served) if body is None else body)
        )

    async def _fail(self, event: Event) -> None:
        self._outside.serve(event.which, FEED_ANSWERS[event.how % len(FEED_ANSWERS)])

    async def _reply(self, event: Event) -> None:
        sink = self._outside.sinks[CHANNELS[event.which % len(CHANNELS)]]
        sink.default = REPLIES[event.how % len(REPLIES)]

    def _silence(self, event: Event) -> Silence:
        now = self._clock.now()
        silence = Silence(id=0, created_at=now, until=now + SPANS[event.how], reason=f"until {event.how}")
        return (
            replace(silence, rule="truce"),
            replace(silence, feed=self._urls(event)[0]),
            replace(silence, query="edited"),
            silence,
        )[event.which % 4]

    async def _reload(self, event: Event) -> None:
        self._modes ^= {MODES[event.which % len(MODES)]}
        await self._app.reload(self._settings())

    async def _look_back(self, event: Event) -> None:
        stored = [entry for (entry,) in self._database.rows("SELECT id FROM entry ORDER BY id")]
        matches = dict.fromkeys(stored[event.how :: 10], Match("truce", ()))
        await self._app.store.add_past_alerts("truce", ("desk", "pager"), matches, self._clock.now())

    def _urls(self, event: Event) -> Sequence[str]:
        return [self._outside.server.url(FEEDS[event.which % len(FEEDS)])]

    def _settings(self) -> Settings:
        self._config.write_text("\n".join(self._tables()), encoding="utf-8")
        return load_settings(self._config, {})

    def _tables(self) -> Iterator[str]:
        modes = self._modes
        yield CONFIG.format(database=self._database.url.reveal())
        feeds = FEEDS[:2] if "without a feed" in modes else FEEDS
        yield from (f'[[feeds]]\nname = "{feed}"\nurl = "{self._outside.server.url(feed)}"' for feed in feeds)
        channels = [name for name in CHANNELS if name != "night" or "without a channel" not in modes]
        moved = "elsewhere" if "another address" in modes else "hook"
        for name in channels:
            url = f"json://127.0.0.1:{self._outside.sinks[name].port}/{moved}"
            yield f'[[channels]]\nname = "{name}"\nurl = "{url}"\n{OPTIONS.get(name, "")}'
        for name, query, told, options in RULES:
            wanted = "agreed" if name == "truce" and "another rule" in modes else query
            if name != "edited" or "without a rule" not in modes:
                names = [one for one in told if one in channels] or ["desk"]
                yield f'[[rules]]\nname = "{name}"\nquery = "{wanted}"\nchannels = {names}\n{options}'


def _lives(history: Sequence[Event]) -> Sequence[Sequence[Event]]:
    lives: list[list[Event]] = [[]]
    for event in history:
        if event.deed == "restart":
            lives.append([])
        else:
            lives[-1].append(event)
    return lives
