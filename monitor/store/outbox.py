"""Alerts and their deliveries: the rows that stay until every channel was told or given up."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select

from monitor.model import (
    Alert,
    AttemptRecord,
    ClaimedDelivery,
    DeliveryState,
    Entry,
    Hit,
    Match,
    Notice,
    PlannedDelivery,
    Progress,
    TextField,
    Withheld,
)
from monitor.store.engine import Turn, take_turn
from monitor.store.leases import Claim, finish, held, is_free, taking
from monitor.store.tables import (
    ALERT,
    ARTICLE,
    ATTEMPT,
    DELIVERY,
    ENTRY,
    FEED,
    MATCH,
    NOTICE,
    PENDING,
    STORY_MEMBER,
)


def add_matches(connection: Connection, found: Iterable[tuple[int, Sequence[Match]]]) -> None:
    """Add the matches of entries, given by their ids."""
    rows = [
        {
            "entry_id": entry_id,
            "rule": match.rule,
            "hits": hits_json(match.hits),
            "withheld": match.withheld.value if match.withheld else None,
            "progress": match.progress.value if match.progress else None,
        }
        for entry_id, matches in found
        for match in matches
    ]
    if rows:
        connection.execute(insert(MATCH), rows)


def hits_json(hits: Iterable[Hit]) -> list[list[Any]]:
    """Return hits as their column holds them."""
    return [[hit.field.value, hit.start, hit.end, hit.term] for hit in hits]


def add_untold(
    connection: Connection,
    entry_id: int,
    matches: Sequence[Match],
    deliveries: Sequence[PlannedDelivery],
    created_at: datetime,
    *,
    changed: bool = False,
) -> None:
    """Add those matches of a known entry that are new, and the alert for them.

    Its page and an edit may make a rule true at the same time; the first of them tells.
    """
    held = set(connection.scalars(select(MATCH.c.rule).where(MATCH.c.entry_id == entry_id)))
    add_matches(connection, [(entry_id, [match for match in matches if match.rule not in held])])
    fresh = [
        (planned.channel, tuple(rule for rule in planned.rules if rule not in held)) for planned in deliveries
    ]
    left = [PlannedDelivery(channel, rules) for channel, rules in fresh if rules]
    add_alerts(connection, [(entry_id, left)], created_at, changed=changed)


def add_alerts(
    connection: Connection,
    planned_of: Iterable[tuple[int, Sequence[PlannedDelivery]]],
    created_at: datetime,
    *,
    changed: bool = False,
) -> None:
    """Add an alert for each entry (by its id) that has deliveries, and these, due at once."""
    told = [(entry_id, deliveries) for entry_id, deliveries in planned_of if deliveries]
    if not told:
        return
    alerts = connection.scalars(
        insert(ALERT).returning(ALERT.c.id, sort_by_parameter_order=True),
        [{"entry_id": entry_id, "created_at": created_at, "changed": changed} for entry_id, _ in told],
    )
    rows = [
        {"alert_id": alert_id, "channel": planned.channel, "rules": list(planned.rules)}
        for alert_id, (_, deliveries) in zip(alerts, told, strict=True)
        for planned in deliveries
    ]
    add_deliveries(connection, rows, created_at)


def add_deliveries(connection: Connection, rows: Sequence[dict[str, Any]], created_at: datetime) -> None:
    """Add deliveries, given by what they are about, channel and rules, due at once."""
    new = {"state": DeliveryState.PENDING.value, "attempts": 0, "next_attempt_at": created_at}
    if rows:
        connection.execute(insert(DELIVERY), [row | new for row in rows])


def claim_due(
    connection: Connection, claim: Claim, channels: Collection[str], per_channel: int
) -> list[ClaimedDelivery]:
    """Lease due deliveries; see Outbox.claim_due_deliveries."""
    take_turn(connection, Turn.CLAIM_DELIVERIES)
    leased = dict(connection.execute(_HELD, claim.parameters).all())
    rows: list[Any] = []
    for channel in sorted(channels):
        room = per_channel - leased.get(channel, 0)
        if room > 0:
            taken = connection.execute(_TAKE, claim.parameters | {"at": channel, "most": room})
            rows += sorted(taken, key=_age)
    return _claimed(connection, rows) if rows else []


_HELD = held(DELIVERY, "channel")
_TAKE = taking(
    DELIVERY,
    select(DELIVERY.c.id)
    .where(
        PENDING,
        DELIVERY.c.channel == bindparam("at"),
        DELIVERY.c.next_attempt_at <= bindparam("now"),
        is_free(DELIVERY),
    )
    .order_by(DELIVERY.c.next_attempt_at, DELIVERY.c.id)
    .limit(bindparam("most")),
)


def _age(row: Any) -> tuple[datetime, int]:
    return row.next_attempt_at, row.id


def _claimed(connection: Connection, rows: Sequence[Any]) -> list[ClaimedDelivery]:
    alerts = _alerts(connection, {row.alert_id for row in rows if row.alert_id is not None})
    told = {alert.entry_id for alert in alerts.values()}
    matches, outlets = read_matches(connection, told), _outlets(connection, told)
    notices = _notices(connection, {row.notice_id for row in rows if row.notice_id is not None})
    return [
        _delivery(row, _alert(row, alerts[row.alert_id], matches, outlets))
        if row.notice_id is None
        else _delivery(row, notices[row.notice_id])
        for row in rows
    ]


def _notices(connection: Connection, ids: Collection[int]) -> dict[int, Notice]:
    if not ids:
        return {}
    rows = connection.execute(select(NOTICE).where(NOTICE.c.id.in_(ids)))
    return {
        row.id: Notice(id=row.id, created_at=row.created_at, subject=row.subject, lines=tuple(row.lines))
        for row in rows
    }


def _alerts(connection: Connection, ids: Collection[int]) -> dict[int, Any]:
    rows = connection.execute(
        select(
            ALERT.c.id.label("alert_id"),
            ALERT.c.created_at,
            ALERT.c.entry_id,
            ALERT.c.changed,
            FEED.c.url.label("feed_url"),
            FEED.c.name.label("feed_name"),
            FEED.c.title.label("feed_title"),
            func.coalesce(ARTICLE.c.text, "").label("text"),
            *(column for column in ENTRY.c if column.name != "id"),
        )
        .join(ENTRY, ENTRY.c.id == ALERT.c.entry_id)
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .outerjoin(ARTICLE, ARTICLE.c.entry_id == ENTRY.c.id)
        .where(ALERT.c.id.in_(ids))
    )
    return {row.alert_id: row for row in rows}


def read_matches(connection: Connection, entry_ids: Collection[int]) -> dict[tuple[int, str], Match]:
    """Return each match of the entries under entry id and rule, by rule."""
    rows = connection.execute(_MATCHES, {"ids": list(entry_ids)})
    return {(row.entry_id, row.rule): read_match(row) for row in rows}


_MATCHES = select(MATCH).where(MATCH.c.entry_id.in_(bindparam("ids", expanding=True))).order_by(MATCH.c.rule)


def read_match(row: Any) -> Match:
    """Return the match in a row of its table."""
    hits = tuple(Hit(TextField(field), start, end, *term) for field, start, end, *term in row.hits)
    return Match(
        row.rule,
        hits,
        Withheld(row.withheld) if row.withheld else None,
        Progress(row.progress) if row.progress else None,
    )


def _delivery(row: Any, about: Alert | Notice) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=row.id,
        lease=row.lease,
        channel=row.channel,
        attempts=row.attempts,
        created_at=about.created_at,
        about=about,
    )


def _outlets(connection: Connection, entry_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the feeds of the stories that entries belong to, by address and in the order in which they joined."""
    mine = STORY_MEMBER.alias("mine")
    rows = connection.execute(
        select(mine.c.entry_id, FEED.c.url, FEED.c.name, FEED.c.title)
        .select_from(mine)
        .join(STORY_MEMBER, STORY_MEMBER.c.story_id == mine.c.story_id)
        .join(ENTRY, ENTRY.c.id == STORY_MEMBER.c.entry_id)
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .where(mine.c.entry_id.in_(entry_ids))
        .order_by(STORY_MEMBER.c.id)
    )
    found: dict[int, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.entry_id, {})[row.url] = feed_name(row.name, row.title, row.url)
    return found


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


def record_attempt(connection: Connection, record: AttemptRecord) -> None:
    """Store what came of one attempt; see Outbox.record_attempt."""
    changes = {
        "state": record.decision.state.value,
        "next_attempt_at": record.decision.next_attempt_at,
        "attempts": DELIVERY.c.attempts + 1,
    }
    row = finish(connection, DELIVERY, record.delivery_id, record.lease, changes)
    connection.execute(
        insert(ATTEMPT).values(
            delivery_id=row.id,
            number=row.attempts,
            attempted_at=record.attempted_at,
            status=record.outcome.status.value,
            detail=record.outcome.detail,
        )
    )
