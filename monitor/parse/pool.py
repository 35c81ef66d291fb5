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
from monitor.model import (
    ArticleOutcome,
    Before,
    Document,
    IdentifyOutcome,
    ParseFailed,
    ParseOutcome,
    Reason,
)
from monitor.parse.answers import StrangeAnswer
from monitor.parse.process import NotBegun, WorkerDied, WorkerProcess
from monitor.parse.turns import Turns
from monitor.parse.worker import extract_within, identify_within, parse_within

P = ParamSpec("P")
T = TypeVar("T")

MEMORY_LIMIT = 512 * 1024 * 1024
# A worker is replaced after this many documents, so that no leak lasts.
DOCUMENTS_PER_WORKER = 1_000
# The pool ends a stuck worker at the deadline; the worker ends itself a little later, should the daemon
# be gone or stuck.
_WORKER_GRACE = 5
# A worker has so many: a document that others may wait for takes one, any other all. With two, or three, of a round in which all feeds have
# news, parsers waited for the daemon now and then.
_PLACES = 4


class ParserPool:
    """Implements Parser, Identifier and Extractor of monitor.pipeline.ports.

    A document gets `timeout` and `memory_limit` bytes in one of `workers` processes. One is started when a document
    finds none idle. A document of at most `ahead` bytes may wait at one that is busy with another such, so that no
    process waits for the daemon, which has other things to do, between two of them.
    """

    def __init__(
        self,
        *,
        workers: int,
        timeout: timedelta,
        clock: Clock,
        ahead: int = -1,
        memory_limit: int = MEMORY_LIMIT,
    ) -> None:
        self._count = workers
        self._timeout = timeout.total_seconds()
        self._clock = clock
        self._ahead = ahead
        self._memory_limit = memory_limit
        # No more documents than that are being copied to the workers: the others wait here. The small ones
        # first: they are most of all, and few of them take long.
        self._turns = Turns(workers * _PLACES)
        self._workers: dict[WorkerProcess, int] = {}  # and how many of its places are taken
        self._starting = asyncio.Lock()
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

    async def identify(self, document: Document, before: Before) -> IdentifyOutcome:
        """Parse a feed's document and tell its entries from those of the last one; as `parse`."""
        return await self._work(len(document.body), identify_within, document, before, self._clock.now())

    async def extract(self, page: Document) -> ArticleOutcome:
        """Find the text of a page (implements monitor.pipeline.ports.Extractor); failures are values, too."""
        return await self._work(len(page.body), extract_within, page)

    def change(self, *, workers: int, timeout: timedelta) -> None:
        """Have so many workers and this deadline from the next document on."""
        self._timeout = timeout.total_seconds()
        self._count = workers
        self._turns.change(workers * _PLACES)
        self._weed()

    async def close(self) -> None:
        """End all workers. Documents that are being parsed are dropped, their `parse` is cancelled."""
        self._closed = True
        for worker, taken in self._workers.items():
            if taken:
                worker.kill()
        await asyncio.gather(*[worker.end() for worker in self._workers], *self._ending)

    async def _work(
        self, size: int, function: Callable[Concatenate[int, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T | ParseFailed:
        places = 1 if size <= self._ahead else _PLACES
        async with self._turns.place(size, places):
            while True:
                worker, timeout = await self._worker(places), self._timeout
                seconds = math.ceil(timeout) + _WORKER_GRACE
                try:
                    return await worker.ask(partial(function, seconds, *args, **kwargs), timeout)
                except NotBegun:
                    continue
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
                        reason=Reason.PARSER_CRASHED,
                        detail=f"parsing it takes more than {limit} MB of memory",
                    )
                finally:
                    self._workers[worker] -= places
                    self._weed()

    async def _worker(self, places: int) -> WorkerProcess:
        """Take places at a worker: at an idle one, else at a new one, else where the fewest are taken."""
        async with self._starting:  # who waits for its end may find that one idle, or with a place left
            if self._closed:
                raise asyncio.CancelledError
            self._weed()
            ready = self._ready()
            worker = min(ready, key=self._workers.__getitem__, default=None)
            if worker is None or (self._workers[worker] and len(ready) < self._count):
                worker = await self._start()
            self._workers[worker] += places
            return worker

    async def _start(self) -> WorkerProcess:
        with naming_exhaustion():
            worker = await WorkerProcess.start(self._memory_limit)
        self._workers[worker] = 0
        if self._closed:  # meanwhile
            self._end(worker)
            raise asyncio.CancelledError
        return worker

    def _ready(self) -> list[WorkerProcess]:
        return [worker for worker in self._workers if worker.ready and worker.done < DOCUMENTS_PER_WORKER]

    def _weed(self) -> None:
        """End those that have nothing to do, and nothing more to come."""
        ready = self._ready()
        for worker, taken in list(self._workers.items()):
            if taken or self._closed:
                continue
            if worker not in ready:
                self._end(worker)
            elif len(ready) > self._count:
                ready.remove(worker)
                self._end(worker)

    def _end(self, worker: WorkerProcess) -> None:
        """Leave a worker behind; nobody waits for its end but the pool's own."""
        del self._workers[worker]
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
