"""What is settled before it is tried, and what `monitor.alert.settle` wants to know for that."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, update

from monitor.model import Alert, DeliveryState, GroupState, Settled, Unsettled
from monitor.store.alerts import read_abouts
from monitor.store.engine import chunks
from monitor.store.tables import ALERT, BUNDLED, DELIVERY, ENTRY, FEED, HELD, READY, UNSETTLED


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
    rows = connection.execute(
        select(DELIVERY).where(wanted, DELIVERY.c.channel.in_(channels)).order_by(first).limit(limit)
    ).all()
    abouts = read_abouts(connection, rows, outlets=False)
    languages = _languages(connection, [row.alert_id for row in rows if row.alert_id is not None])
    return [
        Unsettled(
            id=row.id,
            channel=row.channel,
            rules=tuple(row.rules),
            created_at=about.created_at,
            about=about,
            story=about.story if isinstance(about, Alert) else None,
            language=languages.get(row.alert_id),
            bundle=row.bundle,
        )
        for row in rows
        for about in [abouts[row.id]]
    ]


def _languages(connection: Connection, alerts: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in chunks(alerts):
        rows = connection.execute(
            select(ALERT.c.id, FEED.c.language)
            .join(ENTRY, ENTRY.c.id == ALERT.c.entry_id)
            .join(FEED, FEED.c.id == ENTRY.c.feed_id)
            .where(ALERT.c.id.in_(some), FEED.c.language.is_not(None))
        )
        found.update(rows.all())
    return found


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
    rows = [
        {
            "its_id": one.delivery_id,
            "state": one.state.value,
            "bundle": one.bundle,
            "next_attempt_at": None if one.state is DeliveryState.SUPPRESSED else one.due_at,
            "detail": one.detail,
            "silence_id": one.silence,
            "importance": one.importance,
        }
        # In one order for all workers, so that none waits for another that waits for it.
        for one in sorted(settled, key=lambda one: one.delivery_id)
    ]
    if rows:
        connection.execute(_SETTLE, rows)


_SETTLE = update(DELIVERY).where(DELIVERY.c.id == bindparam("its_id"), or_(UNSETTLED, HELD))


def backlog(connection: Connection) -> tuple[int, int]:
    """Return how many deliveries are to be sent, and how many are held on purpose."""

    def count(wanted: ColumnElement[bool]) -> int:
        return connection.scalar(select(func.count()).select_from(DELIVERY).where(wanted)) or 0

    return count(READY), count(HELD)
