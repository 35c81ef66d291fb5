"""What became of the deliveries of an entry's alerts."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, select

from monitor.model import NO_PACE, DeliveryState, PastAttempt, PastDelivery, SendStatus
from monitor.store import silences
from monitor.store.status import read_pace
from monitor.store.tables import ALERT, ATTEMPT, CHANNEL, DELIVERY


def past_deliveries(connection: Connection, entry_id: int) -> tuple[PastDelivery, ...]:
    """Return the deliveries of an entry's alerts, the oldest first."""
    rows = connection.execute(
        select(DELIVERY, ALERT.c.created_at)
        .join(ALERT, ALERT.c.id == DELIVERY.c.alert_id)
        .where(ALERT.c.entry_id == entry_id)
        .order_by(DELIVERY.c.id)
    ).all()
    ids = [row.id for row in rows]
    attempts, together = _attempts(connection, ids), _together(connection, ids)
    hiding = silences.read(connection, {row.silence_id for row in rows if row.silence_id is not None})
    resting = select(CHANNEL).where(CHANNEL.c.name.in_([row.channel for row in rows]))
    paces = {row.name: read_pace(row) for row in connection.execute(resting)}
    return tuple(
        PastDelivery(
            id=row.id,
            channel=row.channel,
            rules=tuple(row.rules),
            state=DeliveryState(row.state),
            created_at=row.created_at,
            next_attempt_at=row.next_attempt_at,
            tried=row.attempts,
            attempts=tuple(attempts.get(row.id, ())),
            bundle=row.bundle,
            detail=row.detail,
            sent_at=row.sent_at,
            revived_at=row.revived_at,
            silence=hiding.get(row.silence_id),
            escalated_from=row.escalated_from,
            together=together.get(row.id, 1),
            pace=paces.get(row.channel, NO_PACE),
        )
        for row in rows
    )


def _attempts(connection: Connection, ids: Sequence[int]) -> dict[int, list[PastAttempt]]:
    found: dict[int, list[PastAttempt]] = {}
    wanted = select(ATTEMPT).where(ATTEMPT.c.delivery_id.in_(ids))
    for row in connection.execute(wanted.order_by(ATTEMPT.c.delivery_id, ATTEMPT.c.number)):
        attempt = PastAttempt(attempted_at=row.attempted_at, status=SendStatus(row.status), detail=row.detail)
        found.setdefault(row.delivery_id, []).append(attempt)
    return found


def _together(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return how many went in one message with each that was sent: a channel is told one message at a time."""
    other = DELIVERY.alias("other")
    counted = (
        select(DELIVERY.c.id, func.count())
        .join(other, and_(other.c.channel == DELIVERY.c.channel, other.c.sent_at == DELIVERY.c.sent_at))
        .where(DELIVERY.c.id.in_(ids))
        .group_by(DELIVERY.c.id)
    )
    return dict(connection.execute(counted).all())
