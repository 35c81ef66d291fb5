"""URL -> engine: what each database is told when a connection opens, and what differs between the two."""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, IntEnum
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    JSON,
    URL,
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Integer,
    Table,
    bindparam,
    cast,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from monitor.errors import StoreError
from monitor.model import Secret

_WAY_OUT = 'write database = "sqlite:///news-monitor.db" or "postgresql://user@host/name"'

# Whoever opens a database that is as it should be has done so sooner, in seconds.
_PATIENCE = 5.0

# How many values one statement names; far below both databases' limit of parameters.
_CHUNK = 1000

# Connections of those who only read: as many as ask at once (monitor.app.desk).
_READERS = 8

# The first of the two numbers of an advisory lock, to keep clear of other programs on the same database.
_ADVISORY_LOCKS = int.from_bytes(b"news")

# A dead network must not hold the database thread for the hours that TCP would wait.
_POSTGRESQL_ARGUMENTS = {
    "application_name": "news-monitor",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


def read_url(secret: Secret, label: str) -> URL:
    """Return the parsed database URL. Raises StoreError, which doesn't quote it: it may hold a password."""
    try:
        url = make_url(secret.reveal())
    except (ArgumentError, ValueError):
        raise StoreError(f"{label}: not a database URL; {_WAY_OUT}") from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"{label}: neither SQLite nor PostgreSQL; {_WAY_OUT}")
    if url.get_backend_name() == "sqlite" and (url.database or ":").startswith((":", "file:")):
        raise StoreError(f"{label}: names no file; {_WAY_OUT}")
    return url


def sqlite_path(url: URL) -> Path | None:
    """Return the file of an SQLite database, None for PostgreSQL."""
    return Path(url.database or "").absolute() if url.get_backend_name() == "sqlite" else None


def open_engine(url: URL) -> Engine:
    """Return an engine with one connection that reads and writes; nothing is opened yet."""
    if sqlite_path(url):
        return _sqlite_engine(url)
    engine = _postgresql_engine(url, isolation_level="AUTOCOMMIT")  # transactions begin where _begin says
    event.listen(engine, "begin", _begin)
    return engine


class Commit(Enum):
    """What the end of a transaction means. A process that is killed loses nothing that has ended, whichever it is."""

    DURABLE = 1
    """All of it is on the disk, and all before it."""
    LAZY = 2
    """Nobody waits for the disk: a power failure may lose the last of them."""


def dont_wait() -> ColumnElement[bool]:
    """Return a condition that is true, and has PostgreSQL end the transaction without waiting for the disk."""
    return func.set_config("synchronous_commit", "off", True) == "off"


def _commit(connection: Connection) -> Commit:
    commit: Commit = connection.get_execution_options().get("commit", Commit.DURABLE)
    return commit


def open_reader(url: URL) -> Engine:
    """Return an engine that can't change anything; a transaction sees one state of things. Nothing is opened yet."""
    path = sqlite_path(url)
    if path is None:
        return _postgresql_engine(url, _READERS, pool_pre_ping=True).execution_options(
            postgresql_readonly=True, isolation_level="REPEATABLE READ"
        )
    address = f"file:{quote(str(path))}?mode=ro"

    def connect() -> sqlite3.Connection:
        # Several threads ask, each with a connection to itself while it does.
        return sqlite3.connect(address, uri=True, timeout=5, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


class Turn(IntEnum):
    """What only one transaction does at a time, over all processes."""

    OPEN = 0
    SYNC_FEEDS = 1
    CLAIM_FEEDS = 2
    CLAIM_DELIVERIES = 3
    CLAIM_ARTICLES = 4
    COMMIT_NOTICE = 5
    SYNC_RULES = 6
    FILE = 7
    CHECK_IN = 8


def take_turn(connection: Connection, turn: Turn) -> None:
    """Wait until no other transaction has this turn, and have it until the end of this one.

    In SQLite every transaction has had all turns since it began (BEGIN IMMEDIATE).
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE_TURN, {"turn": int(turn)})


def take_turn_to_open(connection: Connection, waits: Callable[[], None]) -> None:
    """Take the turn OPEN; `waits` is called, in a thread of its own, when that takes long."""
    timer = threading.Timer(_PATIENCE, waits)
    timer.daemon = True
    timer.start()
    try:
        take_turn(connection, Turn.OPEN)
    finally:
        timer.cancel()


_TAKE_TURN = select(func.pg_advisory_xact_lock(_ADVISORY_LOCKS, bindparam("turn", type_=Integer)))


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that knows ON CONFLICT in the connection's dialect."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def pairs(dialect: str, name: str) -> tuple[FromClause, ColumnElement[int], ColumnElement[str]]:
    """Return the parameter `name`, a list of pairs of a number and a text, as a table, and its two columns."""
    given = bindparam(name, type_=JSON)
    if dialect == "postgresql":
        each = func.json_array_elements(given).table_valued("value", name="pair")
        return each, cast(each.c.value.op("->>")(0), Integer), each.c.value.op("->>")(1)
    each = func.json_each(given).table_valued("value", name="pair")
    return each, func.json_extract(each.c.value, "$[0]"), func.json_extract(each.c.value, "$[1]")


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values in lists that fit into one statement."""
    remaining = iter(values)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk


def let_readers_in(engine: Engine) -> None:
    """Switch an SQLite file to WAL, for good: readers and the writer no longer wait for each other.

    Not before the file is known to be ours.
    """
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        connection.cursor().execute("PRAGMA journal_mode = WAL")
        connection.close()


def check_postgresql(connection: Connection, label: str) -> None:
    """Raise StoreError when a PostgreSQL database can't hold text in every script."""
    if connection.dialect.name == "postgresql":
        encoding = connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            raise StoreError(
                f"{label}: has the encoding {encoding}; create it anew: createdb --encoding=UTF8 --template=template0 name"
            )


def _postgresql_engine(url: URL, connections: int = 1, **options: Any) -> Engine:
    arguments = {name: value for name, value in _POSTGRESQL_ARGUMENTS.items() if name not in url.query}
    engine = create_engine(
        url, connect_args=arguments, pool_size=connections, max_overflow=0, hide_parameters=True, **options
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _: Any) -> None:
    # A worker that stops in the middle (a suspended machine) must not keep its turn from the others: neither while the server
    # waits for it, nor while the server has more to say than the network holds.
    connection.execute(
        "SET idle_in_transaction_session_timeout = '20s'; SET tcp_user_timeout = '20s';"
        " SET default_transaction_isolation = 'read committed'"
    )
    connection.commit()


def _begin(connection: Connection) -> None:
    # One message to the server instead of two.
    lazy = "; SET LOCAL synchronous_commit = off" if _commit(connection) is Commit.LAZY else ""
    connection.exec_driver_sql(f"BEGIN{lazy}")


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, pool_size=1, max_overflow=0, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin_immediate says
    for pragma in (
        "busy_timeout = 5000",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    # What a transaction leaves is what the next one finds: there is one connection.
    wanted = "FULL" if _commit(connection) is Commit.DURABLE else "NORMAL"
    if connection.info.get("synchronous") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous = {wanted}")
        connection.info["synchronous"] = wanted
    # A transaction that reads first and writes later fails at once when another one wrote in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
