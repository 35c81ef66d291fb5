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


class WorkerProcess:
    """One process, which does one piece of work at a time.

    `done` counts them. It is `ready` for another one as long as it has answered all that it was asked.
    """

    def __init__(self, process: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer
        self.done = 0
        self.ready = True

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
    def alive(self) -> bool:
        """False once the process is known to have ended."""
        return not self._reader.at_eof()

    async def ask(self, work: Callable[[], T]) -> T:
        """Return what `work` returns over there. Raises MemoryError, WorkerDied, WorkerFault, StrangeAnswer.

        Who stops waiting leaves a process that isn't `ready`, and has to `kill` it.
        """
        task = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
        self.ready = False
        try:
            self._writer.write(HEADER.pack(len(task)) + task)
            (size,) = HEADER.unpack(await self._reader.readexactly(HEADER.size))
            if size > LONGEST:
                raise StrangeAnswer(f"a parser process wants to answer {size:,} bytes")
            answer = await self._reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerDied(await self.end()) from None
        self.done += 1
        if answer and not answer.startswith(FAULT):
            result: T = read_answer(answer)
            self.ready = True
            return result
        self.ready = True
        if not answer:
            raise MemoryError
        raise WorkerFault(answer.removeprefix(FAULT).decode(errors="replace"))

    def kill(self) -> None:
        """End the process whatever it does; `end` waits for it."""
        self._process.kill()
        self._writer.transport.abort()

    async def end(self) -> int:
        """Let an idle process end, wait for it and return its exit code."""
        self._writer.transport.abort()
        await asyncio.to_thread(self._process.join, _PATIENCE)
        return int(self._process.exitcode or 0)


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
