"""The program on a machine whose clock somebody puts: as far from the right time as FILE says, in seconds.

Run as ``python -m tests.support.jumping FILE ...`` with the arguments of the program. Whatever reads the wall clock does so by
this one; the monotonic clock goes on as ever.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

from apscheduler.schedulers import base

from monitor.cli import main
from monitor.clock import SystemClock


class Machine:
    """The clock as a test puts it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        if not file.exists():
            self.put(timedelta(0))

    @property
    def command(self) -> Sequence[str]:
        """What Python is to be called with for the program on this machine."""
        return ["-m", "tests.support.jumping", str(self.file)]

    def put(self, off: timedelta) -> None:
        """Put the clock so far from the right time."""
        new = self.file.with_suffix(".new")
        new.write_text(str(off.total_seconds()))
        new.replace(self.file)

    def read(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self.file.read_text()))


def run_on(machine: Machine) -> None:
    class Moment(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(machine.read().timestamp(), tz)

    def now(self: SystemClock) -> datetime:
        return machine.read()

    SystemClock.now = now  # type: ignore[method-assign] # the process is this test's own
    base.datetime = Moment
    main()


if __name__ == "__main__":
    run_on(Machine(Path(sys.argv.pop(1))))
