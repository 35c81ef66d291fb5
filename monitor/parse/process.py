"""A parser process and the line to it.

The line is a pair of sockets: the end of either side is an end of file to the other. So a worker ends with
its daemon, and a daemon hears at once of a worker that died.
"""

import asyncio
import multiprocessing
import pickle
import socket
from collections.abc import Callable
from typing import Any, Self, TypeVar

from monitor.parse.answers import LONGEST, StrangeAnswer, read_answer
from monitor.parse.worker import FAULT, HEADER, serve

T = TypeVar("T")

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


class WorkerProcess:
    """One process, which does one piece of work after the other, as they were asked.

    `done` counts them. It is `ready` for another until it has failed one, or somebody has stopped waiting for one.
    """

    def __init__(self, process: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
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
            return cls(process, *await asyncio.open_connection(sock=ours))
        except BaseException:
            ours.close()
            raise

    @property
    def ready(self) -> bool:
        """Whether it may be asked."""
        return self._in_step and not self._reader.at_eof()

    async def ask(self, work: Callable[[], T], seconds: float) -> T:
        """Return what `work` returns over there, which may take `seconds` once it is begun.

        Raises NotBegun, TimeoutError, MemoryError, WorkerDied, WorkerFault, StrangeAnswer.
        """
        task = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
        self._writer.write(HEADER.pack(len(task)) + task)
        try:
            async with self._answers:  # they come in the order of the questions, and so does the lock
                result: T = _understood(await self._receive(seconds))
        except BaseException:  # what comes over the line now may be no answer to what is asked next
            self._in_step = False
            raise
        self.done += 1
        return result

    async def _receive(self, seconds: float) -> bytes:
        if not self._in_step:
            raise NotBegun
        try:
            async with asyncio.timeout(seconds):
                (size,) = HEADER.unpack(await self._reader.readexactly(HEADER.size))
                if size > LONGEST:
                    raise StrangeAnswer(f"a parser process wants to answer {size:,} bytes")
                return await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerDied(await self.end()) from None

    def kill(self) -> None:
        """End the process whatever it does; `end` waits for it."""
        self._process.kill()
        self._writer.transport.abort()

    async def end(self) -> int:
        """Let an idle process end, wait for it and return its exit code."""
        self._writer.transport.abort()
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
    context.set_forkserver_preload(["monitor.parse.worker"])
    process = context.Process(target=serve, args=(line, memory_limit), name="parser", daemon=True)
    process.start()
    return process
