"""Leased deliveries as the messages in which they go."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, select

from monitor.model import (
    Alert,
    Bulletin,
    ChannelPace,
    ClaimedDelivery,
    ClaimedMessage,
    Notice,
    Occasion,
    Queue,
)
from monitor.store.alerts import read_whole, with_all
from monitor.store.engine import chunks
from monitor.store.tables import ALERT, ATTEMPT, DELIVERY, DELIVERY_LEASED, NOTICE

# So many alerts of a message are read; none shows more.
_MOST_SHOWN = 100

# What is leased: the parameters `its_channel` and `token`.
Leased = Mapping[str, Any]


def read_alone(connection: Connection, leased: Leased, pace: ChannelPace) -> Queue:
    """Return a message for each of the leased deliveries, the oldest first."""
    rows = connection.execute(_alone(connection.dialect.name), leased).all()
    abouts = read_whole(connection, rows)
    lives = _lives(connection, rows)
    return tuple(
        _message([row], (life,), Occasion.ALONE, about, pace)
        for row, life, about in zip(rows, lives, abouts, strict=True)
    )


def read_together(
    connection: Connection, leased: Leased, pace: ChannelPace, occasion: Occasion
) -> ClaimedMessage:
    """Return one message for all of the leased deliveries."""
    rows = connection.execute(_TOGETHER, leased).all()
    alerts = [row for row in rows if row.alert_id is not None]
    alerts.sort(key=lambda row: (row.importance, row.created_at, row.id), reverse=True)
    shown = [row.id for row in alerts[:_MOST_SHOWN]]
    found = connection.execute(_shown(connection.dialect.name), {"ids": shown}).all()
    abouts = {row.id: about for row, about in zip(found, read_whole(connection, found), strict=True)}
    bulletin = Bulletin(
        occasion=occasion,
        alerts=tuple(about for row_id in shown if isinstance(about := abouts[row_id], Alert)),
        total=len(alerts),
        rules=dict(Counter(rule for row in alerts for rule in row.rules).most_common()),
        since=min(row.created_at for row in rows),
    )
    return _message(rows, _lives(connection, rows), occasion, bulletin, pace)


# Built once: to build a statement takes longer than to run it, and these run for each message or two.
_LEASED = and_(
    DELIVERY_LEASED,
    DELIVERY.c.channel == bindparam("its_channel"),
    DELIVERY.c.lease == bindparam("token"),
)
_TOGETHER = (
    select(DELIVERY, func.coalesce(ALERT.c.created_at, NOTICE.c.created_at).label("created_at"))
    .outerjoin(ALERT, ALERT.c.id == DELIVERY.c.alert_id)
    .outerjoin(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
    .where(_LEASED)
    .order_by(DELIVERY.c.id)
)


@cache
def _alone(dialect: str) -> Select[Any]:
    return with_all(dialect).where(_LEASED).order_by(DELIVERY.c.id)


@cache
def _shown(dialect: str) -> Select[Any]:
    return with_all(dialect).where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)))


def _message(
    rows: Sequence[Any],
    lives: tuple[ClaimedDelivery, ...],
    occasion: Occasion,
    about: Alert | Notice | Bulletin,
    pace: ChannelPace,
) -> ClaimedMessage:
    return ClaimedMessage(
        channel=rows[0].channel,
        lease=rows[0].lease,
        leased_until=rows[0].lease_until,
        occasion=occasion,
        deliveries=lives,
        about=about,
        pace=pace,
    )


def _lives(connection: Connection, rows: Sequence[Any]) -> tuple[ClaimedDelivery, ...]:
    """Return the rows as parts of a message: what was tried before one was revived doesn't count."""
    revived = [row.id for row in rows if row.revived_at is not None and row.attempts]
    anew = _attempts_anew(connection, revived)
    return tuple(
        ClaimedDelivery(
            id=row.id,
            rules=tuple(row.rules),
            attempts=anew.get(row.id, 0) if row.revived_at is not None else row.attempts,
            since=row.revived_at or row.created_at,
        )
        for row in rows
    )


def _attempts_anew(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in chunks(ids):
        counted = (
            select(ATTEMPT.c.delivery_id, func.count())
            .join(DELIVERY, DELIVERY.c.id == ATTEMPT.c.delivery_id)
            .where(ATTEMPT.c.delivery_id.in_(some), ATTEMPT.c.attempted_at >= DELIVERY.c.revived_at)
            .group_by(ATTEMPT.c.delivery_id)
        )
        found.update(connection.execute(counted).all())
    return found
