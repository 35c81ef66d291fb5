"""What is asked of the database at about the same time shares a transaction: beginning and ending one is most of what it takes."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from monitor.errors import LeaseLost, StoreError
from monitor.model import PollRecord

# So that neither another process nor what else this one wants of the database waits for long.
MAX_TOGETHER = 50
# How long a poll waits for others, in seconds.
_PATIENCE = 0.1

T = TypeVar("T")
R = TypeVar("R")

Submit = Callable[[Callable[[], None]], object]
Outcome = tuple["asyncio.Future[Any]", Any]
Piece = tuple[T, asyncio.Future[R]]
# A feed (by id), and the keys it is asked for.
Asked = tuple[int, Collection[str]]
Known = Mapping[str, int]


class Together(Generic[T, R]):
    """The pieces of work that wait for the database.

    `work` does some of them in one transaction, or none; `submit` has it called in the database's thread. A piece
    that goes `alone` has a transaction of its own.
    """

    def __init__(
        self,
        work: Callable[[Sequence[T]], Sequence[R]],
        submit: Submit,
        *,
        alone: Callable[[T], bool] = lambda _: False,
    ) -> None:
        self._work = work
        self._submit = submit
        self._alone = alone
        self._waiting: deque[Piece[T, R]] = deque()
        self._called = False

    async def do(self, piece: T) -> R:
        """Have a piece done, together with those that wait by then. Raises what `work` raises for it."""
        done = self.put(piece)
        self.flush()
        return await done

    def put(self, piece: T) -> "asyncio.Future[R]":
        """Have a piece wait for the next `flush`, and return what `do` waits for."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((piece, done))
        return done

    @property
    def waiting(self) -> int:
        """Return how many wait for the next `flush`."""
        return 0 if self._called else len(self._waiting)

    def flush(self) -> None:
        """Have all that waits done, with what comes until it is their turn."""
        if self._waiting and not self._called:
            self._called = True
            loop = asyncio.get_running_loop()
            self._submit(lambda: self._do_all(loop))

    def _do_all(self, loop: asyncio.AbstractEventLoop) -> None:
        self._called = False
        # Who comes from now on waits for the next time: else they would be done by twos and threes.
        waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
        for batch in self._batches(waiting):
            loop.call_soon_threadsafe(_tell, list(self._do_some(batch)))

    def _batches(self, waiting: Iterable[Piece[T, R]]) -> Iterator[list[Piece[T, R]]]:
        batch: list[Piece[T, R]] = []
        for piece, done in waiting:
            if done.cancelled():
                continue
            alone = self._alone(piece)
            if batch and (alone or len(batch) == MAX_TOGETHER):
                yield batch
                batch = []
            batch.append((piece, done))
            if alone:
                yield batch
                batch = []
        if batch:
            yield batch

    def _do_some(self, batch: Sequence[Piece[T, R]]) -> Iterator[Outcome]:
        try:
            results = self._work([piece for piece, _ in batch])
        except Exception as error:  # noqa: BLE001 (whatever it is, it is told to those who wait)
            # A database that can't go on can't for any of them. Else one of them is to blame: each by itself.
            if len(batch) == 1 or (isinstance(error, StoreError) and not isinstance(error, LeaseLost)):
                yield from ((done, error) for _, done in batch)
                return
            for waiting in batch:
                yield from self._do_some([waiting])
        else:
            yield from ((done, result) for (_, done), result in zip(batch, results, strict=True))


class PollsTogether:
    """The same for polls, which wait until half of those that are under way do, but only for a moment.

    `store` stores what some of them changed; `look_up` says which of their keys are known.
    """

    def __init__(
        self,
        store: Callable[[Sequence[PollRecord]], Sequence[None]],
        look_up: Callable[[Sequence[Asked]], Sequence[Known]],
        submit: Submit,
    ) -> None:
        # Such a record changes other feeds of its host, which another worker may be changing just now:
        # holding some while waiting for others could make two workers wait for each other.
        self._commits = Together(store, submit, alone=lambda poll: poll.retry_until is not None)
        self._lookups = Together(look_up, submit)
        self._under_way: set[int] = set()
        self._timer: asyncio.TimerHandle | None = None

    def expect(self, feeds: Iterable[int]) -> None:
        """Note that polls of these feeds (by id) are under way."""
        self._under_way.update(feeds)

    def forget(self, feed_id: int) -> None:
        """Note that a feed isn't polled after all."""
        self._under_way.discard(feed_id)
        self._flush_if_half()

    async def known(self, feed_id: int, keys: Collection[str]) -> Known:
        """Look keys up, together with those of the polls that wait by then."""
        done = self._lookups.put((feed_id, keys))
        self._wait_for_others()
        return await done

    async def commit(self, record: PollRecord) -> None:
        """Store a record, together with those that wait by then. Raises what `store` raises for it."""
        done = self._commits.put(record)
        if _is_urgent(record):
            self.flush()
        self._wait_for_others()
        try:
            await done
        finally:
            self.forget(record.feed_id)

    def flush(self) -> None:
        """Wait for no more others."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._lookups.flush()
        self._commits.flush()

    def _wait_for_others(self) -> None:
        self._flush_if_half()
        if self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_PATIENCE, self.flush)

    def _flush_if_half(self) -> None:
        if 2 * self._waiting >= min(len(self._under_way), 2 * MAX_TOGETHER):
            self.flush()

    @property
    def _waiting(self) -> int:
        return self._lookups.waiting + self._commits.waiting


def _is_urgent(record: PollRecord) -> bool:
    """Tell whether somebody is to be told of something: that waits for nobody."""
    return any(new.deliveries for new in record.entries) or any(edit.deliveries for edit in record.changes)


def _tell(outcomes: Sequence[Outcome]) -> None:
    for done, result in outcomes:
        if done.done():
            continue  # nobody waits any more
        if isinstance(result, Exception):
            done.set_exception(result)
        else:
            done.set_result(result)
