"""`status`: how it goes."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.db import said_size, size_as_json
from monitor.cli.ending import FAILED, GOOD
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.cli.output import Cell, Column, Grid
from monitor.errors import StoreError
from monitor.model import ChannelStatus, DeliveryState, FeedState, FeedStatus, StoreStatus
from monitor.moments import lasting, spoken

if TYPE_CHECKING:
    from monitor.config import Settings

Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print nothing: only the exit code, for health checks.")
]

# A daemon that runs asks what is due each second, and even a slow poll is over by then.
_LATE = timedelta(minutes=5)
_STYLES = {
    FeedState.OK: "green",
    FeedState.NEW: "yellow",
    FeedState.FAILING: "red",
    FeedState.STALE: "yellow",
    FeedState.GONE: "red",
    FeedState.PAUSED: "dim",
}
# In the last line, even when there is none.
_ALWAYS = ("ok", "new", "failing")
_ALWAYS_TOLD = ("pending", "sent", "dead")
_TROUBLES = (FeedState.STALE, FeedState.FAILING, FeedState.GONE)
_NEVER_POLLED = (FeedState.GONE, FeedState.PAUSED)


def status(config: Config = DEFAULT_CONFIG, as_json: Json = False, quiet: Quiet = False) -> int:
    """Show the state of every feed and channel.

    It reads the database, beside a running monitor or without one. A feed is ok, failing (with the
    reason), stale (it answers, but has had nothing new for far longer than usual), gone (its server says
    for good), paused (not enabled), or new: not polled yet. Those in trouble stand last. The monitor
    doesn't seem to run when a feed has been due for more than five minutes.

    Example: news-monitor status --json
    """
    from monitor.app import ask
    from monitor.clock import SystemClock

    settings = load(config)
    try:
        stored = asyncio.run(ask.status(settings))
    except StoreError:
        if quiet:
            return FAILED
        raise
    view = _View(settings, stored, SystemClock().now())
    if not quiet:
        (view.say_json if as_json else view.say)()
    return GOOD if view.runs else FAILED


@dataclass(frozen=True, slots=True)
class _View:
    settings: "Settings"
    stored: StoreStatus
    now: datetime

    @property
    def feeds(self) -> list[FeedStatus]:
        """Those that are polled, and those that aren't though they are configured."""
        configured = {feed.url for feed in self.settings.feeds}
        paused = [feed for feed in self.stored.retired if feed.url in configured]
        return sorted([*self.stored.feeds, *paused], key=lambda feed: feed.url)

    @property
    def late(self) -> timedelta:
        """How long the longest waiting feed has been due."""
        polled = [feed for feed in self.feeds if feed.state not in _NEVER_POLLED]
        return max((self.now - feed.next_poll_at for feed in polled), default=timedelta(0))

    @property
    def runs(self) -> bool:
        return self.late <= _LATE

    @property
    def channels(self) -> list[tuple[ChannelStatus, bool]]:
        """The configured channels in their order, then those that only the database knows; and which are which."""
        stored = {channel.name: channel for channel in self.stored.channels}
        configured = [channel.name for channel in self.settings.channels]
        known = [(stored.pop(name, ChannelStatus(name=name)), True) for name in configured]
        return [*known, *((channel, False) for channel in stored.values())]

    def totals(self) -> dict[str, int]:
        states = [feed.state for feed in self.feeds]
        return {
            "feeds": len(states),
            **{state.value: states.count(state) for state in _STYLES},
            "entries": self.stored.entries,
            "alerts": self.stored.alerts,
            "articles_waiting": self.stored.articles_waiting,
            "articles_failed": self.stored.articles_failed,
            **{state.value: self._deliveries(state) for state in DeliveryState},
        }

    def _deliveries(self, state: DeliveryState) -> int:
        counts: list[int] = [getattr(channel, state.value) for channel in self.stored.channels]
        return sum(counts)

    def say_json(self) -> None:
        output.say_json(
            {
                "checked_at": self.now,
                "running": self.runs,
                "feeds": [asdict(feed) for feed in self.feeds],
                "channels": [
                    {**asdict(channel), "configured": configured} for channel, configured in self.channels
                ],
                "totals": self.totals(),
                "database": size_as_json(self.stored.size),
            }
        )

    def say(self) -> None:
        zone = self.settings.timezone
        _feeds(self.feeds, self.now, zone).say()
        output.say()
        _channels(self.channels, self.now, zone).say()
        output.say()
        output.say(_summary(self.totals()))
        output.say(said_size(self.stored.size))
        if not self.runs:
            output.say(
                f"The monitor doesn't seem to run: a feed has been due for {lasting(self.late)}."
                " Start it: news-monitor run"
            )


