"""Blocking calls in daemon threads. No business logic.

The threads of a pool are joined when the interpreter ends, so that one call that hangs, such as a name lookup without
a name server, would keep the whole program from ending. These are let go. A queue also takes calls in less time than a pool.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")

_LOGGER = logging.getLogger("monitor")
# A thread waits so long for another call, in seconds: to start one takes longer than most lookups.
_IDLE = 10.0


def in_daemon_thread(
    work: Callable[[], T], name: str, *, ended: Callable[[], None] = lambda: None
) -> asyncio.Future[T]:
    """Have `work` done in a thread and return the future of its result or exception.

    It waits for no other: a new thread is started when none is idle. Who cancels the future, or settles it, stops the
    waiting, not the thread; `ended` is called on the event loop when the work has ended all the same.
    """
    call, future = _promised(work, ended)
    _hand_over(call, name)
    return future


class OneThread:
    """A thread that does one call after another, in the order in which they were asked for."""

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work_off, name=name, daemon=True)
        self._thread.start()
        self._closed = False

    def do(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Have `work` done and return the future of its result or exception. Cancelled before it is begun, it isn't done."""
        call, future = _promised(work)
        self.submit(lambda: future.cancelled() or call())
        return future

    def submit(self, call: Callable[[], object]) -> None:
        """Have something called. What it raises is logged; the next one is called all the same. Raises RuntimeError after `close`."""
        if self._closed:
            raise RuntimeError(f"the thread {self._thread.name} was closed and takes no more calls")
        self._calls.put(call)

    def close(self) -> None:
        """Wait until all that was asked for is done, and end the thread."""
        self._closed = True
        self._calls.put(None)
        self._thread.join()

    def _work_off(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                call()
            except BaseException:  # the boundary of one call: told in full, and the thread lives on
                _LOGGER.exception("a call failed inside", extra={"fields": {"thread": self._thread.name}})
            del call  # nor what it holds, while there is no other


def _promised(
    work: Callable[[], T], ended: Callable[[], None] = lambda: None
) -> tuple[Callable[[], None], asyncio.Future[T]]:
    """Return what does `work` in another thread, and the future of its result or exception; `ended` as `in_daemon_thread` has it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        ended()
        if future.done():
            return  # nobody waits any more
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type] # without an error there is a result

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 - not hidden: raised where the future is awaited
            # What would end the thread, or the program, is for neither: it is an error of this call.
            error = raised if isinstance(raised, Exception) else RuntimeError(repr(raised))
        with suppress(RuntimeError):  # the loop has closed
            loop.call_soon_threadsafe(settle, result, error)

    return run, future


class _Worker(threading.Thread):
    """A thread that does one call after another."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.calls: SimpleQueue[tuple[Callable[[], None], str]] = SimpleQueue()

    def run(self) -> None:
        while self._do_next():
            _idle.append(self)

    def _do_next(self) -> bool:
        try:
            call, self.name = self.calls.get(timeout=_IDLE)
        except Empty:
            with suppress(ValueError):  # somebody has just taken it: the call is on its way
                _idle.remove(self)
                return False
            call, self.name = self.calls.get()
        call()
        return True


# Its methods are atomic. The last to have become idle goes first, so that the others may end.
_idle: list[_Worker] = []


def _hand_over(call: Callable[[], None], name: str) -> None:
    try:
        worker = _idle.pop()
    except IndexError:
        worker = _Worker()
        worker.start()
    worker.calls.put((call, name))
