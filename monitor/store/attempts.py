"""What an attempt changes: the deliveries of its message, the channel, and those that wait behind them."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, insert, update

from monitor.model import AttemptRecord, ChannelPace, Decision, DeliveryState
from monitor.store.engine import chunks, insert_into
from monitor.store.leases import lost
from monitor.store.tables import ATTEMPT, CHANNEL, DELIVERY, DELIVERY_LEASED, READY


def record_attempt(connection: Connection, record: AttemptRecord) -> None:
    """Store what came of an attempt; see Outbox.record_attempt."""
    message = record.message
    numbers = _finish(connection, record)
    for each in message.deliveries:
        if each.id not in numbers:
            raise lost(DELIVERY, each.id)
    attempt = {
        "attempted_at": record.attempted_at,
        "status": record.outcome.status.value,
        "detail": record.outcome.detail,
    }
    connection.execute(
        _ATTEMPT, [attempt | {"delivery_id": row_id, "number": n} for row_id, n in numbers.items()]
    )
    if _is_news(record):
        _set_pace(connection, message.channel, record.pace)
    if message.pace.failures and not record.pace.failures:
        _hasten(connection, record)
    if record.gives_back:
        give_back(connection, message.channel, message.lease)


def _finish(connection: Connection, record: AttemptRecord) -> dict[int, int]:
    """Change the deliveries that are still leased, and return the numbers of their attempts."""
    alike: defaultdict[Decision, list[int]] = defaultdict(list)
    for delivery, decision in zip(record.message.deliveries, record.decisions, strict=True):
        alike[decision].append(delivery.id)
    numbers: dict[int, int] = {}
    for decision, ids in alike.items():
        values = _changes(record, decision)
        for some in chunks(ids):
            numbers.update(connection.execute(_FINISH, values | {"ids": some}).all())
    return numbers


def _changes(record: AttemptRecord, decision: Decision) -> dict[str, Any]:
    dead = decision.state is DeliveryState.DEAD
    return {
        "held_by": record.message.lease,
        "new_state": decision.state.value,
        "next_at": decision.next_attempt_at,
        "why": record.outcome.detail if dead else "",
        "sent": record.attempted_at if decision.state is DeliveryState.SENT else None,
        "dead": dead,
    }


# Built once: to build a statement takes longer than to run it, and these run for each message.
_ATTEMPT = insert(ATTEMPT)
_FINISH = (
    update(DELIVERY)
    .where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)), DELIVERY.c.lease == bindparam("held_by"))
    .values(
        state=bindparam("new_state"),
        next_attempt_at=bindparam("next_at"),
        attempts=DELIVERY.c.attempts + 1,
        detail=bindparam("why"),
        sent_at=bindparam("sent"),
        # A notice that nobody could be told of makes no other.
        reported=case((bindparam("dead"), DELIVERY.c.notice_id.is_not(None)), else_=DELIVERY.c.reported),
        lease=None,
        lease_until=None,
    )
    .returning(DELIVERY.c.id, DELIVERY.c.attempts)
)


def _is_news(record: AttemptRecord) -> bool:
    """Tell whether the channel's pace is to be stored: a rest that ends at once is none."""
    before, after = record.message.pace, record.pace
    rests = after.rest_until is not None and after.rest_until > record.attempted_at
    return rests or (after.failures, after.full_at) != (before.failures, before.full_at)


def _set_pace(connection: Connection, channel: str, pace: ChannelPace) -> None:
    values = {"rest_until": pace.rest_until, "failures": pace.failures, "full_at": pace.full_at}
    new = insert_into(connection, CHANNEL).values(name=channel, **values)
    connection.execute(new.on_conflict_do_update(index_elements=[CHANNEL.c.name], set_=values))


def _hasten(connection: Connection, record: AttemptRecord) -> None:
    """Make all that failed due: the channel is well again."""
    failed = and_(
        READY, DELIVERY.c.channel == record.message.channel, DELIVERY.c.state == DeliveryState.FAILED.value
    )
    connection.execute(update(DELIVERY).where(failed).values(next_attempt_at=record.attempted_at))


def give_back(connection: Connection, channel: str, lease: str) -> None:
    """Give back what else is leased of a channel by this lease."""
    leased = and_(DELIVERY_LEASED, DELIVERY.c.channel == channel, DELIVERY.c.lease == lease)
    connection.execute(update(DELIVERY).where(leased).values(lease=None, lease_until=None))
