"""What the owner is told of deliveries that nobody got, and who stands in for a channel that fails."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, select, update

from monitor.model import DeadChannel, DeliveryState, NoticeRecord
from monitor.store.engine import Turn, chunks, insert_into, take_turn
from monitor.store.health import add_notice
from monitor.store.tables import ATTEMPT, DEAD_UNKNOWN, DELIVERY, READY
from monitor.store.timers import DEAD_TIMER, set_timer, timer_due_at

# A channel that refuses all that comes is told of once in this time.
_DEAD_EVERY = timedelta(hours=1)


def read_dead(connection: Connection, now: datetime) -> list[DeadChannel]:
    """Return the dead deliveries of which nobody knows; see OwnerStore.read_dead."""
    due_at = timer_due_at(connection, DEAD_TIMER)
    if due_at is not None and due_at > now:
        return []
    found: defaultdict[str, list[Any]] = defaultdict(list)
    columns = (DELIVERY.c.id, DELIVERY.c.channel, DELIVERY.c.detail)
    for row in connection.execute(
        select(*columns).where(DEAD_UNKNOWN).order_by(DELIVERY.c.channel, DELIVERY.c.id)
    ):
        found[row.channel].append(row)
    return [
        DeadChannel(channel=channel, deliveries=tuple(row.id for row in rows), detail=rows[-1].detail)
        for channel, rows in found.items()
    ]


def commit_dead(connection: Connection, record: NoticeRecord, dead: Sequence[DeadChannel]) -> bool:
    """Store a notice and that the owner knows; see OwnerStore.commit_dead."""
    take_turn(connection, Turn.COMMIT_NOTICE)
    ids = [row_id for channel in dead for row_id in channel.deliveries]
    unknown = sum(_count(connection, DEAD_UNKNOWN, DELIVERY.c.id.in_(some)) for some in chunks(ids))
    if unknown != len(ids):
        return False
    _mark(connection, ids)
    add_notice(connection, record)
    set_timer(connection, DEAD_TIMER, record.created_at, record.created_at + _DEAD_EVERY)
    return True


def _count(connection: Connection, *wanted: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(DELIVERY).where(*wanted)) or 0


def _mark(connection: Connection, ids: Sequence[int]) -> None:
    for some in chunks(ids):
        connection.execute(update(DELIVERY).where(DELIVERY.c.id.in_(some)).values(reported=True))


def escalate(
    connection: Connection, channel: str, to: Sequence[str], *, since: datetime, now: datetime
) -> int:
    """Copy what is dead, or should have been told by `since`, for others; see OwnerStore.escalate."""
    first = select(func.min(ATTEMPT.c.attempted_at)).where(ATTEMPT.c.delivery_id == DELIVERY.c.id)
    waits_since = func.coalesce(first.scalar_subquery(), DELIVERY.c.next_attempt_at)
    late = and_(READY, DELIVERY.c.reported.is_(false()), waits_since <= since)
    rows = [row for wanted in (DEAD_UNKNOWN, late) for row in _untold(connection, wanted, channel)]
    copies = [
        {
            "alert_id": row.alert_id,
            "channel": name,
            "rules": row.rules,
            "state": DeliveryState.PENDING.value,
            "attempts": 0,
            "next_attempt_at": now,
            # The alert may be as old as a delivery may get.
            "revived_at": now,
            "escalated_from": channel,
        }
        for row in rows
        for name in to
    ]
    told = 0
    for some in chunks(copies):
        new = insert_into(connection, DELIVERY).on_conflict_do_nothing(
            index_elements=[DELIVERY.c.alert_id, DELIVERY.c.channel]
        )
        told += len(connection.execute(new.returning(DELIVERY.c.id), some).all())
    _mark(connection, [row.id for row in rows])
    return told


def _untold(connection: Connection, wanted: ColumnElement[bool], channel: str) -> Sequence[Any]:
    """Return those deliveries of a channel that others may be told of instead."""
    return connection.execute(
        select(DELIVERY.c.id, DELIVERY.c.alert_id, DELIVERY.c.rules)
        .where(
            wanted,
            DELIVERY.c.channel == channel,
            DELIVERY.c.bundle.is_not(None),
            DELIVERY.c.alert_id.is_not(None),
            DELIVERY.c.escalated_from.is_(None),
        )
        .order_by(DELIVERY.c.id)
    ).all()
