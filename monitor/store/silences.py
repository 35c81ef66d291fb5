"""Silences, and how much each has hidden."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from monitor.model import Silence
from monitor.store.tables import DELIVERY, SILENCE


def add(connection: Connection, silence: Silence) -> int:
    """Store a new silence, whose `id` is none yet, and return its number."""
    new = insert(SILENCE).values(
        created_at=silence.created_at,
        until=silence.until,
        reason=silence.reason,
        rule=silence.rule,
        feed=silence.feed,
        story_id=silence.story,
        query=silence.query,
    )
    number: int = connection.execute(new.returning(SILENCE.c.id)).scalar_one()
    return number


def end(connection: Connection, number: int, now: datetime) -> Silence | None:
    """End a silence and return it; None when none of this number is in force."""
    ended = (
        update(SILENCE)
        .where(SILENCE.c.id == number, _in_force(now))
        .values(ended_at=now)
        .returning(SILENCE.c.id)
    )
    if connection.scalar(ended) is None:
        return None
    (silence,) = _read(connection, SILENCE.c.id == number)
    return silence


def active(connection: Connection, now: datetime) -> list[Silence]:
    """Return the silences in force, the oldest first, without counting what they have hidden."""
    rows = connection.execute(select(SILENCE).where(_in_force(now)).order_by(SILENCE.c.id))
    return [_silence(row, 0) for row in rows]


def listed(connection: Connection, now: datetime | None) -> list[Silence]:
    """Return the silences in force at `now`, or all that ever were, the newest first."""
    return _read(connection, *([] if now is None else [_in_force(now)]))


def read(connection: Connection, numbers: set[int]) -> dict[int, Silence]:
    """Return the silences of these numbers."""
    return (
        {silence.id: silence for silence in _read(connection, SILENCE.c.id.in_(numbers))} if numbers else {}
    )


def _in_force(now: datetime) -> ColumnElement[bool]:
    ended_at = SILENCE.c.ended_at
    return and_(SILENCE.c.created_at <= now, SILENCE.c.until > now, or_(ended_at.is_(None), ended_at > now))


def _read(connection: Connection, *wanted: ColumnElement[bool]) -> list[Silence]:
    rows = connection.execute(select(SILENCE).where(*wanted).order_by(SILENCE.c.id.desc())).all()
    counted = (
        select(DELIVERY.c.silence_id, func.count())
        .where(DELIVERY.c.silence_id.in_([row.id for row in rows]))
        .group_by(DELIVERY.c.silence_id)
    )
    hidden: dict[int, int] = dict(connection.execute(counted).all()) if rows else {}
    return [_silence(row, hidden.get(row.id, 0)) for row in rows]


def _silence(row: Any, hidden: int) -> Silence:
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
        hidden=hidden,
    )
