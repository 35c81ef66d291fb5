"""Alerts and notices as they are read back, for those who settle, send or explain them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from monitor.model import Alert, Entry, Hit, Match, Notice, Progress, TextField, Withheld
from monitor.store.engine import chunks
from monitor.store.tables import ALERT, ARTICLE, ENTRY, FEED, MATCH, NOTICE, STORY_MEMBER


def read_abouts(
    connection: Connection, deliveries: Sequence[Any], *, outlets: bool = True
) -> dict[int, Alert | Notice]:
    """Return what each of the rows of deliveries is about, by the id of the delivery.

    Without `outlets` alerts don't name the other feeds that have their story.
    """
    found: dict[int, Alert | Notice] = {}
    for some in chunks(deliveries):
        found |= _abouts(connection, some, outlets=outlets)
    return found


def _abouts(connection: Connection, rows: Sequence[Any], *, outlets: bool) -> dict[int, Alert | Notice]:
    alerts = _alerts(connection, {row.alert_id for row in rows if row.alert_id is not None})
    matches = read_matches(connection, {alert.entry_id for alert in alerts.values()})
    told = {alert.entry_id for alert in alerts.values() if outlets and alert.story_id is not None}
    feeds = _outlets(connection, told)
    notices = _notices(connection, {row.notice_id for row in rows if row.notice_id is not None})
    return {
        row.id: notices[row.notice_id]
        if row.alert_id is None
        else _alert(row, alerts[row.alert_id], matches, feeds)
        for row in rows
    }


def _notices(connection: Connection, ids: Collection[int]) -> dict[int, Notice]:
    if not ids:
        return {}
    rows = connection.execute(_NOTICES, {"ids": list(ids)})
    return {
        row.id: Notice(id=row.id, created_at=row.created_at, subject=row.subject, lines=tuple(row.lines))
        for row in rows
    }


def _alerts(connection: Connection, ids: Collection[int]) -> dict[int, Any]:
    if not ids:
        return {}
    rows = connection.execute(_ALERTS, {"ids": list(ids)})
    return {row.alert_id: row for row in rows}


def read_matches(connection: Connection, entry_ids: Collection[int]) -> dict[tuple[int, str], Match]:
    """Return each match of the entries under entry id and rule, by rule."""
    if not entry_ids:
        return {}
    rows = connection.execute(_MATCHES, {"ids": list(entry_ids)})
    return {(row.entry_id, row.rule): read_match(row) for row in rows}


def read_match(row: Any) -> Match:
    """Return the match in a row of its table."""
    hits = tuple(Hit(TextField(field), start, end, *term) for field, start, end, *term in row.hits)
    return Match(
        row.rule,
        hits,
        Withheld(row.withheld) if row.withheld else None,
        Progress(row.progress) if row.progress else None,
    )


def _outlets(connection: Connection, entry_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the feeds of the stories that entries belong to, by address and in the order in which they joined."""
    if not entry_ids:
        return {}
    rows = connection.execute(_OUTLETS, {"ids": list(entry_ids)})
    found: dict[int, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.entry_id, {})[row.url] = feed_name(row.name, row.title, row.url)
    return found


# Built once: to build a statement takes longer than to run it, and these run for each message or two.
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_NOTICES = select(NOTICE).where(NOTICE.c.id.in_(_IDS))
_MATCHES = select(MATCH).where(MATCH.c.entry_id.in_(_IDS)).order_by(MATCH.c.rule)
_ALERTS = (
    select(
        ALERT.c.id.label("alert_id"),
        ALERT.c.created_at,
        ALERT.c.entry_id,
        ALERT.c.changed,
        FEED.c.url.label("feed_url"),
        FEED.c.name.label("feed_name"),
        FEED.c.title.label("feed_title"),
        func.coalesce(ARTICLE.c.text, "").label("text"),
        STORY_MEMBER.c.story_id,
        *(column for column in ENTRY.c if column.name != "id"),
    )
    .join(ENTRY, ENTRY.c.id == ALERT.c.entry_id)
    .join(FEED, FEED.c.id == ENTRY.c.feed_id)
    .outerjoin(ARTICLE, ARTICLE.c.entry_id == ENTRY.c.id)
    .outerjoin(STORY_MEMBER, STORY_MEMBER.c.entry_id == ENTRY.c.id)
    .where(ALERT.c.id.in_(_IDS))
)
_MINE = STORY_MEMBER.alias("mine")
_OUTLETS = (
    select(_MINE.c.entry_id, FEED.c.url, FEED.c.name, FEED.c.title)
    .select_from(_MINE)
    .join(STORY_MEMBER, STORY_MEMBER.c.story_id == _MINE.c.story_id)
    .join(ENTRY, ENTRY.c.id == STORY_MEMBER.c.entry_id)
    .join(FEED, FEED.c.id == ENTRY.c.feed_id)
    .where(_MINE.c.entry_id.in_(_IDS))
    .order_by(STORY_MEMBER.c.id)
)


def _alert(
    row: Any,
    alert: Any,
    matches: Mapping[tuple[int, str], Match],
    outlets: Mapping[int, Mapping[str, str]],
) -> Alert:
    feeds = outlets.get(alert.entry_id, {})
    return Alert(
        id=row.alert_id,
        entry=read_entry(alert),
        feed_url=alert.feed_url,
        feed_name=feed_name(alert.feed_name, alert.feed_title, alert.feed_url),
        matches=tuple(matches[alert.entry_id, rule] for rule in row.rules),
        created_at=alert.created_at,
        text=alert.text,
        outlets=tuple(dict.fromkeys(name for url, name in feeds.items() if url != alert.feed_url)),
        changed=alert.changed,
        story=alert.story_id,
        seen_at=alert.first_seen_at,
        escalated_from=row.escalated_from,
    )


def read_entry(row: Any) -> Entry:
    """Return the entry in a row that has all columns of its table."""
    return Entry(
        guid=row.guid,
        link=row.link,
        title=row.title,
        summary=row.summary,
        authors=tuple(row.authors),
        categories=tuple(row.categories),
        published_at=row.published_at,
        updated_at=row.updated_at,
    )


def feed_name(configured: str | None, title: str | None, url: str) -> str:
    """Return what people call a feed: the configured name, else the feed's own title, else its address."""
    return configured or title or url
