"""Feeds and their entries: which are watched, which are due, what a poll changes."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    insert,
    literal,
    null,
    select,
    update,
)

from monitor.model import (
    Activity,
    ClaimedFeed,
    Entry,
    FeedSpec,
    NewEntry,
    PollRecord,
    Reason,
    Secret,
    Validators,
)
from monitor.store.articles import add_wanted
from monitor.store.engine import Turn, insert_into, take_turn
from monitor.store.history import add_runs, read_run, run_columns
from monitor.store.leases import Claim, finish, take
from monitor.store.memory import memory_columns, read_memory, read_rhythm, rhythm_columns
from monitor.store.outbox import add_alerts, add_matches
from monitor.store.tables import ACTIVE, ENTRY, ENTRY_KEY, FEED, FEED_WAITING

# How many keys one question names; far below both databases' limit of parameters.
_CHUNK = 1000
# Feeds that waited for their host come back this far apart.
_HOST_GAP = timedelta(seconds=5)
_STRAGGLERS = 60
# What belongs to the address that was asked.
_OF_THE_SERVER = ("etag", "last_modified", "validators_url", "cache_control", "expires", "move")
_GONE = FEED.c.reason.is_not_distinct_from(Reason.GONE.value)


def sync(connection: Connection, specs: Sequence[FeedSpec], first_polls: Sequence[datetime]) -> None:
    """Make the active feeds those of `specs`; see Store.sync_feeds."""
    take_turn(connection, Turn.SYNC_FEEDS)
    rows = [
        {
            "url": spec.url,
            "host": spec.host,
            "name": spec.name,
            "active": spec.enabled,
            "address": hashlib.sha256(spec.request_url.reveal().encode()).hexdigest(),
            "detail": "",
            "failures": 0,
            "next_poll_at": first_poll,
        }
        for spec, first_poll in zip(specs, first_polls, strict=True)
    ]
    if rows:
        connection.execute(_upsert(connection), rows)
    watched = {spec.url for spec in specs}
    active = connection.execute(select(FEED.c.id, FEED.c.url).where(ACTIVE))
    for gone in chunks(row.id for row in active if row.url not in watched):
        connection.execute(update(FEED).where(FEED.c.id.in_(gone)).values(active=False))


def _upsert(connection: Connection) -> Any:
    statement = insert_into(connection, FEED)
    offered = statement.excluded
    # A feed that comes back keeps a later date that its server may have asked for.
    back_again = and_(FEED.c.active.is_(False), FEED.c.next_poll_at < offered.next_poll_at)
    # Written by a reference, an address may become another one under the same name.
    moved = FEED.c.address != offered.address
    return statement.on_conflict_do_update(
        index_elements=[FEED.c.url],
        set_={
            "host": offered.host,
            "name": offered.name,
            "active": offered.active,
            "next_poll_at": case((back_again, offered.next_poll_at), else_=FEED.c.next_poll_at),
            # Whoever takes a feed that is gone out and puts it in again wants it tried again.
            "reason": case((and_(FEED.c.active.is_(False), _GONE), None), else_=FEED.c.reason),
            "address": offered.address,
            **{name: case((moved, null()), else_=FEED.c[name]) for name in _OF_THE_SERVER},
        },
    )


def claim_due(connection: Connection, claim: Claim, limit: int, per_host: int) -> list[ClaimedFeed]:
    """Lease due feeds; see PollStore.claim_due_feeds."""
    # Two workers that count a host's leases at once would each find room for one more.
    take_turn(connection, Turn.CLAIM_FEEDS)
    rows = take(connection, FEED, _due(claim, limit, per_host), claim)
    rows = sorted(rows, key=lambda row: (row.next_poll_at, row.id))
    return [_claimed_feed(row) for row in rows]


def _due(claim: Claim, limit: int, per_host: int) -> Select[int]:
    due = and_(ACTIVE, FEED.c.next_poll_at <= claim.now, claim.is_free(FEED), ~_GONE)
    place = func.row_number().over(partition_by=FEED.c.host, order_by=(FEED.c.next_poll_at, FEED.c.id))
    queue = select(FEED.c.id, FEED.c.host, place.label("place")).where(due).subquery("queue")
    held = claim.held(FEED, "host").subquery("held")
    return (
        select(FEED.c.id)
        .join(queue, queue.c.id == FEED.c.id)
        .outerjoin(held, held.c.host == queue.c.host)
        .where(due, queue.c.place <= per_host - func.coalesce(held.c.held, 0))
        .order_by(FEED.c.next_poll_at, FEED.c.id)
        .limit(limit)
    )


def _claimed_feed(row: Any) -> ClaimedFeed:
    return ClaimedFeed(
        id=row.id,
        url=row.url,
        lease=row.lease,
        validators=Validators(
            row.etag, row.last_modified, Secret(row.validators_url) if row.validators_url else None
        ),
        body_hash=row.body_hash,
        baselined=row.baseline_at is not None,
        reached=row.succeeded_at is not None,
        failures=row.failures,
        title=row.title or "",
        language=row.language,
        run=read_run(row),
        runs=row.runs,
        activity=read_activity(row),
        memory=read_memory(row),
        rhythm=read_rhythm(row.rhythm),
        seen=row.seen or b"",
    )


def read_activity(row: Any) -> Activity | None:
    """Return what a feed's row tells of how often it has something new; None before its first entries."""
    if row.last_new_at is None:
        return None
    return Activity(
        last_new_at=row.last_new_at,
        entries=row.watched_entries,
        days=row.watched_days,
        longest=timedelta(seconds=row.longest_gap),
    )


