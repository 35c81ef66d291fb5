"""The program on a clock that a test moves, in a process of its own.

Run as ``python -m tests.support.stepped CONFIG START WORKERS`` it answers each line on stdin, a number of seconds, with a line
on stdout as soon as it has gone on by so much and done all that was due then. Of several workers in it, each has a
store of its own, and all look for work at once.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import PIPE
from typing import Self

from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from tests.support.clock import ManualClock
from tests.support.warm import REPOSITORY, Process


class Stepped:
    """The process, and the time on its clock; a context manager that ends it."""

    def __init__(
        self, config: Path, start: datetime, env: Mapping[str, str] | None = None, workers: int = 1
    ) -> None:
        self.now = start
        self._process = Process(
            ["-m", "tests.support.stepped", str(config), start.isoformat(), str(workers)],
            cwd=REPOSITORY,
            env={**os.environ, **(env or {})},
            stdin=PIPE,
            stderr=2,
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


async def _run(config: Path, start: datetime, workers: int) -> None:
    clock = ManualClock(start)
    settings = load_settings(config, os.environ)
    async with AsyncExitStack() as stack:
        opened = (open_app(settings, clock=clock, console=sys.stderr, spread=False) for _ in range(workers))
        apps = [await stack.enter_async_context(one) for one in opened]
        await _do_all(apps)
        while line := await asyncio.to_thread(sys.stdin.readline):
            clock.advance(timedelta(seconds=float(line)))
            await _do_all(apps)


async def _do_all(apps: Sequence[App]) -> None:
    await asyncio.gather(*[app.run_once() for app in apps])
    _answer()


def _answer() -> None:
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])))
