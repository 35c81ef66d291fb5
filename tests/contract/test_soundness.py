"""A database is looked through: what is wrong in it is told with its place, and nothing is changed."""

from datetime import datetime
from pathlib import Path

import pytest
from alembic import command

from monitor.errors import SchemaTooNew, StoreError
from monitor.model import Flaw, Soundness
from monitor.store import Store
from monitor.store.engine import open_engine, read_url
from monitor.store.schema import HEAD, alembic_config
from monitor.store.whole import check_database, migrate
from tests.contract.test_copy import fill
from tests.support.clock import NOON
from tests.support.database import Database, empty_database
from tests.support.polls import HOUR, feed_spec, watch

LONG_AGO = "2001-01-01 12:00:00"
RESTORE = "go back to a backup from before"


def check(database: Database, now: datetime = NOON) -> Soundness:
    return check_database(database.url, label="db", now=now, progress=lambda *_: None)


def told(database: Database, now: datetime = NOON) -> list[str]:
    return [f"{flaw.name}: {flaw.place} {flaw.what}" for flaw in check(database, now).flaws]


def spoil(database: Database, statement: str) -> None:
    """Do what the database itself would refuse to others."""
    database.write("SET session_replication_role = replica;" * (database.kind == "postgresql") + statement)


async def test_a_database_at_work_is_sound_and_nothing_in_it_is_changed(
    store: Store, database: Database
) -> None:
    await fill(store)
    before = database.path.read_bytes() if database.kind == "sqlite" else b""
    how_far: list[tuple[int, int]] = []

    found = check_database(database.url, label="db", now=NOON, progress=lambda *done: how_far.append(done))

    assert found == Soundness(schema=HEAD, checks=found.checks, flaws=[])
    assert found.checks > 30
    assert how_far[-1] == (found.checks, found.checks)
    assert how_far == sorted(how_far)
    assert before == (database.path.read_bytes() if database.kind == "sqlite" else b"")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE alert SET entry_id = 77",
            ["orphan: alert 1 refers by entry_id to what isn't there in entry"],
        ),
        (
            "UPDATE entry SET feed_id = 77",
            ["orphan: entry 1, 2 refers by feed_id to what isn't there in feed"],
        ),
        (
            "INSERT INTO tombstone (entry_id, feed_id, listed_on, linked, traits) VALUES (2, 1, '2026-11-23', TRUE, '')",
            ["ghost: tombstone 2 is of an entry that was pruned, which is there"],
        ),
        (
            "UPDATE delivery SET state = 'lost' WHERE id = 1",
            ["state: delivery 1 has a state that this version doesn't know"],
        ),
        (
            "UPDATE feed SET reason = 'moon' WHERE id = 1",
            ["state: feed 1 has a reason that this version doesn't know"],
        ),
        (
            f"UPDATE feed SET lease = 'gone', lease_until = '{LONG_AGO}'",
            ["lease: feed 1, 2 was taken up by a monitor that has not come back to it for more than an hour"],
        ),
        ("UPDATE feed SET lease = NULL WHERE id = 2", ["lease: feed 2 has half a lease"]),
        (
            "UPDATE delivery SET next_attempt_at = NULL WHERE state = 'pending'",
            ["time: delivery 2 waits, and for no time: its turn never comes"],
        ),
        (
            "UPDATE delivery SET bundle = NULL WHERE state = 'held'",
            ["time: delivery 3 is held back, and for no reason"],
        ),
        (
            f"INSERT INTO revision (entry_id, number, seen_at, title, summary) VALUES (2, 5, '{LONG_AGO}', '', '')",
            ["count: revision 2/5 is of a later change than its entry has had"],
        ),
        (
            f"INSERT INTO poll_run VALUES (1, 9, '{LONG_AGO}', '{LONG_AGO}', 'ok', '', 1, 1, 1, FALSE)",
            ["count: poll_run 1/9 is a later one than its feed has had"],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_each_flaw_is_told_with_its_place(
    store: Store, database: Database, statement: str, expected: list[str]
) -> None:
    await fill(store)
    spoil(database, statement)
    assert told(database) == expected


async def test_of_many_rows_the_first_ones_are_named(store: Store, database: Database) -> None:
    await watch(store, *[feed_spec(f"{number}") for number in range(1_234)])
    database.write("UPDATE feed SET lease = 'x'")
    assert told(database) == ["lease: feed 1, 2, 3 and 1,231 more has half a lease"]


def test_an_hour_is_given_to_those_who_hold_something(database: Database) -> None:
    zone = "+00" * (database.kind == "postgresql")
    noon = f"'2026-11-23 12:00:00.000000{zone}'"
    database.write(
        "INSERT INTO feed (url, host, active, detail, failures, next_poll_at, lease, lease_until)"
        f" VALUES ('u', 'h', TRUE, '', 0, {noon}, 'w', {noon})"
    )
    assert told(database, NOON + HOUR) == []
    assert len(told(database, NOON + 2 * HOUR)) == 1


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DROP INDEX ix_feed_due", "missing: index ix_feed_due is not there, and this version needs it"),
        ("DROP TABLE timer", "missing: table timer is not there, and this version needs it"),
        (
            "ALTER TABLE feed DROP COLUMN paused_at",
            "missing: column feed.paused_at is not there, and this version needs it",
        ),
        ("ALTER TABLE feed ADD COLUMN mood VARCHAR", "unknown: column feed.mood is not of this version"),
        ("CREATE TABLE invoice (id INTEGER)", "unknown: table invoice is not of this version"),
        ("CREATE INDEX ours ON feed (host)", "unknown: index ours is not of this version"),
    ],
    ids=lambda value: value.partition(":")[0],
)
def test_tables_columns_and_indexes_are_held_against_those_of_this_version(
    database: Database, statement: str, expected: str
) -> None:
    database.write(statement)
    assert told(database) == [expected]


