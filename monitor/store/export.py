"""All that is stored of a kind since a time, a few rows at a time, so that any amount of it can be written somewhere."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from monitor.model import ExportedAlert, ExportedEntry
from monitor.store.alerts import feed_name, read_matches
from monitor.store.entries import read_stored, stored_entries
from monitor.store.tables import ALERT, DELIVERY, ENTRY, FEED, NOTICE, STORY_MEMBER

# How many rows are read at once.
_BATCH = 500


def count_entries(connection: Connection, since: datetime) -> int:
    """Return how many entries there are since then."""
    return connection.scalar(select(func.count()).where(ENTRY.c.first_seen_at >= since)) or 0


def entries_after(connection: Connection, last: int, since: datetime) -> Sequence[ExportedEntry]:
    """Return the next entries after the number `last`."""
    wanted = stored_entries(ENTRY.c.id > last, ENTRY.c.first_seen_at >= since)
    found = [read_stored(row) for row in connection.execute(wanted.order_by(ENTRY.c.id).limit(_BATCH))]
    rules: dict[int, list[str]] = {}
    for entry_id, rule in read_matches(connection, [stored.id for stored in found]):
        rules.setdefault(entry_id, []).append(rule)
    return [
        ExportedEntry(
            id=stored.id,
            feed=stored.feed_url,
            feed_name=stored.feed_name,
            guid=stored.entry.guid,
            link=stored.entry.link,
            title=stored.entry.title,
            summary=stored.entry.summary,
            text=stored.text,
            authors=stored.entry.authors,
            categories=stored.entry.categories,
            published_at=stored.entry.published_at,
            updated_at=stored.entry.updated_at,
            first_seen_at=stored.first_seen_at,
            rules=tuple(rules.get(stored.id, ())),
        )
        for stored in found
    ]


def count_alerts(connection: Connection, since: datetime) -> int:
    """Return how many alerts there are since then."""
    return connection.scalar(select(func.count()).where(ALERT.c.created_at >= since)) or 0


def alerts_after(connection: Connection, last: int, since: datetime) -> Sequence[ExportedAlert]:
    """Return the next alerts after the number `last`."""
    rows = connection.execute(
        _ALERTS.where(ALERT.c.id > last, ALERT.c.created_at >= since).order_by(ALERT.c.id).limit(_BATCH)
    ).all()
    rules: dict[int, list[str]] = {}
    named = select(DELIVERY.c.alert_id, DELIVERY.c.rules).where(
        DELIVERY.c.alert_id.in_([row.id for row in rows])
    )
    for alert_id, names in connection.execute(named.order_by(DELIVERY.c.id)):
        rules.setdefault(alert_id, []).extend(names)
    return [
        ExportedAlert(
            id=row.id,
            entry=row.entry_id,
            story=row.story_id,
            feed=row.feed_url,
            feed_name=feed_name(row.feed_name, row.feed_title, row.feed_url),
            link=row.link,
            title=row.title,
            published_at=row.published_at,
            seen_at=row.first_seen_at,
            created_at=row.created_at,
            changed=row.changed,
            rules=tuple(dict.fromkeys(rules.get(row.id, ()))),
        )
        for row in rows
    ]


_ALERTS = (
    select(
        ALERT,
        *(ENTRY.c[name] for name in ("link", "title", "published_at", "first_seen_at")),
        *(FEED.c[name].label(f"feed_{name}") for name in ("url", "name", "title")),
        STORY_MEMBER.c.story_id,
    )
    .join(ENTRY, ENTRY.c.id == ALERT.c.entry_id)
    .join(FEED, FEED.c.id == ENTRY.c.feed_id)
    .outerjoin(STORY_MEMBER, STORY_MEMBER.c.entry_id == ENTRY.c.id)
)


def count_deliveries(connection: Connection, since: datetime) -> int:
    """Return how many deliveries there are of alerts and notices since then."""
    counted = select(func.count()).select_from(DELIVERY)
    made = or_(ALERT.c.created_at >= since, NOTICE.c.created_at >= since)
    of_these = counted.outerjoin(ALERT, ALERT.c.id == DELIVERY.c.alert_id).outerjoin(
        NOTICE, NOTICE.c.id == DELIVERY.c.notice_id
    )
    return connection.scalar(of_these.where(made)) or 0
