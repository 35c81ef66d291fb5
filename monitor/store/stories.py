"""Stories as they are read: to decide on new entries, and for those who ask later."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.model import Match, StoredEntry, Story, StoryMember
from monitor.store.alerts import read_matches
from monitor.store.engine import chunks
from monitor.store.entries import last_before, read_stored, stored_entries
from monitor.store.members import read_decision
from monitor.store.tables import ENTRY, STORY_MEMBER

_FIRST = STORY_MEMBER.c.entry_id == STORY_MEMBER.c.story_id


def begun_since(connection: Connection, last: int, since: datetime) -> tuple[int, list[StoredEntry]]:
    """Return the first entries of the stories that began after the member `last`; see StoryStore."""
    newest = connection.scalar(select(func.max(STORY_MEMBER.c.id))) or 0
    if newest <= last:
        return last, []
    begun = select(STORY_MEMBER.c.entry_id).where(_FIRST, STORY_MEMBER.c.id > last)
    wanted = stored_entries(ENTRY.c.id.in_(begun), ENTRY.c.first_seen_at >= since).order_by(ENTRY.c.id)
    return newest, [read_stored(row) for row in connection.execute(wanted)]


def newest_entries(connection: Connection, since: datetime, limit: int) -> list[StoredEntry]:
    """Return the entries that came last, but for baselines and what was held; see StoryStore."""
    came = (ENTRY.c.first_seen_at >= since, ENTRY.c.baseline.is_(False), ENTRY.c.held.is_(False))
    # By themselves first: from statistics that are a little off PostgreSQL expects many, and reads all pages beside them.
    newest = select(ENTRY.c.id).where(*came).order_by(ENTRY.c.id.desc()).limit(limit)
    wanted = stored_entries(ENTRY.c.id.in_(newest.subquery().select()))
    rows = connection.execute(wanted.order_by(ENTRY.c.id.desc()))
    return [read_stored(row) for row in rows]


def story_of(connection: Connection, entry_id: int) -> Story | None:
    """Return the story that an entry belongs to."""
    story_id = connection.scalar(select(STORY_MEMBER.c.story_id).where(STORY_MEMBER.c.entry_id == entry_id))
    return _read(connection, [story_id])[0] if story_id else None


def newest(
    connection: Connection, since: datetime | None, limit: int, before: int | None = None
) -> list[Story]:
    """Return the stories that began last, the newest first; with `before` those that began before the one of this number."""
    wanted = select(STORY_MEMBER.c.story_id).where(_FIRST)
    if since is not None:
        joined_at = STORY_MEMBER.c.joined_at
        wanted = wanted.where(
            STORY_MEMBER.c.id > last_before(connection, since, joined_at), joined_at >= since
        )
    if before is not None:
        place = select(STORY_MEMBER.c.id).where(STORY_MEMBER.c.entry_id == before)
        wanted = wanted.where(STORY_MEMBER.c.id < place.scalar_subquery())
    return _read(connection, connection.scalars(wanted.order_by(STORY_MEMBER.c.id.desc()).limit(limit)).all())


def _read(connection: Connection, story_ids: Sequence[int]) -> list[Story]:
    """Return these stories, in this order."""
    rows = [
        row
        for chunk in chunks(story_ids)
        for row in connection.execute(
            select(STORY_MEMBER).where(STORY_MEMBER.c.story_id.in_(chunk)).order_by(STORY_MEMBER.c.id)
        )
    ]
    entries, matches = _entries(connection, [row.entry_id for row in rows])
    members = defaultdict(list)
    for row in rows:
        member = StoryMember(
            stored=entries[row.entry_id],
            joined_at=row.joined_at,
            decision=read_decision(row),
            matches=tuple(matches[row.entry_id]),
        )
        members[row.story_id].append(member)
    return [Story(members=tuple(members[story_id])) for story_id in story_ids]


def _entries(
    connection: Connection, ids: Collection[int]
) -> tuple[dict[int, StoredEntry], dict[int, list[Match]]]:
    entries: dict[int, StoredEntry] = {}
    matches: defaultdict[int, list[Match]] = defaultdict(list)
    for chunk in chunks(ids):
        rows = connection.execute(stored_entries(ENTRY.c.id.in_(chunk)))
        entries.update((row.id, read_stored(row)) for row in rows)
        for (entry_id, _), match in read_matches(connection, chunk).items():
            matches[entry_id].append(match)
    return entries, matches
