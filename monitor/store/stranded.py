"""Deliveries that wait for channels which aren't configured any more. They stay as they are, to go on if the channel comes back."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, or_, select, update

from monitor.model import DeliveryState, NoticeRecord, StrandedChannel
from monitor.store.engine import Turn, chunks, take_turn
from monitor.store.health import add_notice
from monitor.store.tables import CHANNEL, DELIVERY, HELD, READY

_WHY = "the channel isn't configured any more"


def read(connection: Connection, channels: Collection[str], since: datetime) -> list[StrandedChannel]:
    """Return what should have been sent by `since`; see OwnerStore.read_stranded."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for waiting in (READY, HELD):
        wanted = (waiting, _stranded(channels, since), DELIVERY.c.reported.is_(false()))
        rows = connection.execute(
            select(DELIVERY.c.channel, DELIVERY.c.id)
            .where(*wanted, DELIVERY.c.alert_id.is_not(None))
            .order_by(DELIVERY.c.channel, DELIVERY.c.id)
        )
        for channel, delivery in rows:
            found[channel].append(delivery)
    return [StrandedChannel(channel=name, deliveries=tuple(ids)) for name, ids in sorted(found.items())]


def commit(connection: Connection, record: NoticeRecord, stranded: Sequence[StrandedChannel]) -> bool:
    """Store a notice and that the owner knows; see OwnerStore.commit_stranded."""
    take_turn(connection, Turn.COMMIT_NOTICE)
    ids = [delivery for one in stranded for delivery in one.deliveries]
    marked = 0
    for some in chunks(ids):
        unknown = and_(DELIVERY.c.id.in_(some), DELIVERY.c.reported.is_(false()))
        marked += connection.execute(update(DELIVERY).where(unknown).values(reported=True)).rowcount
    if marked:
        add_notice(connection, record)
    return bool(marked)


def give_up(connection: Connection, channels: Collection[str], before: datetime, now: datetime) -> int:
    """Let die what should have been sent before then; see OwnerStore.give_up_stranded."""
    free = or_(DELIVERY.c.lease.is_(None), DELIVERY.c.lease_until <= now)
    return sum(
        connection.execute(
            update(DELIVERY).where(waiting, _stranded(channels, before), free).values(_DEAD)
        ).rowcount
        for waiting in (READY, HELD)
    )


# What was never settled is settled by that. A notice that nobody could be told of makes no other.
_DEAD: dict[str, Any] = {
    "state": DeliveryState.DEAD.value,
    "next_attempt_at": None,
    "bundle": func.coalesce(DELIVERY.c.bundle, ""),
    "detail": _WHY,
    "reported": case((DELIVERY.c.notice_id.is_not(None), True), else_=DELIVERY.c.reported),
}


def _stranded(channels: Collection[str], since: datetime) -> ColumnElement[bool]:
    return and_(DELIVERY.c.channel.not_in(channels), DELIVERY.c.next_attempt_at <= since)


def hasten(connection: Connection, channels: Collection[str], now: datetime) -> None:
    """Let channels that lead elsewhere now rest no longer, and try at once what they have failed to send."""
    failed = and_(DELIVERY.c.channel.in_(channels), DELIVERY.c.state == DeliveryState.FAILED.value)
    later = DELIVERY.c.next_attempt_at > now
    connection.execute(update(DELIVERY).where(READY, failed, later).values(next_attempt_at=now))
    resting = and_(CHANNEL.c.name.in_(channels), CHANNEL.c.failures > 0)
    connection.execute(update(CHANNEL).where(resting).values(rest_until=None, failures=0))


def waiting(connection: Connection, channels: Collection[str]) -> dict[str, int]:
    """Return how many deliveries wait for each of these channels, as far as some do."""
    return {
        name: count
        for condition in (READY, HELD)
        for name, count in connection.execute(
            select(DELIVERY.c.channel, func.count())
            .where(condition, DELIVERY.c.channel.in_(channels))
            .group_by(DELIVERY.c.channel)
        )
    }
