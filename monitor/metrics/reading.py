"""What the store says when it is asked for metrics: not more often than needed, and never for long."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from monitor.clock import Clock
from monitor.errors import StoreError
from monitor.model import Standing

# An answer serves all who ask within so many seconds.
_FRESH = 5.0
# A scrape waits so long for the store, and then takes the last answer, unless it is older than `_OLD`.
_PATIENCE = 0.7
_OLD = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """How things stand, as far as that is known. `in_time`: it is how they stand now."""

    standing: Standing | None
    in_time: bool


class Reading:
    """Asks the store through `read`, once at a time. A question that takes long goes on, for those who ask later."""

    def __init__(self, read: Callable[[], Awaitable[Standing]], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._last: Standing | None = None
        self._read_at = float("-inf")
        self._reading: asyncio.Task[bool] | None = None

    async def answer(self) -> Answer:
        """Return how things stand, within a second."""
        if self._age() <= _FRESH:
            return Answer(self._last, in_time=True)
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait([self._reading], timeout=_PATIENCE)
        in_time = bool(done) and self._reading.result()
        return Answer(self._last if self._age() <= _OLD else None, in_time)

    async def _ask(self) -> bool:
        try:
            self._last = await self._read()
        except StoreError:  # told by everybody else who asks it; here the answer is that there is none
            return False
        self._read_at = self._clock.monotonic()
        return True

    def _age(self) -> float:
        return self._clock.monotonic() - self._read_at