def _feeds(feeds: list[FeedStatus], now: datetime, zone: tzinfo) -> Grid:
    columns = [
        Column("Feed", note="Address"),
        Column("State", note="Detail"),
        Column("Entries", right=True),
        Column("Last success"),
        Column("Next poll"),
    ]
    last = sorted(feeds, key=lambda feed: feed.state in _TROUBLES)
    return Grid(columns, [_feed_row(feed, now, zone) for feed in last])


def _feed_row(feed: FeedStatus, now: datetime, zone: tzinfo) -> list[Cell]:
    state = feed.state.value
    return [
        Cell(feed.name, feed.url),
        Cell(
            f"{state} ({feed.failures} in a row)" if feed.failures else state,
            _detail(feed, now),
            _STYLES[feed.state],
        ),
        Cell(f"{feed.entries:,}"),
        Cell(spoken(feed.succeeded_at, now, zone)),
        Cell("never" if feed.state in _NEVER_POLLED else spoken(feed.next_poll_at, now, zone)),
    ]


def _detail(feed: FeedStatus, now: datetime) -> str:
    if feed.state is FeedState.STALE and feed.silent_since and feed.per_day:
        silent = lasting(now - feed.silent_since)
        return f"nothing new for {silent}, usual are {feed.per_day:.0f} a day"
    if feed.state not in (FeedState.FAILING, FeedState.GONE):
        return feed.detail
    return f"{feed.reason}: {feed.detail}" if feed.detail else str(feed.reason)


def _channels(channels: list[tuple[ChannelStatus, bool]], now: datetime, zone: tzinfo) -> Grid:
    columns = [
        Column("Channel"),
        Column("Waiting", right=True),
        Column("Held", right=True),
        Column("Sent", right=True),
        Column("Dead", right=True),
        Column("Last sent"),
        Column("Last error"),
    ]
    grid = Grid(columns)
    for channel, configured in channels:
        grid.rows.append(
            [
                Cell(channel.name if configured else f"{channel.name} (not in the configuration)"),
                Cell(f"{channel.waiting:,}", style="yellow" if channel.waiting else ""),
                Cell(f"{channel.held:,}"),
                Cell(f"{channel.sent:,}"),
                Cell(f"{channel.dead:,}", style="red" if channel.dead else ""),
                Cell(spoken(channel.last_sent_at, now, zone)),
                Cell(channel.last_error),
            ]
        )
    return grid


def _summary(totals: dict[str, int]) -> str:
    states = [state.value for state in _STYLES]
    feeds = ", ".join(f"{totals[state]:,} {state}" for state in states if totals[state] or state in _ALWAYS)
    stored = f"{output.count(totals['entries'], 'entry')}, {output.count(totals['alerts'], 'alert')}"
    if totals["articles_waiting"] or totals["articles_failed"]:
        waiting, failed = totals["articles_waiting"], totals["articles_failed"]
        stored += f"; articles: {waiting:,} waiting, {failed:,} not readable"
    messages = ", ".join(
        f"{totals[state]:,} {state}" for state in DeliveryState if totals[state] or state in _ALWAYS_TOLD
    )
    return f"{output.count(totals['feeds'], 'feed')} ({feeds}); {stored}; messages: {messages}"
