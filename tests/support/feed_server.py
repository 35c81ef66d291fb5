"""A local HTTP server that answers by script and records what it was asked.

    with FeedServer() as server:
        server.script("/feed", Answer(body=b"<rss/>", headers=[("ETag", '"1"')]), Answer(status=304))
        ...                                      # start the program on server.url("/feed")
        first, second = server.wait_for(2)       # fails after 10 s without two requests
        assert second.header("If-None-Match") == '"1"'

It runs in a thread of its own, so that synchronous tests with a daemon in another process can use it;
every public method may be called from any thread. Each connection serves one request. A path without
a script answers 404. The n-th request for a path gets the n-th step of its script, every further one
the last. A step is an Answer, a function from Received to an Answer, or Raw for the bare socket.
"""

import asyncio
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from types import TracebackType
from typing import Self

Headers = Sequence[tuple[str | bytes, str | bytes]]


@dataclass(frozen=True, slots=True)
class Received:
    """One recorded request. `at` is time.monotonic(); header names are as sent, values latin-1 text."""

    at: float
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        """Return the first value under `name` in any case, None when it wasn't sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """A well-formed answer. Content-Length and Date are added unless `headers` say otherwise."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b""

    def encode(self) -> bytes:
        """Return the bytes on the wire."""
        fields = [(_bytes(name), _bytes(value)) for name, value in self.headers]
        given = {name.lower() for name, _ in fields}
        if not given & {b"content-length", b"transfer-encoding"} and self.status != 304:
            fields.append((b"Content-Length", str(len(self.body)).encode()))
        if b"date" not in given:
            fields.append((b"Date", formatdate(usegmt=True).encode()))
        fields.append((b"Connection", b"close"))
        head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
        return f"HTTP/1.1 {self.status} {_phrase(self.status)}\r\n".encode() + head + b"\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Raw:
    """Full control: `handle` reads and writes the socket after the request; it is closed afterwards."""

    handle: Callable[[Received, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


Step = Answer | Raw | Callable[[Received], Answer | Raw]


async def _stay_silent(
    received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await reader.read()  # until the client gives up


SILENT = Raw(_stay_silent)


def sends(*parts: bytes, pause: float = 0.0) -> Raw:
    """Return a step that writes `parts` as they are, `pause` seconds before each but the first."""

    async def handle(received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, part in enumerate(parts):
            if number and pause:
                await asyncio.sleep(pause)
            writer.write(part)
            await writer.drain()

    return Raw(handle)


def document(body: bytes, *, etag: str = "", last_modified: str = "", content_type: str = "") -> Step:
    """Return a step that behaves like a good feed server: 304 when the validators come back unchanged."""
    wanted = (("ETag", etag), ("Last-Modified", last_modified), ("Content-Type", content_type))
    headers = [(name, value) for name, value in wanted if value]

    def answer(received: Received) -> Answer:
        if etag:
            unchanged = received.header("If-None-Match") == etag
        else:
            unchanged = bool(last_modified) and received.header("If-Modified-Since") == last_modified
        return Answer(304, headers) if unchanged else Answer(200, headers, body)

    return answer


class FeedServer:
    """The server; a context manager, or start() and stop(), again and again on the same port."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.port = port
        self._tls = tls
        self._scripts: dict[str, list[Step]] = {}
        self._received: list[Received] = []
        self._arrived = threading.Condition()
        self._open: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; `port` holds the number from here on."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="feed-server", daemon=True)
        self._thread.start()
        self._run(self._listen())

    def stop(self) -> None:
        """Stop listening and cut every open connection. Scripts and records stay."""
        self._run(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def url(self, path: str = "/", *, host: str | None = None, userinfo: str = "") -> str:
        """Return the address of `path`, under another host name or with userinfo if wanted."""
        scheme = "https" if self._tls else "http"
        at = f"{userinfo}@" if userinfo else ""
        return f"{scheme}://{at}{host or self.host}:{self.port}{path}"

    def script(self, path: str, *steps: Step) -> None:
        """Set what `path` answers from now on. A path with a query goes before the same one without."""
        with self._arrived:
            self._scripts[path] = list(steps)

    def requests(self, path: str | None = None) -> tuple[Received, ...]:
        """Return the requests so far, for all paths or for one, in order of arrival."""
        with self._arrived:
            return self._matching(path)

    def wait_for(self, count: int, path: str | None = None, *, timeout: float = 10.0) -> tuple[Received, ...]:
        """Wait until `count` requests have come, then return all of them. Raises AssertionError."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self._matching(path)) >= count, timeout):
                got = len(self._matching(path))
                raise AssertionError(f"{got} of {count} requests for {path or 'any path'} in {timeout} s")
            return self._matching(path)

    def _matching(self, path: str | None) -> tuple[Received, ...]:
        return tuple(one for one in self._received if path in (None, one.path, one.target))

    def _run(self, work: Awaitable[None]) -> None:
        async def wait() -> None:
            await work

        asyncio.run_coroutine_threadsafe(wait(), self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._serve, self.host, self.port, ssl=self._tls, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _shut(self) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await asyncio.sleep(0)  # one round for the sockets to close

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            received = await _read_request(reader)
            if received is not None:
                await self._answer(received, reader, writer)
            writer.close()
            await writer.wait_closed()
        except (OSError, asyncio.CancelledError):
            pass  # the client went away, or the server stops: neither is the server's fault
        finally:
            writer.transport.abort()
            self._open.discard(task)

    async def _answer(
        self, received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        step = self._next_step(received)
        if not isinstance(step, Answer | Raw):
            step = step(received)
        if isinstance(step, Raw):
            await step.handle(received, reader, writer)
            return
        writer.write(step.encode())
        await writer.drain()

    def _next_step(self, received: Received) -> Step:
        with self._arrived:
            self._received.append(received)
            self._arrived.notify_all()
            key = received.target if received.target in self._scripts else received.path
            steps = self._scripts.get(key, [])
            if not steps:
                return Answer(404)
            return steps.pop(0) if len(steps) > 1 else steps[0]


async def _read_request(reader: asyncio.StreamReader) -> Received | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    line, *rest = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = line.split(" ", 2)
    pairs = (field.partition(":") for field in rest)
    headers = tuple((name, value.strip(" \t")) for name, _, value in pairs)
    return Received(time.monotonic(), method, target, headers)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unnamed"
