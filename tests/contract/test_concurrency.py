"""What any store promises when more than one thing happens at a time."""

import asyncio
from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from monitor.errors import LeaseLost
from monitor.store import Store, read_status
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    LEASE,
    alert_of,
    claim,
    claim_messages,
    claim_one,
    feed_spec,
    new_entry,
    poll,
    poll_record,
    settle,
    watch,
)


async def test_calls_made_at_once_are_all_done(store: Store, database: Database) -> None:
    await watch(store, *[feed_spec(f"{n}") for n in range(40)])
    claimed = await asyncio.gather(*[claim(store, limit=3) for _ in range(20)])
    ids = [feed.id for feeds in claimed for feed in feeds]
    assert len(ids) == len(set(ids)) == 40


async def test_whoever_stops_waiting_leaves_no_transaction_open(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    for _ in range(20):
        waiting = asyncio.create_task(claim(store))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert len(await claim(store, NOON + LEASE)) == 1
    assert (await read_status(database.url, label="db")).entries == 0


async def test_workers_that_share_a_database_claim_different_feeds(database: Database) -> None:
    workers = [await Store.open(database.url, label="db", exclusive=False) for _ in range(4)]
    await watch(workers[0], *[feed_spec(f"{n}", f"host{n % 50}.example") for n in range(400)])

    async def work(store: Store) -> list[str]:
        mine: list[str] = []
        while feeds := await claim(store, limit=7):
            mine += [feed.url for feed in feeds]
        return mine

    claimed = await asyncio.gather(*[work(store) for store in workers])
    assert Counter(url for urls in claimed for url in urls) == Counter(
        f"https://host{n % 50}.example/{n}" for n in range(400)
    )
    await asyncio.gather(*[store.close() for store in workers])


async def test_workers_that_share_a_database_keep_the_limit_of_a_host_together(database: Database) -> None:
    workers = [await Store.open(database.url, label="db", exclusive=False) for _ in range(4)]
    await watch(workers[0], *[feed_spec(f"{n}", f"host{n % 5}.example") for n in range(100)])
    claimed = await asyncio.gather(*[claim(store, per_host=2) for store in workers * 3])
    hosts = Counter(urlsplit(feed.url).hostname for feeds in claimed for feed in feeds)
    assert hosts == {f"host{n}.example": 2 for n in range(5)}
    await asyncio.gather(*[store.close() for store in workers])


async def test_workers_that_share_a_database_claim_different_deliveries(database: Database) -> None:
    workers = [await Store.open(database.url, label="db", exclusive=False) for _ in range(4)]
    await watch(workers[0], feed_spec())
    await poll(workers[0], *[new_entry(f"{n}", "desk", "mail") for n in range(30)])
    claimed = await asyncio.gather(*[claim_messages(store, "desk", "mail") for store in workers * 2])
    told = [(message.channel, alert_of(message).entry.title) for messages in claimed for message in messages]
    assert sorted(told) == sorted((name, f"Storm {n}") for n in range(20) for name in ("desk", "mail"))
    await asyncio.gather(*[store.close() for store in workers])


async def test_workers_that_share_a_database_may_settle_the_same_deliveries(database: Database) -> None:
    workers = [await Store.open(database.url, label="db", exclusive=False) for _ in range(4)]
    await watch(workers[0], feed_spec())
    await poll(workers[0], *[new_entry(f"{n}", "desk", "mail") for n in range(100)])
    await asyncio.gather(*[settle(store, "desk", "mail") for store in workers * 2])
    assert await workers[0].unsettled_deliveries(NOON, ["desk", "mail"], limit=1) == []
    assert database.rows("SELECT state, count(*) FROM delivery GROUP BY state") == [("pending", 200)]
    await asyncio.gather(*[store.close() for store in workers])


async def test_a_worker_that_ends_gives_back_its_own_leases_only(database: Database) -> None:
    ending, staying = [await Store.open(database.url, label="db", exclusive=False) for _ in range(2)]
    await watch(ending, feed_spec("a"), feed_spec("b"))
    (released,) = await claim(ending, limit=1)
    (kept,) = await claim(staying, limit=1)
    await ending.close()
    assert [feed.id for feed in await claim(staying)] == [released.id]
    await staying.commit_poll(poll_record(kept))
    await staying.close()


async def test_workers_may_sync_their_feeds_at_once(database: Database) -> None:
    workers = [await Store.open(database.url, label="db", exclusive=False) for _ in range(4)]
    specs = [feed_spec(f"{n}") for n in range(200)]
    await asyncio.gather(
        *[watch(store, *specs[::step]) for store, step in zip(workers, (1, -1, 1, -1), strict=True)]
    )
    assert database.counts()["feed"] == 200
    await asyncio.gather(*[store.close() for store in workers])


async def test_a_store_closes_after_what_was_begun_is_done(database: Database) -> None:
    store = await Store.open(database.url, label="db")
    await watch(store, feed_spec())
    feed = await claim_one(store)
    polling = asyncio.create_task(watch(store, feed_spec(), feed_spec("b")))
    await asyncio.sleep(0)
    await store.close()
    await polling
    assert database.counts()["feed"] == 2
    assert feed.lease not in {row[0] for row in database.rows("SELECT lease FROM feed")}


async def test_polls_that_finish_together_are_all_stored_but_for_the_one_that_lost_its_lease(
    store: Store,
) -> None:
    await watch(store, *(feed_spec(str(number), host=f"{number}.example") for number in range(20)))
    claimed = await claim(store)
    records = [poll_record(feed, new_entry(str(feed.id))) for feed in claimed]
    records[7] = replace(records[7], lease="another's")
    outcomes = await asyncio.gather(*map(store.commit_poll, records), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome] == [LeaseLost]
    for feed in claimed:
        known = await store.known_entries(feed.id, [f"guid:{feed.id}"])
        assert bool(known) == (feed != claimed[7])
