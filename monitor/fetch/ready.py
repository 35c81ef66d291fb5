"""When can a socket go on? asyncio's own `sock_recv` and the like take twice the time, most of it for their callbacks."""

import asyncio
import socket
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from weakref import WeakKeyDictionary


class Readiness:
    """Wakes those who wait for the sockets of one event loop. To the loop they are all one: the selector, which it watches."""

    def __init__(self) -> None:
        self._selector = DefaultSelector()
        asyncio.get_running_loop().add_reader(self._selector.fileno(), self._wake)

    async def to_read(self, waiting: socket.socket) -> None:
        """Wait until there is something to read, or the other side has ended. Who waits for a socket does so alone."""
        await self._until(EVENT_READ, waiting)

    async def to_write(self, waiting: socket.socket) -> None:
        """Wait until something can be written, or the socket has connected, or failed to."""
        await self._until(EVENT_WRITE, waiting)

    async def _until(self, event: int, waiting: socket.socket) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._selector.register(waiting, event, turn)
        try:
            await turn
        finally:
            self._selector.unregister(waiting)

    def _wake(self) -> None:
        for key, _ in self._selector.select(0):
            if not key.data.done():
                key.data.set_result(None)


_KNOWN: WeakKeyDictionary[asyncio.AbstractEventLoop, Readiness] = WeakKeyDictionary()


def readiness() -> Readiness:
    """Return that of the running loop; it goes with the loop. Raises OSError when no file can be opened."""
    loop = asyncio.get_running_loop()
    if loop not in _KNOWN:
        _KNOWN[loop] = Readiness()
    return _KNOWN[loop]
