"""Room for large bodies: so many bytes for all that are in memory together.

A body takes its room at once, as much as it may come to need, so that no two wait for each other halfway;
and gives it back when the document that it belongs to is gone, wherever that was carried meanwhile.
"""

import asyncio
import weakref
from collections import deque

from monitor.model import Document

# Of all large bodies together. A body up to SMALL doesn't count: most are, and none waits for room.
SIZE = 64_000_000
SMALL = 256_000


class Room:
    """Gives out `size` bytes, in the order in which they are asked for."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = self._free = size
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    def share(self, most: int) -> "Share":
        """Return the part of a body of at most so many bytes; it has taken nothing yet."""
        return Share(self, most)

    async def take(self, size: int) -> None:
        """Wait for `size` bytes, or for all there are."""
        size = min(size, self._size)
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._serve()
            else:  # it was served in the same moment
                self.give_back(size)
            raise

    def give_back(self, size: int) -> None:
        """Let those who wait have what `take(size)` has taken."""
        self._free += min(size, self._size)
        self._serve()

    def _serve(self) -> None:
        while self._waiting:
            size, turn = self._waiting[0]
            if not turn.cancelled():
                if size > self._free:
                    return
                self._free -= size
                turn.set_result(None)
            self._waiting.popleft()


class Share:
    """What one body takes of the room. `most`: the largest that it can be."""

    def __init__(self, room: Room, most: int) -> None:
        self._room = room
        self._held = 0
        self.most = most

    @property
    def limit(self) -> int:
        """How large the body may be at present."""
        return self._held or min(self.most, SMALL)

    async def take(self) -> None:
        """Wait until there is room for a large body."""
        if self.limit < self.most:
            await self._room.take(self.most)
            self._held = self.most

    def give_back(self) -> None:
        """Give the room to others."""
        held, self._held = self._held, 0
        if held:
            self._room.give_back(held)

    def last_as_long_as(self, document: Document) -> None:
        """Give the room to others when `document` is gone."""
        if self._held:
            loop = asyncio.get_running_loop()
            # Whatever thread sees the document go. A closed loop has nobody who waits.
            weakref.finalize(document, _soon, loop, self)


def _soon(loop: asyncio.AbstractEventLoop, share: Share) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(share.give_back)
