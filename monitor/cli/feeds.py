"""`feeds list` and `feeds show`: how the configured feeds are."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.cli.output import Cell, Column, Grid
from monitor.model import FeedSpec, FeedState, FeedStatus, PollRun, Reset, SeenEntry
from monitor.moments import between, lasting, spoken

if TYPE_CHECKING:
    from monitor.config import Settings

Tag = Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only feeds with this tag.")]
Failing = Annotated[
    bool, typer.Option("--failing", help="Only feeds that can't be read or have fallen silent.")
]
Which = Annotated[
    str, typer.Argument(metavar="URL|NAME", help="The feed's address or name, as feeds list shows it.")
]

Lines = Annotated[
    int, typer.Option("--polls", metavar="NUMBER", min=0, help="How many lines of the history of polls.")
]

_STYLES = {
    "ok": "green",
    "new": "yellow",
    "paused": "dim",
    "stale": "yellow",
    "failing": "red",
    "gone": "red",
}
_BAD = ("stale", "failing", "gone")
_RECENT = 10
_LINES = 15


@dataclass(frozen=True, slots=True)
class _Feed:
    """A configured feed and what is stored of it, if anything."""

    spec: FeedSpec
    stored: FeedStatus | None

    @property
    def name(self) -> str:
        return self.spec.name or (self.stored.name if self.stored else self.spec.url)

    @property
    def state(self) -> str:
        if not self.spec.enabled:
            return FeedState.PAUSED.value
        if self.stored is None or self.stored.state is FeedState.PAUSED:  # since the last start
            return FeedState.NEW.value
        return self.stored.state.value

    @property
    def next_poll_at(self) -> datetime | None:
        return self.stored.next_poll_at if self.stored and self.state not in ("paused", "gone") else None

    @property
    def detail(self) -> str:
        if self.stored is None or self.state not in ("failing", "gone"):
            return self.stored.detail if self.stored else ""
        return f"{self.stored.reason}: {self.stored.detail}"

    def as_json(self) -> dict[str, object]:
        stored = asdict(self.stored) if self.stored else {}
        return {
            "url": self.spec.url,
            "name": self.name,
            "tags": sorted(self.spec.tags),
            "state": self.state,
            **{key: stored.get(key) for key in ("reason", "detail", "failures", "entries")},
            **{key: stored.get(key) for key in ("polled_at", "succeeded_at", "newest_at")},
            **{key: stored.get(key) for key in ("since", "silent_since", "per_day", "reset")},
            "next_poll_at": self.next_poll_at,
        }


def list_feeds(
    config: Config = DEFAULT_CONFIG, tag: Tag = None, failing: Failing = False, as_json: Json = False
) -> int:
    """List the configured feeds and how they are.

    A feed is ok, failing (with the reason), stale (it answers, but has had nothing new for far longer than
    usual), gone (its server says so: it isn't polled any more), paused (enabled = false), or new: not polled
    yet. Those in trouble stand last.

    Example: news-monitor feeds list --tag world
    """
    from monitor.clock import SystemClock

    settings = load(config)
    if tag is not None and not any(tag in feed.tags for feed in settings.feeds):
        output.complain(unknown("tag", tag, {tag for feed in settings.feeds for tag in feed.tags}))
        return WRONG
    feeds = [feed for feed in _feeds(settings) if tag is None or tag in feed.spec.tags]
    feeds = [feed for feed in feeds if feed.state in _BAD or not failing]
    if as_json:
        output.say_json([feed.as_json() for feed in feeds])
    else:
        _say_list(feeds, SystemClock().now(), settings.timezone)
    return GOOD


def show_feed(
    which: Which, config: Config = DEFAULT_CONFIG, lines: Lines = _LINES, as_json: Json = False
) -> int:
    """Show one feed: its state, the entries that came last, and what its polls brought.

    Polls in a row that brought nothing new, or that failed for the same reason, are one line.

    Example: news-monitor feeds show https://example.org/feed.xml
    """
    from monitor.app import ask
    from monitor.clock import SystemClock

    settings = load(config)
    feeds = _feeds(settings)
    found = [feed for feed in feeds if which in (feed.spec.url, feed.spec.request_url.reveal())]
    found = found or [feed for feed in feeds if feed.name == which]
    if len(found) != 1:
        output.complain(_not_one(which, found, feeds))
        return WRONG
    feed = found[0]
    recent = asyncio.run(ask.recent_entries(settings, feed.spec.url, _RECENT))
    runs = asyncio.run(ask.poll_history(settings, feed.spec.url, lines))
    if as_json:
        told = {"recent": [asdict(entry) for entry in recent], "polls": [asdict(run) for run in runs]}
        output.say_json(feed.as_json() | told)
        return GOOD
    now = SystemClock().now()
    _say_facts(feed, now, settings.timezone)
    for grid in (_entries(recent, now, settings.timezone), _polls(runs, now, settings.timezone)):
        if grid.rows:
            output.say()
            grid.say()
    return GOOD


def _feeds(settings: "Settings") -> list[_Feed]:
    from monitor.app import ask

    status = asyncio.run(ask.status(settings))
    stored = {feed.url: feed for feed in (*status.retired, *status.feeds)}
    return [_Feed(spec, stored.get(spec.url)) for spec in settings.feeds]


def unknown(kind: str, word: str, known: Iterable[str]) -> str:
    """Return the complaint about a `kind` of thing that isn't there, with the nearest that is."""
    near = get_close_matches(word, known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(sorted(known)) or 'none'}"
    return f"there is no {kind} {word!r}; {advice}"


def _not_one(which: str, found: list[_Feed], feeds: list[_Feed]) -> str:
    if found:
        urls = ", ".join(feed.spec.url for feed in found)
        return f"{len(found)} feeds have the name {which!r}; give the address: {urls}"
    near = get_close_matches(which, [feed.name for feed in feeds] + [feed.spec.url for feed in feeds], n=1)
    advice = f"did you mean {near[0]!r}?" if near else "see: news-monitor feeds list"
    return f"there is no feed {which!r}; {advice}"


def _say_list(feeds: list[_Feed], now: datetime, zone: tzinfo) -> None:
    columns = [
        Column("Feed", note="Address"),
        Column("State", note="Detail"),
        Column("Tags"),
        Column("Entries", right=True),
        Column("Newest"),
        Column("Last success"),
        Column("Next poll"),
    ]
    grid = Grid(columns)
    for feed in sorted(feeds, key=lambda feed: feed.state in _BAD):
        stored = feed.stored
        grid.rows.append(
            [
                Cell(feed.name, feed.spec.url),
                Cell(_state(feed), feed.detail, _STYLES[feed.state]),
                Cell(", ".join(sorted(feed.spec.tags))),
                Cell(f"{stored.entries if stored else 0:,}"),
                Cell(spoken(stored.newest_at if stored else None, now, zone)),
                Cell(spoken(stored.succeeded_at if stored else None, now, zone)),
                Cell(_next(feed, now, zone)),
            ]
        )
    grid.say()
    output.say()
    states = [feed.state for feed in feeds]
    counts = ", ".join(f"{states.count(state):,} {state}" for state in _STYLES if state in states)
    output.say(output.count(len(feeds), "feed") + (f": {counts}" if counts else ""))


def _say_facts(feed: _Feed, now: datetime, zone: tzinfo) -> None:
    stored, spec = feed.stored, feed.spec
    facts = [
        ("Name", feed.name),
        ("Address", spec.url),
        ("State", _state(feed)),
        ("Detail", feed.detail),
        ("Tags", ", ".join(sorted(spec.tags))),
        ("Interval", lasting(spec.poll_every)),
        ("Last poll", spoken(stored.polled_at if stored else None, now, zone)),
        ("Last success", spoken(stored.succeeded_at if stored else None, now, zone)),
        ("Next poll", _next(feed, now, zone)),
        ("Entries", f"{stored.entries if stored else 0:,}"),
        ("Last new", spoken(stored.silent_since, now, zone) if stored and stored.silent_since else ""),
        ("Usual", f"{stored.per_day:.1f} a day" if stored and stored.per_day is not None else ""),
        ("Reset", _reset(stored.reset, now, zone) if stored and stored.reset else ""),
    ]
    for name, value in facts:
        if value:
            output.say(f"{name + ':':<14}{value}")


def _reset(reset: Reset, now: datetime, zone: tzinfo) -> str:
    return (
        f"{spoken(reset.at, now, zone)}: {output.count(reset.known, 'known entry')} under other names,"
        f" {output.count(reset.held, 'old entry')} held"
    )


def _entries(recent: tuple[SeenEntry, ...], now: datetime, zone: tzinfo) -> Grid:
    grid = Grid([Column("Newest entries", note="Link"), Column("Seen"), Column("Published"), Column("Rules")])
    for entry in recent:
        published = spoken(entry.published_at, now, zone) if entry.published_at else ""
        rules = ", ".join(entry.rules)
        seen = spoken(entry.first_seen_at, now, zone)
        grid.rows.append([Cell(entry.title, entry.link or ""), Cell(seen), Cell(published), Cell(rules)])
    return grid


def _polls(runs: tuple[PollRun, ...], now: datetime, zone: tzinfo) -> Grid:
    grid = Grid([Column("Polls"), Column("What they brought")])
    for run in runs:
        style = "" if run.reason.is_success else _STYLES["failing"]
        when = between(run.began_at, run.ended_at, now, zone)
        grid.rows.append([Cell(when), Cell(_brought(run), style=style)])
    return grid


def _brought(run: PollRun) -> str:
    detail = f": {run.detail}" if run.detail else ""
    polls = output.count(run.polls, "poll")
    if not run.reason.is_success:
        return f"{run.reason}{detail}, {polls}"
    if not run.entries:
        return f"ok, nothing new, {polls}{detail}"
    entries = output.count(run.entries, "entry" if run.baseline else "new entry")
    alerts = f", {output.count(run.alerts, 'alert')}" if run.alerts else ""
    return entries + (", the baseline" if run.baseline else "") + alerts + detail


def _state(feed: _Feed) -> str:
    failures = feed.stored.failures if feed.stored else 0
    return f"{feed.state} ({failures} in a row)" if failures and feed.state == "failing" else feed.state


def _next(feed: _Feed, now: datetime, zone: tzinfo) -> str:
    if feed.state == "new" and feed.next_poll_at is None:
        return "at the next start"
    return spoken(feed.next_poll_at, now, zone)