def test_an_older_schema_is_a_flaw_with_a_way_out(kind: str, tmp_path: Path) -> None:
    older = empty_database(kind, tmp_path)
    engine = open_engine(read_url(older.url, "db"))
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0016")
    engine.dispose()
    what = f"is 0016, this version of news-monitor works with {HEAD}"
    assert check(older).flaws == [Flaw("schema", "the schema", what, "migrate it: news-monitor db migrate")]
    migrate(older.url, label="db", progress=lambda *_: None)
    assert check(older).flaws == []
    older.discard()


def test_of_a_newer_schema_that_allows_it_the_rows_are_looked_at(database: Database) -> None:
    database.write("UPDATE alembic_version SET version_num = '9999'; CREATE TABLE fresh (id INTEGER)")
    found = check(database)
    assert (found.schema, found.flaws) == ("9999", [])
    database.write("UPDATE compatibility SET works_with = '9999'")
    with pytest.raises(SchemaTooNew, match="install the newer version"):
        check(database)


def test_what_is_no_database_of_ours_is_refused(kind: str, tmp_path: Path) -> None:
    empty = empty_database(kind, tmp_path)
    with pytest.raises(StoreError, match=r"^db: (there is no such file|is empty so far)"):
        check(empty)
    empty.write("CREATE TABLE invoice (id INTEGER)")
    with pytest.raises(StoreError, match="tables of another program"):
        check(empty)
    empty.discard()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
async def test_a_damaged_file_is_told_of_and_nothing_is_built_on_it(store: Store, database: Database) -> None:
    await fill(store)
    database.write(
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_master SET sql = 'CREATE INDEX ix_feed_due ON feed (url)' WHERE name = 'ix_feed_due'"
    )
    flaws = check(database).flaws
    assert {flaw.name for flaw in flaws} == {"damage"}
    assert "ix_feed_due" in flaws[0].what
    assert flaws[0].advice.startswith("go back to a backup")


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
async def test_a_counter_that_lags_behind_the_numbers_is_told_of(store: Store, database: Database) -> None:
    await fill(store)
    database.write("SELECT setval('silence_id_seq', 1); UPDATE silence SET id = 5")
    assert told(database) == ["number: table silence counts on from 1, and there are numbers up to 5"]
    database.write(check(database).flaws[0].advice.removeprefix("run in the database: "))
    assert told(database) == []
