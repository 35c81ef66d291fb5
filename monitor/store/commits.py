"""Polls that finish within a moment share a transaction: most of what one takes is the same for any number."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence

from monitor.errors import LeaseLost, StoreError
from monitor.model import PollRecord

# So that neither another process nor what else this one wants of the database waits for long.
MAX_TOGETHER = 50
# How long a record waits for others, in seconds.
_PATIENCE = 0.1

Waiting = tuple[PollRecord, "asyncio.Future[None]"]
Outcome = tuple["asyncio.Future[None]", Exception | None]


class PollCommits:
    """The records that wait to be stored, until half of the polls that are under way do, but only for a moment.

    `store` stores some of them in one transaction, or nothing; `submit` has it called in the database's thread.
    """

    def __init__(
        self, store: Callable[[Sequence[PollRecord]], None], submit: Callable[[Callable[[], None]], object]
    ) -> None:
        self._store = store
        self._submit = submit
        self._under_way: set[int] = set()
        self._waiting: list[Waiting] = []
        self._timer: asyncio.TimerHandle | None = None

    def expect(self, feeds: Iterable[int]) -> None:
        """Note that polls of these feeds (by id) are under way."""
        self._under_way.update(feeds)

    async def commit(self, record: PollRecord) -> None:
        """Store a record, together with those that wait by then. Raises what `store` raises for it."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._waiting.append((record, done))
        if _is_urgent(record):
            self.flush()
        self._flush_if_half()
        if self._waiting and self._timer is None:
            self._timer = loop.call_later(_PATIENCE, self.flush)
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
        if self._waiting:
            loop, waiting = asyncio.get_running_loop(), self._waiting
            self._waiting = []
            self._submit(lambda: self._work(loop, waiting))

    def _flush_if_half(self) -> None:
        if 2 * len(self._waiting) >= min(len(self._under_way), 2 * MAX_TOGETHER):
            self.flush()

    def _work(self, loop: asyncio.AbstractEventLoop, waiting: Sequence[Waiting]) -> None:
        for batch in _batches(waiting):
            loop.call_soon_threadsafe(_tell, list(self._commit(batch)))

    def _commit(self, batch: list[Waiting]) -> Iterator[Outcome]:
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


def _is_urgent(record: PollRecord) -> bool:
    """Tell whether somebody is to be told of something: that waits for nobody."""
    return any(new.deliveries for new in record.entries) or any(edit.deliveries for edit in record.changes)


def _batches(waiting: Iterable[Waiting]) -> Iterator[list[Waiting]]:
    batch: list[Waiting] = []
    for record, done in waiting:
        if done.cancelled():
            continue
        # Such a record changes other feeds of its host, which another worker may be changing just now:
        # holding some while waiting for others could make two workers wait for each other.
        alone = record.retry_until is not None
        if batch and (alone or len(batch) == MAX_TOGETHER):
            yield batch
            batch = []
        batch.append((record, done))
        if alone:
            yield batch
            batch = []
    if batch:
        yield batch


def _tell(outcomes: Sequence[Outcome]) -> None:
    for done, error in outcomes:
        if done.done():
            continue  # nobody waits any more
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