def weights(connection: Connection) -> dict[str, Sequence[float]]:
    """Return the known weights; see PollStore.feed_weights."""
    rows = connection.execute(select(FEED.c.url, FEED.c.weights).where(ACTIVE))
    return {row.url: row.weights for row in rows if row.weights}


def known(connection: Connection, feed_id: int, keys: Collection[str]) -> dict[str, int]:
    """Return the entry id under each known key; see PollStore.known_entries."""
    found: dict[str, int] = {}
    for chunk in chunks(keys):
        rows = connection.execute(
            select(ENTRY_KEY.c.key, ENTRY_KEY.c.entry_id).where(
                ENTRY_KEY.c.feed_id == feed_id, ENTRY_KEY.c.key.in_(chunk)
            )
        )
        found.update({row.key: row.entry_id for row in rows})
    return found


def commit_poll(connection: Connection, record: PollRecord) -> None:
    """Store what one poll changed; see PollStore.commit_poll."""
    if record.retry_until:
        # Before the own row is locked: two workers at one host would wait for each other's rows.
        take_turn(connection, Turn.CLAIM_FEEDS)
    feed = finish(connection, FEED, record.feed_id, record.lease, _feed_changes(record))
    _spare_host(connection, feed, record)
    add_runs(connection, [record])
    ids = _add_entries(connection, record)
    _add_keys(connection, record, ids)
    added = list(zip(ids, record.entries, strict=True))
    add_matches(connection, [(entry_id, new.matches) for entry_id, new in added])
    add_alerts(connection, [(entry_id, new.deliveries) for entry_id, new in added], record.polled_at)
    add_wanted(connection, [(entry_id, new.article) for entry_id, new in added], record.polled_at)


