"""Polls that finish at about the same time share a transaction: waiting for the disk is most of what one takes."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from monitor.errors import LeaseLost, StoreError
from monitor.model import PollRecord

# So that neither another process nor what else this one wants of the database waits for long.
MAX_TOGETHER = 50

Waiting = tuple[PollRecord, "Future[None]"]


class PollCommits:
    """The records that wait to be stored. `store` stores some of them in one transaction, or nothing."""

    def __init__(self, store: Callable[[Sequence[PollRecord]], None]) -> None:
        self._store = store
        self._waiting: deque[Waiting] = deque()

    def add(self, record: PollRecord) -> "Future[None]":
        """Queue a record; `commit` is to be called once for each."""
        done: Future[None] = Future()
        self._waiting.append((record, done))
        return done

    def commit(self) -> None:
        """Store what waits now, unless an earlier call has done so already; to be called in one thread only."""
        if batch := self._take():
            self._commit(batch)

    def _take(self) -> list[Waiting]:
        batch: list[Waiting] = []
        while self._waiting and len(batch) < MAX_TOGETHER:
            # Such a record changes other feeds of its host, which another worker may be changing just now:
            # holding some while waiting for others could make two workers wait for each other.
            alone = self._waiting[0][0].retry_until is not None
            if alone and batch:
                break
            record, done = self._waiting.popleft()
            if done.set_running_or_notify_cancel():
                batch.append((record, done))
            if alone:
                break
        return batch

    def _commit(self, batch: list[Waiting]) -> None:
        try:
            self._store([record for record, _ in batch])
        except Exception as error:  # noqa: BLE001 (whatever it is, it is told to those who wait)
            # A database that can't go on can't for any of them. Else one of them is to blame: each by itself.
            if len(batch) == 1 or (isinstance(error, StoreError) and not isinstance(error, LeaseLost)):
                for _, done in batch:
                    done.set_exception(error)
                return
            for waiting in batch:
                self._commit([waiting])
        else:
            for _, done in batch:
                done.set_result(None)
