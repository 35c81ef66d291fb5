"""Which entries are to be filed: noted with what changes them, worked off when there is time (`filing`)."""

from collections.abc import Collection

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from monitor.store.prepared import Prepared
from monitor.store.search.tables import UNFILED


def note_unfiled(connection: Connection, entry_ids: Collection[int]) -> None:
    """Note that these entries are to be filed, in the transaction in which they are stored or change."""
    if entry_ids:
        _NOTE[connection.dialect.name].run(connection, [{"entry_id": own} for own in entry_ids])


def _noting(statement: postgresql.Insert | sqlite.Insert) -> Prepared:
    # Written even where it stands already: who is just filing the entry as it was doesn't take this away then.
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=["entry_id"], set_={"entry_id": statement.excluded.entry_id}
        )
    )


_NOTE = {
    "sqlite": _noting(sqlite.insert(UNFILED)),
    "postgresql": _noting(postgresql.insert(UNFILED)),
}
