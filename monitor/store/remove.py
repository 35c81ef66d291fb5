"""Rows that are pruned, with all that hangs on them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from monitor.identity import seal
from monitor.store.alerts import read_entry
from monitor.store.search import filing
from monitor.store.search.unfiled import note_unfiled
from monitor.store.tables import (
    ALERT,
    ARTICLE,
    ATTEMPT,
    DELIVERY,
    ENTRY,
    MATCH,
    NOTICE,
    REVISION,
    STORY_MEMBER,
    TOMBSTONE,
)

_OF_AN_ENTRY = (REVISION, MATCH, ARTICLE, STORY_MEMBER)


def texts(connection: Connection, rows: Sequence[Any], now: datetime) -> None:
    """Take the texts out of articles, and note when."""
    ids = [row.entry_id for row in rows]
    filing.forget(connection, ids)
    connection.execute(update(ARTICLE).where(ARTICLE.c.entry_id.in_(ids)).values(text=None, pruned_at=now))
    note_unfiled(connection, ids)


def alerts(connection: Connection, rows: Sequence[Any], _: datetime) -> None:
    """Remove alerts with their deliveries."""
    ids = [row.id for row in rows]
    _deliveries(connection, select(DELIVERY.c.id).where(DELIVERY.c.alert_id.in_(ids)))
    connection.execute(delete(ALERT).where(ALERT.c.id.in_(ids)))


def notices(connection: Connection, rows: Sequence[Any], _: datetime) -> None:
    """Remove notices with their deliveries."""
    ids = [row.id for row in rows]
    _deliveries(connection, select(DELIVERY.c.id).where(DELIVERY.c.notice_id.in_(ids)))
    connection.execute(delete(NOTICE).where(NOTICE.c.id.in_(ids)))


def _deliveries(connection: Connection, wanted: Any) -> None:
    ids: Collection[int] = connection.scalars(wanted).all()
    connection.execute(delete(ATTEMPT).where(ATTEMPT.c.delivery_id.in_(ids)))
    connection.execute(delete(DELIVERY).where(DELIVERY.c.id.in_(ids)))


def entries(connection: Connection, rows: Sequence[Any], _: datetime) -> None:
    """Remove entries with all that is known of them, and leave a tombstone for each."""
    ids = [row.id for row in rows]
    whole = connection.execute(select(ENTRY).where(ENTRY.c.id.in_(ids)))
    left = [
        {
            "entry_id": row.id,
            "feed_id": row.feed_id,
            "listed_on": row.listed_on,
            "published_at": row.published_at,
            "linked": bool(row.link),
            "traits": seal(read_entry(row)),
        }
        for row in whole
    ]
    connection.execute(insert(TOMBSTONE), left)
    filing.forget(connection, ids)
    for table in _OF_AN_ENTRY:
        connection.execute(delete(table).where(table.c.entry_id.in_(ids)))
    connection.execute(delete(ENTRY).where(ENTRY.c.id.in_(ids)))


def rows_of(connection: Connection, table: Table, rows: Sequence[Any]) -> None:
    """Remove rows on which nothing hangs."""
    key = list(table.primary_key)
    wanted = delete(table).where(*(column == bindparam(f"own_{column.name}") for column in key))
    connection.execute(
        wanted, [{f"own_{column.name}": getattr(row, column.name) for column in key} for row in rows]
    )
