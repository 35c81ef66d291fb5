"""Entries as they are stored, for those who ask later: `match`, `explain` and `backtest`."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Column, ColumnElement, Connection, Select, delete, func, or_, select

from monitor.identity import SECOND_KINDS, canonical_link, kind_of
from monitor.model import (
    ArticleState,
    EntryHistory,
    Match,
    PastArticle,
    PlannedDelivery,
    Reason,
    StoredEntry,
)
from monitor.store import history, rules
from monitor.store.alerts import feed_name, read_entry, read_matches
from monitor.store.engine import chunks
from monitor.store.known import read_revisions
from monitor.store.outbox import add_alerts, add_matches
from monitor.store.past import past_deliveries
from monitor.store.tables import ALERT, ARTICLE, DELIVERY, ENTRY, ENTRY_KEY, FEED, MATCH

# How many entries are read at once.
_BATCH = 500
# A lease of a poll, within which it has to commit.
_SIDE_BY_SIDE = timedelta(minutes=10)
# As many as a person looks through when a headline is given.
_MOST_FOUND = 10


def count_since(connection: Connection, since: datetime) -> int:
    """Return how many entries were first seen since then."""
    later = ENTRY.c.id > last_before(connection, since)
    return connection.scalar(select(func.count()).where(later, ENTRY.c.first_seen_at >= since)) or 0


def oldest_at(connection: Connection) -> datetime | None:
    """Return when the first of the entries was first seen, None when there is none."""
    oldest: datetime | None = connection.scalar(select(ENTRY.c.first_seen_at).order_by(ENTRY.c.id).limit(1))
    return oldest


def last_before(connection: Connection, since: datetime, time: Column[Any] = ENTRY.c.first_seen_at) -> int:
    """Return an id after which all rows of a table come whose `time` is since then, and few others.

    Ids and times grow together, but for workers that commit side by side: a bisection of the ids, that long before.
    """
    early, number = since - _SIDE_BY_SIDE, time.table.c.id
    low, high = 0, connection.scalar(select(func.max(number))) or 0
    while low < high:
        middle = (low + high) // 2
        seen = select(time).where(number > middle).order_by(number).limit(1)
        seen_at = connection.scalar(seen)
        low, high = (middle + 1, high) if seen_at is not None and seen_at < early else (low, middle)
    return low


def read_after(connection: Connection, last: int, since: datetime) -> list[StoredEntry]:
    """Return the next entries after the id `last` that were first seen since then, some of them at a time."""
    wanted = (
        stored_entries(ENTRY.c.id > last, ENTRY.c.first_seen_at >= since).order_by(ENTRY.c.id).limit(_BATCH)
    )
    return [read_stored(row) for row in connection.execute(wanted)]


def find(connection: Connection, which: str) -> tuple[StoredEntry, ...]:
    """Return the entries that `which` may mean, the newest first, at most _MOST_FOUND.

    `which` is an entry's number, its link or guid, or a part of its title.
    """
    for condition in _meanings(which):
        wanted = stored_entries(condition).order_by(ENTRY.c.id.desc()).limit(_MOST_FOUND)
        if rows := connection.execute(wanted).all():
            return tuple(map(read_stored, rows))
    return _find_page(connection, which)


def _meanings(which: str) -> Iterator[ColumnElement[bool]]:
    if which.isdecimal() and len(which) < 19:
        yield ENTRY.c.id == int(which)
    yield or_(ENTRY.c.link == which, ENTRY.c.guid == which)
    if "://" not in which:
        yield ENTRY.c.title.icontains(which, autoescape=True)


def _find_page(connection: Connection, link: str) -> tuple[StoredEntry, ...]:
    """Return the entries whose link is another spelling of `link`."""
    page, path = canonical_link(link), urlsplit(link).path.strip("/")
    if page is None or not path:
        return ()
    rows = connection.execute(
        stored_entries(ENTRY.c.link.contains(path, autoescape=True)).order_by(ENTRY.c.id.desc())
    )
    return tuple(read_stored(row) for row in rows if canonical_link(row.link) == page)[:_MOST_FOUND]


def read_history(connection: Connection, stored: StoredEntry, names: Iterable[str]) -> EntryHistory:
    """Return all that came of an entry, with the rules of these names as they were when it came."""
    versions = {name: rules.in_force(connection, name, stored.first_seen_at) for name in names}
    keys = connection.scalars(select(ENTRY_KEY.c.key).where(ENTRY_KEY.c.entry_id == stored.id))
    return EntryHistory(
        stored=stored,
        keys=tuple(sorted({kind_of(key) for key in keys}.difference(SECOND_KINDS))),
        poll=history.poll_at(connection, stored.feed_url, stored.first_seen_at),
        versions={name: version for name, version in versions.items() if version},
        matches=tuple(read_matches(connection, [stored.id]).values()),
        article=_article(connection, stored.id),
        deliveries=past_deliveries(connection, stored.id),
        changes=connection.scalar(select(ENTRY.c.changes).where(ENTRY.c.id == stored.id)) or 0,
        revisions=read_revisions(connection, stored.id),
    )


def untold(
    connection: Connection, entry_ids: Iterable[int], channels: Collection[str]
) -> dict[int, tuple[str, ...]]:
    """Return which of `channels` were never told of an entry, for each that has such."""
    told: set[tuple[int, str]] = set()
    wanted = list(dict.fromkeys(entry_ids))
    for chunk in chunks(wanted):
        rows = connection.execute(
            select(ALERT.c.entry_id, DELIVERY.c.channel)
            .join(DELIVERY, DELIVERY.c.alert_id == ALERT.c.id)
            .where(ALERT.c.entry_id.in_(chunk))
        )
        told.update((row.entry_id, row.channel) for row in rows)
    left = {each: tuple(name for name in channels if (each, name) not in told) for each in wanted}
    return {entry_id: names for entry_id, names in left.items() if names}


def add_past_alerts(
    connection: Connection, rule: str, channels: Collection[str], matches: Mapping[int, Match], now: datetime
) -> int:
    """Alert on stored entries (by id) for `rule`, in those of `channels` that were never told of them.

    Return the number of alerts.
    """
    left = untold(connection, _kept(connection, matches), channels)
    for chunk in chunks(left):
        connection.execute(delete(MATCH).where(MATCH.c.entry_id.in_(chunk), MATCH.c.rule == rule))
    add_matches(connection, [(entry_id, [matches[entry_id]]) for entry_id in left])
    planned = [
        (entry_id, [PlannedDelivery(name, (rule,)) for name in names]) for entry_id, names in left.items()
    ]
    add_alerts(connection, planned, now)
    return len(left)


def _kept(connection: Connection, ids: Iterable[int]) -> list[int]:
    """Return those of the ids, in their order, whose entries weren't pruned meanwhile."""
    wanted = list(ids)
    rows = (connection.scalars(select(ENTRY.c.id).where(ENTRY.c.id.in_(chunk))) for chunk in chunks(wanted))
    found = {entry_id for some in rows for entry_id in some}
    return [entry_id for entry_id in wanted if entry_id in found]


