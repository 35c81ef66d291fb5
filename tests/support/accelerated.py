"""The program on a clock that goes faster than the machine's, and the same in all processes that are told the same.

Run as ``python -m tests.support.accelerated FACTOR SINCE MODULE ...`` with the arguments of that module; SINCE is the moment, in
seconds since 1970, at which that clock and the machine's agree. Ticks for what is due come as often as ever by the machine's.
"""

import runpy
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from monitor import daemon
from monitor.clock import SharedClock, SystemClock
from monitor.store import Store


def command(factor: int, since: float, program: Sequence[str] = ("monitor",)) -> Sequence[str]:
    """Return what Python is to be called with for the program, or a module that runs it, on such a clock."""
    return ["-m", "tests.support.accelerated", str(factor), str(since), *program]


def accelerate(factor: int, since: float) -> None:
    """Let all clocks of this process that workers share go by."""
    origin = datetime.fromtimestamp(since, UTC)

    def now(self: SharedClock) -> datetime:
        return origin + (SystemClock().now() - origin) * factor

    async def nobody_tells(self: Store) -> None:
        return None

    # What comes seldom would come seldom on that clock.
    daemon.CHECK_IN /= factor
    daemon.REVIEW /= factor
    SharedClock.now = now  # type: ignore[method-assign] # the process is this test's own
    Store.read_clock = nobody_tells  # type: ignore[method-assign] # the server's clock doesn't go faster


if __name__ == "__main__":
    accelerate(int(sys.argv.pop(1)), float(sys.argv.pop(1)))
    runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
