"""Feeds and their entries: which are watched, which are due, what a poll changes."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, insert, null, select, update

from monitor.model import (
    Activity,
    ClaimedFeed,
    Entry,
    Evidence,
    FeedSpec,
    NewEntry,
    PollRecord,
    Reason,
    Reset,
    Secret,
    Validators,
)
from monitor.store.articles import add_wanted
from monitor.store.engine import Turn, chunks, insert_into, take_turn
from monitor.store.history import add_runs, read_run, run_columns
from monitor.store.known import add_keys, change_entries, note_listed, take_over
from monitor.store.leases import Claim, check, held, is_free, taking
from monitor.store.members import add_found
from monitor.store.memory import memory_columns, read_memory, read_rhythm, rhythm_columns
from monitor.store.outbox import add_alerts, add_matches
from monitor.store.tables import ACTIVE, ENTRY, FEED, FEED_WAITING

# A feed that was out of use for longer begins anew: what it brings then is told as its first_poll says.
AWAY = timedelta(days=30)
# Feeds that waited for their host come back this far apart.
_HOST_GAP = timedelta(seconds=5)
_STRAGGLERS = 60
# What belongs to the address that was asked.
_OF_THE_SERVER = ("etag", "last_modified", "validators_url", "cache_control", "expires", "move")
# The poll that found an entry, the entry, and its id.
_Added = tuple[PollRecord, NewEntry, int]
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
        _begin_anew(connection, specs, first_polls)
        connection.execute(_upsert(connection), rows)
    watched = {spec.url for spec in specs}
    active = connection.execute(select(FEED.c.id, FEED.c.url).where(ACTIVE))
    for gone in chunks(row.id for row in active if row.url not in watched):
        connection.execute(update(FEED).where(FEED.c.id.in_(gone)).values(active=False))


def _begin_anew(connection: Connection, specs: Sequence[FeedSpec], first_polls: Sequence[datetime]) -> None:
    """Let the next poll of those that come back after a long time be a first one."""
    wanted = [spec.url for spec in specs if spec.enabled]
    for some in chunks(wanted):
        returning = and_(FEED.c.url.in_(some), FEED.c.active.is_(False))
        away = and_(returning, FEED.c.succeeded_at < min(first_polls) - AWAY)
        connection.execute(update(FEED).where(away).values(baseline_at=null()))


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
    chosen = _next_in_turn(connection, claim, limit, per_host)
    if not chosen:
        return []
    rows = connection.execute(_TAKE, claim.parameters | {"chosen": chosen}).all()
    rows = sorted(rows, key=lambda row: (row.next_poll_at, row.id))
    return [_claimed_feed(row) for row in rows]


_CLAIMED = [
    FEED.c[name]
    for name in (
        *("id", "url", "title", "language", "lease", "next_poll_at", "seen", "body_hash", "rhythm"),
        *(
            "etag",
            "last_modified",
            "validators_url",
            "cache_control",
            "expires",
            "served_at",
            "hints",
            "move",
        ),
        *("baseline_at", "succeeded_at", "failures", "reason", "detail"),
        *("polled_at", "run_began_at", "run_polls", "runs"),
        *("last_new_at", "watched_entries", "watched_days", "longest_gap"),
        *("guid_churn", "text_churn", "reset_at", "reset_known", "reset_held", "listed_on"),
    )
]


_IS_DUE = and_(ACTIVE, FEED.c.next_poll_at <= bindparam("now"), is_free(FEED), ~_GONE)
_TAKE = taking(
    FEED, select(FEED.c.id).where(_IS_DUE, FEED.c.id.in_(bindparam("chosen", expanding=True))), _CLAIMED
)
_HELD = held(FEED, "host")
_QUEUE = (
    select(FEED.c.id, FEED.c.host)
    .where(_IS_DUE)
    .order_by(FEED.c.next_poll_at, FEED.c.id)
    .limit(bindparam("most"))
)


def _next_in_turn(connection: Connection, claim: Claim, limit: int, per_host: int) -> list[int]:
    """Return the due feeds that have waited longest, as far as their hosts have room for them."""
    leased = dict(connection.execute(_HELD, claim.parameters).all())
    seen = 2 * limit
    while True:
        # After a long rest all feeds are due: mostly the first of the queue will do.
        queue = connection.execute(_QUEUE, claim.parameters | {"most": seen}).all()
        taken = Counter(leased)
        chosen = []
        for feed_id, host in queue:
            if taken[host] < per_host:
                taken[host] += 1
                chosen.append(feed_id)
        if len(chosen) >= limit or len(queue) < seen:
            return chosen[:limit]
        seen *= 10


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
        evidence=Evidence(guids=row.guid_churn, texts=row.text_churn),
        reset=read_reset(row),
        listed_on=row.listed_on,
        seen=row.seen or b"",
    )


def read_reset(row: Any) -> Reset | None:
    """Return the reset in a feed's row."""
    if row.reset_at is None:
        return None
    return Reset(at=row.reset_at, known=row.reset_known, held=row.reset_held)


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


