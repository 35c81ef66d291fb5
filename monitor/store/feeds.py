"""Feeds and their entries: which are watched, which are due, what a poll changes."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import make_dataclass
from datetime import timedelta
from functools import cache
from itertools import starmap
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, select, true, update

from monitor.model import (
    Activity,
    ClaimedFeed,
    Entry,
    Evidence,
    NewEntry,
    PollRecord,
    Reason,
    Reset,
    Secret,
    Validators,
)
from monitor.store.articles import add_wanted
from monitor.store.engine import Turn, take_turn
from monitor.store.history import add_runs, read_run, run_columns
from monitor.store.known import add_keys, change_entries, note_listed, take_over
from monitor.store.leases import Claim, check, held, is_free, taking
from monitor.store.members import add_found
from monitor.store.memory import memory_columns, read_memory, read_rhythm, rhythm_columns
from monitor.store.outbox import add_alerts, add_matches
from monitor.store.prepared import Prepared
from monitor.store.search.unfiled import note_unfiled
from monitor.store.tables import ACTIVE, ENTRY, FEED, FEED_WAITING, RESTING, WATCHED

# Feeds that waited for their host come back this far apart.
_HOST_GAP = timedelta(seconds=5)
_STRAGGLERS = 60
# The poll that found an entry, the entry, and its id.
_Added = tuple[PollRecord, NewEntry, int]
GONE = FEED.c.reason.is_not_distinct_from(Reason.GONE.value)


def claim_due(
    connection: Connection, claim: Claim, limit: int, per_host: int, strange: Collection[int] = ()
) -> list[ClaimedFeed]:
    """Lease due feeds; see PollStore.claim_due_feeds."""
    chosen = _next_in_turn(connection, claim, limit, per_host, strange)
    if not chosen:
        return []
    rows = connection.execute(_TAKE, claim.parameters | {"chosen": chosen}).all()
    taken = {row.id: row for row in starmap(_Claimed, rows)}
    return [_claimed_feed(taken[feed_id]) for feed_id in chosen if feed_id in taken]


_CLAIMED = [
    FEED.c[name]
    for name in (
        *("id", "url", "title", "language", "lease", "seen", "body_hash", "rhythm"),
        *("etag", "last_modified", "validators_url"),
        *("cache_control", "expires", "served_at", "hints", "move"),
        *("baseline_at", "succeeded_at", "failures", "reason", "detail"),
        *("polled_at", "run_began_at", "run_polls", "runs"),
        *("last_new_at", "watched_entries", "watched_days", "longest_gap"),
        *("guid_churn", "text_churn", "reset_at", "reset_known", "reset_held", "listed_on"),
    )
]
# SQLAlchemy's rows take ten times as long to find a column.
_Claimed: Any = make_dataclass("_Claimed", [column.name for column in _CLAIMED], slots=True)


IS_DUE = and_(ACTIVE, FEED.c.next_poll_at <= bindparam("now"), is_free(FEED), ~GONE, ~RESTING)
_TAKE = taking(
    FEED, select(FEED.c.id).where(IS_DUE, FEED.c.id.in_(bindparam("chosen", expanding=True))), _CLAIMED
)
_HELD = held(FEED, "host")
_QUEUE = (
    select(FEED.c.id, FEED.c.host)
    .where(IS_DUE)
    .order_by(FEED.c.next_poll_at, FEED.c.id)
    .limit(bindparam("most"))
)


def _next_in_turn(
    connection: Connection, claim: Claim, limit: int, per_host: int, strange: Collection[int]
) -> list[int]:
    """Return the due feeds that have waited longest, as far as their hosts have room for them."""
    leased = dict(connection.execute(_HELD, claim.parameters).all())
    seen = 2 * limit
    while True:
        # After a long rest all feeds are due: mostly the first of the queue will do.
        queue = connection.execute(_QUEUE, claim.parameters | {"most": seen}).all()
        taken = Counter(leased)
        chosen = []
        for feed_id, host in queue:
            if taken[host] < per_host and feed_id not in strange:
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
    rows = connection.execute(select(FEED.c.url, FEED.c.weights).where(WATCHED))
    return {row.url: row.weights for row in rows if row.weights}


# Whether a feed of the same host was asked to wait, be it long ago.
_OTHER = FEED.alias()
_HOST_WAITS = exists().where(
    _OTHER.c.host == FEED.c.host, _OTHER.c.active.is_(true()), _OTHER.c.retry_until.is_not(None)
)
_BEFORE = (FEED.c.host, FEED.c.failures, FEED.c.since, _HOST_WAITS.label("host_waits"))


def commit_polls(connection: Connection, records: Sequence[PollRecord]) -> None:
    """Store what some polls changed; see PollStore.commit_poll. Raises LeaseLost, even if only one of them has."""
    if any(record.retry_until for record in records):
        # Before the own rows are locked: two workers at one host would wait for each other's rows.
        take_turn(connection, Turn.CLAIM_FEEDS)
    leases = [(record.feed_id, record.lease) for record in records]
    before = check(connection, FEED, leases, *_BEFORE)
    _change_feeds(connection, records, before)
    for record in records:
        if record.retry_until or before[record.feed_id].host_waits:
            _spare_host(connection, before[record.feed_id].host, record)
    add_runs(connection, records)
    for record in records:
        if record.predecessor is not None:
            take_over(connection, record)
        note_listed(connection, record)
    added = _add_entries(connection, records)
    note_unfiled(connection, [entry_id for _, _, entry_id in added])
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


def _change_feeds(connection: Connection, records: Sequence[PollRecord], before: Mapping[int, Any]) -> None:
    """Write the polls' outcomes: those that change the same columns in one go."""
    alike = defaultdict(list)
    for record in records:
        changes = _outcome_columns(record, before[record.feed_id]) | run_columns(record) | _memory_of(record)
        alike[tuple(changes)].append(changes)
    for names, rows in alike.items():
        _changing(names).run(connection, rows)


