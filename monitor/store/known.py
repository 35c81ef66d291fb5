"""What is known of a feed's entries: their keys, and what they say now and said before."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from monitor.identity import SECOND_KINDS, is_sealed, kind_of
from monitor.model import (
    ChangedEntry,
    Entry,
    KnownEntry,
    PollRecord,
    Predecessor,
    Remembered,
    Revision,
    TextField,
    Tombstone,
)
from monitor.store.alerts import read_entry, read_matches
from monitor.store.articles import add_wanted
from monitor.store.engine import chunks, pairs
from monitor.store.members import add_members
from monitor.store.outbox import add_untold, hits_json
from monitor.store.prepared import Prepared
from monitor.store.search.unfiled import note_unfiled
from monitor.store.tables import ARTICLE, ENTRY, ENTRY_KEY, FEED, MATCH, RETIRED, REVISION, TOMBSTONE

# Of one entry; the oldest go first.
MOST_REVISIONS = 20
_REWRITTEN = (TextField.TITLE, TextField.SUMMARY)
# Instead of the kind of a key, of an entry that none has told (monitor.identity.reset).
RECOGNISED = "reset"


def known(connection: Connection, asked: Sequence[tuple[int, Collection[str]]]) -> list[dict[str, int]]:
    """Return for some feeds (by id) the entry id under each of their keys that is known; see PollStore.known_entries."""
    found: dict[int, dict[str, int]] = {feed_id: {} for feed_id, _ in asked}
    statement = _known(connection.dialect.name)
    for chunk in chunks((feed_id, key) for feed_id, keys in asked for key in keys):
        for feed_id, key, entry_id in connection.execute(statement, {"wanted": chunk}):
            found[feed_id][key] = entry_id
    return [found[feed_id] for feed_id, _ in asked]


# These two are asked in every poll with news: to put a statement together takes longer than to execute it.
@cache
def _known(dialect: str) -> Select[int, str, int]:
    # SQLite finds no pair in a list of pairs by an index, but joins with one.
    wanted, feed_id, key = pairs(dialect, "wanted")
    joined = ENTRY_KEY.join(wanted, and_(ENTRY_KEY.c.feed_id == feed_id, ENTRY_KEY.c.key == key))
    return select(ENTRY_KEY.c.feed_id, ENTRY_KEY.c.key, ENTRY_KEY.c.entry_id).select_from(joined)


_READ = select(ENTRY).where(ENTRY.c.id.in_(bindparam("ids", expanding=True)))
_LEFT = select(TOMBSTONE).where(TOMBSTONE.c.entry_id.in_(bindparam("ids", expanding=True)))


def read_known(connection: Connection, ids: Collection[int]) -> dict[int, Remembered]:
    """Return the entries of these ids; see PollStore.read_entries."""
    found: dict[int, Remembered] = {}
    for chunk in chunks(ids):
        matched: dict[int, list[str]] = {}
        for entry_id, rule in read_matches(connection, chunk):
            matched.setdefault(entry_id, []).append(rule)
        for row in connection.execute(_READ, {"ids": chunk}):
            found[row.id] = KnownEntry(
                id=row.id,
                entry=read_entry(row),
                changes=row.changes,
                changed_at=row.changed_at,
                matched=tuple(matched.get(row.id, ())),
            )
        if gone := [entry_id for entry_id in chunk if entry_id not in found]:
            found |= _read_left(connection, gone)
    return found


def _read_left(connection: Connection, ids: Sequence[int]) -> dict[int, Tombstone]:
    return {
        row.entry_id: Tombstone(traits=row.traits, published_at=row.published_at, linked=row.linked)
        for row in connection.execute(_LEFT, {"ids": ids})
        if is_sealed(row.traits)
    }


def predecessor(
    connection: Connection, keys: Collection[str], least: int, since: datetime
) -> Predecessor | None:
    """Return the feed out of use that knows most entries by `keys`; see PollStore.predecessor."""
    served = dict(connection.execute(_OUT_OF_USE, {"since": since}).all())
    found: Counter[int] = Counter()
    for feeds in chunks(served):
        theirs = ENTRY_KEY.c.feed_id.in_(feeds) & ENTRY_KEY.c.key.in_(list(keys))
        counted = select(ENTRY_KEY.c.feed_id, func.count(ENTRY_KEY.c.entry_id.distinct())).where(theirs)
        found.update(dict(connection.execute(counted.group_by(ENTRY_KEY.c.feed_id)).all()))
    best = min(found, key=lambda feed_id: (-found[feed_id], feed_id), default=None)
    if best is None or found[best] < least:
        return None
    return Predecessor(feed_id=best, served_at=served[best])


_OUT_OF_USE = select(FEED.c.id, func.coalesce(FEED.c.served_at, FEED.c.succeeded_at)).where(
    RETIRED, FEED.c.baseline_at.is_not(None), FEED.c.succeeded_at >= bindparam("since")
)


def take_over(connection: Connection, record: PollRecord) -> None:
    """Make all that its predecessor knows a feed's own; should that one come back, it does the same."""
    # By their keys, for nothing else finds those of one feed.
    left = select(ENTRY_KEY.c.entry_id).where(ENTRY_KEY.c.feed_id == record.predecessor)
    connection.execute(update(TOMBSTONE).where(TOMBSTONE.c.entry_id.in_(left)).values(feed_id=record.feed_id))
    own = select(ENTRY_KEY.c.key).where(ENTRY_KEY.c.feed_id == record.feed_id)
    connection.execute(
        delete(ENTRY_KEY).where(ENTRY_KEY.c.feed_id == record.predecessor, ENTRY_KEY.c.key.in_(own))
    )
    for table in (ENTRY, ENTRY_KEY):
        theirs = table.c.feed_id == record.predecessor
        connection.execute(update(table).where(theirs).values(feed_id=record.feed_id))
    connection.execute(update(FEED).where(FEED.c.id == record.predecessor).values(_FORGOTTEN))


