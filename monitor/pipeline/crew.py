"""Claims due work and runs it, within a bound. No business logic."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

_LOGGER = logging.getLogger("monitor")

# So many times its capacity a crew bears in slow pieces.
_SLOW_SHARE = 4
# How often a crew that is to become idle looks for what has become due, in seconds: as often as the daemon.
_TICK = 1.0


class Crew(Generic[T]):
    """Runs claimed work, at most `capacity` pieces at once.

    A piece that has run for `slow_after` seconds only waits for somebody. It doesn't count any more, as
    long as no more than four times `capacity` are like it: slow pieces don't keep others from their turn.

    `claim(n)` returns up to n pieces of due work; `work` does one, records its own outcome and returns the piece that
    follows in its place, if any. What
    `work` raises all the same is logged and costs this one piece only: its lease runs out and the
    work comes back.
    """

    def __init__(
        self,
        claim: Callable[[int], Awaitable[Sequence[T]]],
        work: Callable[[T], Awaitable[T | None]],
        *,
        capacity: int,
        slow_after: float | None = None,
    ) -> None:
        self._claim = claim
        self._work = work
        self._capacity = capacity
        self._slow_after = slow_after
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: dict[asyncio.Task[None], asyncio.TimerHandle] = {}
        self._slow: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()
        self._wake: asyncio.Task[int] | None = None
        self._stopped = False
        self.ticks = 0

    async def tick(self) -> int:
        """Start what is due and return how many pieces were started; doesn't wait for them to finish."""
        async with self._claiming:
            free = self._capacity - self._counted()
            try:
                claimed = await self._claim(free) if free > 0 and not self._stopped else ()
            finally:
                self.ticks += 1  # a claim that fails is told elsewhere; one that hangs stops the count
            for piece in claimed:
                task = asyncio.create_task(self._run(piece))
                self._tasks.add(task)
                task.add_done_callback(self._finished)
                if self._slow_after is not None:
                    loop = asyncio.get_running_loop()
                    self._timers[task] = loop.call_later(self._slow_after, self._overdue, task)
            return len(claimed)

    async def run_until_idle(self) -> None:
        """Start what is due, and what becomes due meanwhile, until nothing is left."""
        while await self.tick() or self._tasks:
            if self._tasks:
                # Whatever finishes makes room for more by itself.
                await asyncio.wait(self._tasks, timeout=_TICK)

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
        following: T | None = piece
        while following is not None:
            following = await self._do(following)

    async def _do(self, piece: T) -> T | None:
        try:
            following = await self._work(piece)
        except Exception:  # the boundary of one piece of work: told in full, the others go on
            _LOGGER.exception("work failed", extra={"fields": {"work": repr(piece)[:200]}})
            return None
        return None if self._stopped else following

    def _counted(self) -> int:
        return len(self._tasks) - min(len(self._slow), self._capacity * _SLOW_SHARE)

    def _overdue(self, task: asyncio.Task[None]) -> None:
        self._slow.add(task)
        self._refill()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slow.discard(task)
        if timer := self._timers.pop(task, None):
            timer.cancel()
        self._refill()

    def _refill(self) -> None:
        # Waiting for the next tick would leave a fast crew idle; asking after every piece would ask too often.
        if self._counted() <= self._capacity // 2 and not (self._stopped or self._claiming.locked()):
            self._wake = asyncio.create_task(self.tick())
            self._wake.add_done_callback(_leave_to_ticker)


def _leave_to_ticker(wake: asyncio.Task[int]) -> None:
    # Who ticks asks again in a moment, and tells of a claim that fails then, too.
    if not wake.cancelled():
        wake.exception()
