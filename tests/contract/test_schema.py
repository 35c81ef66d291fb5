"""How any database gets its tables, and what is refused."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from monitor.errors import StoreError
from monitor.store import (
    Store,
    articles,
    attempts,
    claims,
    feeds,
    owner,
    read_status,
    schema,
    settling,
    standing,
)
from monitor.store.engine import open_engine, open_reader, read_url
from monitor.store.leases import Claim
from tests.support.clock import NOON
from tests.support.database import Database, empty_database
from tests.support.plans import plans
from tests.support.polls import LEASE, channel, feed_spec, watch
from tests.support.structure import contents, structure

CLAIM = Claim(now=NOON, lease=LEASE, token="w.1")
CHANNELS = [channel("desk"), channel("mail")]


@pytest.fixture
def empty(kind: str, tmp_path: Path) -> Iterator[Database]:
    database = empty_database(kind, tmp_path)
    yield database
    database.discard()


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = open_engine(read_url(database.url, "db"))
    yield engine
    engine.dispose()


@pytest.fixture
def migrated(empty: Database) -> Iterator[Engine]:
    """A database that all versions have had, from the first one on."""
    engine = open_engine(read_url(empty.url, "db"))
    with engine.begin() as connection:
        command.upgrade(schema.alembic_config(connection), schema.HEAD)
    yield engine
    engine.dispose()


async def test_an_empty_database_gets_its_tables_and_keeps_them(empty: Database) -> None:
    for _ in range(2):
        store = await Store.open(empty.url, label="db")
        await watch(store, feed_spec())
        await store.close()
    assert empty.counts()["feed"] == 1


def test_an_empty_database_gets_all_that_the_migrations_lead_to(engine: Engine, migrated: Engine) -> None:
    with engine.begin() as made, migrated.begin() as other:
        assert structure(made) == structure(other)
        assert contents(made) == contents(other)


def test_the_migrations_lead_to_the_tables_the_code_works_with(migrated: Engine) -> None:
    with migrated.begin() as connection:
        assert schema.drift(connection) == []


def test_the_newest_migration_is_the_one_the_code_asks_for(engine: Engine) -> None:
    with engine.begin() as connection:
        scripts = ScriptDirectory.from_config(schema.alembic_config(connection))
        assert scripts.get_heads() == [schema.HEAD]
        assert scripts.get_revision(schema.HEAD).module.works_with == schema.WORKS_WITH


async def test_daemons_that_start_at_once_on_an_empty_database_all_succeed(empty: Database) -> None:
    stores = await asyncio.gather(*[Store.open(empty.url, label="db", exclusive=False) for _ in range(4)])
    await asyncio.gather(*[store.close() for store in stores])
    assert empty.rows("SELECT version_num FROM alembic_version") == [(schema.HEAD,)]


async def test_a_migration_that_fails_leaves_nothing_behind(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def migrate_half(connection: Connection, label: str) -> None:
        schema.ensure_schema(connection, label)
        raise OperationalError("statement", {}, Exception("disk is full"))

    monkeypatch.setattr("monitor.store.database.ensure_schema", migrate_half)
    with pytest.raises(StoreError, match="db: disk is full; free some space"):
        await Store.open(empty.url, label="db")
    monkeypatch.undo()
    with pytest.raises(StoreError, match="db: is empty so far"):
        await read_status(empty.url, label="db")
    await (await Store.open(empty.url, label="db")).close()


async def test_a_database_of_another_program_is_left_alone(empty: Database) -> None:
    empty.write("CREATE TABLE invoice (id INTEGER)")
    with pytest.raises(StoreError, match=r"tables of another program \(invoice.*a database of its own"):
        await Store.open(empty.url, label="db")
    with pytest.raises(StoreError, match="tables of another program"):
        await read_status(empty.url, label="db")
    with pytest.raises(Exception, match="feed"):
        empty.rows("SELECT * FROM feed")


def test_the_reader_of_the_status_can_change_nothing(database: Database) -> None:
    reader = open_reader(read_url(database.url, "db"))
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), reader.begin() as connection:
        connection.execute(text("DELETE FROM feed"))
    reader.dispose()


@pytest.mark.parametrize(
    ("claim", "index"),
    [
        (lambda connection: feeds.claim_due(connection, CLAIM, 10, 1), "ix_feed_due"),
        (lambda connection: feeds.claim_due(connection, CLAIM, 10, 1), "ix_feed_leased"),
        (lambda connection: articles.claim_due(connection, CLAIM, 10), "ix_article_due"),
        (lambda connection: articles.claim_due(connection, CLAIM, 10), "ix_article_leased"),
        (lambda connection: articles.claim_due(connection, CLAIM, 10), "ix_article_host_free_at"),
        (lambda connection: settling.unsettled(connection, NOON, ["desk"], 10), "ix_delivery_unsettled"),
        (lambda connection: settling.unsettled(connection, NOON, ["desk"], 10), "ix_delivery_held"),
        (lambda connection: settling.read_groups(connection, [("desk", "group:")]), "ix_delivery_bundle"),
        (lambda connection: claims.claim_messages(connection, CLAIM, CHANNELS[:1]), "ix_delivery_leased"),
        (lambda connection: claims.claim_messages(connection, CLAIM, CHANNELS), "ix_delivery_ready"),
        (lambda connection: claims.claim_messages(connection, CLAIM, CHANNELS[:1]), "ix_delivery_ready"),
        (lambda connection: attempts.give_back(connection, "desk", "lease"), "ix_delivery_leased"),
        (lambda connection: owner.read_dead(connection, NOON), "ix_delivery_dead"),
        (
            lambda connection: owner.escalate(connection, "desk", ["mail"], since=NOON, now=NOON),
            "ix_delivery_dead",
        ),
        (
            lambda connection: owner.escalate(connection, "desk", ["mail"], since=NOON, now=NOON),
            "ix_delivery_ready",
        ),
    ],
    ids=[
        "due feeds",
        "leased feeds",
        "due articles",
        "leased articles",
        "hosts at rest",
        "unsettled deliveries",
        "held deliveries",
        "groups",
        "leased channels",
        "ready channels",
        "ready deliveries",
        "what is given back",
        "dead deliveries",
        "dead deliveries to escalate",
        "waiting deliveries to escalate",
    ],
)
def test_asking_for_due_work_reads_an_index_and_not_the_whole_table(
    engine: Engine, claim: Callable[[Connection], object], index: str
) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # which would rather scan tables as small as these
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        with plans(connection) as told:
            claim(connection)
    assert index in "\n".join(told)
    assert not [line for line in told if line in ("SCAN feed", "SCAN article", "SCAN delivery")]


def test_how_things_stand_is_asked_without_reading_what_is_over(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        with plans(connection) as told:
            standing.read(connection, NOON)
    for index in (
        "ix_feed_due",
        "ix_article_due",
        *(f"ix_delivery_{name}" for name in ("ready", "held", "dead")),
    ):
        assert index in "\n".join(told)
    assert not [line for line in told if line in ("SCAN article", "SCAN delivery")]