@cache
def _changing(names: Sequence[str]) -> Prepared:
    """Return the statement that sets these columns; as many are made as there are kinds of news of a feed."""
    given: dict[str, Any] = {name: bindparam(name) for name in names if name != "feed_id"}
    of_feed = update(FEED).where(FEED.c.id == bindparam("feed_id"))
    return Prepared(of_feed.values({"lease": None, "lease_until": None, **given}))


def _outcome_columns(record: PollRecord, before: Any) -> dict[str, Any]:
    columns = {
        "feed_id": record.feed_id,
        "reason": record.reason.value,
        "detail": record.detail,
        "failures": record.failures,
        "polled_at": record.polled_at,
        "next_poll_at": record.next_poll_at,
        "retry_until": record.retry_until,
    }
    if record.reason.is_success:
        columns["succeeded_at"] = record.polled_at
    if before.since is None or (before.failures > 0) is record.reason.is_success:
        columns["since"] = record.polled_at
    return columns


def _memory_of(record: PollRecord) -> dict[str, Any]:
    """Return what is remembered of a feed, as far as it has changed."""
    texts = {
        "title": record.feed_title,
        "language": record.language,
        "body_hash": record.body_hash,
        "seen": record.seen,
        "baseline_at": record.polled_at if record.baseline else None,
    }
    columns: dict[str, Any] = {name: value for name, value in texts.items() if value is not None}
    if record.memory is not None:
        columns |= memory_columns(record.memory)
    if record.rhythm is not None:
        columns |= rhythm_columns(record.rhythm, record.weights)
    if validators := record.validators:
        columns |= {
            "validators_url": validators.url.reveal() if validators.url else None,
            "etag": validators.etag,
            "last_modified": validators.last_modified,
        }
    if activity := record.activity:
        columns |= {
            "last_new_at": activity.last_new_at,
            "watched_entries": activity.entries,
            "watched_days": activity.days,
            "longest_gap": activity.longest.total_seconds(),
        }
    if record.evidence is not None:
        columns |= {"guid_churn": record.evidence.guids, "text_churn": record.evidence.texts}
    if reset := record.reset:
        columns |= {"reset_at": reset.at, "reset_known": reset.known, "reset_held": reset.held}
    if record.listed_on is not None:
        columns["listed_on"] = record.listed_on
    return columns


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
        first = (connection.scalar(_LAST) or 0) + 1
        ids = range(first, first + len(rows))
        _ADD.run(connection, [{"id": own, **row} for own, row in zip(ids, rows, strict=True)])
        return ids
    return connection.scalars(insert(ENTRY).returning(ENTRY.c.id, sort_by_parameter_order=True), rows).all()


_LAST = select(func.max(ENTRY.c.id))
_LATER = {"known_by", "changes", "changed_at"}
_ADD = Prepared(insert(ENTRY).values({name: bindparam(name) for name in {*ENTRY.c.keys()} - _LATER}))


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
