"""Blocking sends of one channel, off the event loop, one at a time and in order."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from monitor.model import SendOutcome, SendStatus
from monitor.threads import in_daemon_thread

_BUSY = SendOutcome(SendStatus.FAILED, "the channel is still busy with an earlier message that hangs")
_OVERDUE = SendOutcome(SendStatus.UNKNOWN, "no answer in time; the message may have arrived")
# A lane is idle after so long, in seconds. Servers close a connection that waits after 5 seconds and more: no message is to meet that.
_IDLE = 3.0


class Lane:
    """Runs one send after another, each in a thread of its own.

    A channel that hangs holds only its own lane, and not the program when it ends. `when_idle` is called when a send has ended and
    none has followed it for a moment.
    """

    def __init__(self, name: str, deadline: timedelta, when_idle: Callable[[], None]) -> None:
        self._name = name
        self._deadline = deadline.total_seconds()
        self._when_idle = when_idle
        self._turn = asyncio.Lock()
        self._running: asyncio.Future[SendOutcome] | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def run(self, send: Callable[[], SendOutcome]) -> SendOutcome:
        """Run `send` when it is its turn, and give up waiting for its outcome at the deadline.

        A send that overran goes on in its thread, may still succeed, and keeps the lane until it ends.
        Raises what `send` raises.
        """
        async with self._turn:
            if self._running is not None and not await self._ended(self._running):
                return _BUSY
            if self._idle is not None:
                self._idle.cancel()
            self._running = in_daemon_thread(send, f"send to {self._name}")
            self._running.add_done_callback(self._rest)
            return self._running.result() if await self._ended(self._running) else _OVERDUE

    def _rest(self, _: object) -> None:
        self._idle = asyncio.get_running_loop().call_later(_IDLE, self._when_idle)

    async def _ended(self, running: "asyncio.Future[SendOutcome]") -> bool:
        if not running.done():
            await asyncio.wait([running], timeout=self._deadline)
        return running.done()
