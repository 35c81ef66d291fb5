"""Programs as processes, quick to start: forked from one that has imported what they import (tests.support.warm_server).

Each is otherwise a process of its own as ``python -m MODULE`` is: with its own arguments, folder, environment, standard streams,
exit code and signals. What the interpreter itself reads when it starts, ``PYTHON...``, can't be had warm.
"""

import atexit
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from subprocess import PIPE
from typing import IO, Literal, Self

from tests.support.warm_server import Birth

REPOSITORY = Path(__file__).parents[2]


class Process:
    """A program that runs, with methods and attributes of subprocess.Popen; in a context, its streams are closed at the end.

    `command` is what Python is called with. `stdin`, `stdout` and `stderr` are descriptors, or PIPE for a text stream.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: int | None = None,
        stdout: int = PIPE,
        stderr: int = PIPE,
        most_bytes: int | None = None,
    ) -> None:
        option, module, *arguments = command
        assert option == "-m"
        self.returncode: int | None = None
        birth = Birth(
            module=module, arguments=arguments, folder=str(cwd), env=dict(env), most_bytes=most_bytes
        )
        self._told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ExitStack() as given, theirs:
            self.stdin, its_input = _end(given, 0 if stdin is None else stdin, "w")
            self.stdout, its_output = _end(given, stdout, "r")
            self.stderr, its_errors = _end(given, stderr, "r")
            _server().ask(birth, (its_input, its_output, its_errors, theirs.fileno()))
        try:
            self.pid = self._hear()
        except AssertionError:
            self._told.close()
            self._close_streams()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._told:
            self._close_streams()
            self.wait()

    def poll(self) -> int | None:
        """Return the exit code, None while it runs, -9 when it was killed."""
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            self.returncode = self._hear()
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _close_streams(self) -> None:
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream is not None:
                stream.close()

    def _hear(self) -> int:
        told = self._told.recv(100)
        if not told:
            raise AssertionError(
                f"the process that programs are forked from has ended: {_server().last_words()}"
            )
        return int(told)


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    most_bytes: int | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, as subprocess.run does that captures what it says; cold when it can't be had warm.

    `most_bytes`: no file may become larger.
    """
    if _is_read_by_python(env):
        whole = [sys.executable, *command]
        return subprocess.run(whole, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    with Process(command, cwd=cwd, env=env, most_bytes=most_bytes) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        with ThreadPoolExecutor(1) as beside:
            errors = beside.submit(process.stderr.read)
            output = process.stdout.read()
        return subprocess.CompletedProcess(command, process.wait(), output, errors.result())


def _is_read_by_python(env: Mapping[str, str]) -> bool:
    """Tell whether the interpreter is told what the server's was not, and only asks when it starts."""
    return any(name.startswith("PYTHON") and os.environ.get(name) != value for name, value in env.items())


def _end(given: ExitStack, wanted: int, mode: Literal["r", "w"]) -> tuple[IO[str] | None, int]:
    """Return our end of a pipe, if one is wanted, and the program's, which is closed once it is `given`."""
    if wanted != PIPE:
        return None, wanted
    reading, writing = os.pipe()
    ours, its = (reading, writing) if mode == "r" else (writing, reading)
    given.callback(os.close, its)
    return os.fdopen(ours, mode, encoding="utf-8"), its


class _Server:
    """The process that the others are forked from, in this one's service until this one ends."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        of_python = {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.warm_server", str(theirs.fileno())],
                cwd=REPOSITORY,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **of_python},
                stdin=PIPE,  # pipes, as streams of programs mostly are: what Python notes about them fits
                stdout=PIPE,
                stderr=PIPE,
                text=True,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self.end)

    def ask(self, birth: Birth, descriptors: Sequence[int]) -> None:
        """Have a program begin. Whether it does is told on the last descriptor."""
        with suppress(BrokenPipeError):  # shows where the answer would be
            socket.send_fds(self._control, [birth.written()], descriptors)

    def last_words(self) -> str:
        return self._process.communicate(timeout=30)[1]

    def end(self) -> None:
        self._control.close()
        self.last_words()


_server = cache(_Server)
