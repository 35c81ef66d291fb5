"""A pool of parser processes that outlives every one of them."""

import asyncio
import math
import signal
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from monitor.clock import Clock
from monitor.errors import naming_exhaustion
from monitor.model import ArticleOutcome, Document, ParseFailed, ParseOutcome, Reason
from monitor.parse.answers import StrangeAnswer
from monitor.parse.process import WorkerDied, WorkerProcess
from monitor.parse.turns import Turns
from monitor.parse.worker import extract_within, parse_within

P = ParamSpec("P")
T = TypeVar("T")

MEMORY_LIMIT = 512 * 1024 * 1024
# A worker is replaced after this many documents, so that no leak lasts.
DOCUMENTS_PER_WORKER = 1_000
# The pool ends a stuck worker at the deadline; the worker ends itself a little later, should the daemon
# be gone or stuck.
_WORKER_GRACE = 5


class ParserPool:
    """Implements Parser and Extractor of monitor.pipeline.ports.

    A document gets `timeout` and `memory_limit` bytes in one of `workers` processes. One is started when a document
    finds none idle.
    """

    def __init__(
        self, *, workers: int, timeout: timedelta, clock: Clock, memory_limit: int = MEMORY_LIMIT
    ) -> None:
        self._workers = workers
        self._timeout = timeout.total_seconds()
        self._clock = clock
        self._memory_limit = memory_limit
        # No more documents than workers are being copied to them: the others wait here. The small ones
        # first: they are most of all, and few of them take long.
        self._turns = Turns(workers)
        self._idle: list[WorkerProcess] = []
        self._busy: set[WorkerProcess] = set()
        self._ending: set[asyncio.Task[int]] = set()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def parse(self, document: Document) -> ParseOutcome:
        """Parse one document within the deadline; every failure of the document is a value. Raises OutOfFiles."""
        return await self._work(len(document.body), parse_within, document, self._clock.now())

    async def extract(self, page: Document) -> ArticleOutcome:
        """Find the text of a page (implements monitor.pipeline.ports.Extractor); failures are values, too."""
        return await self._work(len(page.body), extract_within, page)

    def change(self, *, workers: int, timeout: timedelta) -> None:
        """Have so many workers and this deadline from the next document on."""
        self._timeout = timeout.total_seconds()
        self._workers = workers
        self._turns.change(workers)
        while self._idle and len(self._idle) + len(self._busy) > workers:
            self._end(self._idle.pop())

    async def close(self) -> None:
        """End all workers. Documents that are being parsed are dropped, their `parse` is cancelled."""
        self._closed = True
        for worker in self._busy:
            worker.kill()
        await asyncio.gather(*[worker.end() for worker in (*self._idle, *self._busy)], *self._ending)
        self._idle.clear()

    async def _work(
        self, size: int, function: Callable[Concatenate[int, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T | ParseFailed:
        async with self._turns.place(size):
            worker, timeout = await self._worker(), self._timeout
            try:
                async with asyncio.timeout(timeout):
                    seconds = math.ceil(timeout) + _WORKER_GRACE
                    return await worker.ask(partial(function, seconds, *args, **kwargs))
            except TimeoutError:
                return _stuck(timeout)
            except WorkerDied as death:
                if self._closed:
                    raise asyncio.CancelledError from death
                return _stuck(timeout) if death.exitcode == -signal.SIGALRM else _crashed(death.exitcode)
            except StrangeAnswer as strange:
                return ParseFailed(reason=Reason.PARSER_CRASHED, detail=str(strange))
            except MemoryError:
                limit = self._memory_limit // 2**20
                return ParseFailed(
                    reason=Reason.PARSER_CRASHED, detail=f"parsing it takes more than {limit} MB of memory"
                )
            finally:
                self._give_back(worker)

    async def _worker(self) -> WorkerProcess:
        worker = None
        while self._idle and worker is None:
            worker = self._idle.pop()
            if not worker.alive:
                self._end(worker)
                worker = None
        if worker is None:
            with naming_exhaustion():
                worker = await WorkerProcess.start(self._memory_limit)
        if self._closed:
            self._end(worker)
            raise asyncio.CancelledError
        self._busy.add(worker)
        return worker

    def _give_back(self, worker: WorkerProcess) -> None:
        self._busy.discard(worker)
        room = len(self._idle) + len(self._busy) < self._workers
        if room and worker.ready and worker.done < DOCUMENTS_PER_WORKER:
            self._idle.append(worker)
        elif not self._closed:
            self._end(worker)

    def _end(self, worker: WorkerProcess) -> None:
        """Leave a worker behind; nobody waits for its end but the pool's own."""
        if not worker.ready:
            worker.kill()
        ending = asyncio.create_task(worker.end())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)


def _stuck(timeout: float) -> ParseFailed:
    return ParseFailed(reason=Reason.PARSER_STUCK, detail=f"parsing it takes longer than {timeout:g} s")


def _crashed(exitcode: int) -> ParseFailed:
    how = signal.strsignal(-exitcode) if exitcode < 0 else f"exit status {exitcode}"
    return ParseFailed(reason=Reason.PARSER_CRASHED, detail=f"the parser process died ({how})")
