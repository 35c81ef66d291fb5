"""Claims due work and runs it, within a bound. No business logic."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from monitor.errors import LeaseLost, OutOfFiles, StoreError

T = TypeVar("T")

_LOGGER = logging.getLogger("monitor")

# So many times its capacity a crew bears in slow pieces.
SLOW_SHARE = 4
# How often a crew that is to become idle looks for what has become due, in seconds: as often as the daemon.
_TICK = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Generic[T]):
    """What a crew does, at most `capacity` pieces of it at once.

    A piece that has run for `slow_after` seconds only waits for somebody. It doesn't count any more, as
    long as no more than four times `capacity` are like it: slow pieces don't keep others from their turn.

    `claim(n)` returns up to n pieces of due work; `work` does one, records its own outcome and returns the piece that
    follows in its place, if any. What
    `work` raises all the same is logged and costs this one piece only: its lease runs out and the
    work comes back. When the database has failed, or no file could be opened, `give_back` ends the lease of a piece as soon as it can.

    A claim that brings less than was asked for has found all that there was. Whoever finishes after it waits `moment`
    seconds for others, so that one claim serves them all: a host may have room again for its next feed.

    `ticks` counts how often work was looked for, the last time at `ticked_at` on the event loop's clock.
    """

    claim: Callable[[int], Awaitable[Sequence[T]]]
    work: Callable[[T], Awaitable[T | None]]
    capacity: int
    slow_after: float | None = None
    moment: float = 0.0
    give_back: Callable[[T], Awaitable[None]] | None = None


class Crew(Generic[T]):
    """Claims and does what its `duty` says. A piece is done as the duty said when it was claimed."""

    def __init__(self, duty: Duty[T]) -> None:
        self.duty = duty
        self._tasks: set[asyncio.Task[None]] = set()
        self._slow: set[asyncio.Task[None]] = set()
        self._claiming = asyncio.Lock()
        self._left: list[tuple[T, Duty[T]]] = []
        self._exhausted: OutOfFiles | None = None
        self._wake: asyncio.Task[int] | None = None
        self._found_all = False
        self._later: asyncio.TimerHandle | None = None
        self._stopped = False
        self.ticks = 0
        self.ticked_at: float | None = None

    @property
    def busy(self) -> int:
        """How many pieces are under way."""
        return len(self._tasks)

    @asynccontextmanager
    async def pausing(self) -> AsyncIterator[None]:
        """Claim nothing meanwhile: the time to give the crew another `duty`. What is under way goes on."""
        async with self._claiming:
            yield

    async def tick(self) -> int:
        """Start what is due and return how many pieces were started; doesn't wait for them to finish."""
        async with self._claiming:
            duty = self.duty
            free = duty.capacity - self._counted()
            try:
                await self._give_back()
                claimed = await duty.claim(free) if free > 0 and not self._stopped else ()
            finally:
                self.ticks += 1  # a claim that fails is told elsewhere; one that hangs stops the count
                self.ticked_at = asyncio.get_running_loop().time()
            self._found_all = len(claimed) < free
            self._start(claimed, duty)
            return len(claimed)

    async def run_until_idle(self) -> None:
        """Start what is due, and what becomes due meanwhile, until nothing is left. Raises OutOfFiles: it would go on for ever."""
        while await self.tick() or self._tasks:
            if self._tasks:
                # Whatever finishes makes room for more by itself.
                await asyncio.wait(self._tasks, timeout=_TICK)
            if self._exhausted and not self._tasks:
                raise self._exhausted

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

    def _start(self, pieces: Sequence[T], duty: Duty[T]) -> None:
        started = [asyncio.create_task(self._run(piece, duty)) for piece in pieces]
        self._tasks.update(started)
        for task in started:
            task.add_done_callback(self._finished)
        if started and duty.slow_after is not None:
            # One timer for all of them, though most are done long before.
            asyncio.get_running_loop().call_later(duty.slow_after, self._overdue, started)

    async def _run(self, piece: T, duty: Duty[T]) -> None:
        following: T | None = piece
        while following is not None:
            following = await self._do(following, duty)

    async def _do(self, piece: T, duty: Duty[T]) -> T | None:
        try:
            following = await duty.work(piece)
        except LeaseLost as error:  # it was done too slowly, or the machine slept: whoever has it now does it
            _LOGGER.warning("came too late", extra={"fields": {"detail": str(error)}})
            return None
        except StoreError as error:
            _LOGGER.warning("not stored, will be done again", extra={"fields": {"detail": str(error)}})
            self._left.append((piece, duty))
            return None
        except OutOfFiles as error:
            if not self._left:  # the others find none either
                _LOGGER.warning("put off", extra={"fields": {"detail": str(error)}})
            self._left.append((piece, duty))
            self._exhausted = error
            return None
        except Exception:  # the boundary of one piece of work: told in full, the others go on
            _LOGGER.exception("work failed", extra={"fields": {"work": repr(piece)[:200]}})
            return None
        return None if self._stopped else following

    async def _give_back(self) -> None:
        """Give back what the database has failed for. Raises StoreError while it does so: the next tick goes on."""
        while self._left:
            piece, duty = self._left[0]
            if duty.give_back:
                await duty.give_back(piece)
            del self._left[0]

    def _counted(self) -> int:
        return len(self._tasks) - min(len(self._slow), self.duty.capacity * SLOW_SHARE)

    def _overdue(self, started: Sequence[asyncio.Task[None]]) -> None:
        if slow := self._tasks.intersection(started):
            self._slow |= slow
            self._refill()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slow.discard(task)
        self._refill()

    def _refill(self) -> None:
        # Waiting for the next tick would leave a fast crew idle; asking after every piece would ask too often.
        if self._later is None and self._has_room():
            pause = self.duty.moment if self._found_all else 0.0
            self._later = asyncio.get_running_loop().call_later(pause, self._claim_more)

    def _claim_more(self) -> None:
        self._later = None
        if self._has_room():
            self._wake = asyncio.create_task(self.tick())
            self._wake.add_done_callback(_leave_to_ticker)

    def _has_room(self) -> bool:
        # What was left comes back with the next tick, not at once: it would fail again.
        idle = not (self._stopped or self._claiming.locked() or self._left)
        return idle and self._counted() <= self.duty.capacity // 2


def _leave_to_ticker(wake: asyncio.Task[int]) -> None:
    # Who ticks asks again in a moment, and tells of a claim that fails then, too.
    if not wake.cancelled():
        wake.exception()
