"""A pool of parser processes that outlives every one of them."""

import asyncio
import math
import multiprocessing
import signal
import threading
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from monitor.clock import Clock
from monitor.model import ArticleOutcome, Document, ParseFailed, ParseOutcome, Reason
from monitor.parse.turns import Turns
from monitor.parse.worker import extract_within, parse_within, prepare_worker

P = ParamSpec("P")
T = TypeVar("T")

MEMORY_LIMIT = 512 * 1024 * 1024
# A worker is replaced after this many documents, so that no leak lasts.
DOCUMENTS_PER_WORKER = 1_000
# The pool ends a stuck worker at the deadline; the worker ends itself a little later, should the daemon
# be gone; the pool itself is given up last, should it be the one that is stuck.
_WORKER_GRACE = 5
_POOL_GRACE = 30


class ParserPool:
    """Implements Parser and Extractor of monitor.pipeline.ports.

    Its processes start at the first document. A document gets `timeout` and `memory_limit` bytes in one of `workers` processes.
    """

    def __init__(
        self, *, workers: int, timeout: timedelta, clock: Clock, memory_limit: int = MEMORY_LIMIT
    ) -> None:
        self._workers = workers
        self._timeout = timeout.total_seconds()
        self._clock = clock
        self._seconds = math.ceil(self._timeout) + _WORKER_GRACE
        self._memory_limit = memory_limit
        # No more documents than workers are inside the pool: the others wait here, uncopied. The small
        # ones first: they are most of all, and few of them take long.
        self._turns = Turns(workers)
        self._opening = asyncio.Lock()
        self._pool: ProcessPool | None = None
        self._running: set[ProcessFuture[Any]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def parse(self, document: Document) -> ParseOutcome:
        """Parse one document within the deadline; every failure of the document is a value."""
        return await self._work(len(document.body), parse_within, document, self._clock.now())

    async def extract(self, page: Document) -> ArticleOutcome:
        """Find the text of a page (implements monitor.pipeline.ports.Extractor); failures are values, too."""
        return await self._work(len(page.body), extract_within, page)

    async def close(self) -> None:
        """End all workers. Documents that are being parsed are dropped, their `parse` is cancelled."""
        for future in tuple(self._running):
            future.cancel()  # type: ignore[no-untyped-call]  # pebble's annotations stop short of it
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]  # as above
            await asyncio.to_thread(pool.join)

    async def _work(
        self, size: int, function: Callable[Concatenate[int, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T | ParseFailed:
        task = partial(function, self._seconds, *args, **kwargs)
        async with self._turns.place(size):
            try:
                return await self._run(task)
            except BrokenProcessPool:
                # pebble takes the death of an idle worker for the end of the pool: go on with a new one.
                return await self._run_again(task)

    async def _run_again(self, task: Callable[[], T]) -> T | ParseFailed:
        try:
            return await self._run(task)
        except BrokenProcessPool:
            return ParseFailed(
                reason=Reason.PARSER_CRASHED, detail="the parser process died, and the next one too"
            )

    async def _run(self, task: Callable[[], T]) -> T | ParseFailed:
        pool = await self._open()
        future = self._schedule(pool, task)
        self._running.add(future)
        try:
            async with asyncio.timeout(self._timeout + _POOL_GRACE) as patience:
                return await asyncio.wrap_future(future)
        except TimeoutError:
            if patience.expired():
                self._give_up(pool)
            return self._stuck()
        except ProcessExpired as death:
            return self._stuck() if death.exitcode == -signal.SIGALRM else _crashed(death.exitcode)
        except MemoryError:
            limit = self._memory_limit // 2**20
            return ParseFailed(
                reason=Reason.PARSER_CRASHED, detail=f"parsing it takes more than {limit} MB of memory"
            )
        finally:
            self._running.discard(future)

    def _schedule(self, pool: ProcessPool, task: Callable[[], T]) -> ProcessFuture[T]:
        try:
            return pool.schedule(task, timeout=self._timeout)
        except RuntimeError as error:  # it broke a moment ago
            raise BrokenProcessPool(str(error)) from error

    async def _open(self) -> ProcessPool:
        async with self._opening:
            if self._pool is not None and not self._pool.active:
                self._give_up(self._pool)
            if self._pool is None:
                # In a thread: the first worker takes a moment, and the loop has other feeds to serve.
                self._pool = await asyncio.to_thread(self._start)
            return self._pool

    def _start(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["monitor.parse.worker"])
        pool = ProcessPool(
            max_workers=self._workers,
            max_tasks=DOCUMENTS_PER_WORKER,
            initializer=prepare_worker,
            initargs=(self._memory_limit,),
            context=context,
        )
        if not pool.active:  # asking starts it
            raise BrokenProcessPool("the parser processes don't start")
        return pool

    def _give_up(self, pool: ProcessPool) -> None:
        """Leave a broken pool behind. Nobody waits for its end: it may be stuck for good."""
        if self._pool is pool:
            self._pool = None
        pool.stop()  # type: ignore[no-untyped-call]  # as above
        threading.Thread(target=pool.join, name="parser-pool-end", daemon=True).start()

    def _stuck(self) -> ParseFailed:
        return ParseFailed(
            reason=Reason.PARSER_STUCK, detail=f"parsing it takes longer than {self._timeout:g} s"
        )


def _crashed(exitcode: int) -> ParseFailed:
    how = signal.strsignal(-exitcode) if exitcode < 0 else f"exit status {exitcode}"
    return ParseFailed(reason=Reason.PARSER_CRASHED, detail=f"the parser process died ({how})")
