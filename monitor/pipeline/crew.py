"""Claims due work and runs it, within a bound. No business logic."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

_LOGGER = logging.getLogger("monitor")


class Crew(Generic[T]):
    """Runs claimed work, at most `capacity` pieces at once.

    `claim(n)` returns up to n pieces of due work; `work` does one and records its own outcome. What
    `work` raises all the same is logged and costs this one piece only: its lease runs out and the
    work comes back.
    """

    def __init__(
        self,
        claim: Callable[[int], Awaitable[Sequence[T]]],
        work: Callable[[T], Awaitable[None]],
        *,
        capacity: int,
    ) -> None:
        self._claim = claim
        self._work = work
        self._capacity = capacity
        self._tasks: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()
        self._wake: asyncio.Task[int] | None = None
        self._stopped = False
        self.ticks = 0

    async def tick(self) -> int:
        """Start what is due and return how many pieces were started; doesn't wait for them to finish."""
        async with self._claiming:
            free = self._capacity - len(self._tasks)
            try:
                claimed = await self._claim(free) if free > 0 and not self._stopped else ()
            finally:
                self.ticks += 1  # a claim that fails is told elsewhere; one that hangs stops the count
            for piece in claimed:
                task = asyncio.create_task(self._run(piece))
                self._tasks.add(task)
                task.add_done_callback(self._finished)
            return len(claimed)

    async def run_until_idle(self) -> None:
        """Start what is due, and what becomes due meanwhile, until nothing is left."""
        while await self.tick() or self._tasks:
            if self._tasks:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, patience: float) -> int:
        """Claim no more, wait `patience` seconds for what runs, cancel the rest and return its number."""
        self._stopped = True
        async with self._claiming:  # what is being claimed just now still gets its task
            tasks = set(self._tasks)
        if tasks and patience:
            await asyncio.wait(tasks, timeout=patience)
        late = [task for task in tasks if not task.done()]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    async def _run(self, piece: T) -> None:
        try:
            await self._work(piece)
        except Exception:  # the boundary of one piece of work: told in full, the others go on
            _LOGGER.exception("work failed", extra={"fields": {"work": repr(piece)[:200]}})

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        # Waiting for the next tick would leave a fast crew idle; asking after every piece would ask too often.
        if len(self._tasks) <= self._capacity // 2 and not (self._stopped or self._claiming.locked()):
            self._wake = asyncio.create_task(self.tick())
            self._wake.add_done_callback(_tell_failure)


def _tell_failure(wake: asyncio.Task[int]) -> None:
    if not wake.cancelled() and (error := wake.exception()):
        _LOGGER.error("no work can be claimed", exc_info=error)
