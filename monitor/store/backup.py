"""A copy of the database, made while the daemon writes."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shlex import join
from urllib.parse import quote as escape

from sqlalchemy import URL

from monitor.errors import StoreError
from monitor.model import Secret
from monitor.store.engine import read_url, sqlite_path
from monitor.store.faults import explain

# Pages of 4 kB that are copied at a time.
_STEP = 1_000

Progress = Callable[[int, int], None]


def back_up(url: Secret, target: Path, *, label: str, force: bool, progress: Progress) -> int:
    """Copy an SQLite database as it is now to `target`, and return the size of the copy.

    `progress` is told how many pages are copied, of how many. What the daemon writes meanwhile isn't in the copy. `target` appears when the copy is complete and
    found sound; an existing one is only replaced with `force`. Raises StoreError, also for a database on a server.
    """
    address = read_url(url, label)
    path = sqlite_path(address)
    if path is None:
        raise StoreError(f"{label}: is on a server, which has its own tool: {_pg_dump(address, target)}")
    if not path.exists():
        raise StoreError(f"{label}: there is no such file yet; start the monitor first: news-monitor run")
    _check_target(path, target, force=force)
    with written(target) as copy:
        _copy(path, copy, label, progress)
        _check_target(path, target, force=force)
        return copy.stat().st_size


def _pg_dump(address: URL, target: Path) -> str:
    options = {"--host": address.host, "--port": address.port, "--username": address.username}
    given = [f"{name}={value}" for name, value in options.items() if value]
    return join(["pg_dump", "--format=custom", f"--file={target}", *given, str(address.database)])


def _check_target(path: Path, target: Path, *, force: bool) -> None:
    if not target.exists():
        return
    if target.is_dir():
        raise StoreError(f"{target} is a folder; name a file in it")
    if target.samefile(path):
        raise StoreError(f"{target} is the database itself; name another file")
    if not force:
        raise StoreError(f"{target} exists and is left as it is; name another file, or replace it: --force")


@contextmanager
def written(target: Path) -> Iterator[Path]:
    """Yield the name of a new file that nobody else can read, and give it that of `target` when all went well."""
    copy = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield copy
        _bring_to_disk(copy)
        copy.replace(target)
        _bring_to_disk(target.parent)
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise StoreError(
            f"{target} can't be written: {said}; name a file in a folder with room for it"
        ) from error
    finally:
        copy.unlink(missing_ok=True)


def _bring_to_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _copy(path: Path, copy: Path, label: str, progress: Progress) -> None:
    try:
        with (
            closing(sqlite3.connect(f"file:{escape(str(path))}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as destination,
        ):
            # As long as this transaction lasts it sees one state, else each write of the daemon would make the copy begin anew.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(
                destination, pages=_STEP, progress=lambda _, left, total: progress(total - left, total)
            )
            # A file by itself, which needs no log beside it.
            destination.execute("PRAGMA journal_mode = DELETE")
            (found,) = destination.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{label}: the copy failed: {explain(error)}") from error
    if found != "ok":
        raise StoreError(f"{label}: is damaged: {found.splitlines()[-1]}; keep the backups that you have")
