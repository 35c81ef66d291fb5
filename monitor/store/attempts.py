"""What attempts change: the deliveries of their messages, the channels, and those that wait behind them."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Insert,
    and_,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)

from monitor.errors import LeaseLost
from monitor.model import AttemptRecord, DeliveryState, SendStatus
from monitor.store.engine import dont_wait, insert_into
from monitor.store.leases import lost
from monitor.store.prepared import Prepared
from monitor.store.tables import ATTEMPT, CHANNEL, DELIVERY, DELIVERY_LEASED, READY


def record_attempts(connection: Connection, records: Sequence[AttemptRecord]) -> None:
    """Store what came of attempts; see Outbox.record_attempt. Raises LeaseLost, even if only one of them has."""
    rows = [row for record in records for row in _rows(record)]
    if _finish(connection, rows) < len(rows):
        raise lost(DELIVERY, *(row["delivery"] for row in rows))
    _set_channels(connection, [record for record in records if _is_news(record)])
    for record in records:
        if _is_well_again(record):
            _hasten(connection, record)
        if record.gives_back:
            give_back(connection, record.message.channel, record.message.lease)


def record_at_once(connection: Connection, record: AttemptRecord) -> None:
    """Store what came of an attempt that `is_one_statement`, on PostgreSQL, without a transaction. Raises LeaseLost."""
    (row,) = _rows(record)
    if not _FINISH_AND_ATTEMPT.run_by_driver(connection, row):
        raise lost(DELIVERY, row["delivery"])


def record_again(connection: Connection, records: Sequence[AttemptRecord]) -> None:
    """Store those of these attempts, which were stored before, of which the database knows no more."""
    for record in records:
        with suppress(LeaseLost):  # it does know
            record_attempts(connection, [record])


def is_one_statement(records: Sequence[AttemptRecord]) -> bool:
    """Tell whether `record_attempts` takes one statement on PostgreSQL: a delivery, and nothing that the channel changes."""
    if len(records) > 1 or len(records[0].message.deliveries) > 1:
        return False
    record = records[0]
    return not (_is_news(record) or _is_well_again(record) or record.gives_back)


def _finish(connection: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Store deliveries and their attempts, and return how many of them are still leased."""
    if connection.dialect.name == "postgresql":
        return _FINISH_AND_ATTEMPT.run(connection, rows)
    finished = _FINISH.run(connection, rows)
    if finished == len(rows):
        _ATTEMPT.run(connection, rows)
    return finished


def _rows(record: AttemptRecord) -> Iterator[dict[str, Any]]:
    """Yield the parameters of both statements for each delivery."""
    message, outcome = record.message, record.outcome
    for delivery, decision in zip(message.deliveries, record.decisions, strict=True):
        dead = decision.state is DeliveryState.DEAD
        yield {
            "delivery": delivery.id,
            "held_by": message.lease,
            "new_state": decision.state.value,
            "next_at": decision.next_attempt_at,
            "why": outcome.detail if dead else "",
            "sent": record.attempted_at if decision.state is DeliveryState.SENT else None,
            "dead": dead,
            "at": record.attempted_at,
            "outcome": outcome.status.value,
            "said": outcome.detail,
        }


_FINISHING = (
    update(DELIVERY)
    .where(DELIVERY.c.id == bindparam("delivery"), DELIVERY.c.lease == bindparam("held_by"))
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
)


def _attempt_of(finished: FromClause, *those: ColumnElement[bool]) -> Insert:
    """Return the statement that adds the attempt of those deliveries that are `finished`."""
    said = {
        "attempted_at": bindparam("at", type_=ATTEMPT.c.attempted_at.type),
        "status": bindparam("outcome", type_=ATTEMPT.c.status.type),
        "detail": bindparam("said", type_=ATTEMPT.c.detail.type),
    }
    attempt = select(finished.c.id, finished.c.attempts, *said.values()).where(*those)
    return insert(ATTEMPT).from_select(["delivery_id", "number", *said], attempt)


_FINISH = Prepared(_FINISHING)
_ATTEMPT = Prepared(_attempt_of(DELIVERY, DELIVERY.c.id == bindparam("delivery")))
# One message to the server instead of two, which also is a transaction by itself.
_FINISH_AND_ATTEMPT = Prepared(
    _attempt_of(_FINISHING.returning(DELIVERY.c.id, DELIVERY.c.attempts).cte("finished"), dont_wait())
)


def _is_news(record: AttemptRecord) -> bool:
    """Tell whether something of the channel is to be stored: an error, or its pace; a rest that ends at once is none."""
    before, after = record.message.pace, record.pace
    rests = after.rest_until is not None and after.rest_until > record.attempted_at
    failed = record.outcome.status is not SendStatus.SENT
    return failed or rests or (after.failures, after.full_at) != (before.failures, before.full_at)


def _is_well_again(record: AttemptRecord) -> bool:
    return bool(record.message.pace.failures) and not record.pace.failures


def _set_channels(connection: Connection, records: Sequence[AttemptRecord]) -> None:
    rows = [
        {
            "name": record.message.channel,
            "rest_until": record.pace.rest_until,
            "failures": record.pace.failures,
            "full_at": record.pace.full_at,
            "last_error": None if record.outcome.status is SendStatus.SENT else record.outcome.detail,
        }
        for record in records
    ]
    if rows:
        new = insert_into(connection, CHANNEL)
        values: dict[str, ColumnElement[Any]] = {
            "last_error": func.coalesce(new.excluded.last_error, CHANNEL.c.last_error),
            **{name: new.excluded[name] for name in ("rest_until", "failures", "full_at")},
        }
        connection.execute(new.on_conflict_do_update(index_elements=[CHANNEL.c.name], set_=values), rows)


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