def stored_entries(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the query for entries, as `read_stored` reads them."""
    return (
        select(
            ENTRY,
            FEED.c.url.label("feed_url"),
            FEED.c.name.label("feed_name"),
            FEED.c.title.label("feed_title"),
            FEED.c.language.label("feed_language"),
            ARTICLE.c.text,
            ARTICLE.c.tried_at,
            ARTICLE.c.url.label("page_url"),
        )
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .outerjoin(ARTICLE, ARTICLE.c.entry_id == ENTRY.c.id)
        .where(*conditions)
    )


def read_stored(row: Any) -> StoredEntry:
    """Return the entry in a row of `stored_entries`."""
    return StoredEntry(
        id=row.id,
        entry=read_entry(row),
        feed_url=row.feed_url,
        feed_name=feed_name(row.feed_name, row.feed_title, row.feed_url),
        feed_language=row.feed_language,
        first_seen_at=row.first_seen_at,
        baseline=row.baseline,
        held=row.held,
        known_by=row.known_by,
        text=row.text,
        read_at=None if row.text is None else row.tried_at,
        page_url=row.page_url,
    )


def _article(connection: Connection, entry_id: int) -> PastArticle | None:
    row = connection.execute(select(ARTICLE).where(ARTICLE.c.entry_id == entry_id)).one_or_none()
    if row is None:
        return None
    return PastArticle(
        state=ArticleState(row.state),
        rules=tuple(row.rules),
        attempts=row.attempts,
        reason=Reason(row.reason) if row.reason else None,
        detail=row.detail,
        tried_at=row.tried_at,
        next_attempt_at=row.next_attempt_at,
        pruned_at=row.pruned_at,
    )
