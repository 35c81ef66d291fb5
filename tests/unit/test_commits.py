"""Polls that wait are stored together, and fail each for itself."""

from collections.abc import Sequence

import pytest

from monitor.errors import LeaseLost, StoreError
from monitor.model import PollRecord, Reason
from monitor.store.commits import MAX_TOGETHER, PollCommits
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


def test_what_waits_is_stored_in_one_transaction() -> None:
    database = Database()
    commits = PollCommits(database.store)
    waiting = [commits.add(record(feed)) for feed in (1, 2, 3)]
    for _ in waiting:
        commits.commit()
    assert database.transactions == [[1, 2, 3]]
    assert all(done.result(0) is None for done in waiting)


def test_a_transaction_has_its_limit() -> None:
    database = Database()
    commits = PollCommits(database.store)
    waiting = [commits.add(record(feed)) for feed in range(MAX_TOGETHER + 5)]
    for _ in waiting:
        commits.commit()
    assert [len(feeds) for feeds in database.transactions] == [MAX_TOGETHER, 5]


@pytest.mark.parametrize("fault", [LeaseLost("taken over"), ValueError("a fault of ours")])
def test_one_that_fails_fails_alone(fault: Exception) -> None:
    database = Database(feed_2=fault)
    commits = PollCommits(database.store)
    one, two, three = (commits.add(record(feed)) for feed in (1, 2, 3))
    commits.commit()
    assert database.transactions == [[1], [3]]
    assert (one.exception(0), two.exception(0), three.exception(0)) == (None, fault, None)


def test_a_database_that_can_not_go_on_is_asked_once() -> None:
    fault = StoreError("disk is full")
    database = Database(feed_1=fault)
    commits = PollCommits(database.store)
    waiting = [commits.add(record(feed)) for feed in (1, 2)]
    commits.commit()
    assert database.transactions == []
    assert [done.exception(0) for done in waiting] == [fault, fault]


def test_one_that_nobody_waits_for_any_more_is_not_stored() -> None:
    database = Database()
    commits = PollCommits(database.store)
    commits.add(record(1)).cancel()
    commits.add(record(2))
    commits.commit()
    assert database.transactions == [[2]]


def test_one_that_makes_its_whole_host_wait_is_stored_by_itself() -> None:
    database = Database()
    commits = PollCommits(database.store)
    for feed in (1, 2, 3, 4):
        commits.add(record(feed, rest=feed == 3))
    for _ in range(4):
        commits.commit()
    assert database.transactions == [[1, 2], [3], [4]]
