"""PostgreSQL has done what it was asked, and the answer is lost, or it forgets what it has answered."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from monitor.errors import LeaseLost, StoreError
from monitor.model import ClaimedMessage, Secret, WantedArticle
from monitor.store import Store
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.lossy import LossyLine
from tests.support.polls import (
    HOUR,
    LEASE,
    attempt_record,
    channel,
    claim,
    claim_messages,
    feed_spec,
    new_entry,
    poll,
    settle,
    watch,
)
from tests.support.postgres import postgres_server

CHANNELS = [channel("desk"), channel("mail")]


@pytest.fixture
def line() -> Iterator[LossyLine]:
    with LossyLine(postgres_server().port) as line:
        yield line


@asynccontextmanager
async def opened(database: Database, line: LossyLine) -> AsyncIterator[Store]:
    store = await Store.open(
        Secret(f"postgresql://monitor@127.0.0.1:{line.port}/{database.place}"), label="db"
    )
    yield store
    await store.close()


async def claim_articles(store: Store) -> Sequence[Any]:
    return await store.claim_due_articles(NOON, limit=10, lease=LEASE)


async def claim_sends(store: Store) -> Sequence[Any]:
    return await store.claim_messages(NOON, CHANNELS, lease=LEASE)


@pytest.mark.parametrize("claiming", [claim, claim_articles, claim_sends])
async def test_what_was_claimed_when_the_answer_was_lost_comes_with_the_next_claim(
    on_server: Database, line: LossyLine, claiming: Any
) -> None:
    async with opened(on_server, line) as store:
        await watch(store, feed_spec("a"))
        wanted = WantedArticle("pages.example", ("storms",))
        await poll(store, replace(new_entry("1", "desk"), article=wanted))
        await settle(store, "desk")
        await watch(store, feed_spec("a"), feed_spec("b"))
        for _ in range(2):
            await store.backlog()  # it is connected
            line.lose_answer(b"COMMIT")
            with pytest.raises(StoreError):
                await claiming(store)
        assert len(await claiming(store)) == 1
        assert await claiming(store) == []


async def test_what_is_in_work_stays_there_when_the_answer_to_another_claim_was_lost(
    on_server: Database, line: LossyLine
) -> None:
    async with opened(on_server, line) as store:
        await watch(store, feed_spec())
        await poll(store, new_entry("1", "desk", "mail"))
        (in_work,) = await claim_messages(store, "mail")
        await settle(store, "desk")
        line.lose_answer(b"COMMIT")
        with pytest.raises(StoreError):
            await claim_sends(store)
        ((message,),) = await claim_sends(store)
        assert message.channel == "desk"
        await store.record_attempt(attempt_record(in_work))


async def test_what_waits_behind_a_message_goes_on_though_the_answer_to_its_record_was_lost(
    on_server: Database, line: LossyLine
) -> None:
    async with opened(on_server, line) as store:
        await watch(store, feed_spec())
        await poll(store, new_entry("1", "desk"), new_entry("2", "desk"))
        first, second = await claim_messages(store, "desk")
        line.lose_answer(b"attempt")
        with pytest.raises(LeaseLost):  # it was recorded
            await store.record_attempt(attempt_record(first))
        ((message,),) = await claim_sends(store)
        assert message.about == second.about


async def test_an_attempt_is_recorded_though_its_statement_was_cancelled(on_server: Database) -> None:
    store = await Store.open(on_server.url, label="db")
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"))
    (message,) = await claim_messages(store, "desk")
    url = postgres_server().url(on_server.place)
    with psycopg.connect(url) as other, psycopg.connect(url, autocommit=True) as watcher:
        other.execute("SELECT FROM delivery FOR UPDATE")
        recording = asyncio.create_task(store.record_attempt(attempt_record(message)))
        waits = "pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while not (
            await asyncio.to_thread(watcher.execute, f"SELECT pg_cancel_backend(pid), {waits}")
        ).fetchall():
            assert not recording.done()
        other.rollback()
    await recording
    await store.close()
    assert on_server.rows("SELECT state FROM delivery") == [("sent",)]
    assert on_server.rows("SELECT number, status FROM attempt") == [(1, "sent")]


async def test_what_a_server_that_crashed_has_forgotten_is_recorded_again(on_server: Database) -> None:
    store = await Store.open(on_server.url, label="db")
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"), new_entry("2", "desk"))
    messages = await claim_messages(store, "desk")
    for message in messages:
        await store.record_attempt(attempt_record(message))
    forget(on_server, messages[-1])
    assert await claim_messages(store, "desk", now=NOON + 100 * HOUR) == []
    await store.close()
    assert on_server.rows("SELECT state, lease FROM delivery") == [("sent", None)] * 2
    assert on_server.rows("SELECT number, status FROM attempt") == [(1, "sent")] * 2


def forget(database: Database, message: ClaimedMessage) -> None:
    """Let the database be as a server that crashes may leave it: without what it didn't wait for the disk to record."""
    (delivery,) = message.deliveries
    database.write(f"DELETE FROM attempt WHERE delivery_id = {delivery.id}")
    database.write(
        "UPDATE delivery SET state = 'pending', attempts = 0, sent_at = NULL,"
        f" next_attempt_at = '{NOON}', lease = '{message.lease}', lease_until = '{message.leased_until}'"
        f" WHERE id = {delivery.id}"
    )
    postgres_server().cut_connections(database.place)
