"""When can a socket go on? asyncio's own `sock_recv` and the like take twice the time, most of it for their callbacks."""

import asyncio
import socket
from selectors import DefaultSelector
from weakref import WeakKeyDictionary


class Readiness:
    """Wakes those who wait for the sockets of one event loop. To the loop they are all one: the selector, which it watches."""

    def __init__(self) -> None:
        self._selector = DefaultSelector()
        asyncio.get_running_loop().add_reader(self._selector.fileno(), self._wake)

    async def until(self, event: int, waiting: socket.socket) -> None:
        """Wait for EVENT_READ or EVENT_WRITE; also a socket that has failed or ended is ready. One waits for it at a time."""
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
    known = _KNOWN.get(loop)
    if known is None:
        known = _KNOWN[loop] = Readiness()
    return known
