"""Which entries are to be filed: noted with what changes them, worked off when there is time (`filing`)."""

from collections.abc import Collection

from sqlalchemy import Connection

from monitor.store.engine import insert_into
from monitor.store.search.tables import UNFILED


def note_unfiled(connection: Connection, entry_ids: Collection[int]) -> None:
    """Note that these entries are to be filed, in the transaction in which they are stored or change."""
    if not entry_ids:
        return
    statement = insert_into(connection, UNFILED)
    # Written even where it stands already: who is just filing the entry as it was doesn't take this away then.
    again = statement.on_conflict_do_update(
        index_elements=["entry_id"], set_={"entry_id": statement.excluded.entry_id}
    )
    connection.execute(again, [{"entry_id": entry_id} for entry_id in entry_ids])
