"""What is settled before it is tried, and what `monitor.alert.settle` wants to know for that."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, bindparam, func, or_, select, update

from monitor.model import DeliveryState, GroupState, Settled, Unsettled
from monitor.store.alerts import WITH_ABOUT, read_briefly
from monitor.store.engine import chunks
from monitor.store.tables import BUNDLED, DELIVERY, HELD, READY, UNSETTLED


def unsettled(
    connection: Connection, now: datetime, channels: Collection[str], limit: int
) -> list[Unsettled]:
    """Return what is to be settled; see Outbox.unsettled_deliveries."""
    new = _read(connection, UNSETTLED, DELIVERY.c.id, channels, limit)
    due = DELIVERY.c.next_attempt_at <= now
    held = _read(connection, HELD & due, DELIVERY.c.next_attempt_at, channels, limit - len(new))
    return [*new, *held]


def _read(
    connection: Connection, wanted: ColumnElement[bool], first: Any, channels: Collection[str], limit: int
) -> list[Unsettled]:
    found = WITH_ABOUT.where(wanted, DELIVERY.c.channel.in_(channels)).order_by(first).limit(limit)
    return [
        Unsettled(
            id=row.id,
            channel=row.channel,
            rules=tuple(row.rules),
            created_at=row.created_at,
            about=read_briefly(row),
            story=row.story_id,
            language=row.language,
            bundle=row.bundle,
        )
        for row in connection.execute(found)
    ]


def read_groups(
    connection: Connection, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], GroupState]:
    """Return how the groups (channel and bundle) stand; see Outbox.read_groups."""
    found = {}
    for channel, bundle in keys:
        row = connection.execute(_GROUP, {"its_channel": channel, "its_bundle": bundle}).one()
        found[channel, bundle] = GroupState(due_at=row.due_at, sent_at=row.sent_at)
    return found


def _in_group(*states: DeliveryState) -> tuple[ColumnElement[bool], ...]:
    return (
        BUNDLED,
        DELIVERY.c.channel == bindparam("its_channel"),
        DELIVERY.c.bundle == bindparam("its_bundle"),
        DELIVERY.c.state.in_([state.value for state in states]),
    )


# Two questions, so that each reads one end of the index: a group of long standing has sent thousands.
_GROUP = select(
    select(func.min(DELIVERY.c.next_attempt_at))
    .where(*_in_group(DeliveryState.HELD, DeliveryState.PENDING))
    .scalar_subquery()
    .label("due_at"),
    select(func.max(DELIVERY.c.sent_at))
    .where(*_in_group(DeliveryState.SENT))
    .scalar_subquery()
    .label("sent_at"),
)


def settle(connection: Connection, settled: Sequence[Settled]) -> None:
    """Store what becomes of deliveries; see Outbox.settle_deliveries."""
    alike = defaultdict(list)
    for one in settled:
        alike[replace(one, delivery_id=0)].append(one.delivery_id)
    for what, ids in alike.items():
        for some in chunks(ids):
            connection.execute(_settle(what), {"ids": some})


def _settle(what: Settled) -> Update:
    return (
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(_TO_SETTLE))
        .values(
            state=what.state.value,
            bundle=what.bundle,
            next_attempt_at=None if what.state is DeliveryState.SUPPRESSED else what.due_at,
            detail=what.detail,
            silence_id=what.silence,
            importance=what.importance,
        )
    )


# What another worker is settling at this moment is left to it: none waits for another that waits for it.
_TO_SETTLE = (
    select(DELIVERY.c.id)
    .where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)), or_(UNSETTLED, HELD))
    .with_for_update(skip_locked=True)
)


def backlog(connection: Connection) -> tuple[int, int]:
    """Return how many deliveries are to be sent, and how many are held on purpose."""

    def count(wanted: ColumnElement[bool]) -> int:
        return connection.scalar(select(func.count()).select_from(DELIVERY).where(wanted)) or 0

    return count(READY), count(HELD)
