"""Alerts as people ask for them, and how many entries came when."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, cast, func, select

from monitor.model import AlertWish, DeliveryState, ListedAlert, Match, Telling
from monitor.store.alerts import feed_name, read_matches
from monitor.store.engine import chunks
from monitor.store.entries import last_before
from monitor.store.tables import ALERT, DELIVERY, ENTRY, FEED, MATCH, STORY_MEMBER


def alerts(connection: Connection, wish: AlertWish) -> tuple[list[ListedAlert], int | None]:
    """Return the newest alerts that are wished for, at most `wish.limit`, and what to ask with as `before` for more."""
    wanted = _alerts().where(*_conditions(wish)).order_by(ALERT.c.id.desc())
    rows = connection.execute(wanted.limit(wish.limit + 1)).all()
    shown = rows[: wish.limit]
    more = shown[-1].id if len(rows) > wish.limit else None
    ids = [row.entry_id for row in shown]
    matches = _matches(connection, ids)
    told = _told(connection, [row.id for row in shown])
    outlets = _outlets(connection, {row.story_id for row in shown if row.story_id})
    found = [
        _listed(row, matches[row.entry_id], told[row.id], outlets.get(row.story_id, ())) for row in shown
    ]
    return found, more


def entries_per_hour(connection: Connection, since: datetime, hours: int) -> list[int]:
    """Return how many entries were first seen in each of the hours that follow `since`."""
    hour = _spans_since(connection, since, timedelta(hours=1))
    counted = select(hour.label("hour"), func.count()).where(*_seen(connection, since))
    counts = {int(at): number for at, number in connection.execute(counted.group_by("hour"))}
    return [counts.get(at, 0) for at in range(hours)]


def entries_per_day(
    connection: Connection, feeds: Collection[str], since: datetime, days: int
) -> dict[str, list[int]]:
    """Return how many entries of each of these feeds, by address, were first seen in each of the days that follow `since`."""
    counts = {url: [0] * days for url in feeds}
    day = _spans_since(connection, since, timedelta(days=1))
    seen = _seen(connection, since)
    for some in chunks(feeds):
        counted = (
            select(FEED.c.url, day.label("day"), func.count())
            .join(ENTRY, ENTRY.c.feed_id == FEED.c.id)
            .where(FEED.c.url.in_(some), *seen)
            .group_by(FEED.c.url, "day")
        )
        for url, at, number in connection.execute(counted):
            if at < days:
                counts[url][int(at)] = number
    return counts


def _seen(connection: Connection, since: datetime) -> list[ColumnElement[bool]]:
    first = last_before(connection, since)
    return [ENTRY.c.id > first, ENTRY.c.first_seen_at >= since, ENTRY.c.baseline.is_(False)]


def _spans_since(connection: Connection, since: datetime, span: timedelta) -> ColumnElement[Any]:
    """Return how many whole `span` lie between `since` and the time at which an entry was first seen."""
    if connection.dialect.name == "postgresql":
        return func.floor(func.extract("epoch", ENTRY.c.first_seen_at - since) / span.total_seconds())
    # Text in SQLite.
    seconds = func.unixepoch(ENTRY.c.first_seen_at) - int(since.timestamp())
    return cast(seconds / span.total_seconds(), Integer)


def _alerts() -> Select[Any]:
    return (
        select(
            ALERT,
            ENTRY.c.title,
            ENTRY.c.summary,
            ENTRY.c.link,
            ENTRY.c.published_at,
            ENTRY.c.first_seen_at,
            FEED.c.url.label("feed_url"),
            FEED.c.name.label("feed_name"),
            FEED.c.title.label("feed_title"),
            STORY_MEMBER.c.story_id,
        )
        .join(ENTRY, ENTRY.c.id == ALERT.c.entry_id)
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .outerjoin(STORY_MEMBER, STORY_MEMBER.c.entry_id == ENTRY.c.id)
    )


def _conditions(wish: AlertWish) -> Iterator[ColumnElement[bool]]:
    if wish.before is not None:
        yield ALERT.c.id < wish.before
    if wish.since is not None:
        yield ALERT.c.created_at >= wish.since
    if wish.until is not None:
        yield ALERT.c.created_at < wish.until
    if wish.feeds is not None:
        yield FEED.c.url.in_(wish.feeds)
    if wish.rule is not None:
        yield ENTRY.c.id.in_(select(MATCH.c.entry_id).where(MATCH.c.rule == wish.rule))
    if wish.story is not None:
        yield STORY_MEMBER.c.story_id == wish.story


def _matches(connection: Connection, entry_ids: Sequence[int]) -> dict[int, list[Match]]:
    matches: defaultdict[int, list[Match]] = defaultdict(list)
    for (entry_id, _), match in sorted(read_matches(connection, entry_ids).items()):
        matches[entry_id].append(match)
    return matches


def _told(connection: Connection, alert_ids: Sequence[int]) -> dict[int, list[Telling]]:
    told: defaultdict[int, list[Telling]] = defaultdict(list)
    wanted = select(DELIVERY.c.alert_id, DELIVERY.c.channel, DELIVERY.c.state, DELIVERY.c.sent_at)
    rows = connection.execute(wanted.where(DELIVERY.c.alert_id.in_(alert_ids)).order_by(DELIVERY.c.id))
    for row in rows:
        told[row.alert_id].append(Telling(row.channel, DeliveryState(row.state), row.sent_at))
    return told


def _outlets(connection: Connection, story_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the names of the feeds that report each story, the first one first."""
    outlets: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for some in chunks(story_ids):
        members = (
            select(STORY_MEMBER.c.story_id, FEED.c.name, FEED.c.title, FEED.c.url)
            .join(ENTRY, ENTRY.c.id == STORY_MEMBER.c.entry_id)
            .join(FEED, FEED.c.id == ENTRY.c.feed_id)
            .where(STORY_MEMBER.c.story_id.in_(some))
            .order_by(STORY_MEMBER.c.id)
        )
        for row in connection.execute(members):
            outlets[row.story_id][feed_name(row.name, row.title, row.url)] = None
    return {story: tuple(names) for story, names in outlets.items()}


def _listed(
    row: Any, matches: Sequence[Match], told: Sequence[Telling], outlets: tuple[str, ...]
) -> ListedAlert:
    return ListedAlert(
        id=row.id,
        created_at=row.created_at,
        changed=row.changed,
        entry=row.entry_id,
        title=row.title,
        summary=row.summary,
        link=row.link,
        published_at=row.published_at,
        seen_at=row.first_seen_at,
        feed=row.feed_url,
        feed_name=feed_name(row.feed_name, row.feed_title, row.feed_url),
        matches=tuple(matches),
        story=row.story_id,
        outlets=outlets,
        told=tuple(told),
    )
