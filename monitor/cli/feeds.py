"""`feeds list` and `feeds show`: how the configured feeds are."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.completing import feed_names, tag_names
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.cli.output import Cell, Column, Grid
from monitor.health import detail_of, is_unwell, lacks_polls
from monitor.model import FeedState, PollRun, Reset, SeenEntry, StoreStatus
from monitor.moments import between, lasting, spoken

if TYPE_CHECKING:
    from monitor.app.feeds import FeedView
    from monitor.config import Settings

Tag = Annotated[
    str | None,
    typer.Option("--tag", metavar="TAG", autocompletion=tag_names, help="Only feeds with this tag."),
]
Words = Annotated[
    str | None,
    typer.Option("--words", "-w", metavar="WORDS", help="Only feeds with this in their name or address."),
]
Failing = Annotated[
    bool, typer.Option("--failing", help="Only feeds that can't be read or have fallen silent.")
]
Which = Annotated[
    str,
    typer.Argument(
        metavar="URL|NAME",
        autocompletion=feed_names,
        help="The feed's address or name, as feeds list shows it.",
    ),
]

Several = Annotated[
    list[str],
    typer.Argument(
        metavar="URL|NAME...", autocompletion=feed_names, help="Addresses or names, as feeds list shows them."
    ),
]
Wanted = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="URL|NAME...", autocompletion=feed_names, help="Addresses or names, as feeds list shows them."
    ),
]
AllFailing = Annotated[bool, typer.Option("--failing", help="All feeds whose last poll failed.")]
Lines = Annotated[
    int, typer.Option("--polls", metavar="NUMBER", min=0, help="How many lines of the history of polls.")
]

# Given urls and the time, it returns those for which the wish was granted.
_Wish = Callable[["Settings", Sequence[str], datetime], Coroutine[None, None, Sequence[str]]]
# What is said of a feed for which a wish was granted, and of one for which it wasn't.
_Said = tuple[str, str]

_STYLES = {
    "ok": "green",
    "new": "yellow",
    "paused": "dim",
    "stale": "yellow",
    "failing": "red",
    "gone": "red",
}
_RECENT = 10
_LINES = 15


def list_feeds(
    config: Config = DEFAULT_CONFIG,
    tag: Tag = None,
    words: Words = None,
    failing: Failing = False,
    as_json: Json = False,
) -> int:
    """List the configured feeds and how they are.

    A feed is ok, failing (with the reason), stale (it answers, but has had nothing new for far longer than
    usual), gone (its server says so: it isn't polled any more), paused (enabled = false), or new: not polled
    yet. Those in trouble stand last.

    Example: news-monitor feeds list --tag world
    """
    from monitor.app.feeds import UNWELL, narrowed
    from monitor.clock import SystemClock

    settings = load(config)
    if tag is not None and not any(tag in feed.tags for feed in settings.feeds):
        output.complain(unknown("tag", tag, {tag for feed in settings.feeds for tag in feed.tags}))
        return WRONG
    feeds = narrowed(_feeds(settings), tag=tag, words=words, state=UNWELL if failing else None)
    if as_json:
        output.say_json([asdict(feed) for feed in feeds])
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
    import asyncio

    from monitor.app import ask
    from monitor.app.feeds import named
    from monitor.clock import SystemClock

    settings = load(config)
    feeds = _feeds(settings)
    found = named(settings, feeds, which)
    if len(found) != 1:
        output.complain(_not_one(which, found, feeds))
        return WRONG
    feed = found[0]
    recent = asyncio.run(ask.recent_entries(settings, feed.url, _RECENT))
    runs = asyncio.run(ask.poll_history(settings, feed.url, lines))
    if as_json:
        told = {"recent": [asdict(entry) for entry in recent], "polls": [asdict(run) for run in runs]}
        output.say_json(asdict(feed) | told)
        return GOOD
    now = SystemClock().now()
    _say_facts(feed, now, settings.timezone)
    for grid in (_entries(recent, now, settings.timezone), _polls(runs, now, settings.timezone)):
        if grid.rows:
            output.say()
            grid.say()
    return GOOD


def poll_feeds(
    which: Wanted = None, failing: AllFailing = False, config: Config = DEFAULT_CONFIG, as_json: Json = False
) -> int:
    """Let a running monitor poll feeds now, not when their time comes.

    A feed whose server asked to be left alone for some time is left alone, and one that rests, too.

    Example: news-monitor feeds poll --failing
    """
    from monitor.app.change import poll_now
    from monitor.app.feeds import feed_views, narrowed
    from monitor.clock import SystemClock

    if bool(which) == failing:
        output.complain("give addresses or names of feeds, or --failing for all whose last poll failed")
        return WRONG
    settings = load(config)
    stored = _stored(settings)
    feeds = feed_views(settings, stored)
    fail = [feed.url for feed in narrowed(feeds, state=FeedState.FAILING)]
    if (urls := fail if failing else _urls(which or [], settings, feeds)) is None:
        return WRONG
    if failing and not fail and not as_json:
        output.say("No feed fails.")
    missing = lacks_polls(stored.workers, SystemClock().now())
    done = "is due now" if missing else "will be polled at once"
    code = _grant(urls, settings, poll_now, as_json, (done, "can't be polled now"))
    for line in missing:
        output.complain(line)
    return code


def pause_feeds(which: Several, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Let feeds rest until "feeds resume": they aren't polled, and nothing is told of them.

    Example: news-monitor feeds pause "Morning Courier"
    """
    from monitor.app.change import pause_feeds

    return _wish(which, config, pause_feeds, as_json, ("rests", "rests already"))


def resume_feeds(which: Several, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Let feeds go on that rest; what appeared meanwhile and is still listed is told of.

    Example: news-monitor feeds resume "Morning Courier"
    """
    from monitor.app.change import resume_feeds

    return _wish(which, config, resume_feeds, as_json, ("goes on", "didn't rest"))


def _wish(which: list[str], config: Path, wish: _Wish, as_json: bool, said: _Said) -> int:
    settings = load(config)
    urls = _urls(which, settings, _feeds(settings))
    return WRONG if urls is None else _grant(urls, settings, wish, as_json, said)


def _urls(which: list[str], settings: "Settings", feeds: list["FeedView"]) -> list[str] | None:
    """Return the addresses of these feeds; None when one isn't there, which it complains of."""
    from monitor.app.feeds import named

    urls: list[str] = []
    for one in which:
        found = named(settings, feeds, one)
        if len(found) != 1:
            output.complain(_not_one(one, found, feeds))
            return None
        urls.append(found[0].url)
    return urls


def _grant(urls: list[str], settings: "Settings", wish: _Wish, as_json: bool, said: _Said) -> int:
    import asyncio

    from monitor.clock import SystemClock

    granted = asyncio.run(wish(settings, urls, SystemClock().now()))
    if as_json:
        output.say_json({"done": granted, "refused": [url for url in urls if url not in granted]})
    else:
        done, undone = said
        for url in urls:
            output.say(f"{url} {done if url in granted else undone}")
    return GOOD if granted or not urls else FAILED


def _feeds(settings: "Settings") -> list["FeedView"]:
    from monitor.app.feeds import feed_views

    return feed_views(settings, _stored(settings))


def _stored(settings: "Settings") -> StoreStatus:
    import asyncio

    from monitor.app import ask

    return asyncio.run(ask.status(settings))


def unknown(kind: str, word: str, known: Iterable[str]) -> str:
    """Return the complaint about a `kind` of thing that isn't there, with the nearest that is."""
    near = get_close_matches(word, known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(sorted(known)) or 'none'}"
    return f"there is no {kind} {word!r}; {advice}"


def _not_one(which: str, found: list["FeedView"], feeds: list["FeedView"]) -> str:
    if found:
        urls = ", ".join(feed.url for feed in found)
        return f"{len(found)} feeds have the name {which!r}; give the address: {urls}"
    near = get_close_matches(which, [feed.name for feed in feeds] + [feed.url for feed in feeds], n=1)
    advice = f"did you mean {near[0]!r}?" if near else "see: news-monitor feeds list"
    return f"there is no feed {which!r}; {advice}"


def _say_list(feeds: list["FeedView"], now: datetime, zone: tzinfo) -> None:
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
    for feed in sorted(feeds, key=is_unwell):
        grid.rows.append(
            [
                Cell(feed.name, feed.url),
                Cell(_state(feed), detail_of(feed, now), _STYLES[feed.state]),
                Cell(", ".join(feed.tags)),
                Cell(f"{feed.entries:,}"),
                Cell(spoken(feed.newest_at, now, zone)),
                Cell(spoken(feed.succeeded_at, now, zone)),
                Cell(_next(feed, now, zone)),
            ]
        )
    grid.say()
    output.say()
    states = [feed.state.value for feed in feeds]
    counts = ", ".join(f"{states.count(state):,} {state}" for state in _STYLES if state in states)
    output.say(output.count(len(feeds), "feed") + (f": {counts}" if counts else ""))


def _say_facts(feed: "FeedView", now: datetime, zone: tzinfo) -> None:
    facts = [
        ("Name", feed.name),
        ("Address", feed.url),
        ("State", _state(feed)),
        ("Detail", detail_of(feed, now)),
        ("Tags", ", ".join(feed.tags)),
        ("Interval", lasting(timedelta(seconds=feed.poll_every))),
        ("Last poll", spoken(feed.polled_at, now, zone)),
        ("Last success", spoken(feed.succeeded_at, now, zone)),
        ("Next poll", _next(feed, now, zone)),
        ("Entries", f"{feed.entries:,}"),
        ("Last new", spoken(feed.silent_since, now, zone) if feed.silent_since else ""),
        ("Usual", f"{feed.per_day:.1f} a day" if feed.per_day is not None else ""),
        ("Reset", _reset(feed.reset, now, zone) if feed.reset else ""),
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


def _state(feed: "FeedView") -> str:
    if feed.failures and feed.state is FeedState.FAILING:
        return f"{feed.state} ({feed.failures} in a row)"
    return feed.state


def _next(feed: "FeedView", now: datetime, zone: tzinfo) -> str:
    if feed.state is FeedState.NEW and feed.next_poll_at is None:
        return "at the next start"
    return spoken(feed.next_poll_at, now, zone)
