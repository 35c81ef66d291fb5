"""The process that programs are forked from: it has imported what they import, and does nothing else.

Run by tests.support.warm as ``python -m tests.support.warm_server FD``. Over that socket comes one message for each program:
how it begins, as JSON, with four descriptors: its stdin, stdout and stderr, and a socket on which its pid and, when it has
ended, its exit code are told. When nobody can ask any more, the server ends.
"""

import gc
import importlib
import json
import os
import pkgutil
import resource
import runpy
import select
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Self

import monitor

MOST_BYTES = 200_000
# What the program's libraries import only when they are used.
_LATE = ("alembic.command", "rich.console", "rich.table", "rich.live")


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """How a program begins: ``python -m`` with this module and arguments. `most_bytes`: no file may become larger."""

    module: str
    arguments: Sequence[str]
    folder: str
    env: dict[str, str]
    most_bytes: int | None = None

    def written(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def read(cls, message: bytes) -> Self:
        return cls(**json.loads(message))

    def happen(self, streams: Sequence[int]) -> None:
        """Be the program. Ends as it ends: by an exception."""
        # The objects of sys stay, as modules have them already: what they write to is exchanged.
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        sys.stdout.reconfigure(line_buffering=os.isatty(1))  # type: ignore[union-attr] # nobody has replaced it
        os.chdir(self.folder)
        os.environ.clear()
        os.environ.update(self.env)
        time.tzset()
        if self.most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.most_bytes, self.most_bytes))
        sys.path[0] = self.folder
        sys.argv[1:] = self.arguments
        runpy.run_module(self.module, run_name="__main__", alter_sys=True)


class Server:
    """Forks programs and waits for them."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        # By a descriptor that tells the end: the pid, and who is told the exit code.
        self._living: dict[int, tuple[int, socket.socket]] = {}

    def serve(self) -> tuple[Birth, Sequence[int]] | None:
        """Return how to begin in each process that is forked, and None in this one when it is no longer needed."""
        while True:
            ready, _, _ = select.select([self._control.fileno(), *self._living], [], [])
            for ended in self._living.keys() & set(ready):
                self._bury(ended)
            if self._control.fileno() in ready:
                message, descriptors, _, _ = socket.recv_fds(self._control, MOST_BYTES, 4)
                if not message or self._fork(descriptors) == 0:
                    return (Birth.read(message), descriptors[:3]) if message else None

    def _fork(self, descriptors: Sequence[int]) -> int:
        parent = socket.socket(fileno=descriptors[3])
        pid = os.fork()
        if pid:
            for descriptor in descriptors[:3]:
                os.close(descriptor)
            self._living[os.pidfd_open(pid)] = (pid, parent)
            _tell(parent, pid)
        else:
            parent.close()
            self._let_go()
        return pid

    def _bury(self, ended: int) -> None:
        pid, parent = self._living.pop(ended)
        os.close(ended)
        with parent:
            _tell(parent, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

    def _let_go(self) -> None:
        """Close what is the server's."""
        self._control.close()
        for descriptor, (_, parent) in self._living.items():
            os.close(descriptor)
            parent.close()


def _tell(parent: socket.socket, number: int) -> None:
    with suppress(BrokenPipeError):  # it doesn't want to know
        parent.send(str(number).encode())


def _modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(monitor.__path__, "monitor."):
        if not found.name.startswith(
            ("monitor.__main__", "monitor.store.migrations.")
        ):  # these do things when imported
            yield found.name


def _warm_up() -> None:
    for name in (*_modules(), *_LATE):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a look for garbage would copy all that processes share


if __name__ == "__main__":
    asked = socket.socket(fileno=int(sys.argv[1]))
    _warm_up()
    begun = Server(asked).serve()
    if begun:
        begun[0].happen(begun[1])
