"""Alerts and notices as they are read back, for those who settle, send or explain them."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    select,
    type_coerce,
)

from monitor.model import Alert, Entry, Hit, Match, Notice, Progress, TextField, Withheld
from monitor.store.tables import ALERT, ARTICLE, DELIVERY, ENTRY, FEED, MATCH, NOTICE, STORY_MEMBER

_NO_FEEDS: Mapping[str, str] = {}


def read_whole(connection: Connection, rows: Sequence[Any]) -> list[Alert | Notice]:
    """Return what deliveries are about, from rows of `with_all`."""
    feeds = _outlets(connection, {row.entry_id for row in rows if row.story_id is not None})
    return [
        _alert(row, feeds.get(row.entry_id, _NO_FEEDS), _read_matches(row))
        if row.notice_id is None
        else _notice(row)
        for row in rows
    ]


def read_briefly(row: Any) -> Alert | Notice:
    """Return what a delivery is about, from a row of `WITH_ABOUT`.

    An alert names neither its matches nor the other feeds that have its story.
    """
    return _alert(row, _NO_FEEDS, ()) if row.notice_id is None else _notice(row)


def _notice(row: Any) -> Notice:
    return Notice(id=row.notice_id, created_at=row.created_at, subject=row.subject, lines=tuple(row.lines))


def _alert(row: Any, feeds: Mapping[str, str], matches: tuple[Match, ...]) -> Alert:
    return Alert(
        id=row.alert_id,
        entry=read_entry(row),
        feed_url=row.feed_url,
        feed_name=feed_name(row.feed_name, row.feed_title, row.feed_url),
        matches=matches,
        created_at=row.created_at,
        text=row.text,
        outlets=tuple(dict.fromkeys(name for url, name in feeds.items() if url != row.feed_url)),
        changed=row.changed,
        story=row.story_id,
        seen_at=row.first_seen_at,
        escalated_from=row.escalated_from,
    )


def _read_matches(row: Any) -> tuple[Match, ...]:
    found = {rule: (hits, withheld, progress) for rule, hits, withheld, progress in row.matches}
    return tuple(_match(rule, *found[rule]) for rule in row.rules)


def read_matches(connection: Connection, entry_ids: Collection[int]) -> dict[tuple[int, str], Match]:
    """Return each match of the entries under entry id and rule, by rule."""
    if not entry_ids:
        return {}
    rows = connection.execute(_MATCHES, {"ids": list(entry_ids)})
    return {(row.entry_id, row.rule): read_match(row) for row in rows}


def read_match(row: Any) -> Match:
    """Return the match in a row of its table."""
    return _match(row.rule, row.hits, row.withheld, row.progress)


def _match(rule: str, hits: Sequence[Any], withheld: str | None, progress: str | None) -> Match:
    return Match(
        rule,
        tuple(Hit(TextField(field), start, end, *term) for field, start, end, *term in hits),
        Withheld(withheld) if withheld else None,
        Progress(progress) if progress else None,
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
_MATCHES = select(MATCH).where(MATCH.c.entry_id.in_(_IDS)).order_by(MATCH.c.rule)
_OF_ENTRY = (
    "guid",
    "link",
    "title",
    "summary",
    "authors",
    "categories",
    "published_at",
    "updated_at",
    "first_seen_at",
)
# Deliveries, with what they are about.
WITH_ABOUT = (
    select(
        DELIVERY,
        func.coalesce(ALERT.c.created_at, NOTICE.c.created_at).label("created_at"),
        ALERT.c.entry_id,
        ALERT.c.changed,
        FEED.c.url.label("feed_url"),
        FEED.c.name.label("feed_name"),
        FEED.c.title.label("feed_title"),
        FEED.c.language,
        func.coalesce(ARTICLE.c.text, "").label("text"),
        STORY_MEMBER.c.story_id,
        NOTICE.c.subject,
        NOTICE.c.lines,
        *(ENTRY.c[name] for name in _OF_ENTRY),
    )
    .outerjoin(ALERT, ALERT.c.id == DELIVERY.c.alert_id)
    .outerjoin(ENTRY, ENTRY.c.id == ALERT.c.entry_id)
    .outerjoin(FEED, FEED.c.id == ENTRY.c.feed_id)
    .outerjoin(ARTICLE, ARTICLE.c.entry_id == ENTRY.c.id)
    .outerjoin(STORY_MEMBER, STORY_MEMBER.c.entry_id == ENTRY.c.id)
    .outerjoin(NOTICE, NOTICE.c.id == DELIVERY.c.notice_id)
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


@cache
def with_all(dialect: str) -> Select[Any]:
    """Return WITH_ABOUT together with the matches of alerts, as `read_whole` wants it."""
    postgresql = dialect == "postgresql"
    listed, row = (
        (func.json_agg, func.json_build_array) if postgresql else (func.json_group_array, func.json_array)
    )
    hits: ColumnElement[Any] = MATCH.c.hits if postgresql else func.json(MATCH.c.hits)
    each = row(MATCH.c.rule, hits, MATCH.c.withheld, MATCH.c.progress)
    # In the same question: to ask another takes longer than to find them.
    matches = select(listed(each)).where(MATCH.c.entry_id == ALERT.c.entry_id).scalar_subquery()
    return WITH_ABOUT.add_columns(type_coerce(matches, JSON).label("matches"))


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
