"""Databases for tests, and a look inside them past the store."""

import asyncio
import sqlite3
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import psycopg
from sqlalchemy import select

from monitor.model import Secret
from monitor.store import Store
from monitor.store.engine import open_reader, read_url
from monitor.store.tables import METADATA
from tests.support.postgres import postgres_server

T = TypeVar("T")

TABLES = (
    *("feed", "poll_run", "entry", "entry_key", "match", "article", "story_member"),
    *("alert", "notice", "delivery", "attempt", "rule_version", "revision", "tombstone"),
)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run one coroutine in a loop of its own, where a test has none."""
    return asyncio.run(work)


@dataclass(frozen=True)
class Database:
    """A database without a store open on it. `place` is a file, or a PostgreSQL database's name."""

    kind: str
    place: str

    @property
    def url(self) -> Secret:
        return Secret(
            f"sqlite:///{self.place}" if self.kind == "sqlite" else postgres_server().url(self.place)
        )

    @property
    def path(self) -> Path:
        """The file of an SQLite database."""
        return Path(self.place)

    def open(self) -> Store:
        return run(Store.open(self.url, label=self.place))

    def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        if self.kind == "sqlite":
            with closing(sqlite3.connect(self.place)) as connection:
                return connection.execute(query).fetchall()
        with psycopg.connect(postgres_server().url(self.place)) as session:
            return session.execute(query.encode()).fetchall()

    def write(self, statement: str) -> None:
        if self.kind == "sqlite":
            with closing(sqlite3.connect(self.place)) as connection, connection:
                connection.executescript(statement)
        else:
            postgres_server().execute(statement, self.place)

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        return {table: self.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}

    def discard(self) -> None:
        if self.kind == "postgresql":
            postgres_server().drop_database(self.place)


def empty_database(kind: str, folder: Path) -> Database:
    """Return a database that nothing was written to."""
    return Database(
        kind, str(folder / "empty.db") if kind == "sqlite" else postgres_server().create_database()
    )


def migrated_database(kind: str, folder: Path) -> Database:
    """Return a database with all tables, empty; quicker than migrating one."""
    if kind == "postgresql":
        return Database(kind, postgres_server().create_database(_postgres_template()))
    new = folder / "test.db"
    new.write_bytes(_sqlite_template())
    return Database(kind, str(new))


@cache
def _sqlite_template() -> bytes:
    with TemporaryDirectory() as folder:
        database = Database("sqlite", f"{folder}/template.db")
        run(database.open().close())
        return database.path.read_bytes()


@cache
def _postgres_template() -> str:
    name = postgres_server().create_database()
    run(Database("postgresql", name).open().close())
    return name


def contents(database: Database) -> Mapping[str, Sequence[Any]]:
    """Return all rows of all tables as SQLAlchemy reads them, in one order for both kinds of database."""
    engine = open_reader(read_url(database.url, "db"))
    with engine.begin() as connection:
        found = {name: connection.execute(select(table)).all() for name, table in METADATA.tables.items()}
    engine.dispose()
    return {name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()}
