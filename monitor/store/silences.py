"""What is hidden for a time, and how much of it there was."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from monitor.model import Silence
from monitor.store.tables import SILENCE


def active(connection: Connection, now: datetime) -> list[Silence]:
    """Return the silences that hide something now, the oldest first; see Outbox.active_silences."""
    wanted = select(SILENCE).where(
        SILENCE.c.created_at <= now,
        SILENCE.c.until > now,
        or_(SILENCE.c.ended_at.is_(None), SILENCE.c.ended_at > now),
    )
    return [_read(row) for row in connection.execute(wanted.order_by(SILENCE.c.id))]


def _read(row: Any) -> Silence:
    return Silence(
        id=row.id,
        created_at=row.created_at,
        until=row.until,
        reason=row.reason,
        rule=row.rule,
        feed=row.feed,
        story=row.story_id,
        query=row.query,
        ended_at=row.ended_at,
    )
