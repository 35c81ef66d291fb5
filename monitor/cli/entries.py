"""`entries list` and `entries show`: what feeds have brought, asked in the query language."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.explain import complain_of
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load, read_span
from monitor.cli.output import Cell, Column, Grid
from monitor.cli.shown import entry_as_json, say_entry
from monitor.errors import QueryError
from monitor.model import EntryHistory, EntryWish, Found, FoundEntry, Match
from monitor.moments import spoken

if TYPE_CHECKING:
    from monitor.config import Settings

# How long counting may take; a query without a word to look for reads entry after entry.
_PATIENCE = timedelta(seconds=5)

Query = Annotated[
    str, typer.Argument(metavar="[QUERY]", help="A query, as in a rule; put it in single quotes.")
]
Since = Annotated[
    timedelta | None,
    typer.Option(
        "--since", parser=read_span, metavar="TIME", help="How far to look back, such as 7d or 12h."
    ),
]
Feeds = Annotated[
    list[str] | None, typer.Option("--feed", metavar="FEED", help="Only of this feed, by address or name.")
]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Only of feeds with this tag.")]
OneRule = Annotated[
    str | None, typer.Option("--rule", "-r", metavar="RULE", help="Only what this rule matched.")
]
OneStory = Annotated[
    int | None,
    typer.Option("--story", metavar="NUMBER", min=1, max=2**63 - 1, help="Only of this story."),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language", metavar="LANG", help="The language of the query's words, such as de, or none."
    ),
]
Most = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="Show at most N entries.")]
Before = Annotated[
    int | None,
    typer.Option("--before", min=1, metavar="ENTRY", help="Only what came before the entry of this number."),
]
Which = Annotated[
    str, typer.Argument(metavar="ENTRY", help="The entry's number, its link, or a part of its title.")
]


def list_entries(
    query: Query = "",
    since: Since = None,
    feed: Feeds = None,
    tag: Tags = None,
    rule: OneRule = None,
    story: OneStory = None,
    language: Language = None,
    limit: Most = 20,
    before: Before = None,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> int:
    """List stored entries, the newest first, with the rules that they matched.

    With a query: those for which it holds, with what it finds marked.

    Example: news-monitor entries list 'Ukraine ceasefire' --since 7d
    """
    from monitor.app import ask
    from monitor.app.search import search
    from monitor.clock import SystemClock

    settings, clock = load(config), SystemClock()
    now = clock.now()
    wish = EntryWish(
        query=query,
        language=language,
        feeds=frozenset(feed or ()),
        tags=frozenset(tag or ()),
        rule=rule,
        story=story,
        since=None if since is None else now - since,
        before=before,
        limit=limit,
    )
    with ask.open_history(settings) as history:
        try:
            found = search(history, settings, wish, clock=clock, patience=_PATIENCE)
        except QueryError as error:
            output.complain(str(error))
            return WRONG
        is_empty = history.oldest_at() is None
    if as_json:
        output.say_json(_found_as_json(found))
    else:
        _say_entries(found.entries, now, settings.timezone, marked=bool(query))
        output.say("nothing stored yet" if is_empty else _summary(found, wish, settings.timezone))
    return GOOD


def show_entry(which: Which, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Show all that is stored of an entry: its text, what it said before, and the rules that it matched.

    Why these told, or others didn't, says: news-monitor explain ENTRY

    Example: news-monitor entries show 4711
    """
    from monitor.app import ask

    settings = load(config)
    with ask.open_history(settings) as history:
        found = history.find(which)
        past = history.history(found[0]) if len(found) == 1 else None
    if past is None:
        complain_of(which, found, settings)
        return FAILED
    if as_json:
        output.say_json(_past_as_json(past))
    else:
        _say_past(past, settings)
    return GOOD


def _say_entries(entries: Sequence[FoundEntry], now: datetime, zone: tzinfo, *, marked: bool) -> None:
    if not marked and entries:
        _grid(entries, now, zone).say()
        output.say()
    for found in entries if marked else ():
        stored = found.stored
        rules = f"; {', '.join(match.rule for match in found.matches)}" if found.matches else ""
        where = f"{stored.id}: {stored.feed_name}, {spoken(stored.first_seen_at, now, zone)}{rules}"
        say_entry(stored.entry, found.hits, where, text=stored.text or "")
        output.say()


