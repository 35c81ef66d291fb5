"""How the program may be set up: one daemon on SQLite, one on PostgreSQL, or three workers that share the latter."""

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from types import TracebackType
from typing import Self

from tests.support.daemon import Daemon, Event, Watched


class Layout(StrEnum):
    """On which database, and by how many."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    THREE_WORKERS = "three workers"

    @property
    def database(self) -> str:
        """The kind of its database."""
        return "sqlite" if self is Layout.SQLITE else "postgresql"

    @property
    def workers(self) -> int:
        """How many share the work."""
        return 3 if self is Layout.THREE_WORKERS else 1


class Workers(Watched):
    """Daemons that share the work, or one that does it alone, to be treated as if they were one.

    `start` starts one that tells the condition of what it says. A context manager that stops all, and kills who won't.
    """

    def __init__(self, start: Callable[[threading.Condition], Daemon], count: int) -> None:
        super().__init__()
        self._daemons = [start(self._changed) for _ in range(count)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for daemon in self._daemons:
            daemon.__exit__(kind, error, trace)

    def logged(self) -> Sequence[Event]:
        return [event for daemon in self._daemons for event in daemon.events]

    def told(self) -> str:
        return "\n\n".join(daemon.told() for daemon in self._daemons)

    @contextmanager
    def in_trouble(self) -> Iterator[None]:
        """Of several, have one killed, and one stopped that goes on afterwards; a lone one is left alone."""
        if len(self._daemons) == 1:
            yield
            return
        killed, stopped, _ = self._daemons
        stopped.process.send_signal(signal.SIGSTOP)
        killed.kill()
        yield
        stopped.process.send_signal(signal.SIGCONT)

    def terminate(self) -> int:
        """Send SIGTERM to those that run, wait for the end and return the exit code: the greatest of all."""
        running = [daemon for daemon in self._daemons if daemon.process.poll() is None]
        for daemon in running:
            daemon.process.send_signal(signal.SIGTERM)
        return max(abs(daemon.wait_until_ended()) for daemon in running)

    def wait_until_killed(self) -> None:
        """Wait until all have ended as by ``kill -9``."""
        assert {daemon.wait_until_ended() for daemon in self._daemons} == {-signal.SIGKILL}

    def kill(self) -> None:
        """Kill them as ``kill -9`` does."""
        for daemon in self._daemons:
            daemon.kill()
