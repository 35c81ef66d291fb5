"""Is a database sound? Its file, its tables, and what must hold between the rows. Changes nothing."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select, text
from sqlalchemy.exc import DBAPIError

from monitor.errors import StoreError
from monitor.model import Flaw, Secret, Soundness
from monitor.store.configuration import CONFIGURATION
from monitor.store.engine import open_reader, read_url, sqlite_path
from monitor.store.faults import told_plainly
from monitor.store.schema import HEAD, drift, plan
from monitor.store.soundrows import row_checks
from monitor.store.tables import METADATA, TOMBSTONE

Progress = Callable[[int, int], None]
Check = Callable[[Connection], Iterable[Flaw]]

# A damaged file has as many places as one likes to read of.
_MOST_DAMAGES = 20
# PostgreSQL has a counter for these as well, which is never asked.
_NUMBERED_BY_US = (TOMBSTONE, CONFIGURATION)
_RESTORE = "go back to a backup, or save what can be read: news-monitor db copy"


def check_database(url: Secret, *, label: str, now: datetime, progress: Progress) -> Soundness:
    """Look through a database, beside a running daemon or without one.

    What others build on is looked at first, and when it has flaws the rest is left out. `progress` is told how many checks are
    done, of how many. Raises StoreError when there is nothing of ours to look at, SchemaTooNew.
    """
    address = read_url(url, label)
    path = sqlite_path(address)
    if path and not path.exists():
        raise StoreError(f"{label}: there is no such file yet; start the monitor first: news-monitor run")
    engine = open_reader(address)
    try:
        return _Examination(engine, label, progress).run(row_checks(now))
    finally:
        engine.dispose()


class _Examination:
    """Checks, each in a transaction of its own: none keeps for long what a daemon wants to clear away."""

    def __init__(self, engine: Engine, label: str, progress: Progress) -> None:
        self._engine, self._label, self._progress = engine, label, progress
        self._flaws: list[Flaw] = []
        self._done = self._total = 0

    def run(self, rows: Sequence[Check]) -> Soundness:
        """Do all checks, as far as they make sense."""
        last = [_numbers, *rows]
        self._total = 3 + len(last)
        schema = None
        if self._hold([_file]):
            schema = self._schema()
        if schema and self._hold([_is_current(schema)]):
            first = [_tables] if schema == HEAD else []
            if self._hold(first):
                self._hold(last)
        return Soundness(schema=schema, checks=self._done, flaws=self._flaws)

    def _schema(self) -> str:
        with told_plainly(self._label, opening=True), self._engine.begin() as connection:
            found = plan(connection, self._label).found
        if found is None:
            raise StoreError(f"{self._label}: is empty so far; start the monitor first: news-monitor run")
        return found

    def _hold(self, checks: Sequence[Check]) -> bool:
        """Do some checks; tell whether what comes after them makes sense."""
        for check in checks:
            self._progress(self._done, self._total)
            with told_plainly(self._label, opening=True), self._engine.begin() as connection:
                self._flaws += check(connection)
            self._done += 1
        self._progress(self._done, self._total)
        return not any(flaw.name in ("damage", "schema", "missing") for flaw in self._flaws)


def _file(connection: Connection) -> Iterable[Flaw]:
    """Look through an SQLite file; servers look after theirs."""
    if connection.dialect.name != "sqlite":
        return
    try:
        for told in connection.scalars(text(f"PRAGMA integrity_check({_MOST_DAMAGES})")):
            if told != "ok":
                yield Flaw("damage", "the file", told, _RESTORE)
    except DBAPIError as error:
        yield Flaw("damage", "the file", str(error.orig), _RESTORE)


def _is_current(found: str) -> Check:
    def check(_: Connection) -> Iterable[Flaw]:
        if found < HEAD:
            what = f"is {found}, this version of news-monitor works with {HEAD}"
            yield Flaw("schema", "the schema", what, "migrate it: news-monitor db migrate")

    return check


def _tables(connection: Connection) -> Iterable[Flaw]:
    """Hold tables, columns and indexes against those that this version makes."""
    for difference in drift(connection):
        # Changes of a column come as a list, which is seldom longer than one.
        operation, *about = difference[0] if isinstance(difference, list) else difference
        place = _place(operation, about)
        if operation.startswith("add_"):
            yield Flaw("missing", place, "is not there, and this version needs it", _RESTORE)
        elif operation.startswith("remove_"):
            yield Flaw("unknown", place, "is not of this version", "remove it, if nobody else needs it")
        else:
            yield Flaw("different", place, "is not as this version makes it", _RESTORE)


def _place(operation: str, about: Sequence[Any]) -> str:
    match about:
        case [Table() as table]:
            return f"table {table.name}"
        case [_, str(table), column, *_]:
            return f"column {table}.{getattr(column, 'name', column)}"
        case [thing, *_]:
            return f"{operation.partition('_')[2].replace('fk', 'foreign key')} {thing.name}"
    return operation


def _numbers(connection: Connection) -> Iterable[Flaw]:
    """See whether PostgreSQL gives new rows numbers that are free."""
    if connection.dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is None or table in _NUMBERED_BY_US:
            continue
        counter = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        # A counter that was never asked tells the number that it will give.
        given = f"SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM {counter}"  # noqa: S608 - named by the database
        last = connection.scalar(text(given)) or 0
        most = connection.scalar(select(func.max(column))) or 0
        if most > last:
            what = f"counts on from {last:,}, and there are numbers up to {most:,}"
            advice = f"run in the database: SELECT setval('{counter}', {most})"
            yield Flaw("number", f"table {table.name}", what, advice)