def _grid(entries: Sequence[FoundEntry], now: datetime, zone: tzinfo) -> Grid:
    grid = Grid(
        [Column("Entry"), Column("Title", note="Link"), Column("Feed"), Column("Seen"), Column("Rules")]
    )
    for found in entries:
        stored = found.stored
        grid.rows.append(
            [
                Cell(str(stored.id)),
                Cell(stored.entry.title or "(no title)", stored.entry.link or ""),
                Cell(stored.feed_name),
                Cell(spoken(stored.first_seen_at, now, zone)),
                Cell(", ".join(match.rule for match in found.matches)),
            ]
        )
    return grid


def _summary(found: Found, wish: EntryWish, zone: tzinfo) -> str:
    """Return how many there are, and how sure that is."""
    since = "" if wish.since is None else f" since {wish.since.astimezone(zone):%Y-%m-%d %H:%M}"
    verb = " matches" if wish.query else ""
    if not found.count:
        looked = (
            ""
            if found.complete
            else f"; the newest {found.looked_at:,} of {found.candidates:,} were looked at"
        )
        return f"no entry{since}{verb}{looked}"
    counted = output.count(found.count, "entry") + since
    if wish.query:
        counted += " match" if found.count > 1 else " matches"
    if not found.complete and wish.query:
        counted += f", estimated from the newest {found.looked_at:,} of {found.candidates:,} candidates"
    shown = len(found.entries)
    more = f"; these are the newest {shown:,}, see --limit and --before" if shown < found.count else ""
    return counted + more


def _say_past(past: EntryHistory, settings: "Settings") -> None:
    stored, zone = past.stored, settings.timezone
    entry = stored.entry
    output.say(entry.title or "(no title)")
    for name, value in (
        ("entry", str(stored.id)),
        ("link", entry.link or ""),
        ("feed", f"{stored.feed_name} ({stored.feed_url})"),
        ("authors", ", ".join(entry.authors)),
        ("categories", ", ".join(entry.categories)),
        ("published", _moment(entry.published_at, zone)),
        ("first seen", _moment(stored.first_seen_at, zone)),
        ("edited", _moment(past.revisions[-1].seen_at, zone) if past.revisions else ""),
        ("story", str(past.story.id) if past.story else ""),
        ("rules", ", ".join(map(_told, past.matches))),
    ):
        if value:
            output.say(f"  {name + ':':<12}{value}")
    for head, text in (("summary", entry.summary), ("page", stored.text or "")):
        if text:
            output.say()
            output.say(f"{head}:")
            for line in text.splitlines():
                output.say(f"  {line}")


def _moment(moment: datetime | None, zone: tzinfo) -> str:
    return "" if moment is None else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _told(match: Match) -> str:
    return f"{match.rule} (told nobody: {match.withheld})" if match.withheld else match.rule


def _found_as_json(found: Found) -> dict[str, object]:
    return {
        "count": found.count,
        "estimated": not found.complete,
        "looked_at": found.looked_at,
        "candidates": found.candidates,
        "before": found.before,
        "entries": [
            {"entry": one.stored.id, "feed": one.stored.feed_url, "first_seen_at": one.stored.first_seen_at}
            | entry_as_json(one.stored.entry, one.hits, text=one.stored.text or "")
            | {"rules": [match.rule for match in one.matches]}
            for one in found.entries
        ],
    }


def _past_as_json(past: EntryHistory) -> dict[str, object]:
    stored, entry = past.stored, past.stored.entry
    return {
        "entry": stored.id,
        "title": entry.title,
        "link": entry.link,
        "feed": stored.feed_url,
        "guid": entry.guid,
        "authors": entry.authors,
        "categories": entry.categories,
        "published_at": entry.published_at,
        "updated_at": entry.updated_at,
        "first_seen_at": stored.first_seen_at,
        "baseline": stored.baseline,
        "summary": entry.summary,
        "text": stored.text,
        "story": past.story.id if past.story else None,
        "revisions": [
            {"seen_at": one.seen_at, "title": one.title, "summary": one.summary} for one in past.revisions
        ],
        "matches": [
            {"rule": one.rule, "withheld": one.withheld, "progress": one.progress} for one in past.matches
        ],
    }