def note_listed(connection: Connection, record: PollRecord) -> None:
    """Note of known entries, kept or not, that their feed still lists them, once since all of its entries were."""
    noted = {"day": record.polled_at.date(), "feed": record.feed_id}
    for some in chunks(record.listed):
        for statement in _NOTE:
            connection.execute(statement, noted | {"ids": some})


_SINCE = select(FEED.c.listed_on).where(FEED.c.id == bindparam("feed")).scalar_subquery()
# In this order: an entry that is being pruned has its tombstone by the time that the first one has waited for it.
_NOTE = [
    update(table)
    .where(key.in_(bindparam("ids", expanding=True)), table.c.listed_on < _SINCE)
    .values(listed_on=bindparam("day"))
    for table, key in ((ENTRY, ENTRY.c.id), (TOMBSTONE, TOMBSTONE.c.entry_id))
]
_FORGOTTEN = dict.fromkeys(("baseline_at", "seen", "body_hash", "etag", "last_modified"))


def add_keys(
    connection: Connection, records: Sequence[PollRecord], added: Iterable[tuple[int, Sequence[str], int]]
) -> None:
    """Add the keys of new entries (feed id, keys, entry id), and those that known ones were seen under."""
    rows = [
        {"feed_id": feed_id, "key": key, "entry_id": entry_id}
        for feed_id, keys, entry_id in added
        for key in keys
    ]
    sightings = [(record.feed_id, seen) for record in records for seen in record.sightings]
    rows += [
        {"feed_id": feed_id, "key": key, "entry_id": seen.entry_id}
        for feed_id, seen in sightings
        for key in seen.new_keys
    ]
    if rows:
        _ADD_KEY[connection.dialect.name].run(connection, rows)
    renamed = [
        {"own": seen.entry_id, "by": seen.by or RECOGNISED}
        for _, seen in sightings
        if seen.by != "guid" and not {kind_of(key) for key in seen.new_keys} <= set(SECOND_KINDS)
    ]
    if renamed:
        connection.execute(_RENAME, renamed)


