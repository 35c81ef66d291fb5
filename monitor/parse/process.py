"""A parser process and the line to it.

The line is a pair of sockets: the end of either side is an end of file to the other. So a worker ends with
its daemon, and a daemon hears at once of a worker that died.
"""

import asyncio
import multiprocessing
import pickle
import socket
from collections import deque
from collections.abc import Callable
from typing import Any, Self, TypeVar, cast

from monitor.parse.answers import LONGEST, StrangeAnswer, read_answer
from monitor.parse.worker import FAULT, HEADER, serve

T = TypeVar("T")

# What is read of an answer at a time; most are shorter.
_AT_ONCE = 65_536
# How long a process that was killed may take to be gone, in seconds.
_PATIENCE = 10


class WorkerDied(Exception):
    """The process has ended in the middle of its work, with `exitcode` (see multiprocessing.Process)."""

    def __init__(self, exitcode: int) -> None:
        super().__init__(exitcode)
        self.exitcode = exitcode


class WorkerFault(Exception):
    """The work has raised what it shouldn't; the message is the traceback."""


class NotBegun(Exception):
    """The process was lost over the work before."""


class _Line(asyncio.BufferedProtocol):
    """Our end: questions, and their answers in the same order. asyncio's streams make room for 256 kB with each answer."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._room = memoryview(bytearray(_AT_ONCE))
        self._held = bytearray()
        self._asked: deque[asyncio.Future[bytes]] = deque()
        self.ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, task: bytes) -> asyncio.Future[bytes]:
        """Send a question, and return what waits for its answer. That raises ConnectionError, StrangeAnswer."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        if self.ended:
            self._fail(ConnectionResetError())
        self._transport.write(HEADER.pack(len(task)) + task)
        return answer

    def abort(self) -> None:
        """Hang up."""
        self._transport.abort()

    def get_buffer(self, _: int) -> memoryview:
        return self._room

    def buffer_updated(self, nbytes: int) -> None:
        self._held += self._room[:nbytes]
        while len(self._held) >= HEADER.size:
            (size,) = HEADER.unpack_from(self._held)
            if size > LONGEST:
                self._fail(StrangeAnswer(f"a parser process wants to answer {size:,} bytes"))
                return
            end = HEADER.size + size
            if len(self._held) < end:
                return
            answer = bytes(memoryview(self._held)[HEADER.size : end])
            del self._held[:end]
            self._answered(answer)

    def eof_received(self) -> None:
        self.ended = True

    def connection_lost(self, _: Exception | None) -> None:
        self.ended = True
        self._fail(ConnectionResetError())

    def _answered(self, answer: bytes) -> None:
        if not self._asked:  # nobody has asked
            self.abort()
        elif not (asked := self._asked.popleft()).done():
            asked.set_result(answer)

    def _fail(self, error: Exception) -> None:
        self.abort()
        while self._asked:
            if not (asked := self._asked.popleft()).done():
                asked.set_exception(error)


class WorkerProcess:
    """One process, which does one piece of work after the other, as they were asked.

    `done` counts them. It is `ready` for another until it has failed one, or somebody has stopped waiting for one.
    """

    def __init__(self, process: Any, line: _Line) -> None:
        self._process = process
        self._line = line
        self._answers = asyncio.Lock()
        self._in_step = True
        self.done = 0

    @classmethod
    async def start(cls, memory_limit: int) -> Self:
        """Start a process that may use `memory_limit` bytes on top of what it begins with."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = await _start(theirs, memory_limit)
            _, line = await asyncio.get_running_loop().create_connection(_Line, sock=ours)
            return cls(process, line)
        except BaseException:
            ours.close()
            raise

    @property
    def ready(self) -> bool:
        """Whether it may be asked."""
        return self._in_step and not self._line.ended

    async def ask(self, work: Callable[[], T], seconds: float) -> T:
        """Return what `work` returns over there, which may take `seconds` once it is begun.

        Raises NotBegun, TimeoutError, MemoryError, WorkerDied, WorkerFault, StrangeAnswer.
        """
        answer = self._line.ask(pickle.dumps(work, pickle.HIGHEST_PROTOCOL))
        try:
            async with self._answers:  # they come in the order of the questions, and so does the lock
                result: T = _understood(await self._received(answer, seconds))
        except BaseException:  # who waits behind it has to ask another process
            self._in_step = False
            answer.cancel()
            raise
        self.done += 1
        return result

    async def _received(self, answer: asyncio.Future[bytes], seconds: float) -> bytes:
        if not self._in_step:
            raise NotBegun
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except ConnectionError:
            raise WorkerDied(await self.end()) from None

    def kill(self) -> None:
        """End the process whatever it does; `end` waits for it."""
        self._process.kill()
        self._line.abort()

    async def end(self) -> int:
        """Let an idle process end, wait for it and return its exit code."""
        self._line.abort()
        await asyncio.to_thread(self._process.join, _PATIENCE)
        return int(self._process.exitcode or 0)


def _understood(answer: bytes) -> Any:
    if not answer:
        raise MemoryError
    if answer.startswith(FAULT):
        raise WorkerFault(answer.removeprefix(FAULT).decode(errors="replace"))
    return read_answer(answer)


async def _start(line: socket.socket, memory_limit: int) -> Any:
    """Start a process, to the end even when cancelled: a line that is closed halfway ends the forkserver."""
    # In a thread: the first start takes a moment, and the loop has other feeds to serve.
    starting = asyncio.get_running_loop().run_in_executor(None, _fork, line, memory_limit)
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait([starting])
        raise


def _fork(line: socket.socket, memory_limit: int) -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["monitor.parse.worker", "monitor.parse.article"])
    process = context.Process(target=serve, args=(line, memory_limit), name="parser", daemon=True)
    process.start()
    return process
