"""How large a database is."""

from pathlib import Path

from sqlalchemy import Connection, Table, func, select, text

from monitor.model import DatabaseContents, DatabaseSize
from monitor.store.tables import METADATA


def read_size(connection: Connection) -> DatabaseSize:
    """Return how many bytes the database takes."""
    if connection.dialect.name == "postgresql":
        return DatabaseSize(file=connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    pages, free, each = (
        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        for name in ("page_count", "freelist_count", "page_size")
    )
    return DatabaseSize(file=pages * each, log=_log(connection), free=free * each)


def _log(connection: Connection) -> int:
    """Return the size of SQLite's write-ahead log, which goes into the file little by little."""
    file = connection.scalar(text("SELECT file FROM pragma_database_list WHERE name = 'main'"))
    log = Path(f"{file}-wal")
    return log.stat().st_size if log.exists() else 0


def read_contents(connection: Connection) -> DatabaseContents:
    """Return the size of the database and how many rows each table has: in large ones of PostgreSQL about so many."""
    rows = {name: count_rows(connection, table) for name, table in METADATA.tables.items()}
    return DatabaseContents(size=read_size(connection), rows=rows)


def count_rows(connection: Connection, table: Table) -> int:
    """Return how many rows a table has: a large one of PostgreSQL about so many."""
    if connection.dialect.name == "postgresql":
        about: int | None = connection.scalar(_ESTIMATE, {"name": table.name})
        if about is not None and about >= _LARGE:
            return about
    return connection.scalar(select(func.count()).select_from(table)) or 0


# Up to here counting takes no time. SQLite has no estimates, and counts a million rows in some hundredths of a second.
_LARGE = 100_000

_ESTIMATE = text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)")
