"""The entries that may be what is looked for, the newest first: those that the index finds, and those not filed yet."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import chain, pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from monitor.match.presearch import Presearch, forms_in
from monitor.model import Among, Match, StoredEntry, StoredFeed
from monitor.store.alerts import feed_name, read_matches
from monitor.store.engine import chunks
from monitor.store.entries import read_stored, stored_entries
from monitor.store.search import index, words
from monitor.store.search.tables import UNFILED
from monitor.store.tables import ENTRY, FEED, MATCH, STORY_MEMBER

# As many as are shown at once, and then more: most of those who look are shown the first ones only.
_FIRST_PAGE = 50
_LONGEST_PAGE = 400
_NO_END = 2**62


def read_feeds(connection: Connection) -> tuple[StoredFeed, ...]:
    """Return all feeds, those out of use too."""
    rows = connection.execute(select(FEED.c.id, FEED.c.url, FEED.c.name, FEED.c.title, FEED.c.language))
    return tuple(
        StoredFeed(
            id=row.id, url=row.url, name=feed_name(row.name, row.title, row.url), language=row.language
        )
        for row in rows
    )


class Candidates:
    """Entries `among` others that have what is `asked` for, None: all of them.

    They are read within one transaction, so that nothing is filed, or changes, while somebody looks.
    """

    def __init__(self, connection: Connection, asked: Presearch | None, among: Among) -> None:
        self._connection = connection
        self._among = among
        self._asked: str | None = None
        if asked is not None:
            forms = words.tokens_of(connection, set(forms_in(asked)))
            self._asked = index.spelled(connection, asked, forms)
        self._conditions = tuple(_conditions(among))

    def entries(self) -> Iterator[StoredEntry]:
        """Yield the entries, the newest first."""
        low, high = self._span()
        size = _FIRST_PAGE
        while page := self._page(low, high, size):
            yield from filter(self._is_in_time, self._read(page))
            high, size = page[-1] - 1, min(2 * size, _LONGEST_PAGE)

    def count(self) -> int:
        """Return how many there are; one that is to be filed anew counts twice."""
        return self._count(*self._span())

    def counts(self, moments: Sequence[datetime]) -> tuple[int, ...]:
        """Return how many there are between each two of some `moments`, in order."""
        spans = (_span(self._connection, since, until) for since, until in pairwise(moments))
        return tuple(0 if span is None else self._count(*span) for span in spans)

    def matches(self, ids: Collection[int]) -> dict[tuple[int, str], Match]:
        """Return what entries matched when they came, by entry and rule."""
        found: dict[tuple[int, str], Match] = {}
        for chunk in chunks(ids):
            found |= read_matches(self._connection, chunk)
        return found

    def _span(self) -> tuple[int, int]:
        """Return the first and the last number that an entry may have."""
        among = self._among
        span = _span(self._connection, among.since, among.until) or (0, -1)
        return span if among.before is None else (span[0], min(span[1], among.before - 1))

    def _count(self, low: int, high: int) -> int:
        counted = (select(func.count()).select_from(wanted.subquery()) for wanted in self._sources(low, high))
        return sum(self._connection.scalar(each, {"asked": self._asked}) or 0 for each in counted)

    def _page(self, low: int, high: int, size: int) -> list[int]:
        pages = (
            self._connection.scalars(
                wanted.order_by(wanted.selected_columns[0].desc()).limit(size), {"asked": self._asked}
            )
            for wanted in self._sources(low, high)
        )
        return sorted(set(chain.from_iterable(pages)), reverse=True)[:size]

    def _sources(self, low: int, high: int) -> Iterator[Select[Any]]:
        """Yield the queries for the numbers of the candidates: there may be an entry in both."""
        if self._asked is None:
            yield select(ENTRY.c.id).where(ENTRY.c.id.between(low, high), *self._conditions)
            return
        for own, source, is_met in (
            (index.entry_id(self._connection), index.INDEX, (index.is_met(self._connection),)),
            (UNFILED.c.entry_id, UNFILED, ()),
        ):
            joined = source.join(ENTRY, ENTRY.c.id == own) if self._conditions else source
            yield select(own).select_from(joined).where(*is_met, own.between(low, high), *self._conditions)

    def _read(self, ids: Collection[int]) -> Iterator[StoredEntry]:
        wanted = stored_entries(ENTRY.c.id.in_(ids)).order_by(ENTRY.c.id.desc())
        return map(read_stored, self._connection.execute(wanted))

    def _is_in_time(self, stored: StoredEntry) -> bool:
        since, until = self._among.since, self._among.until
        return (since is None or stored.first_seen_at >= since) and (
            until is None or stored.first_seen_at < until
        )


def _conditions(among: Among) -> Iterator[ColumnElement[bool]]:
    if among.feeds is not None:
        # The words find fewer entries than the feeds do: what is added keeps databases from beginning with these.
        feeds = bindparam("feeds", sorted(among.feeds), expanding=True, literal_execute=True)
        yield (ENTRY.c.feed_id + 0).in_(feeds)
    if among.rule is not None:
        yield ENTRY.c.id.in_(select(MATCH.c.entry_id).where(MATCH.c.rule == among.rule))
    if among.story is not None:
        yield ENTRY.c.id.in_(select(STORY_MEMBER.c.entry_id).where(STORY_MEMBER.c.story_id == among.story))


def _span(connection: Connection, since: datetime | None, until: datetime | None) -> tuple[int, int] | None:
    """Return the least and the greatest number of an entry that was first seen between two moments.

    Numbers are given out in the order of time, but for moments, and clocks that are set.
    """
    wanted = select(ENTRY.c.id)
    if since is None and until is None:
        return 0, _NO_END
    if since is not None:
        wanted = wanted.where(ENTRY.c.first_seen_at >= since)
    if until is not None:
        wanted = wanted.where(ENTRY.c.first_seen_at < until)
    # What is added keeps databases from going through all entries in the order of their numbers.
    number = wanted.subquery().c.id + 0
    row = connection.execute(select(func.min(number), func.max(number))).one()
    return None if row[0] is None else (row[0], row[1])
