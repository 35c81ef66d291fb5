"""What is to be stored at about the same time shares a transaction: beginning and ending one is most of what it takes."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from monitor.errors import LeaseLost, StoreError
from monitor.model import PollRecord

# So that neither another process nor what else this one wants of the database waits for long.
MAX_TOGETHER = 50
# How long a poll waits for others, in seconds.
_PATIENCE = 0.1

T = TypeVar("T")

Outcome = tuple["asyncio.Future[None]", Exception | None]


class Commits(Generic[T]):
    """The records that wait to be stored.

    `store` stores some of them in one transaction, or nothing; `submit` has it called in the database's thread. A record
    that goes `alone` has a transaction of its own.
    """

    def __init__(
        self,
        store: Callable[[Sequence[T]], None],
        submit: Callable[[Callable[[], None]], object],
        *,
        alone: Callable[[T], bool] = lambda _: False,
    ) -> None:
        self._store = store
        self._submit = submit
        self._alone = alone
        self._waiting: deque[tuple[T, asyncio.Future[None]]] = deque()
        self._called = False

    async def commit(self, record: T) -> None:
        """Store a record, together with those that wait by then. Raises what `store` raises for it."""
        done = self.put(record)
        self.flush()
        await done

    def put(self, record: T) -> "asyncio.Future[None]":
        """Have a record wait for the next `flush`, and return what `commit` waits for."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((record, done))
        return done

    @property
    def waiting(self) -> int:
        """Return how many wait for the next `flush`."""
        return 0 if self._called else len(self._waiting)

    def flush(self) -> None:
        """Have all that waits stored, with what comes until it is their turn."""
        if self._waiting and not self._called:
            self._called = True
            loop = asyncio.get_running_loop()
            self._submit(lambda: self._work(loop))

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        self._called = False  # who comes from now on may be too late for this time
        while batch := self._take():
            loop.call_soon_threadsafe(_tell, list(self._commit(batch)))

    def _take(self) -> list[tuple[T, "asyncio.Future[None]"]]:
        batch: list[tuple[T, asyncio.Future[None]]] = []
        while self._waiting and len(batch) < MAX_TOGETHER:
            alone = self._alone(self._waiting[0][0])
            if alone and batch:
                break
            record, done = self._waiting.popleft()
            if not done.cancelled():
                batch.append((record, done))
                if alone:
                    break
        return batch

    def _commit(self, batch: Sequence[tuple[T, "asyncio.Future[None]"]]) -> Iterator[Outcome]:
        try:
            self._store([record for record, _ in batch])
        except Exception as error:  # noqa: BLE001 (whatever it is, it is told to those who wait)
            # A database that can't go on can't for any of them. Else one of them is to blame: each by itself.
            if len(batch) == 1 or (isinstance(error, StoreError) and not isinstance(error, LeaseLost)):
                yield from ((done, error) for _, done in batch)
                return
            for waiting in batch:
                yield from self._commit([waiting])
        else:
            yield from ((done, None) for _, done in batch)


class PollCommits:
    """The same for polls, which wait until half of those that are under way do, but only for a moment."""

    def __init__(
        self, store: Callable[[Sequence[PollRecord]], None], submit: Callable[[Callable[[], None]], object]
    ) -> None:
        # Such a record changes other feeds of its host, which another worker may be changing just now:
        # holding some while waiting for others could make two workers wait for each other.
        self._commits = Commits(store, submit, alone=lambda poll: poll.retry_until is not None)
        self._under_way: set[int] = set()
        self._timer: asyncio.TimerHandle | None = None

    def expect(self, feeds: Iterable[int]) -> None:
        """Note that polls of these feeds (by id) are under way."""
        self._under_way.update(feeds)

    async def commit(self, record: PollRecord) -> None:
        """Store a record, together with those that wait by then. Raises what `store` raises for it."""
        done = self._commits.put(record)
        if _is_urgent(record):
            self.flush()
        self._flush_if_half()
        if self._commits.waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_PATIENCE, self.flush)
        try:
            await done
        finally:
            self._under_way.discard(record.feed_id)
            self._flush_if_half()

    def flush(self) -> None:
        """Wait for no more others."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._commits.flush()

    def _flush_if_half(self) -> None:
        if 2 * self._commits.waiting >= min(len(self._under_way), 2 * MAX_TOGETHER):
            self.flush()


def _is_urgent(record: PollRecord) -> bool:
    """Tell whether somebody is to be told of something: that waits for nobody."""
    return any(new.deliveries for new in record.entries) or any(edit.deliveries for edit in record.changes)


def _tell(outcomes: Sequence[Outcome]) -> None:
    for done, error in outcomes:
        if done.done():
            continue  # nobody waits any more
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
