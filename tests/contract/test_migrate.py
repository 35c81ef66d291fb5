"""A database is migrated without a daemon, beside daemons, and by versions that differ."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from monitor.errors import SchemaTooNew, StoreBusy, StoreError
from monitor.store import Store, open_to_read, read_status, schema
from monitor.store.engine import open_engine, read_url
from monitor.store.schema import alembic_config
from monitor.store.whole import migrate, plan_migration
from tests.support.clock import NOON
from tests.support.database import Database, empty_database
from tests.support.polls import HOUR, attempt_record, claim_messages, feed_spec, new_entry, poll, watch

# What the next version may do to a database while this one works on it: the kinds of steps that ADR 0021 allows.
EXPANSION = """
ALTER TABLE feed ADD COLUMN mood VARCHAR;
ALTER TABLE entry ADD COLUMN weight INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN note VARCHAR NOT NULL DEFAULT '';
CREATE TABLE fresh (id BIGINT PRIMARY KEY, feed_id INTEGER REFERENCES feed (id));
CREATE INDEX ix_feed_mood ON feed (mood);
UPDATE alembic_version SET version_num = '9999';
"""


def silent(done: int, total: int) -> None:
    pass


@pytest.fixture
def empty(kind: str, tmp_path: Path) -> Iterator[Database]:
    database = empty_database(kind, tmp_path)
    yield database
    database.discard()


@pytest.fixture
def earlier(empty: Database) -> Database:
    """Return a database of the version before."""
    engine = open_engine(read_url(empty.url, "db"))
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0016")
    engine.dispose()
    return empty


def version(database: Database) -> str:
    return str(database.rows("SELECT version_num FROM alembic_version")[0][0])


def test_each_step_is_told_before_and_while_it_is_done(earlier: Database) -> None:
    told: list[tuple[int, int]] = []

    planned = plan_migration(earlier.url, label="db")
    assert version(earlier) == "0016"
    done = migrate(earlier.url, label="db", progress=lambda *how_far: told.append(how_far))

    assert planned == done
    assert (done.found, done.head, version(earlier)) == ("0016", schema.HEAD, schema.HEAD)
    assert [step.to for step in done.steps][-1] == schema.HEAD
    assert all(step.what for step in done.steps)
    assert told == [(count, len(done.steps)) for count in range(len(done.steps) + 1)]
    assert not migrate(earlier.url, label="db", progress=silent).steps


async def test_what_was_migrated_beforehand_is_what_a_daemon_opens(empty: Database) -> None:
    assert migrate(empty.url, label="db", progress=silent).found is None
    await (await Store.open(empty.url, label="db")).close()
    assert (await read_status(empty.url, label="db")).feeds == ()


def test_to_plan_a_migration_makes_nothing(empty: Database) -> None:
    assert plan_migration(empty.url, label="db").found is None
    with pytest.raises(StoreError, match=r"no such file|is empty"), open_to_read(empty.url, "db"):
        pass


def test_what_can_not_be_migrated_is_refused(empty: Database) -> None:
    empty.write("CREATE TABLE invoice (id INTEGER)")
    for work in (plan_migration, lambda url, label: migrate(url, label=label, progress=silent)):
        with pytest.raises(StoreError, match=r"tables of another program \(invoice"):
            work(empty.url, label="db")


def test_a_daemon_on_a_file_keeps_a_migration_out_and_those_on_a_server_do_not(
    store: Store, database: Database
) -> None:
    if database.kind == "postgresql":
        assert not migrate(database.url, label="db", progress=silent).steps
        return
    with pytest.raises(StoreBusy, match=r"in use by another news-monitor .process \d+.; end that one"):
        migrate(database.url, label="db", progress=silent)


async def test_a_newer_database_is_worked_with_if_it_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "HEAD", "0017")

    store = await Store.open(database.url, label="db")
    await watch(store, feed_spec())
    await store.close()

    assert len((await read_status(database.url, label="db")).feeds) == 1
    assert plan_migration(database.url, label="db").found == version(database)
    assert not migrate(database.url, label="db", progress=silent).steps


@pytest.mark.parametrize(
    "statement",
    ["UPDATE compatibility SET works_with = '0018'", "DROP TABLE compatibility"],
    ids=["it says no", "it says nothing"],
)
async def test_another_newer_database_is_refused_and_left_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.setattr(schema, "HEAD", "0017")
    database.write(statement)
    told = r"^db: has schema 0\d+, this version of news-monitor knows up to 0017; install the newer version"
    with pytest.raises(SchemaTooNew, match=told):
        await Store.open(database.url, label="db")
    with pytest.raises(SchemaTooNew, match=told):
        await read_status(database.url, label="db")
    with pytest.raises(SchemaTooNew, match=told):
        migrate(database.url, label="db", progress=silent)


async def test_a_daemon_goes_on_while_a_newer_version_expands_its_database(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    # PostgreSQL keeps the plan of a statement that comes often: these come often enough before and after.
    for hour in range(8):
        await work_an_hour(store, hour)
    database.write(EXPANSION)
    for hour in range(8, 12):
        await work_an_hour(store, hour)
    assert database.rows("SELECT state, count(*) FROM delivery GROUP BY state") == [("sent", 12)]


async def work_an_hour(store: Store, hour: int) -> None:
    """Have a feed polled, which brings an entry, and its alert sent."""
    now = NOON + hour * HOUR
    await poll(store, new_entry(f"{hour}", "desk"), now=now)
    (message,) = await claim_messages(store, "desk", now=now)
    await store.record_attempt(attempt_record(message, attempted_at=now))


def test_every_step_says_which_programs_can_go_on() -> None:
    engine = open_engine(read_url(Database("sqlite", "unused.db").url, "db"))
    with engine.connect() as connection:
        config = alembic_config(connection)
    engine.dispose()
    scripts = [*ScriptDirectory.from_config(config).walk_revisions()][::-1]
    # Programs that are older ask the schemas, which are compared as texts, for nothing but this.
    assert [script.revision for script in scripts] == sorted(script.revision for script in scripts)
    assert {len(script.revision) for script in scripts} == {4}
    told = [script.module.works_with for script in scripts if script.revision >= "0018"]
    assert told == sorted(told), "what can work with this schema can work with the one before"
    assert all(
        works_with <= script.revision for works_with, script in zip(told[::-1], scripts[::-1], strict=False)
    )
