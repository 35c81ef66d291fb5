"""All that one database holds, in another one: from SQLite into PostgreSQL, and back.

What is read is one moment. What is written is one transaction, with the tables and all: a copy that ends too soon, or isn't
the same when it is read again, leaves nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Row,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DataError, IntegrityError

from monitor.errors import StoreBusy, StoreError
from monitor.model import Copied, DatabaseAddress
from monitor.store.backup import written
from monitor.store.engine import (
    check_postgresql,
    open_engine,
    open_reader,
    read_url,
    sqlite_path,
    take_turn_to_open,
)
from monitor.store.faults import told_plainly
from monitor.store.filling import fill
from monitor.store.lock import DaemonLock
from monitor.store.rowsums import RowSum, batches, first_difference, without_leases
from monitor.store.schema import COMPATIBILITY, check_same, ensure_schema
from monitor.store.search.tables import FORM, LANGUAGE, UNFILED, WORD
from monitor.store.tables import ENTRY, METADATA
from monitor.store.workers import WORKER

Progress = Callable[[int, int], None]

# The search index is not the same in both databases: entries are filed anew there. What is told of the schema comes with it, and
# who is at work here isn't there.
_NOT_COPIED: Final = frozenset({UNFILED, WORD, FORM, LANGUAGE, COMPATIBILITY, WORKER})


def copy_database(
    source: DatabaseAddress,
    target: DatabaseAddress,
    *,
    progress: Progress,
    note: Callable[[str], None],
    waits: Callable[[], None] = lambda: None,
) -> Copied:
    """Copy a database into an empty one, read it there again and compare; nobody holds a lease in the copy.

    `progress` is told how many rows are copied or compared, of how many; `note` what people have to know meanwhile. `waits` is called as
    by Store.open. Raises StoreError.
    """
    with _opened(source) as (old, running):
        if running:
            note(
                f"{source.label}: a monitor is at work on it. What it does from now on is not in the copy, and a monitor on the "
                "copy would do it again: to move, stop it first"
            )
        with _made(target, waits) as new:
            copying = _Copying(source, target, old, new, progress)
            return Copied(rows=copying.run(), running=running)


class _Copying:
    """From one connection to another, table by table."""

    def __init__(
        self,
        source: DatabaseAddress,
        target: DatabaseAddress,
        old: Connection,
        new: Connection,
        progress: Progress,
    ) -> None:
        self._source, self._target = source, target
        self._old, self._new = old, new
        self._progress = progress
        self._tables = [table for table in METADATA.sorted_tables if table not in _NOT_COPIED]
        self._done = self._total = 0

    def run(self) -> dict[str, int]:
        """Copy and compare; return the number of rows by table."""
        with told_plainly(self._source.label, opening=True):
            counts = [select(func.count()).select_from(table) for table in self._tables]
            # Each row is read twice: there, and here again.
            self._total = 2 * sum(self._old.scalar(count) or 0 for count in counts)
        copied = {table: self._copy(table) for table in self._tables}
        with told_plainly(self._target.label, opening=True):
            self._new.execute(insert(UNFILED).from_select(["entry_id"], select(ENTRY.c.id)))
            _finish(self._new, self._tables)
        for table, before in copied.items():
            self._compare(table, before)
        return {table.name: summed.rows for table, summed in copied.items()}

    def _copy(self, table: Table) -> RowSum:
        summed = RowSum()
        found = batches(self._old, without_leases(table))
        with told_plainly(self._source.label, opening=True), found as some:
            for rows in some:
                summed.add(rows)
                self._write(table, rows)
        return summed

    def _write(self, table: Table, rows: Sequence[Row[Any]]) -> None:
        try:
            with told_plainly(self._target.label):
                fill(self._new, table, rows)
        except (DataError, IntegrityError) as error:
            said = str(error.orig).partition("\n")[0]
            raise StoreError(
                f"{self._source.label}: has something in its table {table.name} that a sound database doesn't hold: {said}; "
                "look for it: news-monitor db check"
            ) from error
        self._count(len(rows))

    def _compare(self, table: Table, before: RowSum) -> None:
        after = RowSum()
        found = batches(self._new, select(table))
        with told_plainly(self._target.label, opening=True), found as some:
            for rows in some:
                after.add(rows)
                self._count(len(rows))
        if after == before:
            return
        with told_plainly(self._target.label, opening=True):
            where = first_difference(table, self._old, self._new)
        raise StoreError(
            f"{self._target.label}: is not the same as {self._source.label}, and is left empty: {where} "
            f"({before.rows:,} rows there, {after.rows:,} here); look at it there: news-monitor db check"
        )

    def _count(self, rows: int) -> None:
        self._done += rows
        self._progress(self._done, self._total)


@contextmanager
def _opened(source: DatabaseAddress) -> Iterator[tuple[Connection, bool]]:
    """Yield a connection that sees one moment of a database, and whether a daemon is at work on it."""
    address = read_url(source.url, source.label)
    path = sqlite_path(address)
    if path and not path.exists():
        raise StoreError(f"{source.label}: there is no such file")
    with ExitStack() as held:
        engine = open_reader(address)
        held.callback(engine.dispose)
        # Asked before: what a daemon does that ends just now is in the copy.
        running = _is_held(path, source.label, held) if path else _is_used(engine, source.label)
        connection = held.enter_context(_beginning(source, engine))
        check_same(connection, source.label)
        yield connection, running


@contextmanager
def _beginning(place: DatabaseAddress, engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction of any length."""
    with told_plainly(place.label, opening=True), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield connection


