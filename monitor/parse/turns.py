"""Who is next at a bounded number of places."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from itertools import count


class Turns:
    """Like a semaphore of `places`, but the smallest of those who wait goes first, of equals the oldest."""

    def __init__(self, places: int) -> None:
        self._places = self._free = places
        self._waiting: list[tuple[int, int, int, asyncio.Future[None]]] = []
        self._order = count()

    @asynccontextmanager
    async def place(self, size: int, places: int = 1) -> AsyncIterator[None]:
        """Wait for a place, or several, and hold them."""
        await self._take(size, places)
        try:
            yield
        finally:
            self._give(places)

    def change(self, places: int) -> None:
        """Have so many places from now on. Whoever holds one keeps it."""
        self._places, more = places, places - self._places
        self._give(more)

    async def _take(self, size: int, places: int) -> None:
        if self._free >= places:
            self._free -= places
            return
        turn = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (size, next(self._order), places, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # the places were given in the same moment
                self._give(places)
            raise

    def _give(self, places: int) -> None:
        self._free += places
        while self._waiting:
            *_, wanted, turn = self._waiting[0]
            if not turn.done():
                if self._free < wanted:
                    return
                self._free -= wanted
                turn.set_result(None)
            heappop(self._waiting)
