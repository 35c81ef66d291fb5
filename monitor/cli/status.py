"""`status`: how it goes."""

from dataclasses import asdict, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.db import said_size
from monitor.cli.ending import FAILED, GOOD
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load, peep
from monitor.cli.output import Cell, Column, Grid
from monitor.errors import ConfigError, Problem, StoreError
from monitor.health import NOBODY, detail_of, is_polled, is_unwell
from monitor.model import ChannelStatus, ConfigurationState, DeliveryState, FeedState, FeedStatus, StoreStatus
from monitor.moments import lasting, spoken, stamped

if TYPE_CHECKING:
    from monitor.app.overview import ListedWorker, Overview
    from monitor.config import Glimpse, Settings

Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print nothing: only the exit code, for health checks.")
]

STYLES = {
    FeedState.OK: "green",
    FeedState.NEW: "yellow",
    FeedState.FAILING: "red",
    FeedState.STALE: "yellow",
    FeedState.GONE: "red",
    FeedState.PAUSED: "dim",
}
# In the last line, even when there is none.
_ALWAYS = ("ok", "new", "failing")
_MOST_MISTAKES = 10
_ALWAYS_TOLD = ("pending", "sent", "dead")


def status(config: Config = DEFAULT_CONFIG, as_json: Json = False, quiet: Quiet = False) -> int:
    """Show the state of every feed and channel.

    It reads the database, beside a running monitor or without one. A feed is ok, failing (with the
    reason), stale (it answers, but has had nothing new for far longer than usual), gone (its server says
    for good), paused (not enabled), or new: not polled yet. Those in trouble stand last. The monitor
    doesn't seem to run when a feed has been due for more than five minutes: by that goes the exit code. That none runs
    just now, as between two runs of "run --once", is said before. When the configuration has mistakes,
    the one before them stays in force while the monitor runs.

    Example: news-monitor status --json
    """
    import asyncio

    from monitor.app import ask
    from monitor.app.overview import Overview
    from monitor.clock import SystemClock
    from monitor.config import Glimpse

    where, mistakes = _open(config)
    try:
        stored = asyncio.run(ask.status(where))
    except StoreError:
        if mistakes:
            raise ConfigError(mistakes) from None
        if quiet:
            return FAILED
        raise
    settings = None if isinstance(where, Glimpse) else where
    view = Overview(settings, _with(mistakes, stored), SystemClock().now())
    if as_json and not quiet:
        output.say_json(asdict(view.whole()))
    elif not quiet:
        _say(view, where.timezone)
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


def _say(view: "Overview", zone: tzinfo) -> None:
    _feeds(view.feeds, view.now, zone).say()
    output.say()
    channels_grid(view.channels, view.now, zone).say()
    output.say()
    output.say(summary(view.totals()))
    output.say(said_size(view.stored.size))
    if view.stored.configuration:
        for line in _configuration(view.stored.configuration, view.now, zone):
            output.say(line)
    for line in _workers(view, zone):
        output.say(line)
    if not view.runs:
        output.say(
            f"The monitor doesn't seem to run: a feed has been due for {lasting(view.late)}."
            " Start it: news-monitor run"
        )


def _workers(view: "Overview", zone: tzinfo) -> list[str]:
    """Return a line on each worker, when there are several or one has been lost, and one on each thing that is amiss."""
    workers = view.workers
    if len(workers) == 1 and workers[0].there:
        workers = []
    # That feeds are late says it, too.
    amiss = [line for line in view.amiss if view.runs or line != NOBODY]
    return [_worker(worker, view.now, zone) for worker in workers] + amiss


def _worker(worker: "ListedWorker", now: datetime, zone: tzinfo) -> str:
    name = f"worker {worker.host}:{worker.pid} ({worker.role.value}, {worker.version})"
    if worker.there:
        return f"{name}: since {stamped(worker.began_at, now, zone)}"
    return f"{name}: lost, last heard of {spoken(worker.seen_at, now, zone)}"


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
    last = sorted(feeds, key=is_unwell)
    return Grid(columns, [_feed_row(feed, now, zone) for feed in last])


def _feed_row(feed: FeedStatus, now: datetime, zone: tzinfo) -> list[Cell]:
    state = feed.state.value
    return [
        Cell(feed.name, feed.url),
        Cell(
            f"{state} ({feed.failures} in a row)" if feed.failures else state,
            detail_of(feed, now),
            STYLES[feed.state],
        ),
        Cell(f"{feed.entries:,}"),
        Cell(spoken(feed.succeeded_at, now, zone)),
        Cell(spoken(feed.next_poll_at, now, zone) if is_polled(feed) else "never"),
    ]


def channels_grid(channels: list[tuple[ChannelStatus, bool]], now: datetime, zone: tzinfo) -> Grid:
    """Return a table of channels, each with whether it is configured."""
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


def summary(totals: dict[str, int]) -> str:
    """Return all that there is, in one line."""
    states = [state.value for state in STYLES]
    feeds = ", ".join(f"{totals[state]:,} {state}" for state in states if totals[state] or state in _ALWAYS)
    stored = f"{output.count(totals['entries'], 'entry')}, {output.count(totals['alerts'], 'alert')}"
    if totals["articles_waiting"] or totals["articles_failed"]:
        waiting, failed = totals["articles_waiting"], totals["articles_failed"]
        stored += f"; articles: {waiting:,} waiting, {failed:,} not readable"
    messages = ", ".join(
        f"{totals[state]:,} {state}" for state in DeliveryState if totals[state] or state in _ALWAYS_TOLD
    )
    return f"{output.count(totals['feeds'], 'feed')} ({feeds}); {stored}; messages: {messages}"
