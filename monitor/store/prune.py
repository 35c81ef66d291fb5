"""What is no longer kept is taken out, in steps of a few rows, so that nothing else waits for long.

A step looks at the next rows of a part in the order of an index, leaves those that are still needed, and takes out the rest.
Rows that another worker is changing are left for the next time. The row with the highest number stays: SQLite would give
its number to another one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from monitor.model import Keep, Part, Place, PruneStep
from monitor.store import needed, remove
from monitor.store.tables import (
    ACTIVE,
    ALERT,
    ARTICLE,
    ATTEMPT,
    DELIVERY,
    ENTRY,
    ENTRY_KEY,
    FEED,
    NOTICE,
    POLL_RUN,
    REVISION,
    RULE_VERSION,
    SILENCE,
    TOMBSTONE,
    WITH_TEXT,
)

_NOTHING = PruneStep(0, None)
_GOES = false().label("stays")

_Needed = Callable[[Connection, Collection[int]], set[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """How a part is pruned.

    `look` is the query for the rows of before a time, in the order of `key`, and whether each `stays`. Of those that don't,
    by their numbers, some may still be `needed`. `batch`: so many rows are looked at in a step, which takes some milliseconds; some tens
    where words leave the search as well.
    """

    key: Sequence[Column[Any]]
    look: Callable[[datetime], Select[Any]]
    remove: Callable[[Connection, Sequence[Any], datetime], None]
    batch: int
    needed: _Needed | None = None

    @property
    def table(self) -> Table:
        """The table of the rows."""
        return self.key[0].table


def step(connection: Connection, part: Part, keep: Keep, now: datetime, after: Place | None) -> PruneStep:
    """Take out the next rows of a part; see PruneStore.prune."""
    before = keep.before(part, now)
    if before is None:
        return _NOTHING
    kind = _KINDS[part]
    rows = _next(connection, kind, before, after)
    locked = _lock(connection, kind, [row for row in rows if not row.stays])
    going = _unneeded(connection, kind, locked, kind.needed)
    if going:
        kind.remove(connection, going, now)
    return PruneStep(len(going), _last(kind, rows))


def count(connection: Connection, part: Part, keep: Keep, now: datetime, after: Place | None) -> PruneStep:
    """Count what `step` would take out, were all that comes before it gone."""
    before = keep.before(part, now)
    if before is None:
        return _NOTHING
    kind = _KINDS[part]
    rows = _next(connection, kind, before, after)
    old_alerts_gone = partial(needed.entries, alerts_since=keep.before(Part.ALERTS, now))
    ask = old_alerts_gone if part is Part.ENTRIES else kind.needed
    going = _unneeded(connection, kind, [row for row in rows if not row.stays], ask)
    return PruneStep(len(going), _last(kind, rows))


def _next(connection: Connection, kind: _Kind, before: datetime, after: Place | None) -> Sequence[Row[Any]]:
    wanted = kind.look(before).order_by(*kind.key).limit(kind.batch)
    if after is not None:
        reached = [literal(value, column.type) for value, column in zip(after, kind.key, strict=True)]
        wanted = wanted.where(tuple_(*kind.key) > tuple_(*reached))
    return connection.execute(wanted).all()


def _last(kind: _Kind, rows: Sequence[Row[Any]]) -> Place | None:
    return tuple(rows[-1][: len(kind.key)]) if len(rows) == kind.batch else None


def _lock(connection: Connection, kind: _Kind, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Keep rows from others until the transaction ends, and return those that nobody else is changing."""
    if connection.dialect.name == "sqlite" or not rows:
        return rows
    own = list(kind.table.primary_key)
    names = [column.name for column in own]
    keys = [tuple(getattr(row, name) for name in names) for row in rows]
    wanted = select(*own).where(tuple_(*own).in_(keys)).with_for_update(skip_locked=True)
    held = {tuple(row) for row in connection.execute(wanted)}
    return [row for row, key in zip(rows, keys, strict=True) if key in held]


def _unneeded(
    connection: Connection, kind: _Kind, rows: Sequence[Row[Any]], ask: _Needed | None
) -> Sequence[Row[Any]]:
    if ask is None or not rows:
        return rows
    place = len(kind.key) - 1
    still = ask(connection, [row[place] for row in rows])
    return [row for row in rows if row[place] not in still]


def _is_listed(table: Table) -> ColumnElement[bool]:
    """Return whether its feed still lists an entry, as far as that was noted: the feed had other news to note since."""
    return and_(ACTIVE, or_(FEED.c.listed_on.is_(None), table.c.listed_on >= FEED.c.listed_on)).label("stays")


def _texts(before: datetime) -> Select[Any]:
    return select(ARTICLE.c.tried_at, ARTICLE.c.entry_id, _GOES).where(WITH_TEXT, ARTICLE.c.tried_at < before)


