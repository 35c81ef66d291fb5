"""Files entries in the index, a few at a time, beside the polls that bring them; each is to be found meanwhile as well."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, delete, select

from monitor.match.filing import Filing, file_entry
from monitor.match.stems import known_language
from monitor.store.alerts import read_entry
from monitor.store.engine import Turn, chunks, take_turn
from monitor.store.search import index, words
from monitor.store.search.tables import UNFILED
from monitor.store.tables import ARTICLE, ENTRY, FEED

# What takes some tens of milliseconds, for which polls may have to wait.
BATCH = 50
_MOST_CHARACTERS = 200_000


def file_some(connection: Connection, languages: Iterable[str | None]) -> bool:
    """File some of the entries that are to be filed, the newest first. Return whether there may be more to do.

    `languages` are those of rules and feeds, by their tags.
    """
    take_turn(connection, Turn.FILE)
    ids = connection.scalars(
        select(UNFILED.c.entry_id)
        .order_by(UNFILED.c.entry_id.desc())
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    spoken = set(map(known_language, languages))
    left: set[int] = set()
    if ids:
        rows = connection.execute(_entries(ids)).all()
        filings = dict(_filings(_as_many_as_fit(rows)))
        index.file(connection, {entry_id: filing.tokens for entry_id, filing in filings.items()})
        words.add(connection, set().union(*(filing.written for filing in filings.values())))
        left = {row.id for row in rows} - filings.keys()
        connection.execute(delete(UNFILED).where(UNFILED.c.entry_id.in_(set(ids) - left)))
        spoken.update(known_language(row.feed_language) for row in rows)
    more = words.tell_stems(connection, spoken)
    return more or len(ids) == BATCH or bool(left)


def forget(connection: Connection, entry_ids: Collection[int]) -> None:
    """Take entries out of the index, before they, or their texts, are deleted.

    The words under which one that is to be filed stands there, if any, aren't known: these stay.
    """
    for chunk in chunks(entry_ids):
        filed = _entries(chunk).where(ENTRY.c.id.not_in(select(UNFILED.c.entry_id)))
        filings = dict(_filings(connection.execute(filed)))
        index.forget(connection, {entry_id: filing.tokens for entry_id, filing in filings.items()})
        connection.execute(delete(UNFILED).where(UNFILED.c.entry_id.in_(chunk)))


def _as_many_as_fit(rows: Iterable[Any]) -> Iterator[Any]:
    size = 0
    for row in rows:
        yield row
        size += len(row.summary) + len(row.text or "")
        if size > _MOST_CHARACTERS:
            return


def _filings(rows: Iterable[Any]) -> Iterator[tuple[int, Filing]]:
    for row in rows:
        yield row.id, file_entry(read_entry(row), row.text or "")


def _entries(ids: Collection[int]) -> Any:
    return (
        select(ENTRY, FEED.c.language.label("feed_language"), ARTICLE.c.text)
        .join(FEED, FEED.c.id == ENTRY.c.feed_id)
        .outerjoin(ARTICLE, ARTICLE.c.entry_id == ENTRY.c.id)
        .where(ENTRY.c.id.in_(ids))
    )
