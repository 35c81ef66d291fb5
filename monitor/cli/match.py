"""`match`: does a query find what it should?"""

import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from monitor.cli import output
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load, read_span
from monitor.cli.progress import tracked
from monitor.cli.shown import entry_as_json, say_entry
from monitor.errors import MonitorError
from monitor.model import Among, Entry, FullText, Match, Origin, Rule
from monitor.moments import spoken

if TYPE_CHECKING:
    from monitor.config import Settings

Query = Annotated[
    str, typer.Argument(metavar="QUERY", help="A query, as in a rule; put it in single quotes.")
]
Input = Annotated[Literal["-"] | None, typer.Argument(metavar="-", help="Read the text from stdin.")]
Text = Annotated[str | None, typer.Option("--text", metavar="TEXT", help="A text to look into.")]
Title = Annotated[str, typer.Option("--title", metavar="TITLE", help="The title above the text.")]
File = Annotated[Path | None, typer.Option("--file", metavar="FILE", help="A file with the text.")]
Feed = Annotated[str | None, typer.Option("--feed", metavar="URL", help="A feed, fetched now.")]
Since = Annotated[
    timedelta | None,
    typer.Option(
        "--since", parser=read_span, metavar="TIME", help="The stored entries of the last 7d, 12h, ..."
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--language", metavar="LANG", help="The language of the query's words, such as de, or none."
    ),
]
Most = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="Show at most N matches.")]

_RULE = "query"
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What the query is held against; `where` tells people where it is from."""

    entry: Entry
    origin: Origin
    text: str = ""
    where: str = ""


@dataclass(slots=True)
class _Found:
    """The last matches, and how many there were among how many."""

    last: deque[tuple[_Candidate, Match]]
    matched: int = 0
    looked_at: int = 0


def match(
    query: Query,
    source: Input = None,
    text: Text = None,
    title: Title = "",
    file: File = None,
    feed: Feed = None,
    since: Since = None,
    language: Language = None,
    limit: Most = 20,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> int:
    """Try a query on a text, a feed or the stored entries.

    A text is read as a feed's summary is: without its HTML. With no source at all, the stored entries of
    the last seven days are looked through. The groups (@name) are those of the configuration, if there is one.
    What the query hardly means, such as "or" in small letters, is told on stderr.

    Example: news-monitor match 'Ukraine ceasefire' --text 'Cease-fire in Ukraine’s east'
    """
    wanted = _Source(text=text, title=title, file=file, stdin=source == "-", feed=feed, since=since)
    try:
        settings = load(config) if config.exists() or wanted.is_stored else None
        rule = Rule(name=_RULE, query=query, channels=(), language=language, full_text=FullText.NEVER)
        found = _Found(deque(maxlen=limit))
        if wanted.is_stored and settings:
            _search(settings, rule, _WEEK if since is None else since, found)
        else:
            _hold(_candidates(wanted, settings), rule, settings, found)
    except MonitorError as error:
        output.complain(str(error))
        return WRONG
    if as_json:
        _say_as_json(found)
    else:
        _say(found)
        _say_notes(rule, settings)
    return GOOD if found.matched else FAILED


@dataclass(frozen=True, slots=True)
class _Source:
    """Where to look, as the options say."""

    text: str | None
    title: str
    file: Path | None
    stdin: bool
    feed: str | None
    since: timedelta | None

    @property
    def is_stored(self) -> bool:
        """Tell whether it is the stored entries, which need a configuration."""
        return not (self.has_text or self.feed)

    @property
    def has_text(self) -> bool:
        """Tell whether it is a text."""
        return bool(self.text is not None or self.title or self.file or self.stdin)

    def read_text(self) -> str:
        """Return the text. Raises MonitorError."""
        if self.stdin:
            return sys.stdin.read()
        try:
            return self.file.read_text(encoding="utf-8", errors="replace") if self.file else self.text or ""
        except OSError as error:
            raise MonitorError(f"{self.file}: {(error.strerror or 'it can not be read').lower()}") from None


def _candidates(source: _Source, settings: "Settings | None") -> Iterator[_Candidate]:
    from monitor.app.settings import entry_of

    if source.feed:
        return _served(source.feed, settings)
    entry = entry_of(source.title, source.read_text())
    return iter([_Candidate(entry, Origin(url=""))])


def _served(url: str, settings: "Settings | None") -> Iterator[_Candidate]:
    import asyncio

    from monitor.app.outside import read_feed

    parsed = asyncio.run(read_feed(url, settings))
    origin = Origin(url=url, name=parsed.title, language=parsed.language)
    for entry in parsed.entries:
        yield _Candidate(entry, origin)


def _hold(candidates: Iterator[_Candidate], rule: Rule, settings: "Settings | None", found: _Found) -> None:
    from monitor.match import compile_rules

    matcher = compile_rules([rule], settings.groups if settings else {})
    for candidate in candidates:
        found.looked_at += 1
        for match in matcher.match(candidate.entry, candidate.origin).matches:
            found.matched += 1
            found.last.append((candidate, match))


def _search(settings: "Settings", rule: Rule, since: timedelta, found: _Found) -> None:
    """Look for stored entries, the newest first; of those that don't have the words it is enough to know how many."""
    from monitor.app import ask
    from monitor.app.search import open_look
    from monitor.clock import SystemClock

    now = SystemClock().now()
    with ask.open_history(settings) as history:
        found.looked_at = history.count_since(now - since)
        with open_look(history, settings, rule, Among(since=now - since)) as look:
            for stored, match in tracked(look.seen(), look.candidates.count(), "looking through"):
                if match is None:
                    continue
                found.matched += 1
                if found.matched <= (found.last.maxlen or 0):
                    where = f"{stored.feed_name}, {spoken(stored.first_seen_at, now, settings.timezone)}"
                    origin = look.origins[stored.feed_url]
                    found.last.appendleft((_Candidate(stored.entry, origin, stored.text or "", where), match))


def _say(found: _Found) -> None:
    for candidate, match in reversed(found.last):
        say_entry(candidate.entry, match.hits, candidate.where, text=candidate.text)
        output.say()
    total = output.count(found.looked_at, "entry")
    more = f"; these are the last {len(found.last):,}, see --limit" if len(found.last) < found.matched else ""
    output.say(f"{found.matched:,} of {total} {'matches' if found.matched == 1 else 'match'}{more}")


def _say_notes(rule: Rule, settings: "Settings | None") -> None:
    from monitor.match import lint

    for column, what, advice in lint(rule.query, settings.groups if settings else (), language=rule.language):
        output.note(f"column {column} of the query: {what}; {advice}")


def _say_as_json(found: _Found) -> None:
    output.say_json(
        {
            "looked_at": found.looked_at,
            "matched": found.matched,
            "entries": [
                entry_as_json(candidate.entry, match.hits, text=candidate.text)
                | {"feed": candidate.origin.name or candidate.origin.url}
                for candidate, match in reversed(found.last)
            ],
        }
    )