def _revisions(before: datetime) -> Select[Any]:
    key = (REVISION.c.seen_at, REVISION.c.entry_id, REVISION.c.number)
    return select(*key, _GOES).where(REVISION.c.seen_at < before)


def _attempts(before: datetime) -> Select[Any]:
    key = (ATTEMPT.c.attempted_at, ATTEMPT.c.delivery_id, ATTEMPT.c.number)
    waits = needed.UNTOLD.label("stays")
    return (
        select(*key, waits)
        .join(DELIVERY, DELIVERY.c.id == ATTEMPT.c.delivery_id)
        .where(ATTEMPT.c.attempted_at < before)
    )


def _told(table: Table, before: datetime) -> Select[Any]:
    return select(table.c.created_at, table.c.id, _GOES).where(
        table.c.created_at < before, ~needed.newest(table)
    )


def _entries(before: datetime) -> Select[Any]:
    return (
        select(ENTRY.c.first_seen_at, ENTRY.c.id, _is_listed(ENTRY))
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .where(ENTRY.c.first_seen_at < before, ~needed.newest(ENTRY))
    )


def _silences(before: datetime) -> Select[Any]:
    over = or_(SILENCE.c.until < before, SILENCE.c.ended_at < before)
    return select(SILENCE.c.id, _GOES).where(over, ~needed.newest(SILENCE))


def _rules(_: datetime) -> Select[Any]:
    # Whatever is kept can be explained by the rules of its time.
    oldest = select(func.min(ENTRY.c.first_seen_at)).scalar_subquery()
    return select(RULE_VERSION.c.id, _GOES).where(RULE_VERSION.c.until < oldest, ~needed.newest(RULE_VERSION))


def _polls(before: datetime) -> Select[Any]:
    # Of each feed there are 200 at most, too few for an index by time.
    return select(POLL_RUN.c.feed_id, POLL_RUN.c.number, (POLL_RUN.c.ended_at >= before).label("stays"))


def _seen(before: datetime) -> Select[Any]:
    return (
        select(TOMBSTONE.c.listed_on, TOMBSTONE.c.entry_id, _is_listed(TOMBSTONE))
        .join(FEED, FEED.c.id == TOMBSTONE.c.feed_id)
        .where(TOMBSTONE.c.listed_on < before.date())
    )


def _keys(_: datetime) -> Select[Any]:
    # All of them are looked at, as an index by entry would be as large as the table.
    kept = select(ENTRY.c.id).where(ENTRY.c.id == ENTRY_KEY.c.entry_id).exists()
    left = select(TOMBSTONE.c.entry_id).where(TOMBSTONE.c.entry_id == ENTRY_KEY.c.entry_id).exists()
    return select(ENTRY_KEY.c.feed_id, ENTRY_KEY.c.key, or_(kept, left).label("stays"))


def _alone(look: Callable[[datetime], Select[Any]], batch: int, *key: Column[Any]) -> _Kind:
    """Return the kind of rows on which nothing hangs, and which nothing needs."""

    def rows(connection: Connection, going: Sequence[Any], _: datetime) -> None:
        remove.rows_of(connection, key[0].table, going)

    return _Kind(key=key, look=look, remove=rows, batch=batch)


_KINDS: Mapping[Part, _Kind] = {
    Part.TEXTS: _Kind(
        key=(ARTICLE.c.tried_at, ARTICLE.c.entry_id),
        look=_texts,
        remove=remove.texts,
        batch=50,
        needed=needed.texts,
    ),
    Part.REVISIONS: _alone(_revisions, 500, REVISION.c.seen_at, REVISION.c.entry_id, REVISION.c.number),
    Part.ATTEMPTS: _alone(_attempts, 500, ATTEMPT.c.attempted_at, ATTEMPT.c.delivery_id, ATTEMPT.c.number),
    Part.ALERTS: _Kind(
        key=(ALERT.c.created_at, ALERT.c.id),
        look=partial(_told, ALERT),
        remove=remove.alerts,
        batch=100,
        needed=needed.alerts,
    ),
    Part.NOTICES: _Kind(
        key=(NOTICE.c.created_at, NOTICE.c.id),
        look=partial(_told, NOTICE),
        remove=remove.notices,
        batch=100,
        needed=needed.notices,
    ),
    Part.ENTRIES: _Kind(
        key=(ENTRY.c.first_seen_at, ENTRY.c.id),
        look=_entries,
        remove=remove.entries,
        batch=50,
        needed=needed.entries,
    ),
    Part.SILENCES: _alone(_silences, 500, SILENCE.c.id),
    Part.RULES: _alone(_rules, 500, RULE_VERSION.c.id),
    Part.POLLS: _alone(_polls, 1000, POLL_RUN.c.feed_id, POLL_RUN.c.number),
    Part.SEEN: _alone(_seen, 500, TOMBSTONE.c.listed_on, TOMBSTONE.c.entry_id),
    Part.KEYS: _alone(_keys, 1000, ENTRY_KEY.c.feed_id, ENTRY_KEY.c.key),
}
