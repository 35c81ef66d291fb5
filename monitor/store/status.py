"""What `status` shows, read in one go and changing nothing."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from monitor import health
from monitor.model import (
    NO_PACE,
    ArticleState,
    ChannelPace,
    ChannelStatus,
    DeliveryState,
    FeedState,
    FeedStatus,
    Reason,
    SeenEntry,
    SendStatus,
    StoreStatus,
)
from monitor.store import configuration, workers
from monitor.store.alerts import feed_name
from monitor.store.feeds import read_activity, read_reset
from monitor.store.size import read_size
from monitor.store.tables import (
    ACTIVE,
    ALERT,
    ARTICLE,
    ATTEMPT,
    CHANNEL,
    DELIVERY,
    ENTRY,
    FEED,
    MATCH,
    RETIRED,
)


def read(connection: Connection) -> StoreStatus:
    """Return the state of all feeds and of all channels that ever had a delivery."""
    return StoreStatus(
        feeds=_feeds(connection, ACTIVE),
        channels=_channels(connection),
        entries=connection.scalar(select(func.count()).select_from(ENTRY)) or 0,
        alerts=connection.scalar(select(func.count()).select_from(ALERT)) or 0,
        retired=_feeds(connection, RETIRED),
        configuration=configuration.read(connection),
        size=read_size(connection),
        workers=workers.read(connection),
        **_articles(connection),
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


def _articles(connection: Connection) -> dict[str, int]:
    counted = select(ARTICLE.c.state, func.count()).where(
        ARTICLE.c.state.in_((ArticleState.PENDING.value, ArticleState.FAILED.value))
    )
    counts: dict[str, int] = dict(connection.execute(counted.group_by(ARTICLE.c.state)).all())
    return {
        "articles_waiting": counts.get(ArticleState.PENDING.value, 0),
        "articles_failed": counts.get(ArticleState.FAILED.value, 0),
    }


def _feeds(connection: Connection, wanted: ColumnElement[bool]) -> tuple[FeedStatus, ...]:
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
        .where(wanted)
    )
    return tuple(sorted((_feed(row) for row in rows), key=lambda feed: feed.url))


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
    counted = select(DELIVERY.c.channel, DELIVERY.c.state, func.count(), func.max(DELIVERY.c.sent_at))
    for channel, state, number, sent_at in connection.execute(
        counted.group_by(DELIVERY.c.channel, DELIVERY.c.state)
    ):
        counts[channel][state] = number
        if state == DeliveryState.SENT.value:
            last_sent[channel] = sent_at
    problems = {row.channel: row for row in connection.execute(_last_problems())}
    paces = {row.name: read_pace(row) for row in connection.execute(select(CHANNEL))}
    return tuple(
        ChannelStatus(
            name=channel,
            **{state.value: counts[channel].get(state.value, 0) for state in DeliveryState},
            last_sent_at=last_sent.get(channel),
            last_error=problems[channel].detail if channel in problems else "",
            pace=paces.get(channel, NO_PACE),
        )
        for channel in sorted(counts)
    )


def read_pace(row: Any) -> ChannelPace:
    """Return the pace in a row of `channel`."""
    return ChannelPace(rest_until=row.rest_until, failures=row.failures, full_at=row.full_at)


def _last_problems() -> Select[Any]:
    """Return the query for the last attempt in each channel that wasn't accepted."""
    place = func.row_number().over(
        partition_by=DELIVERY.c.channel,
        order_by=(ATTEMPT.c.attempted_at.desc(), ATTEMPT.c.delivery_id.desc(), ATTEMPT.c.number.desc()),
    )
    attempts = (
        select(DELIVERY.c.channel, ATTEMPT.c.detail, place.label("place"))
        .join(DELIVERY, DELIVERY.c.id == ATTEMPT.c.delivery_id)
        .where(ATTEMPT.c.status != SendStatus.SENT.value)
        .subquery()
    )
    return select(attempts).where(attempts.c.place == 1)