_ADD_KEY = {
    "sqlite": Prepared(sqlite.insert(ENTRY_KEY).on_conflict_do_nothing()),
    "postgresql": Prepared(postgresql.insert(ENTRY_KEY).on_conflict_do_nothing()),
}
_RENAME = update(ENTRY).where(ENTRY.c.id == bindparam("own")).values(known_by=bindparam("by"))


def change_entries(connection: Connection, record: PollRecord) -> None:
    """Store the entries that came with another title or text, and what that made true."""
    note_unfiled(connection, [changed.entry_id for changed in record.changes])
    for changed in record.changes:
        _keep_revision(connection, changed.entry_id)
        changing = update(ENTRY).where(ENTRY.c.id == changed.entry_id)
        done = connection.execute(changing.values(_new_words(changed.entry, record.polled_at)))
        if not done.rowcount:
            continue  # pruned since it was read
        _match_anew(connection, changed, record.polled_at)


def _new_words(entry: Entry, now: datetime) -> dict[str, Any]:
    return {
        "link": entry.link or ENTRY.c.link,
        "title": entry.title or ENTRY.c.title,
        "summary": entry.summary or ENTRY.c.summary,
        "updated_at": entry.updated_at or ENTRY.c.updated_at,
        "changes": ENTRY.c.changes + 1,
        "changed_at": now,
    }


def _keep_revision(connection: Connection, entry_id: int) -> None:
    earlier = select(
        ENTRY.c.id,
        ENTRY.c.changes + 1,
        func.coalesce(ENTRY.c.changed_at, ENTRY.c.first_seen_at),
        ENTRY.c.title,
        ENTRY.c.summary,
    ).where(ENTRY.c.id == entry_id)
    connection.execute(
        insert(REVISION).from_select(["entry_id", "number", "seen_at", "title", "summary"], earlier)
    )
    oldest = select(ENTRY.c.changes + 1 - MOST_REVISIONS).where(ENTRY.c.id == entry_id).scalar_subquery()
    connection.execute(delete(REVISION).where(REVISION.c.entry_id == entry_id, REVISION.c.number <= oldest))


def _match_anew(connection: Connection, changed: ChangedEntry, now: datetime) -> None:
    """Add the matches that are new; the others keep the words that still stand where they stood."""
    held = {rule: match for (_, rule), match in read_matches(connection, [changed.entry_id]).items()}
    anew = {match.rule: match for match in changed.matches}
    for rule, match in held.items():
        hits = anew[rule].hits if rule in anew else [hit for hit in match.hits if hit.field not in _REWRITTEN]
        connection.execute(
            update(MATCH)
            .where(MATCH.c.entry_id == changed.entry_id, MATCH.c.rule == rule)
            .values(hits=hits_json(hits))
        )
    add_untold(connection, changed.entry_id, changed.matches, changed.deliveries, now, changed=True)
    add_members(connection, [(changed.entry_id, changed.story, now)])
    if changed.article and not _is_read(connection, changed.entry_id):
        add_wanted(connection, [(changed.entry_id, changed.article, now)])


def _is_read(connection: Connection, entry_id: int) -> bool:
    return connection.scalar(select(ARTICLE.c.entry_id).where(ARTICLE.c.entry_id == entry_id)) is not None


def read_revisions(connection: Connection, entry_id: int) -> tuple[Revision, ...]:
    """Return what an entry said before, the oldest first."""
    rows = connection.execute(
        select(REVISION).where(REVISION.c.entry_id == entry_id).order_by(REVISION.c.number)
    )
    return tuple(Revision(seen_at=row.seen_at, title=row.title, summary=row.summary) for row in rows)
