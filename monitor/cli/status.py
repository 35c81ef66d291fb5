"""`status`: how it goes."""

import asyncio
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import FAILED, GOOD
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load, peep
from monitor.cli.output import Cell, Column, Grid
from monitor.errors import ConfigError, Problem, StoreError
from monitor.model import ChannelStatus, ConfigurationState, DeliveryState, FeedState, FeedStatus, StoreStatus
from monitor.moments import lasting, spoken, stamped

if TYPE_CHECKING:
    from monitor.config import Glimpse, Settings

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
_MOST_MISTAKES = 10
_NEVER_POLLED = (FeedState.GONE, FeedState.PAUSED)


def status(config: Config = DEFAULT_CONFIG, as_json: Json = False, quiet: Quiet = False) -> int:
    """Show the state of every feed and channel.

    It reads the database, beside a running monitor or without one. A feed is ok, failing (with the
    reason), stale (it answers, but has had nothing new for far longer than usual), gone (its server says
    for good), paused (not enabled), or new: not polled yet. Those in trouble stand last. The monitor
    doesn't seem to run when a feed has been due for more than five minutes. When the configuration has mistakes,
    the one before them stays in force while the monitor runs.

    Example: news-monitor status --json
    """
    from monitor.app import ask
    from monitor.clock import SystemClock

    where, mistakes = _open(config)
    try:
        stored = asyncio.run(ask.status(where))
    except StoreError:
        if mistakes:
            raise ConfigError(mistakes) from None
        if quiet:
            return FAILED
        raise
    view = _View(where, _with(mistakes, stored), SystemClock().now())
    if not quiet:
        (view.say_json if as_json else view.say)()
    return GOOD if view.runs else FAILED


def _open(config: Path) -> "tuple[Settings | Glimpse, tuple[Problem, ...]]":
    """Read the configuration; one with mistakes as far as it takes to look into the database, and the mistakes."""
    try:
        return load(config), ()
    except ConfigError as error:
        if (seen := peep(config)) is None:
            raise
        return seen, error.problems


def _with(mistakes: tuple[Problem, ...], stored: StoreStatus) -> StoreStatus:
    """Return the status with the mistakes as they are now, whether a daemon has met them or not."""
    known = stored.configuration
    if not mistakes or known is None:
        return stored
    return replace(stored, configuration=replace(known, mistakes=len(mistakes), problems=mistakes))


@dataclass(frozen=True, slots=True)
class _View:
    """What is shown. Of a configuration with mistakes there is but a glimpse: then what the store knows is what there is."""

    where: "Settings | Glimpse"
    stored: StoreStatus
    now: datetime

    @property
    def settings(self) -> "Settings | None":
        from monitor.config import Settings

        return self.where if isinstance(self.where, Settings) else None

    @property
    def feeds(self) -> list[FeedStatus]:
        """Those that are polled, and those that aren't though they are configured."""
        configured = {feed.url for feed in self.settings.feeds} if self.settings else set()
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
        if self.settings is None:
            return [(channel, True) for channel in stored.values()]
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
                "configuration": _as_json(self.stored.configuration),
            }
        )

    def say(self) -> None:
        zone = self.where.timezone
        _feeds(self.feeds, self.now, zone).say()
        output.say()
        _channels(self.channels, self.now, zone).say()
        output.say()
        output.say(_summary(self.totals()))
        if self.stored.configuration:
            for line in _configuration(self.stored.configuration, self.now, zone):
                output.say(line)
        if not self.runs:
            output.say(
                f"The monitor doesn't seem to run: a feed has been due for {lasting(self.late)}."
                " Start it: news-monitor run"
            )


def _as_json(state: ConfigurationState | None) -> dict[str, object] | None:
    if state is None:
        return None
    return {key: value for key, value in asdict(state).items() if not key.startswith("told")}


def _configuration(state: ConfigurationState, now: datetime, zone: tzinfo) -> list[str]:
    as_of = f"configuration: as of {stamped(state.since, now, zone)}"
    if not state.mistakes:
        return [as_of]
    lines = [f"{as_of}; what stands there now has {output.count(state.mistakes, 'mistake')} and is refused:"]
    lines += [f"  {problem}" for problem in state.problems[:_MOST_MISTAKES]]
    if state.mistakes > _MOST_MISTAKES:
        lines.append(f"  and {state.mistakes - _MOST_MISTAKES:,} more: news-monitor check")
    return lines


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
