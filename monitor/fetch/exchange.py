"""One request and its answer over one connection: what HTTP/1.1 (RFC 9112) there is to it.

A general client (httpcore on h11 and AnyIO) takes a multiple of the time for it: docs/adr/0002.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from monitor.fetch.failure import ProtocolError
from monitor.fetch.line import Line

Headers = list[tuple[bytes, bytes]]

MAX_HEAD = 102_400
_MAX_LINE = 4_096
# A body in pieces of a few bytes each costs more to put together than to send.
_MOST_CHUNKS = 100_000

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: [^\n]*)?")
# What no line of a head may hold; a line that begins with white space goes on with the one before.
_NOT_IN_HEADS = re.compile(rb"\x00|\r(?!\n)")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH = re.compile(rb"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")


@dataclass(frozen=True, slots=True)
class Head:
    """Status and headers of an answer: these as sent, but for their names, which are in lower case."""

    status: int
    headers: Headers


def request_head(method: str, target: bytes, headers: Headers) -> bytes:
    """Return the bytes of a request without a body. Raises ValueError when they would be more than one."""
    lines = [b"%s %s HTTP/1.1" % (method.encode("ascii"), target)]
    lines += [b"%s: %s" % header for header in headers]
    head = b"\r\n".join((*lines, b"", b""))
    if not head.count(b"\r") == head.count(b"\n") == len(lines) + 1:
        raise ValueError("a line break in a request")
    return head


class Incoming:
    """What a server sends, read piece by piece. Everything raises ProtocolError and OSError."""

    def __init__(self, line: Line) -> None:
        self._source = line
        self._held = bytearray()

    async def head(self) -> Head:
        """Return the next answer's head, preliminary answers (1xx) left out.

        101 is the last that is said in HTTP: the server goes on in a protocol that nobody asked for.
        """
        while (head := _parse_head(await self._head())).status < 200 and head.status != 101:
            pass
        return head

    async def body(self, head: Head) -> AsyncIterator[bytes]:
        """Yield what follows `head`, until it is complete (RFC 9112, 6.3)."""
        if head.status in (204, 304):
            return
        coding = _values(head, b"transfer-encoding")
        lengths = set(_values(head, b"content-length"))
        if coding:
            if [name.lower() for name in coding] != [b"chunked"]:
                raise ProtocolError("the answer's transfer encoding isn't known")
            pieces = self._chunks()
        elif lengths:
            pieces = self._exactly(_length(lengths))
        else:
            pieces = self._all()
        async for piece in pieces:
            yield piece

    async def _head(self) -> bytes:
        searched = 0
        while not (end := _HEAD_END.search(self._held, searched)):
            if len(self._held) > MAX_HEAD:
                raise ProtocolError("the headers are too long")
            searched = max(len(self._held) - 3, 0)
            await self._more()
        return self._taken(end.start(), end.end())

    async def _exactly(self, size: int) -> AsyncIterator[bytes]:
        while size:
            if not self._held:
                await self._more()
            piece = self._taken(min(size, len(self._held)))
            size -= len(piece)
            yield piece

    async def _all(self) -> AsyncIterator[bytes]:
        yield self._taken(len(self._held))
        while piece := await self._source.receive():
            yield piece

    async def _chunks(self) -> AsyncIterator[bytes]:
        for _ in range(_MOST_CHUNKS):
            size = _CHUNK_SIZE.fullmatch(await self._line())
            if not size:
                raise ProtocolError("the answer isn't valid HTTP")
            if not int(size[1], 16):
                await self._trailers()
                return
            async for piece in self._exactly(int(size[1], 16)):
                yield piece
            if await self._line():
                raise ProtocolError("the answer isn't valid HTTP")
        raise ProtocolError("the body comes in too many pieces")

    async def _trailers(self) -> None:
        for _ in range(MAX_HEAD // _MAX_LINE):
            if not await self._line():
                return
        raise ProtocolError("the headers are too long")

    async def _line(self) -> bytes:
        while (end := self._held.find(b"\n", 0, _MAX_LINE)) < 0:
            if len(self._held) >= _MAX_LINE:
                raise ProtocolError("the answer isn't valid HTTP")
            await self._more()
        return self._taken(end, end + 1).removesuffix(b"\r")

    async def _more(self) -> None:
        piece = await self._source.receive()
        if not piece:
            raise ProtocolError("the connection closed before the answer was complete")
        self._held += piece

    def _taken(self, size: int, end: int | None = None) -> bytes:
        """Return the next `size` bytes; with them all up to `end` are gone."""
        taken = bytes(self._held[:size])
        del self._held[: size if end is None else end]
        return taken


def _parse_head(head: bytes) -> Head:
    if len(head) > MAX_HEAD:
        raise ProtocolError("the headers are too long")
    first, *lines = _FOLD.sub(b" ", head).split(b"\n")
    status = _STATUS.fullmatch(first.removesuffix(b"\r"))
    if not status or _NOT_IN_HEADS.search(head):
        raise ProtocolError("the answer isn't valid HTTP")
    return Head(int(status[1]), [_header(line) for line in lines])


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name):
        raise ProtocolError("the answer isn't valid HTTP")
    return name.lower(), value.strip(b" \t\r")


def _values(head: Head, name: bytes) -> list[bytes]:
    """Return the members of all headers called `name`, in lower case."""
    listed = b",".join(value for key, value in head.headers if key == name)
    return [value.strip() for value in listed.split(b",") if value.strip()]


def _length(announced: set[bytes]) -> int:
    (length, *others) = announced
    if others or not _LENGTH.fullmatch(length):
        raise ProtocolError("the answer isn't valid HTTP")
    return int(length)
