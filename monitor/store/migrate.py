"""Brings a database to this version's schema, without a daemon."""

from collections.abc import Callable
from contextlib import ExitStack

from sqlalchemy import URL, create_engine

from monitor.errors import StoreError
from monitor.model import SchemaPlan, Secret
from monitor.store.engine import (
    check_postgresql,
    let_readers_in,
    open_engine,
    open_reader,
    read_url,
    sqlite_path,
    take_turn_to_open,
)
from monitor.store.faults import told_plainly
from monitor.store.lock import DaemonLock
from monitor.store.schema import ensure_schema, plan

Progress = Callable[[int, int], None]


def plan_migration(url: Secret, *, label: str) -> SchemaPlan:
    """Return what `migrate` would do; change nothing. Raises as it does, but for StoreBusy."""
    address = read_url(url, label)
    path = sqlite_path(address)
    # A reader makes no file; an empty database in memory has as much in it as one that isn't there.
    missing = path is not None and not path.exists()
    engine = create_engine("sqlite://") if missing else open_reader(address)
    try:
        with told_plainly(label, opening=True), engine.begin() as connection:
            return plan(connection, label)
    finally:
        engine.dispose()


def check_migrated(url: Secret, *, label: str) -> None:
    """Raise StoreError for a database of an older version: daemons that can't go on with a newer one may be at work on it."""
    planned = plan_migration(url, label=label)
    if planned.found and planned.steps:
        raise StoreError(
            f"{label}: has schema {planned.found}, this version of news-monitor needs {planned.head}; "
            "migrate it: news-monitor db migrate"
        )


def migrate(
    url: Secret, *, label: str, progress: Progress, waits: Callable[[], None] = lambda: None
) -> SchemaPlan:
    """Bring a database to this version's schema, all or nothing, and return what was done.

    `progress` is told how many steps are done, of how many. `waits` is called as by Store.open. Daemons on PostgreSQL go on meanwhile; one that has an SQLite file
    keeps this out. Raises StoreError, StoreBusy, SchemaTooNew.
    """
    address = read_url(url, label)
    path = sqlite_path(address)
    with ExitStack() as held:
        if path:
            held.callback(DaemonLock(path.with_name(path.name + ".lock"), label).release)
        return _migrate(address, label, progress, waits)


def _migrate(address: URL, label: str, progress: Progress, waits: Callable[[], None]) -> SchemaPlan:
    engine = open_engine(address)
    done: list[str] = []
    try:
        with told_plainly(label, opening=True), engine.begin() as connection:
            take_turn_to_open(connection, waits)
            check_postgresql(connection, label)
            planned = plan(connection, label)

            def note(reached: str) -> None:
                done.append(reached)
                progress(len(done), len(planned.steps))

            progress(0, len(planned.steps))
            ensure_schema(connection, label, note)
        with told_plainly(label, opening=True):
            let_readers_in(engine)
        return planned
    finally:
        engine.dispose()
