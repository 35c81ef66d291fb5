"""Blocking sends of one channel, off the event loop, one at a time and in order."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from monitor.model import SendOutcome, SendStatus

_BUSY = SendOutcome(SendStatus.FAILED, "the channel is still busy with an earlier message that hangs")
_OVERDUE = SendOutcome(SendStatus.UNKNOWN, "no answer in time; the message may have arrived")


class Lane:
    """Runs one send after another, each in a thread of its own.

    A channel that hangs holds only its own lane. The threads are daemons, and no pool, because the
    threads of a pool are waited for when the program ends: a send that never returns would keep it.
    """

    def __init__(self, name: str, deadline: timedelta) -> None:
        self._name = name
        self._deadline = deadline.total_seconds()
        self._turn = asyncio.Lock()
        self._running: asyncio.Future[SendOutcome] | None = None

    async def run(self, send: Callable[[], SendOutcome]) -> SendOutcome:
        """Run `send` when it is its turn, and give up waiting for its outcome at the deadline.

        A send that overran goes on in its thread, may still succeed, and keeps the lane until it ends.
        Raises what `send` raises.
        """
        async with self._turn:
            if self._running is not None and not await self._ended(self._running):
                return _BUSY
            self._running = self._start(send)
            return self._running.result() if await self._ended(self._running) else _OVERDUE

    async def _ended(self, running: "asyncio.Future[SendOutcome]") -> bool:
        done, _ = await asyncio.wait([running], timeout=self._deadline)
        return bool(done)

    def _start(self, send: Callable[[], SendOutcome]) -> "asyncio.Future[SendOutcome]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[SendOutcome] = loop.create_future()

        def work() -> None:
            with suppress(RuntimeError):  # the loop has closed: nobody waits any more
                loop.call_soon_threadsafe(_settle, future, _outcome(send))

        threading.Thread(target=work, name=f"send to {self._name}", daemon=True).start()
        return future


def _outcome(send: Callable[[], SendOutcome]) -> SendOutcome | Exception:
    try:
        return send()
    except Exception as error:  # noqa: BLE001 - not hidden: raised where the future is awaited
        return error


def _settle(future: "asyncio.Future[SendOutcome]", outcome: SendOutcome | Exception) -> None:
    if isinstance(outcome, SendOutcome):
        future.set_result(outcome)
    else:
        future.set_exception(outcome)
