"""Polls that wait are stored together, and fail each for itself."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor.errors import LeaseLost, StoreError
from monitor.model import Entry, NewEntry, PlannedDelivery, PollRecord, Reason
from monitor.store.together import MAX_TOGETHER, Asked, PollsTogether
from tests.support.clock import NOON


def record(feed: int, *, rest: bool = False, alert: bool = False) -> PollRecord:
    told = NewEntry(entry=Entry(title="Storm"), keys=(), deliveries=(PlannedDelivery("desk", ("storms",)),))
    return PollRecord(
        feed_id=feed,
        lease="x",
        polled_at=NOON,
        reason=Reason.OK,
        detail="",
        next_poll_at=NOON,
        failures=0,
        retry_until=NOON if rest else None,
        entries=(told,) if alert else (),
    )


class Database:
    """Takes transactions; the feeds in `faults` fail theirs."""

    def __init__(self, **faults: Exception) -> None:
        self.transactions: list[list[int]] = []
        self._faults = faults

    def store(self, records: Sequence[PollRecord]) -> Sequence[None]:
        feeds = [record.feed_id for record in records]
        for feed in feeds:
            if fault := self._faults.get(f"feed_{feed}"):
                raise fault
        self.transactions.append(feeds)
        return [None] * len(feeds)

    def look_up(self, asked: Sequence[Asked]) -> Sequence[dict[str, int]]:
        self.transactions.append([feed for feed, _ in asked])
        return [dict.fromkeys(keys, feed) for feed, keys in asked]


def commits_to(database: Database, *, under_way: int = 0) -> PollsTogether:
    commits = PollsTogether(database.store, database.look_up, asyncio.get_running_loop().call_soon)
    commits.expect(range(1, under_way + 1))
    return commits


async def test_half_of_the_polls_under_way_are_stored_in_one_transaction() -> None:
    database = Database()
    commits = commits_to(database, under_way=6)
    await asyncio.gather(*[commits.commit(record(feed)) for feed in (1, 2, 3)])
    assert database.transactions == [[1, 2, 3]]


async def test_a_poll_that_is_alone_waits_for_no_other() -> None:
    database = Database()
    commits = commits_to(database, under_way=1)
    committing = asyncio.create_task(commits.commit(record(1)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert database.transactions == [[1]]
    await committing


async def test_others_that_take_long_are_not_waited_for() -> None:
    database = Database()
    commits = commits_to(database, under_way=50)
    async with asyncio.timeout(5):
        await asyncio.gather(*[commits.commit(record(feed)) for feed in (1, 2)])
    assert database.transactions == [[1, 2]]


async def test_an_alert_waits_for_no_other_and_takes_along_what_waits() -> None:
    database = Database()
    commits = commits_to(database, under_way=50)
    committing = asyncio.gather(commits.commit(record(1)), commits.commit(record(2, alert=True)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert database.transactions == [[1, 2]]
    await committing


async def test_what_waits_is_stored_when_no_more_can_come() -> None:
    database = Database()
    commits = commits_to(database, under_way=50)
    committing = asyncio.create_task(commits.commit(record(1)))
    await asyncio.sleep(0)
    commits.flush()
    await committing
    assert database.transactions == [[1]]


async def test_polls_that_ask_for_their_keys_are_answered_in_one_transaction_each_with_its_own() -> None:
    database = Database()
    polls = commits_to(database, under_way=6)
    asking = asyncio.gather(polls.known(1, ["a"]), polls.known(2, ["a", "b"]), polls.known(3, []))
    known = tuple(await asking)
    assert known == ({"a": 1}, {"a": 2, "b": 2}, {})
    assert database.transactions == [[1, 2, 3]]


async def test_polls_that_ask_and_polls_that_are_done_wait_for_each_other() -> None:
    database = Database()
    polls = commits_to(database, under_way=4)
    await asyncio.gather(polls.known(1, ["a"]), polls.commit(record(2)))
    assert database.transactions == [[1], [2]]


async def test_a_transaction_has_its_limit() -> None:
    database = Database()
    commits = commits_to(database, under_way=4 * MAX_TOGETHER)
    await asyncio.gather(*[commits.commit(record(feed)) for feed in range(MAX_TOGETHER + 5)])
    assert [len(feeds) for feeds in database.transactions] == [MAX_TOGETHER, 5]


@pytest.mark.parametrize("fault", [LeaseLost("taken over"), ValueError("a fault of ours")])
async def test_one_that_fails_fails_alone(fault: Exception) -> None:
    database = Database(feed_2=fault)
    commits = commits_to(database, under_way=6)
    outcomes = await asyncio.gather(
        *[commits.commit(record(feed)) for feed in (1, 2, 3)], return_exceptions=True
    )
    assert database.transactions == [[1], [3]]
    assert outcomes == [None, fault, None]


async def test_a_database_that_can_not_go_on_is_asked_once() -> None:
    fault = StoreError("disk is full")
    database = Database(feed_1=fault)
    commits = commits_to(database, under_way=4)
    outcomes = await asyncio.gather(
        *[commits.commit(record(feed)) for feed in (1, 2)], return_exceptions=True
    )
    assert database.transactions == []
    assert outcomes == [fault, fault]


async def test_one_that_nobody_waits_for_any_more_is_not_stored() -> None:
    database = Database()
    commits = commits_to(database, under_way=4)
    impatient = asyncio.create_task(commits.commit(record(1)))
    other = asyncio.create_task(commits.commit(record(2)))
    asyncio.get_running_loop().call_soon(impatient.cancel)
    await other
    assert database.transactions == [[2]]


async def test_one_that_makes_its_whole_host_wait_is_stored_by_itself() -> None:
    database = Database()
    commits = commits_to(database, under_way=8)
    await asyncio.gather(*[commits.commit(record(feed, rest=feed == 3)) for feed in (1, 2, 3, 4)])
    assert database.transactions == [[1, 2], [3], [4]]


async def test_a_poll_that_is_done_while_others_are_stored_waits_for_those_that_follow() -> None:
    loop, database, late = asyncio.get_running_loop(), Database(), threading.Event()
    others: list[asyncio.Task[None]] = []

    def come_late() -> None:
        others.append(asyncio.create_task(commits.commit(record(60))))
        loop.call_soon(late.set)

    def store(records: Sequence[PollRecord]) -> Sequence[None]:
        if not database.transactions:
            loop.call_soon_threadsafe(come_late)
            assert late.wait(5)
        return database.store(records)

    with ThreadPoolExecutor(1) as thread:
        commits = PollsTogether(store, database.look_up, thread.submit)
        commits.expect(range(1, 101))
        await asyncio.gather(*[commits.commit(record(feed)) for feed in range(1, 51)])
        await asyncio.gather(commits.commit(record(61)), *others)
    assert [len(transaction) for transaction in database.transactions] == [50, 2]
