"""Blocking sends of one channel, off the event loop, one at a time and in order."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from monitor.model import SendOutcome, SendStatus
from monitor.threads import in_daemon_thread

_BUSY = SendOutcome(SendStatus.FAILED, "the channel is still busy with an earlier message that hangs")
_OVERDUE = SendOutcome(SendStatus.UNKNOWN, "no answer in time; the message may have arrived")


class Lane:
    """Runs one send after another, each in a thread of its own.

    A channel that hangs holds only its own lane, and not the program when it ends. `rest` is called when a send has ended and
    no other has begun within `idle`.
    """

    def __init__(self, name: str, *, deadline: timedelta, idle: timedelta, rest: Callable[[], None]) -> None:
        self._name = name
        self._deadline = deadline.total_seconds()
        self._idle = idle.total_seconds()
        self._rest = rest
        self._turn = asyncio.Lock()
        self._free = asyncio.Event()
        self._free.set()
        self._last_ended = 0.0
        # One for a whole burst: it looks whether there was another send meanwhile.
        self._timer: asyncio.TimerHandle | None = None

    async def run(self, send: Callable[[], SendOutcome]) -> SendOutcome:
        """Run `send` when it is its turn, and give up waiting for its outcome at the deadline.

        A send that overran goes on in its thread, may still succeed, and keeps the lane until it ends.
        Raises what `send` raises.
        """
        async with self._turn:
            if not await self._becomes_free():
                return _BUSY
            outcome = in_daemon_thread(send, f"send to {self._name}", ended=self._wait_for_more)
            self._free.clear()
            deadline = asyncio.get_running_loop().call_later(self._deadline, _give_up, outcome)
            try:
                return await outcome
            finally:
                deadline.cancel()

    def rest_now(self) -> None:
        """Rest without waiting for another send: none will come."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._rest()

    def _wait_for_more(self) -> None:
        self._free.set()
        loop = asyncio.get_running_loop()
        self._last_ended = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._idle, self._rest_if_idle)

    def _rest_if_idle(self) -> None:
        self._timer = None
        if not self._free.is_set():
            return  # the send that is under way sets the timer anew
        loop = asyncio.get_running_loop()
        ends_at = self._last_ended + self._idle
        if loop.time() < ends_at:
            self._timer = loop.call_at(ends_at, self._rest_if_idle)
        else:
            self._rest()

    async def _becomes_free(self) -> bool:
        if not self._free.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._free.wait(), self._deadline)
        return self._free.is_set()


def _give_up(outcome: "asyncio.Future[SendOutcome]") -> None:
    if not outcome.done():
        outcome.set_result(_OVERDUE)