def commit_polls(connection: Connection, records: Sequence[PollRecord]) -> None:
    """Store what some polls changed; see PollStore.commit_poll. Raises LeaseLost, even if only one of them has."""
    if any(record.retry_until for record in records):
        # Before the own rows are locked: two workers at one host would wait for each other's rows.
        take_turn(connection, Turn.CLAIM_FEEDS)
    leases = [(record.feed_id, record.lease) for record in records]
    hosts = {feed_id: row.host for feed_id, row in check(connection, FEED, leases, FEED.c.host).items()}
    _change_feeds(connection, records)
    waiting = _waiting_hosts(connection, set(hosts.values()))
    for record in records:
        if hosts[record.feed_id] in waiting:
            _spare_host(connection, hosts[record.feed_id], record)
    add_runs(connection, records)
    for record in records:
        if record.predecessor is not None:
            take_over(connection, record)
        note_listed(connection, record)
    added = _add_entries(connection, records)
    add_keys(connection, records, [(record.feed_id, new.keys, entry_id) for record, new, entry_id in added])
    add_matches(connection, [(entry_id, new.matches) for _, new, entry_id in added])
    add_found(
        connection,
        [(record.feed_id, record.polled_at, new.story, entry_id) for record, new, entry_id in added],
    )
    add_wanted(connection, [(entry_id, new.article, record.polled_at) for record, new, entry_id in added])
    for record, new, entry_id in added:
        add_alerts(connection, [(entry_id, new.deliveries)], record.polled_at)
    for record in records:
        change_entries(connection, record)


def _change_feeds(connection: Connection, records: Sequence[PollRecord]) -> None:
    """Write the polls' outcomes: those that change the same columns in one go."""
    alike = defaultdict(list)
    for record in records:
        changes = _feed_changes(record)
        alike[tuple(changes)].append(changes)
    for rows in alike.values():
        connection.execute(_CHANGE, rows)


# When the polls began to succeed, or to fail: now, unless the one before ended alike.
_ENDED_ALIKE = (FEED.c.failures > 0) == bindparam("failed")
_CHANGE = (
    update(FEED)
    .where(FEED.c.id == bindparam("feed_id"))
    .values(
        since=case(
            (_ENDED_ALIKE, func.coalesce(FEED.c.since, bindparam("now", type_=FEED.c.since.type))),
            else_=bindparam("now", type_=FEED.c.since.type),
        ),
        lease=null(),
        lease_until=null(),
    )
)


def _feed_changes(record: PollRecord) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "feed_id": record.feed_id,
        "now": record.polled_at,
        "failed": not record.reason.is_success,
        "reason": record.reason.value,
        "detail": record.detail,
        "failures": record.failures,
        "polled_at": record.polled_at,
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
    changes |= _identity_columns(record)
    if record.baseline:
        changes["baseline_at"] = record.polled_at
    if record.feed_title is not None:
        changes["title"] = record.feed_title
    if record.language is not None:
        changes["language"] = record.language
    return changes


def _identity_columns(record: PollRecord) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if record.seen is not None:
        columns["seen"] = record.seen
    if record.evidence is not None:
        columns |= {"guid_churn": record.evidence.guids, "text_churn": record.evidence.texts}
    if reset := record.reset:
        columns |= {"reset_at": reset.at, "reset_known": reset.known, "reset_held": reset.held}
    if record.listed_on is not None:
        columns["listed_on"] = record.listed_on
    return columns


def _waiting_hosts(connection: Connection, hosts: Collection[str]) -> set[str]:
    """Return those of `hosts` at which a feed was asked to wait, be it long ago."""
    return set(connection.scalars(_WAITING_HOSTS, {"hosts": list(hosts)}))


_WAITING_HOSTS = select(FEED.c.host).where(
    ACTIVE, FEED_WAITING, FEED.c.host.in_(bindparam("hosts", expanding=True))
)


def _spare_host(connection: Connection, host: str, record: PollRecord) -> None:
    """Put off all feeds of a host, one after another, once two of them were asked to wait.

    One feed's waiting time may be its own; what two have in common is the server's. A feed whose poll was
    under way meanwhile joins them.
    """
    waiting = select(FEED.c.retry_until).where(
        ACTIVE, FEED_WAITING, FEED.c.host == host, FEED.c.retry_until > record.polled_at
    )
    ends = sorted(connection.scalars(waiting))
    if len(ends) < 2:
        return
    until = ends[-2]
    whose = FEED.c.host == host if record.retry_until else FEED.c.id == record.feed_id
    early = select(FEED.c.id).where(ACTIVE, whose, FEED.c.next_poll_at < until)
    order = connection.scalars(early.order_by(FEED.c.next_poll_at, FEED.c.id)).all()
    first_place = 0 if record.retry_until else record.feed_id % _STRAGGLERS
    for place, feed_id in enumerate(order, start=first_place):
        later = update(FEED).where(FEED.c.id == feed_id).values(next_poll_at=until + _HOST_GAP * place)
        connection.execute(later)


def _add_entries(connection: Connection, records: Sequence[PollRecord]) -> list[_Added]:
    """Return each new entry with the poll that found it and its id."""
    found = [(record, new) for record in records for new in record.entries]
    if not found:
        return []
    ids = _insert_entries(connection, [_entry_row(record, new) for record, new in found])
    return [(record, new, entry_id) for (record, new), entry_id in zip(found, ids, strict=True)]


def _insert_entries(connection: Connection, rows: list[dict[str, Any]]) -> Sequence[int]:
    """Return the ids of the new rows, in order."""
    if connection.dialect.name == "sqlite":
        # It would tell them one by one only. Nobody else writes meanwhile, so they are known beforehand.
        last = connection.scalar(select(func.coalesce(func.max(ENTRY.c.id), 0))) or 0
        ids = range(last + 1, last + 1 + len(rows))
        connection.execute(insert(ENTRY), [{"id": own, **row} for own, row in zip(ids, rows, strict=True)])
        return ids
    return connection.scalars(insert(ENTRY).returning(ENTRY.c.id, sort_by_parameter_order=True), rows).all()


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
        "held": new.held,
        "listed_on": record.polled_at.date(),
    }
