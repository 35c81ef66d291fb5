"""How feeds do, and the notices to their owner."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from monitor.model import FeedHealth, NoticeRecord, Reason, Trouble
from monitor.store.alerts import feed_name
from monitor.store.engine import Turn, chunks, take_turn
from monitor.store.feeds import read_activity, read_reset
from monitor.store.outbox import add_deliveries
from monitor.store.tables import ACTIVE, FEED, NOTICE, WATCHED


def read_health(connection: Connection) -> tuple[list[FeedHealth], datetime | None]:
    """Return all active feeds that don't rest, and when the last notice was made; see HealthStore.read_health."""
    watched = select(*_COLUMNS).where(WATCHED).order_by(FEED.c.id)
    feeds = [_health(row) for row in connection.execute(watched)]
    return feeds, connection.scalar(select(NOTICE.c.created_at).order_by(NOTICE.c.id.desc()).limit(1))


_COLUMNS = [
    FEED.c[name]
    for name in (
        *("id", "url", "host", "name", "title", "reason", "detail", "failures", "since", "polled_at"),
        *(
            "succeeded_at",
            "last_new_at",
            "watched_entries",
            "watched_days",
            "longest_gap",
            "trouble",
            "told_at",
            *("reset_at", "reset_known", "reset_held"),
        ),
    )
]


def _health(row: Any) -> FeedHealth:
    return FeedHealth(
        id=row.id,
        name=feed_name(row.name, row.title, row.url),
        host=row.host,
        reason=Reason(row.reason) if row.reason else None,
        detail=row.detail,
        failures=row.failures,
        since=row.since,
        polled_at=row.polled_at,
        succeeded_at=row.succeeded_at,
        activity=read_activity(row),
        reset=read_reset(row),
        trouble=Trouble(row.trouble) if row.trouble else None,
        told_at=row.told_at,
    )


def commit_notice(connection: Connection, record: NoticeRecord) -> bool:
    """Store a notice, its deliveries and what the owner now knows; see HealthStore.commit_notice."""
    take_turn(connection, Turn.COMMIT_NOTICE)
    told = record.review.told
    known = dict(connection.execute(select(FEED.c.id, FEED.c.told_at).where(ACTIVE)).all())
    if any(one.feed_id not in known or known[one.feed_id] != one.before for one in told):
        return False
    for trouble in {one.trouble for one in told}:
        ids = [one.feed_id for one in told if one.trouble is trouble]
        for some in chunks(ids):
            connection.execute(
                update(FEED)
                .where(FEED.c.id.in_(some))
                .values(trouble=trouble.value if trouble else None, told_at=record.created_at)
            )
    add_notice(connection, record)
    return True


def add_notice(connection: Connection, record: NoticeRecord) -> None:
    """Add a notice and its deliveries."""
    notice_id = connection.scalar(
        insert(NOTICE)
        .values(created_at=record.created_at, subject=record.review.subject, lines=list(record.review.lines))
        .returning(NOTICE.c.id)
    )
    deliveries = [{"notice_id": notice_id, "channel": channel, "rules": []} for channel in record.channels]
    add_deliveries(connection, deliveries, record.created_at)
