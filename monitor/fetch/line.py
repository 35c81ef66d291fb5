"""Bytes to a server and back: over a socket, or in TLS over another line. asyncio's streams take twice the time."""

import errno
import os
import socket
import ssl
from collections.abc import Callable
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Protocol, TypeVar

from monitor.fetch.ready import readiness

T = TypeVar("T")

_MOST_AT_ONCE = 65_536


class Line(Protocol):
    """Both raise OSError."""

    async def send(self, data: bytes) -> None:
        """Send all of `data`."""

    async def receive(self) -> bytes:
        """Return what comes next, b"" when the other side has ended."""


class PlainLine:
    """Over a socket of its own, closed with it. Nothing can be sent or received before `connect`."""

    def __init__(self, family: socket.AddressFamily) -> None:
        self._ready = readiness()
        self._socket = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)

    async def connect(self, address: str, port: int) -> None:
        """Connect to a numeric address. Raises OSError."""
        trouble = self._socket.connect_ex((address, port))
        if trouble == errno.EINPROGRESS:
            await self._ready.until(EVENT_WRITE, self._socket)
            trouble = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if trouble:
            raise OSError(trouble, os.strerror(trouble))

    async def send(self, data: bytes) -> None:
        """See Line."""
        while data:
            try:
                data = data[self._socket.send(data) :]
            except BlockingIOError:
                await self._ready.until(EVENT_WRITE, self._socket)

    async def receive(self) -> bytes:
        """See Line."""
        while True:
            await self._ready.until(EVENT_READ, self._socket)
            try:
                return self._socket.recv(_MOST_AT_ONCE)
            except BlockingIOError:  # woken for nothing
                continue

    def close(self) -> None:
        """Close the socket at once."""
        self._socket.close()


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
