"""How much of everything there is, for the metrics: asked often, so that each question has its index."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, text

from monitor import health
from monitor.model import DeliveryState, FeedState, Reason, Standing
from monitor.store import workers
from monitor.store.feeds import IS_DUE, read_activity
from monitor.store.size import count_rows
from monitor.store.tables import (
    ALERT,
    ARTICLE,
    DEAD,
    DELIVERY,
    ENTRY,
    FEED,
    HELD,
    NOTICE,
    READY,
    WAITING,
    WATCHED,
)

# A tick claims what is due within a second; what has waited for so long is overdue.
_OVERDUE = timedelta(minutes=1)


def read(connection: Connection, now: datetime) -> Standing:
    """Return how things stand."""
    first, overdue = connection.execute(_LATE, {"now": now, "overdue": now - _OVERDUE}).one()
    ready = connection.execute(_READY).all()
    return Standing(
        deliveries={(channel, DeliveryState(state)): count for channel, state, count, _ in ready}
        | _waiting(connection, HELD, DeliveryState.HELD)
        | _waiting(connection, DEAD, DeliveryState.DEAD),
        waiting_since=_waiting_since(connection, ready),
        feeds=_feeds(connection, now),
        overdue=overdue,
        due_since=first,
        articles=connection.scalar(select(func.count()).select_from(ARTICLE).where(WAITING)) or 0,
        entries=count_rows(connection, ENTRY),
        size=connection.scalar(_SIZE[connection.dialect.name]) or 0,
        workers=workers.count(connection, now),
    )


def _waiting(
    connection: Connection, wanted: ColumnElement[bool], state: DeliveryState
) -> dict[tuple[str, DeliveryState], int]:
    rows = connection.execute(
        select(DELIVERY.c.channel, func.count()).where(wanted).group_by(DELIVERY.c.channel)
    )
    return {(channel, state): count for channel, count in rows}


def _waiting_since(connection: Connection, ready: Any) -> dict[str, datetime]:
    """Return when the oldest delivery of each channel was made; ids count in that order."""
    first: dict[str, int] = {}
    for channel, _, _, delivery_id in ready:
        first[channel] = min(delivery_id, first.get(channel, delivery_id))
    return dict(connection.execute(_MADE, {"ids": list(first.values())}).all())


def _feeds(connection: Connection, now: datetime) -> Counter[FeedState]:
    """Return how many feeds are in each state; only of those that may be stale a row is read."""
    counts = Counter[FeedState]()
    for reason, count in connection.execute(_REASONS):
        counts[health.state_of(Reason(reason) if reason else None, None, None)] += count
    quiet = connection.execute(_QUIET, {"since": now - health.SHORTEST_SILENCE})
    stale = sum(_is_stale(row) for row in quiet)
    return counts + Counter({FeedState.STALE: stale}) - Counter({FeedState.OK: stale})


def _is_stale(row: Any) -> bool:
    state = health.state_of(Reason(row.reason), row.succeeded_at, read_activity(row))
    return state is FeedState.STALE


# Built once, as all that is asked often.
_LATE = select(
    func.min(FEED.c.next_poll_at), func.count().filter(FEED.c.next_poll_at <= bindparam("overdue"))
).where(IS_DUE)
_READY = (
    select(DELIVERY.c.channel, DELIVERY.c.state, func.count(), func.min(DELIVERY.c.id))
    .where(READY)
    .group_by(DELIVERY.c.channel, DELIVERY.c.state)
)
_MADE = (
    select(DELIVERY.c.channel, func.coalesce(DELIVERY.c.revived_at, ALERT.c.created_at, NOTICE.c.created_at))
    .outerjoin(ALERT, ALERT.c.id == DELIVERY.c.alert_id)
    .outerjoin(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
    .where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
)
_REASONS = select(FEED.c.reason, func.count()).where(WATCHED).group_by(FEED.c.reason)
_QUIET = select(
    *(FEED.c[name] for name in ("reason", "succeeded_at", "last_new_at", "longest_gap")),
    *(FEED.c[name] for name in ("watched_entries", "watched_days")),
).where(
    WATCHED,
    FEED.c.reason.is_not(None),
    FEED.c.last_new_at < bindparam("since"),
    FEED.c.watched_entries >= FEED.c.watched_days * health.USUAL_PER_DAY,
)
_SIZE = {
    "sqlite": text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
    "postgresql": text("SELECT pg_database_size(current_database())"),
}
