"""Daemons and readers beside one another, and after one that was killed."""

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import text

from monitor.store import Store, read_status
from monitor.store.engine import open_engine, open_reader, read_url
from tests.support.clock import NOON
from tests.support.database import Database, run
from tests.support.polls import (
    LEASE,
    alert_of,
    claim,
    claim_messages,
    feed_spec,
    new_entry,
    poll,
    watch,
)


async def test_the_status_can_be_read_while_a_daemon_writes(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    engine = open_engine(read_url(database.url, "db"))
    with engine.begin() as writer:
        writer.execute(text("UPDATE feed SET failures = 5"))
        (feed,) = (await read_status(database.url, label="db")).feeds
        assert feed.failures == 0
    engine.dispose()


async def test_a_reader_that_takes_its_time_does_not_stop_the_daemon(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    engine = open_reader(read_url(database.url, "db"))
    with engine.begin() as reader:
        assert reader.scalar(text("SELECT count(*) FROM entry")) == 0
        await poll(store, new_entry("1"))
        assert reader.scalar(text("SELECT count(*) FROM entry")) == 0
    engine.dispose()
    assert database.counts()["entry"] == 1


@pytest.mark.parametrize("delay", [0, 7, 23])
def test_a_daemon_that_was_killed_is_followed_by_one_that_goes_on(database: Database, delay: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.doomed", database.url.reveal()],
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout is not None
        said = [worker.stdout.readline().strip() for _ in range(1 + delay)]
        worker.send_signal(signal.SIGKILL)
        said += worker.stdout.read().split()
    assert said[0] == "claimed"

    if database.kind == "sqlite":
        assert database.rows("PRAGMA integrity_check") == [("ok",)]
    run(goes_on(database, committed=[int(number) for number in said[1:]]))


async def goes_on(database: Database, committed: list[int]) -> None:
    # A daemon that has an SQLite file to itself takes back at once what a killed one had; on a server leases run out.
    ran_out = LEASE + timedelta(seconds=len(committed) + 1)
    now = NOON if database.kind == "sqlite" else NOON + ran_out
    store = await Store.open(database.url, label="db")
    (delivery,) = await claim_messages(store, "desk", now=now)
    assert alert_of(delivery).entry.title == "Storm 1"
    await watch(store, feed_spec("b"))
    assert await claim(store, now), "the killed daemon's lease is in the way"
    stored = dict(
        database.rows("SELECT guid, count(*) FROM entry JOIN alert ON entry_id = entry.id GROUP BY guid")
    )
    for number in committed:
        assert all(stored[f"{number}.{i}"] == 1 for i in range(50))
    whole, rest = divmod(len(stored) - 1, 50)
    assert rest == 0, "a poll was stored in part"
    assert whole - len(committed) in (0, 1), "a poll may be committed and not yet said"
    await store.close()
