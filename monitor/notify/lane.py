"""Blocking sends of one channel, off the event loop, one at a time and in order."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from monitor.model import SendOutcome, SendStatus
from monitor.threads import in_daemon_thread

_BUSY = SendOutcome(SendStatus.FAILED, "the channel is still busy with an earlier message that hangs")
_OVERDUE = SendOutcome(SendStatus.UNKNOWN, "no answer in time; the message may have arrived")


class Lane:
    """Runs one send after another, each in a thread of its own.

    A channel that hangs holds only its own lane, and not the program when it ends.
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
            self._running = in_daemon_thread(send, f"send to {self._name}")
            return self._running.result() if await self._ended(self._running) else _OVERDUE

    async def _ended(self, running: "asyncio.Future[SendOutcome]") -> bool:
        done, _ = await asyncio.wait([running], timeout=self._deadline)
        return bool(done)
