"""Entries, and why they did or didn't alert."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.app.desk import Desk
from monitor.app.past import explained
from monitor.app.search import search
from monitor.errors import QueryError
from monitor.explain import Fate, Stage
from monitor.model import FoundEntry, Hit
from monitor.web.api.operation import (
    BEFORE,
    LIMIT,
    RULE,
    SINCE,
    UNTIL,
    Operation,
    Parameter,
    number,
    path_number,
    text,
)
from monitor.web.asked import Asked, Refused
from monitor.web.pages.entries import entry_wish, explained_rules, history_of

_USUAL, _MOST = 50, 500
_NO_ENTRY = (404, "There is no entry of this number, or it is no longer kept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryItem:
    """An entry that was found: `hits` is where what was asked for stands in it, `rules` those that it matched when it came."""

    entry: int
    title: str
    summary: str
    link: str | None
    feed: str
    feed_name: str
    published_at: datetime | None
    first_seen_at: datetime
    hits: tuple[Hit, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntries:
    """What was found, the newest first. `count` is `estimated` when not all `candidates` were looked at in time.

    `next` is what to ask with as `before` for more, None: that is all.
    """

    items: tuple[EntryItem, ...]
    count: int
    estimated: bool
    looked_at: int
    candidates: int
    next: int | None


@dataclass(frozen=True, slots=True)
class RuleFate:
    """What became of one rule, stage by stage."""

    rule: str
    fate: Fate
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An entry, and what became of it: the stages before the rules, and each rule's own."""

    entry: int
    title: str
    link: str | None
    feed: str
    first_seen_at: datetime
    stages: tuple[Stage, ...]
    rules: tuple[RuleFate, ...]


def operations(desk: Desk) -> Sequence[Operation]:
    """Return what can be asked of entries."""
    return [_list(desk), _explain(desk)]


def _list(desk: Desk) -> Operation:
    def entries(asked: Asked) -> FoundEntries:
        wish = entry_wish(asked, desk, asked.number("limit", _MOST) or _USUAL)
        asked.check()
        try:
            found = search(desk.reader, desk.settings, wish, clock=desk.app.clock)
        except QueryError as error:
            raise Refused({"q": f"can't be read: {error}"}) from None
        return FoundEntries(
            items=tuple(map(_item, found.entries)),
            count=found.count,
            estimated=not found.complete,
            looked_at=found.looked_at,
            candidates=found.candidates,
            next=found.before,
        )

    return Operation(
        path="/entries",
        name="listEntries",
        summary="Stored entries, the newest first; with a query those for which it holds.",
        tag="entries",
        run=entries,
        answer=FoundEntries,
        parameters=(
            Parameter("q", "A query, as in a rule.", text(5_000)),
            Parameter("language", "The language of the query's words, such as de, or none."),
            Parameter("feed", "Only of this feed, by address or name.", text(4_000)),
            Parameter("tag", "Only of feeds with this tag."),
            RULE,
            Parameter("story", "Only of the story that begins with this entry.", number()),
            SINCE,
            UNTIL,
            BEFORE,
            LIMIT,
        ),
        failures=((422, "The query can't be read, or its language isn't known."),),
    )


def _explain(desk: Desk) -> Operation:
    def explain(asked: Asked) -> Explained:
        wanted, name = asked.number("number"), asked.text("rule")
        asked.check()
        past = history_of(desk, wanted or 0, name)
        told = explained(desk.settings, past, explained_rules(desk, past, name), desk.now())
        stored = told.stored
        return Explained(
            entry=stored.id,
            title=stored.entry.title,
            link=stored.entry.link,
            feed=stored.feed_url,
            first_seen_at=stored.first_seen_at,
            stages=told.stages,
            rules=tuple(RuleFate(one.rule, one.fate, one.stages) for one in told.rules),
        )

    return Operation(
        path="/entries/{number}/explain",
        name="explainEntry",
        summary="Why an entry did, or didn't, alert: of one rule, or of those that matched and some others.",
        tag="entries",
        run=explain,
        answer=Explained,
        parameters=(
            path_number("number", "The number of the entry."),
            Parameter("rule", "One rule, by its name."),
        ),
        failures=(_NO_ENTRY,),
    )


def _item(found: FoundEntry) -> EntryItem:
    stored = found.stored
    return EntryItem(
        entry=stored.id,
        title=stored.entry.title,
        summary=stored.entry.summary,
        link=stored.entry.link,
        feed=stored.feed_url,
        feed_name=stored.feed_name,
        published_at=stored.entry.published_at,
        first_seen_at=stored.first_seen_at,
        hits=found.hits,
        rules=tuple(match.rule for match in found.matches),
    )
