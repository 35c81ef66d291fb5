"""The entries that may be what is looked for, the newest first: those that the index finds, and those not filed yet."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, func, select

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
# Numbers are given out in the order of time, but for polls that took longer than others: less than this.
_SKEW = timedelta(hours=1)


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
        low, high = self._span(self._among.since, self._among.until)
        size = _FIRST_PAGE
        while page := self._page(low, high, size):
            yield from filter(self._is_in_time, self._read(page))
            high, size = page[-1] - 1, min(2 * size, _LONGEST_PAGE)

    def count(self) -> int:
        """Return how many there are; one that is to be filed anew counts twice."""
        since, until = self._among.since, self._among.until
        if self._asked is None:
            return self._count_all(since, until)
        return self._count_found(*self._span(since, until))

    def counts(self, moments: Sequence[datetime]) -> tuple[int, ...]:
        """Return about how many there are between each two of some `moments`, in order."""
        if self._asked is None:
            return tuple(self._count_all(since, until) for since, until in pairwise(moments))
        numbers = [_next_number(self._connection, moment) for moment in moments]
        return tuple(self._count_found(low, after - 1) for low, after in pairwise(numbers))

    def matches(self, ids: Collection[int]) -> dict[tuple[int, str], Match]:
        """Return what entries matched when they came, by entry and rule."""
        found: dict[tuple[int, str], Match] = {}
        for chunk in chunks(ids):
            found |= read_matches(self._connection, chunk)
        return found

    def _span(self, since: datetime | None, until: datetime | None) -> tuple[int, int]:
        """Return the first and the last number that an entry may have, (0, -1) for none."""
        low, high = _span(self._connection, since, until)
        before = self._among.before
        return low, high if before is None else min(high, before - 1)

    def _count_all(self, since: datetime | None, until: datetime | None) -> int:
        # The index over the times is smaller than the entries.
        older = () if self._among.before is None else (ENTRY.c.id < self._among.before,)
        counted = select(func.count()).where(*_within(since, until), *older, *self._conditions)
        return self._connection.scalar(counted.select_from(ENTRY)) or 0

    def _count_found(self, low: int, high: int) -> int:
        counts = (select(func.count()).select_from(wanted.subquery()) for wanted in self._sources(low, high))
        return sum(self._connection.scalar(each, {"asked": self._asked}) or 0 for each in counts)

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
        feeds: BindParameter[list[int]] = bindparam(
            "feeds", sorted(among.feeds), expanding=True, literal_execute=True
        )
        yield (ENTRY.c.feed_id + 0).in_(feeds)
    if among.rule is not None:
        yield ENTRY.c.id.in_(select(MATCH.c.entry_id).where(MATCH.c.rule == among.rule))
    if among.story is not None:
        yield ENTRY.c.id.in_(select(STORY_MEMBER.c.entry_id).where(STORY_MEMBER.c.story_id == among.story))


def _within(since: datetime | None, until: datetime | None) -> Iterator[ColumnElement[bool]]:
    if since is not None:
        yield ENTRY.c.first_seen_at >= since
    if until is not None:
        yield ENTRY.c.first_seen_at < until


def _span(connection: Connection, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """Return the least and the greatest number of an entry that was first seen between two moments."""
    seen = ENTRY.c.first_seen_at
    within = tuple(_within(since, until))
    first, last = (connection.scalar(select(edge(seen)).where(*within)) for edge in (func.min, func.max))
    if first is None or last is None:
        return 0, -1
    lows, highs = seen.between(first, first + _SKEW), seen.between(last - _SKEW, last)
    low = connection.scalar(select(func.min(_NUMBER)).where(lows)) if since else 0
    high = connection.scalar(select(func.max(_NUMBER)).where(highs)) if until else _NO_END
    return low or 0, high or 0


def _next_number(connection: Connection, moment: datetime) -> int:
    """Return about the least number of an entry that was first seen from a moment on."""
    first = select(ENTRY.c.id).where(ENTRY.c.first_seen_at >= moment).order_by(ENTRY.c.first_seen_at).limit(1)
    return connection.scalar(first) or _NO_END


# What is added keeps databases from going through all entries in the order of their numbers.
_NUMBER = ENTRY.c.id + 0
