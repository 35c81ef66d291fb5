"""PostgreSQL: a server that goes away and comes back, or was never what we need."""

import asyncio
import socket
import threading
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import text

from monitor.errors import StoreError
from monitor.model import DatabaseAddress, Secret
from monitor.store import Store, read_status
from monitor.store.engine import Turn, open_engine, read_url, take_turn
from monitor.store.whole import copy_database, migrate
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    HOUR,
    attempt_record,
    claim,
    claim_messages,
    claim_one,
    feed_spec,
    new_entry,
    poll,
    poll_record,
    watch,
)
from tests.support.postgres import postgres_server


async def test_a_connection_that_was_cut_is_opened_anew(on_server: Database) -> None:
    store = await Store.open(on_server.url, label="db")
    await watch(store, feed_spec())
    feed = await claim_one(store)
    for _ in range(3):
        postgres_server().cut_connections(on_server.place)
        await store.known_entries(feed.id, ["1"])
    await store.commit_poll(poll_record(feed, new_entry("1")))
    postgres_server().cut_connections(on_server.place)
    assert await claim(store, NOON + HOUR)
    await store.close()


async def test_an_attempt_is_recorded_though_the_connection_was_cut_meanwhile(on_server: Database) -> None:
    store = await Store.open(on_server.url, label="db")
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"))
    (message,) = await claim_messages(store, "desk")
    postgres_server().cut_connections(on_server.place)
    await store.record_attempt(attempt_record(message))
    assert await claim_messages(store, "desk", now=NOON + 100 * HOUR) == []
    await store.close()
    assert on_server.rows("SELECT number, status FROM attempt") == [(1, "sent")]


@pytest.mark.parametrize(
    ("limited", "to"), [("idle_in_transaction_session_timeout", "20s"), ("tcp_user_timeout", "20000")]
)
def test_a_worker_that_stops_in_the_middle_loses_its_turn(on_server: Database, limited: str, to: str) -> None:
    # The second is for one that stops while the server has more to say than the network holds.
    engine = open_engine(read_url(on_server.url, "db"))
    with engine.begin() as connection:
        limit = connection.execute(text(f"SHOW {limited}")).scalar_one()
    engine.dispose()
    assert limit == to


async def start(url: Secret, waits: Callable[[], None]) -> None:
    await (await Store.open(url, label="db", waits=waits)).close()


async def migrate_it(url: Secret, waits: Callable[[], None]) -> None:
    await asyncio.to_thread(migrate, url, label="db", progress=lambda *_: None, waits=waits)


async def fill(url: Secret, waits: Callable[[], None]) -> None:
    with TemporaryDirectory() as folder:
        here = DatabaseAddress(Secret(f"sqlite:///{folder}/here.db"), "here")
        await start(here.url, waits)
        there = DatabaseAddress(url, "there")
        await asyncio.to_thread(
            copy_database, here, there, progress=lambda *_: None, note=lambda _: None, waits=waits
        )


@pytest.mark.parametrize("opening", [start, migrate_it, fill])
async def test_who_waits_to_open_the_database_says_so_and_goes_on_when_it_is_free(
    on_server: Database, monkeypatch: pytest.MonkeyPatch, opening: Any
) -> None:
    monkeypatch.setattr("monitor.store.engine._PATIENCE", 0.01)
    waits = threading.Event()
    opened = open_engine(read_url(on_server.url, "db"))
    with opened.begin() as connection:
        take_turn(connection, Turn.OPEN)
        at_it = asyncio.create_task(opening(on_server.url, waits.set))
        assert await asyncio.to_thread(waits.wait, 30)
        assert not at_it.done()
    opened.dispose()
    await at_it


async def test_who_need_not_wait_says_nothing(on_server: Database) -> None:
    store = await Store.open(on_server.url, label="db", waits=lambda: pytest.fail("nobody else was there"))
    await store.close()


async def test_closing_works_when_the_server_has_gone(on_server: Database) -> None:
    store = await Store.open(on_server.url, label="db")
    postgres_server().execute(f"ALTER DATABASE {on_server.place} WITH ALLOW_CONNECTIONS false")
    postgres_server().cut_connections(on_server.place)
    with pytest.raises(StoreError, match=r"^db: .*not currently accepting connections"):
        await claim(store)
    await store.close()


async def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    url = Secret(f"postgresql://monitor:s3cret@127.0.0.1:{port}/news")
    for opening in (Store.open, read_status):
        with pytest.raises(
            StoreError, match=r"^db: .*refused.*; see whether the database server runs"
        ) as caught:
            await opening(url, label="db")
        assert "s3cret" not in repr(caught.value)


async def test_a_database_that_is_not_there_is_an_error_that_says_so() -> None:
    url = Secret(postgres_server().url("nowhere"))
    with pytest.raises(StoreError, match='"nowhere" does not exist; create it'):
        await Store.open(url, label="db")


async def test_a_user_who_may_not_create_tables_is_told(on_server: Database) -> None:
    postgres_server().execute("DROP ROLE IF EXISTS guest")
    postgres_server().execute("CREATE ROLE guest LOGIN")
    url = Secret(postgres_server().url(on_server.place).replace("monitor@", "guest@"))
    with pytest.raises(StoreError, match="permission denied for schema public; grant the user"):
        await Store.open(url, label="db")


async def test_a_database_that_cannot_hold_every_script_is_refused() -> None:
    database = Database("postgresql", postgres_server().create_database(encoding="LATIN1"))
    with pytest.raises(StoreError, match="has the encoding LATIN1; create it anew: createdb --encoding=UTF8"):
        await Store.open(database.url, label="db")
    database.discard()
