"""Alerts as people ask for them, and how many entries came when."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

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
    seconds = _seconds_since(connection, since)
    hour = func.floor(seconds / 3600) if connection.dialect.name == "postgresql" else seconds / 3600
    counted = select(hour.label("hour"), func.count()).where(
        ENTRY.c.id > last_before(connection, since),
        ENTRY.c.first_seen_at >= since,
        ENTRY.c.baseline.is_(False),
    )
    counts = {int(at): number for at, number in connection.execute(counted.group_by("hour"))}
    return [counts.get(at, 0) for at in range(hours)]


def _seconds_since(connection: Connection, since: datetime) -> ColumnElement[Any]:
    if connection.dialect.name == "postgresql":
        return func.extract("epoch", ENTRY.c.first_seen_at - since)
    # Text of SQLite; whole seconds, so that the division that follows leaves the remainder out.
    return func.unixepoch(ENTRY.c.first_seen_at) - int(since.timestamp())


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
