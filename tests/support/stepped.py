"""The program on a clock that a test moves, in a process of its own.

Run as ``python -m tests.support.stepped CONFIG START`` it answers each line on stdin, a number of seconds, with a line
on stdout as soon as it has gone on by so much and done all that was due then.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from monitor.app.running import open_app
from monitor.app.settings import load_settings
from tests.support.clock import ManualClock

REPOSITORY = Path(__file__).parents[2]


class Stepped:
    """The process, and the time on its clock; a context manager that ends it."""

    def __init__(self, config: Path, start: datetime, env: Mapping[str, str] | None = None) -> None:
        self.now = start
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.stepped", str(config), start.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
            env={**os.environ, **(env or {})},
        )
        self._answer()

    def go_on(self, by: timedelta) -> None:
        """Move the clock, and wait until what is due is done."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{by.total_seconds()}\n")
        self._process.stdin.flush()
        self._answer()
        self.now += by

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.stdout is not None
        self._process.stdout.close()
        assert self._process.wait(30) == 0

    def _answer(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "done\n"


async def _run(config: Path, start: datetime) -> None:
    clock = ManualClock(start)
    settings = load_settings(config, os.environ)
    async with open_app(settings, clock=clock, console=sys.stderr, spread=False) as app:
        await app.run_once()
        _answer()
        while line := await asyncio.to_thread(sys.stdin.readline):
            clock.advance(timedelta(seconds=float(line)))
            await app.run_once()
            _answer()


def _answer() -> None:
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])))
