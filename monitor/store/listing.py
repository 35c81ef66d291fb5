"""Alerts as people ask for them, and how many entries and alerts came when."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, case, cast, exists, func, or_, select

from monitor.model import AlertWish, DeliveryState, ListedAlert, Match, Telling, TextField
from monitor.store.alerts import feed_name, read_matches
from monitor.store.engine import chunks
from monitor.store.entries import last_before
from monitor.store.tables import ALERT, ARTICLE, DELIVERY, ENTRY, FEED, MATCH, STORY_MEMBER


def alerts(connection: Connection, wish: AlertWish) -> tuple[list[ListedAlert], int | None]:
    """Return the newest alerts that are wished for, at most `wish.limit`, and what to ask with as `before` for more."""
    wanted = _with_entries(select(*_COLUMNS)).where(*_conditions(connection, wish))
    if wish.before is not None:
        wanted = wanted.where(ALERT.c.id < wish.before)
    rows = connection.execute(wanted.order_by(ALERT.c.id.desc()).limit(wish.limit + 1)).all()
    shown = rows[: wish.limit]
    more = shown[-1].id if len(rows) > wish.limit else None
    return _listed(connection, shown), more


def alert(connection: Connection, number: int) -> ListedAlert | None:
    """Return the alert of this number."""
    rows = connection.execute(_with_entries(select(*_COLUMNS)).where(ALERT.c.id == number)).all()
    return next(iter(_listed(connection, rows)), None)


def alerts_between(connection: Connection, wish: AlertWish, moments: Sequence[datetime]) -> list[int]:
    """Return how many of the alerts that are wished for were made between each two of these moments, in time order.

    What `wish` says of times, and its `limit`, don't count.
    """
    passed = case(
        *((ALERT.c.created_at < moment, number) for number, moment in enumerate(moments)), else_=-1
    ).label("passed")
    of_all = replace(wish, since=moments[0], until=moments[-1])
    counted = _with_entries(select(passed, func.count())).where(*_conditions(connection, of_all))
    counts: dict[int, int] = dict(connection.execute(counted.group_by("passed")).all())
    return [counts.get(number, 0) for number in range(1, len(moments))]


def entries_per_hour(connection: Connection, since: datetime, hours: int) -> list[int]:
    """Return how many entries were first seen in each of the hours that follow `since`."""
    hour = _spans_since(connection, since, timedelta(hours=1))
    counted = select(hour.label("hour"), func.count()).where(*_seen(connection, since))
    counts = {int(at): number for at, number in connection.execute(counted.group_by("hour"))}
    return [counts.get(at, 0) for at in range(hours)]


def first_poll_entries(connection: Connection, since: datetime) -> int:
    """Return how many entries that first polls brought were first seen since then."""
    baselines = ENTRY.c.id > last_before(connection, since), ENTRY.c.first_seen_at >= since, ENTRY.c.baseline
    return connection.scalar(select(func.count()).select_from(ENTRY).where(*baselines)) or 0


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


def matches_per_day(connection: Connection, since: datetime, days: int) -> dict[str, list[int]]:
    """Return how many entries each rule matched, of those first seen in each of the days that follow `since`."""
    day = _spans_since(connection, since, timedelta(days=1))
    counted = (
        select(MATCH.c.rule, day.label("day"), func.count())
        .join(ENTRY, ENTRY.c.id == MATCH.c.entry_id)
        .where(MATCH.c.entry_id > last_before(connection, since), ENTRY.c.first_seen_at >= since)
        .group_by(MATCH.c.rule, "day")
    )
    counts: dict[str, list[int]] = {}
    for rule, at, number in connection.execute(counted):
        if at < days:
            counts.setdefault(rule, [0] * days)[int(at)] = number
    return counts


def last_matches(connection: Connection, since: datetime) -> dict[str, datetime]:
    """Return when the last entry was first seen that each rule matched, of those since then."""
    newest = (
        select(MATCH.c.rule, func.max(MATCH.c.entry_id).label("entry_id"))
        .where(MATCH.c.entry_id > last_before(connection, since))
        .group_by(MATCH.c.rule)
        .subquery()
    )
    rows = connection.execute(
        select(newest.c.rule, ENTRY.c.first_seen_at).join(ENTRY, ENTRY.c.id == newest.c.entry_id)
    )
    return {row.rule: row.first_seen_at for row in rows if row.first_seen_at >= since}


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


_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_COLUMNS = (
    *ALERT.c,
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


def _with_entries(wanted: Select[Any]) -> Select[Any]:
    return (
        wanted.select_from(ALERT)
        .join(ENTRY, ENTRY.c.id == ALERT.c.entry_id)
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .outerjoin(STORY_MEMBER, STORY_MEMBER.c.entry_id == ENTRY.c.id)
    )


def _conditions(connection: Connection, wish: AlertWish) -> Iterator[ColumnElement[bool]]:
    yield from _of_time(connection, wish)
    if wish.feed is not None:
        yield or_(FEED.c.url == wish.feed, FEED.c.name == wish.feed, FEED.c.title == wish.feed)
    if wish.feeds is not None:
        yield FEED.c.url.in_(wish.feeds)
    if wish.rule is not None:
        told = (MATCH.c.entry_id == ALERT.c.entry_id, MATCH.c.rule == wish.rule, MATCH.c.withheld.is_(None))
        yield exists().where(*told)
    if wish.channels is not None:
        yield exists().where(DELIVERY.c.alert_id == ALERT.c.id, DELIVERY.c.channel.in_(wish.channels))
    if wish.story is not None:
        yield STORY_MEMBER.c.story_id == wish.story
    for word in wish.words:
        yield _says(word)


def _of_time(connection: Connection, wish: AlertWish) -> Iterator[ColumnElement[bool]]:
    if wish.since is not None:
        yield ALERT.c.id > last_before(connection, wish.since, ALERT.c.created_at)
        yield ALERT.c.created_at >= wish.since
    if wish.until is not None:
        yield ALERT.c.created_at < wish.until


def _says(word: str) -> ColumnElement[bool]:
    """Return the condition that title or summary hold a word, in any case.

    Some databases know the capitals from A to Z alone; the others of a word are tried as they are mostly written.
    """
    forms = {form.translate(_SMALL) for form in (word.lower(), word.upper(), word.capitalize())}
    texts = (func.lower(ENTRY.c.title), func.lower(ENTRY.c.summary))
    return or_(*(text.contains(form, autoescape=True) for text in texts for form in sorted(forms)))


def _listed(connection: Connection, rows: Sequence[Any]) -> list[ListedAlert]:
    matches = _matches(connection, [row.entry_id for row in rows])
    texts = _texts(connection, {entry for entry, ones in matches.items() if any(map(_in_text, ones))})
    told = _told(connection, [row.id for row in rows])
    outlets = _outlets(connection, {row.story_id for row in rows if row.story_id})
    return [
        _alert(
            row,
            matches=tuple(matches[row.entry_id]),
            text=texts.get(row.entry_id, ""),
            told=tuple(told[row.id]),
            outlets=outlets.get(row.story_id, ()),
        )
        for row in rows
    ]


def _in_text(match: Match) -> bool:
    return any(hit.field is TextField.TEXT for hit in match.hits)


def _texts(connection: Connection, entry_ids: Collection[int]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for some in chunks(entry_ids):
        wanted = select(ARTICLE.c.entry_id, ARTICLE.c.text).where(ARTICLE.c.entry_id.in_(some))
        texts |= {row.entry_id: row.text or "" for row in connection.execute(wanted)}
    return texts


def _matches(connection: Connection, entry_ids: Sequence[int]) -> dict[int, list[Match]]:
    matches: defaultdict[int, list[Match]] = defaultdict(list)
    for some in chunks(entry_ids):
        for (entry_id, _), match in sorted(read_matches(connection, some).items()):
            matches[entry_id].append(match)
    return matches


def _told(connection: Connection, alert_ids: Sequence[int]) -> dict[int, list[Telling]]:
    told: defaultdict[int, list[Telling]] = defaultdict(list)
    wanted = select(DELIVERY.c.alert_id, DELIVERY.c.channel, DELIVERY.c.state, DELIVERY.c.sent_at)
    for some in chunks(alert_ids):
        rows = connection.execute(wanted.where(DELIVERY.c.alert_id.in_(some)).order_by(DELIVERY.c.id))
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


def _alert(row: Any, **found: Any) -> ListedAlert:
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
        story=row.story_id,
        **found,
    )
