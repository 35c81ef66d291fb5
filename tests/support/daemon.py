"""The real program as a process, with its log read line by line."""

import json
import os
import signal
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support import warm

Event = dict[str, Any]
REPOSITORY = warm.REPOSITORY


class Watched(ABC):
    """What logs events; `changed` is told when one has come."""

    def __init__(self, changed: threading.Condition | None = None) -> None:
        self._changed = changed or threading.Condition()

    @abstractmethod
    def logged(self) -> Sequence[Event]:
        """Return all that was logged so far."""

    @abstractmethod
    def told(self) -> str:
        """Return all that was said so far."""

    def wait_for(
        self, event: str, *, count: int = 1, timeout: float = 60.0, where: Callable[[Event], bool] = bool
    ) -> list[Event]:
        """Wait until `count` log events of that name have come and return them. Raises AssertionError."""

        def found() -> list[Event]:
            return [one for one in self.logged() if one["event"] == event and where(one)]

        with self._changed:
            if not self._changed.wait_for(lambda: len(found()) >= count, timeout):
                raise AssertionError(f"{len(found())} of {count} {event!r} in {timeout} s; {self.told()}")
            return found()


class Daemon(Watched):
    """``news-monitor run`` on a config file; a context manager that stops it, and kills it if it won't.

    `cold`: not forked from a process that is warm (see tests.support.warm), but started as a service manager does.
    """

    def __init__(
        self,
        config: Path,
        *,
        env: Mapping[str, str] | None = None,
        command: Sequence[str] = ("-m", "monitor"),
        stdin: int | None = None,
        options: Sequence[str] = (),
        changed: threading.Condition | None = None,
        cold: bool = False,
    ) -> None:
        super().__init__(changed)
        arguments = ["run", "--config", str(config), "--log-format", "json", "--log-level", "debug", *options]
        whole = [*command, *arguments]
        environment = {**os.environ, **(env or {})}
        self.process: warm.Process | subprocess.Popen[str] = (
            subprocess.Popen(
                [sys.executable, *whole],
                cwd=REPOSITORY,
                env=environment,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            if cold
            else warm.Process(whole, cwd=REPOSITORY, env=environment, stdin=stdin)
        )
        self.console: list[str] = []
        self.events: list[Event] = []
        self.other: list[str] = []
        self._readers = [
            threading.Thread(target=self._read_log, daemon=True),
            threading.Thread(target=self._read_console, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self._ended()

    def logged(self) -> Sequence[Event]:
        return self.events

    def told(self) -> str:
        lines = [json.dumps(event, ensure_ascii=False) for event in self.events]
        return "\n".join([*lines, *self.other, *self.console])

    def terminate(self, *, timeout: float = 30.0) -> int:
        """Send SIGTERM, wait for the end and return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended(timeout)

    def interrupt(self, *, timeout: float = 30.0) -> int:
        """Send SIGINT as Ctrl-C does, wait for the end and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self._ended(timeout)

    def kill(self) -> None:
        """Kill it as ``kill -9`` does."""
        self.process.kill()
        self._ended()

    def wait_until_ended(self, *, timeout: float = 30.0) -> int:
        """Wait for the end and return the exit code."""
        return self._ended(timeout)

    def _ended(self, timeout: float = 30.0) -> int:
        code = self.process.wait(timeout)
        for reader in self._readers:
            reader.join(timeout)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._changed:
                if line.startswith("{"):
                    self.events.append(json.loads(line))
                else:
                    self.other.append(line.rstrip("\n"))
                self._changed.notify_all()

    def _read_console(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.console.append(line.rstrip("\n"))
                self._changed.notify_all()
