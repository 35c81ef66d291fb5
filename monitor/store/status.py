"""What `status` shows, read in one go and changing nothing."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from monitor import health
from monitor.model import (
    NO_PACE,
    ChannelPace,
    ChannelStatus,
    DeliveryState,
    FeedState,
    FeedStatus,
    Reason,
    SeenEntry,
    StoreStatus,
)
from monitor.store import configuration, workers
from monitor.store.alerts import feed_name
from monitor.store.feeds import read_activity, read_reset
from monitor.store.size import read_size
from monitor.store.tables import (
    ALERT,
    ARTICLE,
    CHANNEL,
    DELIVERY,
    ENTRY,
    FEED,
    MATCH,
    STAGES,
    UNREADABLE,
    WAITING,
)


def read(connection: Connection) -> StoreStatus:
    """Return the state of all feeds and of all channels that ever had a delivery."""
    feeds, retired = _feeds(connection)
    return StoreStatus(
        feeds=feeds,
        channels=_channels(connection),
        entries=sum(feed.entries for feed in (*feeds, *retired)),
        alerts=_count(connection, ALERT),
        retired=retired,
        configuration=configuration.read(connection),
        size=read_size(connection),
        workers=workers.read(connection),
        articles_waiting=_count(connection, ARTICLE, WAITING),
        articles_failed=_count(connection, ARTICLE, UNREADABLE),
    )


def recent(connection: Connection, feed_url: str, limit: int) -> tuple[SeenEntry, ...]:
    """Return the entries of a feed that came last, the newest first; none when the feed is unknown."""
    rows = connection.execute(
        select(ENTRY)
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .where(FEED.c.url == feed_url)
        .order_by(ENTRY.c.id.desc())
        .limit(limit)
    ).all()
    rules = defaultdict(list)
    matched = select(MATCH.c.entry_id, MATCH.c.rule).where(MATCH.c.entry_id.in_([row.id for row in rows]))
    for row in connection.execute(matched.order_by(MATCH.c.rule)):
        rules[row.entry_id].append(row.rule)
    return tuple(
        SeenEntry(
            id=row.id,
            title=row.title,
            link=row.link,
            published_at=row.published_at,
            first_seen_at=row.first_seen_at,
            rules=tuple(rules[row.id]),
        )
        for row in rows
    )


def _count(connection: Connection, table: Table, *wanted: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(*wanted)) or 0


def _feeds(connection: Connection) -> tuple[tuple[FeedStatus, ...], tuple[FeedStatus, ...]]:
    """Return the feeds in use, and the others."""
    # The last id, which the index has, stands for the last time, for which every row would be read.
    entries = (
        select(ENTRY.c.feed_id, func.count().label("entries"), func.max(ENTRY.c.id).label("newest"))
        .group_by(ENTRY.c.feed_id)
        .subquery()
    )
    newest = ENTRY.alias("newest")
    rows = connection.execute(
        select(
            FEED,
            func.coalesce(entries.c.entries, 0).label("entries"),
            newest.c.first_seen_at.label("newest_at"),
        )
        .outerjoin(entries, entries.c.feed_id == FEED.c.id)
        .outerjoin(newest, newest.c.id == entries.c.newest)
    )
    in_order = sorted(rows, key=lambda row: row.url)
    in_use = tuple(_feed(row) for row in in_order if row.active)
    return in_use, tuple(_feed(row) for row in in_order if not row.active)


def _feed(row: Any) -> FeedStatus:
    reason, activity = Reason(row.reason) if row.reason else None, read_activity(row)
    is_polled = row.active and row.paused_at is None
    return FeedStatus(
        url=row.url,
        name=feed_name(row.name, row.title, row.url),
        reason=reason,
        detail=row.detail,
        failures=row.failures,
        entries=row.entries,
        polled_at=row.polled_at,
        succeeded_at=row.succeeded_at,
        next_poll_at=row.next_poll_at,
        newest_at=row.newest_at,
        state=health.state_of(reason, row.succeeded_at, activity) if is_polled else FeedState.PAUSED,
        paused_at=row.paused_at,
        since=row.since,
        silent_since=row.last_new_at,
        per_day=health.per_day(activity),
        reset=read_reset(row),
    )


def _channels(connection: Connection) -> tuple[ChannelStatus, ...]:
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    last_sent: dict[str, datetime] = {}
    for row in [row for stage in _COUNTED for row in connection.execute(stage)]:
        counts[row.channel][row.state] = row.number
        if row.state == DeliveryState.SENT.value:
            last_sent[row.channel] = row.sent_at
    rows = {row.name: row for row in connection.execute(select(CHANNEL))}
    return tuple(
        ChannelStatus(
            name=channel,
            **{state.value: counts[channel].get(state.value, 0) for state in DeliveryState},
            last_sent_at=last_sent.get(channel),
            last_error=(rows[channel].last_error or "") if channel in rows else "",
            pace=read_pace(rows[channel]) if channel in rows else NO_PACE,
        )
        for channel in sorted(counts)
    )


def read_pace(row: Any) -> ChannelPace:
    """Return the pace in a row of `channel`."""
    return ChannelPace(rest_until=row.rest_until, failures=row.failures, full_at=row.full_at)


# A stage at a time, each from its index.
_COUNTED = [
    select(
        DELIVERY.c.channel,
        DELIVERY.c.state,
        func.count().label("number"),
        func.max(DELIVERY.c.sent_at).label("sent_at"),
    )
    .where(stage)
    .group_by(DELIVERY.c.state, DELIVERY.c.channel)
    for stage in STAGES
]
