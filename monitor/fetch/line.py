"""Bytes to a server and back: over a socket, or in TLS over another line. asyncio's streams take twice the time."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

T = TypeVar("T")

_MOST_AT_ONCE = 65_536


class Line(Protocol):
    """Both raise OSError."""

    async def send(self, data: bytes) -> None:
        """Send all of `data`."""

    async def receive(self) -> bytes:
        """Return what comes next, b"" when the other side has ended."""


class PlainLine:
    """Over a connected socket that doesn't block, which is its owner's to close."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._loop = asyncio.get_running_loop()

    async def send(self, data: bytes) -> None:
        """See Line."""
        await self._loop.sock_sendall(self._socket, data)

    async def receive(self) -> bytes:
        """See Line."""
        return await self._loop.sock_recv(self._socket, _MOST_AT_ONCE)


class EncryptedLine:
    """In TLS with `host`, over another line. Nothing can be sent or received before `shake_hands`."""

    def __init__(self, line: Line, tls: ssl.SSLContext, host: str) -> None:
        self._line = line
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = tls.wrap_bio(self._received, self._to_send, server_hostname=host)

    async def shake_hands(self) -> None:
        """Agree on keys, and see whether it is `host`. Raises ssl.SSLError."""
        await self._take(self._tls.do_handshake)

    async def send(self, data: bytes) -> None:
        """See Line."""
        await self._take(partial(self._tls.write, data))

    async def receive(self) -> bytes:
        """See Line. Many servers end without saying so in TLS; what may be missing then, HTTP tells."""
        try:
            return await self._take(partial(self._tls.read, _MOST_AT_ONCE))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    async def _take(self, step: Callable[[], T]) -> T:
        """Take a step of TLS, and return its result once the other side has said all that it needs."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                await self._flush()
                self._hand_in(await self._line.receive())
            else:
                await self._flush()
                return result

    async def _flush(self) -> None:
        if self._to_send.pending:
            await self._line.send(self._to_send.read())

    def _hand_in(self, data: bytes) -> None:
        if data:
            self._received.write(data)
        else:
            self._received.write_eof()