def _feed_changes(record: PollRecord) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "reason": record.reason.value,
        "detail": record.detail,
        "failures": record.failures,
        "polled_at": record.polled_at,
        "since": _since(record),
        "next_poll_at": record.next_poll_at,
        "retry_until": record.retry_until,
        **memory_columns(record.memory),
        **run_columns(record),
    }
    if record.rhythm is not None:
        changes |= rhythm_columns(record.rhythm, record.weights)
    if record.reason.is_success:
        owner = record.validators.url
        changes |= {
            "validators_url": owner.reveal() if owner else None,
            "etag": record.validators.etag,
            "last_modified": record.validators.last_modified,
            "body_hash": record.body_hash,
            "succeeded_at": record.polled_at,
        }
    if record.activity is not None:
        changes |= {
            "last_new_at": record.activity.last_new_at,
            "watched_entries": record.activity.entries,
            "watched_days": record.activity.days,
            "longest_gap": record.activity.longest.total_seconds(),
        }
    if record.baseline:
        changes["baseline_at"] = record.polled_at
    if record.seen is not None:
        changes["seen"] = record.seen
    if record.feed_title is not None:
        changes["title"] = record.feed_title
    if record.language is not None:
        changes["language"] = record.language
    return changes


def _since(record: PollRecord) -> ColumnElement[datetime]:
    """Return when the polls began to succeed, or to fail: now, unless the one before ended alike."""
    failed_before = FEED.c.failures > 0
    alike = ~failed_before if record.reason.is_success else failed_before
    return case((alike, func.coalesce(FEED.c.since, record.polled_at)), else_=literal(record.polled_at))


def _spare_host(connection: Connection, feed: Any, record: PollRecord) -> None:
    """Put off all feeds of a host, one after another, once two of them were asked to wait.

    One feed's waiting time may be its own; what two have in common is the server's. A feed whose poll was
    under way meanwhile joins them.
    """
    waiting = select(FEED.c.retry_until).where(
        ACTIVE, FEED_WAITING, FEED.c.host == feed.host, FEED.c.retry_until > record.polled_at
    )
    ends = sorted(connection.scalars(waiting))
    if len(ends) < 2:
        return
    until = ends[-2]
    whose = FEED.c.host == feed.host if record.retry_until else FEED.c.id == feed.id
    early = select(FEED.c.id).where(ACTIVE, whose, FEED.c.next_poll_at < until)
    order = connection.scalars(early.order_by(FEED.c.next_poll_at, FEED.c.id)).all()
    first_place = 0 if record.retry_until else feed.id % _STRAGGLERS
    for place, feed_id in enumerate(order, start=first_place):
        later = update(FEED).where(FEED.c.id == feed_id).values(next_poll_at=until + _HOST_GAP * place)
        connection.execute(later)


def _add_entries(connection: Connection, record: PollRecord) -> list[int]:
    """Return the new ids in the order of `record.entries`."""
    if not record.entries:
        return []
    rows = [_entry_row(record, new) for new in record.entries]
    added = insert(ENTRY).returning(ENTRY.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(added, rows))


def _entry_row(record: PollRecord, new: NewEntry) -> dict[str, Any]:
    entry: Entry = new.entry
    return {
        "feed_id": record.feed_id,
        "guid": entry.guid,
        "link": entry.link,
        "title": entry.title,
        "summary": entry.summary,
        "authors": list(entry.authors),
        "categories": list(entry.categories),
        "published_at": entry.published_at,
        "updated_at": entry.updated_at,
        "first_seen_at": record.polled_at,
        "baseline": new.baseline,
    }


def _add_keys(connection: Connection, record: PollRecord, ids: Sequence[int]) -> None:
    owned = [(key, entry_id) for entry_id, new in zip(ids, record.entries, strict=True) for key in new.keys]
    owned += [(key, seen.entry_id) for seen in record.sightings for key in seen.new_keys]
    if owned:
        rows = [{"feed_id": record.feed_id, "key": key, "entry_id": entry_id} for key, entry_id in owned]
        connection.execute(insert_into(connection, ENTRY_KEY).on_conflict_do_nothing(), rows)


def chunks(items: Iterable[Any]) -> Iterable[list[Any]]:
    """Yield `items` in lists that one question can name."""
    items = iter(items)
    while chunk := list(islice(items, _CHUNK)):
        yield chunk
