"""Leased deliveries as the messages in which they go."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select

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
from monitor.store.alerts import read_abouts
from monitor.store.engine import chunks
from monitor.store.tables import ALERT, ATTEMPT, DELIVERY, NOTICE

# So many alerts of a message are read; none shows more.
_MOST_SHOWN = 100


def read_alone(connection: Connection, rows: Sequence[Any], pace: ChannelPace) -> Queue:
    """Return a message for each of the leased rows, in their order."""
    abouts = read_abouts(connection, rows)
    created = {row.id: abouts[row.id].created_at for row in rows}
    lives = _lives(connection, rows, created)
    return tuple(
        _message([row], (life,), Occasion.ALONE, abouts[row.id], pace)
        for row, life in zip(rows, lives, strict=True)
    )


def read_together(
    connection: Connection, rows: Sequence[Any], pace: ChannelPace, occasion: Occasion
) -> ClaimedMessage:
    """Return one message for all of the leased rows."""
    created = _births(connection, rows)
    alerts = [row for row in rows if row.alert_id is not None]
    alerts.sort(key=lambda row: (row.importance, created[row.id], row.id), reverse=True)
    shown = alerts[:_MOST_SHOWN]
    abouts = read_abouts(connection, shown)
    bulletin = Bulletin(
        occasion=occasion,
        alerts=tuple(about for row in shown if isinstance(about := abouts[row.id], Alert)),
        total=len(alerts),
        rules=dict(Counter(rule for row in alerts for rule in row.rules).most_common()),
        since=min(created.values()),
    )
    return _message(rows, _lives(connection, rows, created), occasion, bulletin, pace)


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


def _births(connection: Connection, rows: Sequence[Any]) -> dict[int, datetime]:
    """Return when the alert or notice of each row was made."""
    alerts = _made(connection, ALERT, [row.alert_id for row in rows])
    notices = _made(connection, NOTICE, [row.notice_id for row in rows])
    return {row.id: notices[row.notice_id] if row.alert_id is None else alerts[row.alert_id] for row in rows}


def _made(connection: Connection, table: Table, ids: Sequence[int | None]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for some in chunks(row_id for row_id in ids if row_id is not None):
        rows = connection.execute(select(table.c.id, table.c.created_at).where(table.c.id.in_(some)))
        found.update((row.id, row.created_at) for row in rows)
    return found


def _lives(
    connection: Connection, rows: Sequence[Any], created: Mapping[int, datetime]
) -> tuple[ClaimedDelivery, ...]:
    """Return the rows as parts of a message: what was tried before one was revived doesn't count."""
    revived = [row.id for row in rows if row.revived_at is not None and row.attempts]
    anew = _attempts_anew(connection, revived)
    return tuple(
        ClaimedDelivery(
            id=row.id,
            rules=tuple(row.rules),
            attempts=anew.get(row.id, 0) if row.revived_at is not None else row.attempts,
            since=row.revived_at or created[row.id],
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
