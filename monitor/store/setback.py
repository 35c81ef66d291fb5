"""A clock that is put back: what was planned by it comes as soon as it would have come."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, bindparam, func, or_, select, update

from monitor.model import DIGEST_BUNDLE, QUIET_BUNDLE
from monitor.store.tables import ACTIVE, ARTICLE, CHANNEL, DELIVERY, FEED, HELD

# Clocks that keep the time differ by less.
_TOLERANCE = timedelta(seconds=5)
_PLANNED = (
    *(FEED.c.next_poll_at, FEED.c.retry_until, FEED.c.lease_until),
    *(ARTICLE.c.next_attempt_at, ARTICLE.c.host_free_at, ARTICLE.c.lease_until),
    *(CHANNEL.c.rest_until, CHANNEL.c.full_at, DELIVERY.c.lease_until),
)
# What is counted from.
_DONE = (FEED.c.polled_at, DELIVERY.c.sent_at)
# Quiet hours and digests come by the clock on the wall, whatever it shows.
_WAITS = or_(~HELD, DELIVERY.c.bundle.not_in((QUIET_BUNDLE, DIGEST_BUNDLE)))


def last_poll(connection: Connection) -> datetime | None:
    """Return when a feed was polled for the last time, by the clock of then."""
    polled_at: datetime | None = connection.scalar(select(func.max(FEED.c.polled_at)).where(ACTIVE))
    return polled_at


def follow(connection: Connection, seen: datetime | None, now: datetime) -> bool:
    """Bring all forward when the clock, which has shown `seen` before, shows an earlier time `now`; tell whether it does."""
    if seen is None or seen <= now + _TOLERANCE:
        return False
    by = seen - now
    for column in _PLANNED:
        _move(connection, column, now, lambda planned: max(planned - by, now))
    _move(connection, DELIVERY.c.next_attempt_at, now, lambda planned: max(planned - by, now), _WAITS)
    for column in _DONE:
        _move(connection, column, now, lambda done: min(done - by, now))
    return True


def _move(
    connection: Connection,
    column: Column[datetime],
    now: datetime,
    move: Callable[[datetime], datetime],
    *those: ColumnElement[bool],
) -> None:
    """Move the moments of a column that are still to come."""
    (key,) = column.table.primary_key
    rows = connection.execute(select(key, column).where(column > now, *those).order_by(key)).all()
    moved = [{"row": row[0], "moment": move(row[1])} for row in rows]
    if moved:
        change = update(column.table).where(key == bindparam("row"))
        connection.execute(change.values({column: bindparam("moment")}), moved)