def _is_held(path: Path, label: str, held: ExitStack) -> bool:
    """Tell whether a daemon has an SQLite file; else none begins while it is copied."""
    lock = path.with_name(path.name + ".lock")
    if lock.exists():  # else no daemon ever was
        try:
            held.callback(DaemonLock(lock, label).release)
        except StoreBusy:
            return True
    return False


def _is_used(engine: Engine, label: str) -> bool:
    """Tell whether a daemon is connected to a PostgreSQL database."""
    others = "datname = current_database() AND application_name = 'news-monitor' AND pid <> pg_backend_pid()"
    with told_plainly(label, opening=True), engine.begin() as connection:
        count = connection.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {others}"))  # noqa: S608 - all of it is written here
    return bool(count)


@contextmanager
def _made(target: DatabaseAddress, waits: Callable[[], None]) -> Iterator[Connection]:
    """Yield a connection to a database with all tables, in the transaction that makes them."""
    address = read_url(target.url, target.label)
    path = sqlite_path(address)
    with ExitStack() as held:
        if path:
            held.callback(DaemonLock(path.with_name(path.name + ".lock"), target.label).release)
            _check_file(path, address, target)
            address = URL.create("sqlite", database=str(held.enter_context(written(path))))
        engine = open_engine(address)
        held.callback(engine.dispose)
        connection = held.enter_context(_beginning(target, engine))
        take_turn_to_open(connection, waits)
        check_postgresql(connection, target.label)
        _check_empty(connection, target.label)
        ensure_schema(connection, target.label)
        yield connection


def _check_file(path: Path, address: URL, target: DatabaseAddress) -> None:
    """Raise StoreError unless a new file can take the place of an SQLite database."""
    if path.exists():
        reader = open_reader(address)
        try:
            with told_plainly(target.label, opening=True), reader.begin() as connection:
                _check_empty(connection, target.label)
        finally:
            reader.dispose()
    for name in (f"{path.name}-wal", f"{path.name}-journal"):
        if path.with_name(name).exists():
            raise StoreError(f"{target.label}: {name} of another database lies beside it; name another file")


def _check_empty(connection: Connection, label: str) -> None:
    tables = sorted(inspect(connection).get_table_names())
    if tables:
        some = ", ".join(tables[:3]) + (", ..." if tables[3:] else "")
        raise StoreError(
            f"{label}: has {len(tables)} tables already ({some}), and is left as it is; name an empty database"
        )


def _finish(connection: Connection, tables: Sequence[Table]) -> None:
    """Let PostgreSQL count on from the highest numbers, and know how much there is of everything."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, func.max(column))).having(func.max(column) > 0))
    connection.execute(text("ANALYZE"))
