"""SQLite: one daemon at a time, and files that are no database of ours."""

import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import StoreBusy, StoreError
from monitor.model import Secret, Validators
from monitor.store import Store, read_status
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    HOUR,
    claim,
    feed_spec,
    new_entry,
    poll,
    poll_record,
    watch,
)


async def test_a_second_daemon_is_told_who_holds_the_database(store: Store, database: Database) -> None:
    with pytest.raises(
        StoreBusy, match=rf"^db: in use by another news-monitor .process {os.getpid()}.; end that one"
    ):
        await Store.open(database.url, label="db")
    await watch(store, feed_spec())


async def test_the_next_daemon_may_start_when_the_first_has_ended(database: Database) -> None:
    for _ in range(2):
        await (await Store.open(database.url, label="db")).close()


async def test_a_new_database_is_for_its_owner_alone(database: Database) -> None:
    """It holds the addresses of feeds with the tokens that are in them."""
    umask = os.umask(0o022)
    try:
        store = await Store.open(database.url, label="db")
        await watch(store, feed_spec())
        modes = {path.name: path.stat().st_mode & 0o777 for path in database.path.parent.iterdir()}
        await store.close()
    finally:
        os.umask(umask)
    assert {"empty.db", "empty.db-wal", "empty.db-shm"} <= modes.keys()
    assert set(modes.values()) == {0o600}


async def test_who_may_read_a_database_that_is_there_stays_as_it_is(database: Database) -> None:
    await (await Store.open(database.url, label="db")).close()
    database.path.chmod(0o640)
    await (await Store.open(database.url, label="db")).close()
    assert database.path.stat().st_mode & 0o777 == 0o640


async def test_reading_the_status_writes_nothing(database: Database) -> None:
    store = await Store.open(database.url, label="db")
    await watch(store, feed_spec())
    await store.close()
    before = database.path.read_bytes()
    await read_status(database.url, label="db")
    assert database.path.read_bytes() == before


async def test_a_database_that_somebody_keeps_locked_is_an_error_that_passes(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    with closing(sqlite3.connect(database.place, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=f"{database.place}: database is locked; end the program"):
            await claim(store)
        other.execute("ROLLBACK")
    assert await claim(store)


async def test_a_disk_that_takes_no_more_stores_nothing_and_passes(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    (feed,) = await claim(store)
    record = poll_record(feed, *[new_entry(f"{n}", "desk") for n in range(2000)], validators=Validators("e"))
    with (
        files_up_to(200_000),
        pytest.raises(StoreError, match="disk I/O error; see whether the disk is full"),
    ):
        await store.commit_poll(record)
    assert database.counts()["entry"] == 0
    assert database.rows("SELECT etag, polled_at FROM feed") == [(None, None)]
    await store.commit_poll(record)
    assert database.counts()["delivery"] == 2000


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_the_log_that_a_long_reader_has_let_grow_is_used_again_once_it_ends(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    log = database.path.with_name(f"{database.path.name}-wal")
    sizes = []

    async def poll_again(part: int) -> None:
        news = [new_entry(f"{part} {number}") for number in range(100)]
        long = [replace(new, entry=replace(new.entry, summary="storm " * 2_000)) for new in news]
        await poll(store, *long, now=NOON + part * HOUR)
        sizes.append(log.stat().st_size)

    with closing(sqlite3.connect(database.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entry").fetchall()
        for part in range(8):
            await poll_again(part)
        reader.execute("COMMIT")
    grown = sizes[-1]
    assert grown > 8_000_000, "twice of what is written back at once"
    for part in range(8, 24):
        await poll_again(part)
    assert sizes[-1] <= grown + 2 * sizes[0], "twice the work again, and it is as large as before"


@pytest.mark.parametrize("content", [b"Dear diary, " * 1000, b"\xff" * 5000], ids=["text", "noise"])
async def test_a_file_that_is_no_database_is_refused_and_left_alone(
    database: Database, content: bytes
) -> None:
    database.path.write_bytes(content)
    for opening in (Store.open, read_status):
        with pytest.raises(StoreError, match=r"^db: file is not a database; name another file"):
            await opening(database.url, label="db")
    assert database.path.read_bytes() == content


async def test_a_database_of_another_program_is_not_changed(database: Database) -> None:
    database.write("CREATE TABLE invoice (id INTEGER)")
    before = database.path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        await Store.open(database.url, label="db")
    assert database.path.read_bytes() == before


async def test_a_damaged_database_is_refused_and_left_alone(database: Database) -> None:
    store = await Store.open(database.url, label="db")
    await watch(store, *[feed_spec(f"{n}") for n in range(500)])
    await store.close()
    sound = database.path.read_bytes()
    damaged = sound[:4096] + b"\xa5" * (len(sound) - 4096)
    database.path.write_bytes(damaged)
    for opening in (Store.open, read_status):
        with pytest.raises(StoreError, match=r"^db: .*malformed; the file is damaged: restore it"):
            await opening(database.url, label="db")
    assert database.path.read_bytes() == damaged


@pytest.mark.parametrize("place", ["missing/folder/news.db", "file/news.db"])
async def test_a_folder_that_is_not_there_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / place
    with pytest.raises(StoreError, match=rf"^db: can't write {path}.lock: .*; the folder must exist"):
        await Store.open(Secret(f"sqlite:///{path}"), label="db")


async def test_a_folder_that_may_not_be_written_is_named() -> None:
    with pytest.raises(StoreError, match=r"^db: can't write /sys/news.db.lock: .*; the folder must exist"):
        await Store.open(Secret("sqlite:////sys/news.db"), label="db")


async def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"^db: unable to open database file; let the user"):
        await Store.open(Secret(f"sqlite:///{tmp_path}"), label="db")
    tmp_path.with_name(tmp_path.name + ".lock").unlink()


async def test_the_status_of_a_database_that_is_not_there_says_how_to_make_one(database: Database) -> None:
    with pytest.raises(StoreError, match=r"^db: there is no such file yet; start the monitor first"):
        await read_status(database.url, label="db")
    assert not database.path.exists()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?uri=true",
        "mysql://u:hidden@h/d",
        "hidden",
        "postgresql://u:hi:dden@h:x/d",
    ],
)
async def test_a_url_that_is_of_no_use_is_refused_without_quoting_it(url: str) -> None:
    for opening in (Store.open, read_status):
        with pytest.raises(
            StoreError, match=r'^db: .*write database = "sqlite:///news-monitor.db"'
        ) as caught:
            await opening(Secret(url), label="db")
        assert "hi" not in str(caught.value)


async def test_a_file_name_with_odd_characters_works(tmp_path: Path) -> None:
    url = Secret(f"sqlite:///{tmp_path}/news ü #1 100%.db")
    await (await Store.open(url, label="db")).close()
    assert (await read_status(url, label="db")).feeds == ()
