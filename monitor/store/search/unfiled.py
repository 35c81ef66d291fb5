"""Which entries are to be filed: noted with what changes them, worked off when there is time (`filing`)."""

from collections.abc import Collection

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from monitor.store.search.tables import UNFILED


def note_unfiled(connection: Connection, entry_ids: Collection[int]) -> None:
    """Note that these entries are to be filed, in the transaction in which they are stored or change."""
    if entry_ids:
        connection.execute(_NOTE[connection.dialect.name], [{"entry_id": own} for own in entry_ids])


def _noting(statement: postgresql.Insert | sqlite.Insert) -> postgresql.Insert | sqlite.Insert:
    # Written even where it stands already: who is just filing the entry as it was doesn't take this away then.
    return statement.on_conflict_do_update(
        index_elements=["entry_id"], set_={"entry_id": statement.excluded.entry_id}
    )


# Asked in every poll with news: to put a statement together takes longer than to execute it.
_NOTE = {
    "sqlite": _noting(sqlite.insert(UNFILED)),
    "postgresql": _noting(postgresql.insert(UNFILED)),
}
