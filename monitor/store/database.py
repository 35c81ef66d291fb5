"""One daemon's hold of the database, and the thread in which all of its work there is done."""

import asyncio
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Connection, Engine, event

from monitor.errors import StoreError
from monitor.model import Secret
from monitor.store.engine import (
    Commit,
    check_postgresql,
    let_readers_in,
    open_engine,
    read_url,
    sqlite_path,
    take_turn_to_open,
)
from monitor.store.faults import told_plainly
from monitor.store.link import Link
from monitor.store.lock import DaemonLock
from monitor.store.schema import ensure_schema
from monitor.store.workers import leave
from monitor.threads import OneThread

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """An open database. Each piece of work is one transaction in one thread.

    `worker` is the name that this daemon has in it. "Lazily" means that nobody waits for the disk: a power failure may take back what was done last.
    All raise StoreError when the database can't go on (disk full, server gone).
    """

    def __init__(self, engine: Engine, label: str) -> None:
        self._engine = engine
        self._link = Link(engine)
        self._label = label
        self.worker = secrets.token_hex(4)
        self._lock: DaemonLock | None = None
        self._started = False
        self._thread = OneThread("store")

    @classmethod
    async def open(cls, url: Secret, *, label: str, exclusive: bool, waits: Callable[[], None]) -> Self:
        """See Store.open."""
        address = read_url(url, label)
        database = cls(open_engine(address), label)
        try:
            await database._on_thread(database._start, sqlite_path(address), exclusive, waits)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Finish what was begun, give back this daemon's claims and the database."""
        try:
            await asyncio.shield(self._on_thread(self._stop))
        finally:
            self._thread.close()  # what was asked for meanwhile is done as well
            self._link.close()
            self._engine.dispose()
            if self._lock:
                self._lock.release()

    @property
    def is_shared(self) -> bool:
        """Whether several daemons may work on it."""
        return self._engine.dialect.name == "postgresql"

    async def run(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Have work done and kept."""
        return await self._on_thread(self.transact, lambda opened: work(opened, *args, **kwargs))

    async def run_lazily(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Have work done lazily."""
        return await self._on_thread(self.transact_lazily, lambda opened: work(opened, *args, **kwargs))

    def when_connected(self, tell: Callable[[], None]) -> None:
        """Have something called, in the database's thread, whenever a connection was opened."""
        event.listen(self._engine, "connect", lambda *_: tell())

    def submit(self, work: Callable[[], None]) -> None:
        """Have something called in the database's thread, after what waits there."""
        self._thread.submit(work)

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Do work and keep it; called in the database's thread."""
        return self._do(work, Commit.DURABLE)

    def transact_lazily(self, work: Callable[[Connection], T]) -> T:
        """Do work lazily; called in the database's thread."""
        return self._do(work, Commit.LAZY)

    def try_at_once(self, work: Callable[[Connection], None]) -> bool:
        """Do what is one statement on PostgreSQL; False: it is to be done otherwise (`Link.do_at_once`). Called in the database's thread."""
        return self._link.do_at_once(work)

    def _do(self, work: Callable[[Connection], T], commit: Commit) -> T:
        with told_plainly(self._label):
            return self._link.do(work, commit)

    def _start(self, path: Path | None, exclusive: bool, waits: Callable[[], None]) -> None:
        if path and exclusive:
            self._lock = DaemonLock(path.with_name(path.name + ".lock"), self._label)
        if path:
            _create(path)
        with told_plainly(self._label, opening=True):
            self._link.do(lambda connection: self._open(connection, waits))
            self._link.close()  # there is one connection
            let_readers_in(self._engine)
        self._started = True

    def _open(self, connection: Connection, waits: Callable[[], None]) -> None:
        take_turn_to_open(connection, waits)
        check_postgresql(connection, self._label)
        ensure_schema(connection, self._label)
        if self._lock:
            leave(connection)

    def _stop(self) -> None:
        if self._started:
            # Claims that can't be given back run out by themselves.
            with suppress(StoreError):
                self.transact(lambda opened: leave(opened, self.worker))

    async def _on_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._thread.do(lambda: work(*args, **kwargs))


def _create(path: Path) -> None:
    """Create a database file that is for its owner alone: the addresses of feeds may hold tokens. SQLite tells what hinders."""
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
