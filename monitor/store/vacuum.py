"""Gives the room of what was pruned back to the disk."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, text

from monitor.errors import StoreBusy, StoreError
from monitor.model import DatabaseSize, Secret
from monitor.store.engine import open_engine, read_url, sqlite_path
from monitor.store.faults import explain, told_plainly
from monitor.store.lock import DaemonLock
from monitor.store.reader import open_to_read
from monitor.store.tables import METADATA


def vacuum(url: Secret, *, label: str, progress: Callable[[str], None]) -> tuple[DatabaseSize, DatabaseSize]:
    """Write the database anew, without what is free in it, and return its size before and after.

    `progress` is told each table that is begun, or "" for all at once. In SQLite no daemon may be running, which couldn't write
    for as long as it takes. PostgreSQL only makes what is free fit for new rows, beside its daemons. Raises StoreError, StoreBusy.
    """
    address = read_url(url, label)
    path = sqlite_path(address)
    with open_to_read(url, label) as reader:
        before = reader.size()
        if path:
            _write_anew(path, label, progress)
        else:
            _make_fit(address, label, progress)
        return before, reader.size()


def _write_anew(path: Path, label: str, progress: Callable[[str], None]) -> None:
    try:
        lock = DaemonLock(path.with_name(path.name + ".lock"), label)
    except StoreBusy as error:
        raise StoreBusy(
            f"{label}: the monitor is running, and couldn't write meanwhile; stop it first, or leave the room to what comes: "
            "it is filled again"
        ) from error
    progress("")
    try:
        with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        needs = "it takes as much room again while it lasts"
        raise StoreError(f"{label}: {explain(error)}; {needs}") from error
    finally:
        lock.release()


def _make_fit(address: URL, label: str, progress: Callable[[str], None]) -> None:
    engine = open_engine(address).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with told_plainly(label), engine.connect() as connection:
            for table in METADATA.tables:
                progress(table)
                connection.execute(text(f'VACUUM (ANALYZE) "{table}"'))
    finally:
        engine.dispose()
