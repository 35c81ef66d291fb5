"""A backup is of one moment, whatever is written meanwhile, and appears whole or not at all."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.model import Secret
from monitor.store.whole import back_up
from tests.support.database import Database, migrated_database

# Some 12 MB: a copy of several steps.
FILL = """
INSERT INTO feed (id, url, host, active, detail, failures, next_poll_at)
    VALUES (1, 'https://feeds.example/a', 'feeds.example', 1, '', 0, '2026-11-23 12:00:00');
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 3000)
    INSERT INTO entry (id, feed_id, title, summary, authors, categories, first_seen_at, baseline, listed_on)
    SELECT n, 1, 'Storm ' || n, hex(randomblob(2000)), '[]', '[]', '2026-11-23 12:00:00', 0, '2026-11-23' FROM numbers;
INSERT INTO entry_key (feed_id, key, entry_id) SELECT 1, 'guid:' || id, id FROM entry;
"""
# An entry and its key, as a poll would add them: in one transaction.
POLL = """
BEGIN;
INSERT INTO entry (feed_id, title, summary, authors, categories, first_seen_at, baseline, listed_on)
    VALUES (1, 'Flood', hex(randomblob(20000)), '[]', '[]', '2026-11-23 12:00:00', 0, '2026-11-23');
INSERT INTO entry_key (feed_id, key, entry_id) SELECT 1, 'guid:' || max(id), max(id) FROM entry;
COMMIT;
"""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    (tmp_path / "data").mkdir()
    database = migrated_database("sqlite", tmp_path / "data")
    database.write(f"PRAGMA journal_mode = WAL; {FILL}")
    return database


def copy(database: Database, target: Path, *, force: bool = False, writing: bool = False) -> list[int]:
    """Back up, and write to the database after each step; return how many pages were copied after each."""
    steps: list[int] = []

    def progress(done: int, _: int) -> None:
        steps.append(done)
        if writing:
            database.write(POLL)

    back_up(database.url, target, label="db", force=force, progress=progress)
    return steps


def test_a_copy_holds_what_was_there_when_it_was_begun(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    steps = copy(database, target, writing=True)
    assert len(steps) > 3
    assert steps == sorted(steps), "no write makes it begin anew"
    written = Database("sqlite", str(target))
    assert written.rows("PRAGMA integrity_check") == [("ok",)]
    assert written.rows("SELECT count(*), max(title) FROM entry") == [(3000, "Storm 999")]
    assert written.rows("SELECT count(*) FROM entry_key") == [(3000,)]
    assert database.rows("SELECT count(*) FROM entry") == [(3000 + len(steps),)]


def test_a_copy_is_one_file_that_only_its_owner_can_read(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    copy(database, target)
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [target]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_an_existing_file_is_replaced_only_by_force(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(StoreError, match=r"copy\.db exists and is left as it is; .* --force"):
        copy(database, target)
    assert target.read_text() == "precious"
    copy(database, target, force=True)
    assert Database("sqlite", str(target)).rows("SELECT count(*) FROM feed") == [(1,)]


def test_the_database_is_never_its_own_backup(database: Database, tmp_path: Path) -> None:
    other = tmp_path / "link.db"
    other.symlink_to(database.path)
    for target in (database.path, other):
        with pytest.raises(StoreError, match="is the database itself; name another file"):
            copy(database, target, force=True)
    assert database.rows("SELECT count(*) FROM entry") == [(3000,)]


def test_a_copy_that_fails_leaves_nothing(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"

    def fail(done: int, _: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(database.url, target, label="db", force=False, progress=fail)
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (
            "none/copy.db",
            r"none/copy\.db can't be written: no such file or directory; name a file in a folder",
        ),
        ("", "is a folder; name a file in it"),
    ],
)
def test_where_it_can_not_be_written_is_told(
    database: Database, tmp_path: Path, target: str, told: str
) -> None:
    with pytest.raises(StoreError, match=told):
        copy(database, tmp_path / target)


def test_a_damaged_database_is_not_taken_for_a_backup(database: Database, tmp_path: Path) -> None:
    with database.path.open("r+b") as file:
        file.seek(4096 * 400)  # far behind the schema, among the entries
        file.write(b"\xff" * 4096 * 20)
    with pytest.raises(StoreError, match=r"db: is damaged: .*; keep the backups that you have"):
        copy(database, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_database_on_a_server_is_left_to_its_own_tool(tmp_path: Path) -> None:
    url = Secret("postgresql://news:secret@db.example:5433/news")
    with pytest.raises(StoreError) as caught:
        back_up(url, tmp_path / "news.dump", label="db", force=False, progress=lambda *_: None)
    assert "secret" not in str(caught.value)
    options = f"--file={tmp_path}/news.dump --host=db.example --port=5433 --username=news news"
    assert str(caught.value).endswith(f"pg_dump --format=custom {options}")
