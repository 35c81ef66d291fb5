"""What is to be stored at about the same time shares a transaction: beginning and ending one is most of what it takes."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from monitor.errors import LeaseLost, StoreError

# So that neither another process nor what else this one wants of the database waits for long.
MAX_TOGETHER = 50

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
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._waiting.append((record, done))
        if not self._called:
            self._called = True
            self._submit(lambda: self._work(loop))
        await done

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


def _tell(outcomes: Sequence[Outcome]) -> None:
    for done, error in outcomes:
        if done.done():
            continue  # nobody waits any more
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
