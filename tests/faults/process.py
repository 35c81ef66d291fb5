"""The program as a process, quick to start: forked from one that has imported all of it."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.waiting import wait_until

# Whoever starts a process also asks after all others, those of other threads too, and two who ask at once get no answer.
_ALONE = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """How a process begins. `clock`: a factor and a moment (see tests.support.accelerated); `points`: the folder with what is armed."""

    arguments: Sequence[str]
    log: Path
    env: Mapping[str, str]
    points: Path
    clock: tuple[int, float] | None = None
    bug: str = ""


class Process:
    """``news-monitor`` with these arguments, its output in a file."""

    def __init__(self, birth: Birth) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(
            ["monitor.__main__", "monitor.daemon", "monitor.cli.run", "tests.faults.points"]
        )
        self.log = birth.log
        self._process: Any = context.Process(target=_live, args=(birth,))
        with _ALONE:
            self._process.start()

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    @property
    def exit_code(self) -> int | None:
        """None while it lives, -9 when it was killed."""
        with _ALONE:
            code: int | None = self._process.exitcode
        return code

    def wait_until_started(self, timeout: float = 120.0) -> bool:
        """Return whether it is at work; False when it ended before. Raises AssertionError."""

        def settled() -> bool:
            return self.exit_code is not None or " started " in self.told()

        assert wait_until(settled, timeout), f"neither started nor ended: {self.told()}"
        return self.exit_code is None

    def told(self) -> str:
        """Return what it has said so far."""
        return self.log.read_text() if self.log.exists() else ""

    def kill(self) -> None:
        """Kill it as ``kill -9`` does."""
        os.kill(self.pid, signal.SIGKILL)
        assert wait_until(lambda: self.exit_code is not None), "still there after SIGKILL"

    def pause(self) -> None:
        """Stop it as a machine that is suspended does."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """End a pause."""
        os.kill(self._process.pid, signal.SIGCONT)

    def terminate(self, timeout: float = 60.0) -> int:
        """Send SIGTERM and return the exit code. Raises AssertionError when it doesn't end."""
        os.kill(self.pid, signal.SIGTERM)
        assert wait_until(lambda: self.exit_code is not None, timeout), (
            f"still there after SIGTERM: {self.told()}"
        )
        return self.exit_code or 0


def _live(birth: Birth) -> None:
    """Be the program."""
    output = os.open(birth.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(birth.env)
    from monitor import __main__ as program  # noqa: PLC0415 - in the harness's own process nothing of this is needed
    from monitor.cli import main  # noqa: PLC0415 - as above
    from tests.faults import bugs, points  # noqa: PLC0415 - as above
    from tests.support.accelerated import accelerate  # noqa: PLC0415 - as above

    if birth.clock:
        accelerate(*birth.clock)
    points.plant(birth.points)
    if birth.bug:
        bugs.BUGS[birth.bug]()
    sys.argv = ["news-monitor", *birth.arguments]
    sys.modules["__main__"] = program  # which its own processes import: not the harness
    main()
