"""Polls that wait are stored together, and fail each for itself."""

import asyncio
from collections.abc import Sequence

import pytest

from monitor.errors import LeaseLost, StoreError
from monitor.model import PollRecord, Reason
from monitor.store.commits import MAX_TOGETHER, Commits
from tests.support.clock import NOON


def record(feed: int, *, rest: bool = False) -> PollRecord:
    return PollRecord(
        feed_id=feed,
        lease="x",
        polled_at=NOON,
        reason=Reason.OK,
        detail="",
        next_poll_at=NOON,
        failures=0,
        retry_until=NOON if rest else None,
    )


class Database:
    """Takes transactions; the feeds in `faults` fail theirs."""

    def __init__(self, **faults: Exception) -> None:
        self.transactions: list[list[int]] = []
        self._faults = faults

    def store(self, records: Sequence[PollRecord]) -> None:
        feeds = [record.feed_id for record in records]
        for feed in feeds:
            if fault := self._faults.get(f"feed_{feed}"):
                raise fault
        self.transactions.append(feeds)


def commits_to(database: Database) -> Commits[PollRecord]:
    # In the loop's next round: what waits by then is what was asked for in this one.
    submit = asyncio.get_running_loop().call_soon
    return Commits(database.store, submit, alone=lambda poll: poll.retry_until is not None)


async def test_what_waits_is_stored_in_one_transaction() -> None:
    database = Database()
    commits = commits_to(database)
    await asyncio.gather(*[commits.commit(record(feed)) for feed in (1, 2, 3)])
    await commits.commit(record(4))
    assert database.transactions == [[1, 2, 3], [4]]


async def test_a_transaction_has_its_limit() -> None:
    database = Database()
    commits = commits_to(database)
    await asyncio.gather(*[commits.commit(record(feed)) for feed in range(MAX_TOGETHER + 5)])
    assert [len(feeds) for feeds in database.transactions] == [MAX_TOGETHER, 5]


@pytest.mark.parametrize("fault", [LeaseLost("taken over"), ValueError("a fault of ours")])
async def test_one_that_fails_fails_alone(fault: Exception) -> None:
    database = Database(feed_2=fault)
    commits = commits_to(database)
    outcomes = await asyncio.gather(
        *[commits.commit(record(feed)) for feed in (1, 2, 3)], return_exceptions=True
    )
    assert database.transactions == [[1], [3]]
    assert outcomes == [None, fault, None]


async def test_a_database_that_can_not_go_on_is_asked_once() -> None:
    fault = StoreError("disk is full")
    database = Database(feed_1=fault)
    commits = commits_to(database)
    outcomes = await asyncio.gather(
        *[commits.commit(record(feed)) for feed in (1, 2)], return_exceptions=True
    )
    assert database.transactions == []
    assert outcomes == [fault, fault]


async def test_one_that_nobody_waits_for_any_more_is_not_stored() -> None:
    database = Database()
    commits = commits_to(database)
    impatient = asyncio.create_task(commits.commit(record(1)))
    other = asyncio.create_task(commits.commit(record(2)))
    asyncio.get_running_loop().call_soon(impatient.cancel)
    await other
    assert database.transactions == [[2]]


async def test_one_that_makes_its_whole_host_wait_is_stored_by_itself() -> None:
    database = Database()
    commits = commits_to(database)
    await asyncio.gather(*[commits.commit(record(feed, rest=feed == 3)) for feed in (1, 2, 3, 4)])
    assert database.transactions == [[1, 2], [3], [4]]
