"""The errors of the program.

    MonitorError
    |-- ConfigError      config.toml can't be used; carries every problem found
    |-- QueryError       a query can't be read; carries the column
    |-- OutOfFiles       the system lets this process open no more files and connections
    `-- StoreError       the database can't be used
        |-- StoreBusy        another daemon holds it
        |-- SchemaTooNew     written by a newer version of the program
        `-- LeaseLost        somebody else has taken over the feed or delivery

Failures that belong to a feed or a delivery (a time-out, a 404, a refused message) are values in the
result (`monitor.model.FetchFailed`, `ParseFailed`, `SendOutcome`), never exceptions.
Every message names the thing, the place and the way out, and holds no secret.
"""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


class MonitorError(Exception):
    """What the program says, in one line, when it can't go on."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a configuration file.

    `line` counts from 1 (None: the file as a whole), `key` is a dotted path such as ``feeds.2.url``
    ("" when there is none), `advice` says what to write instead ("" when there is nothing to add).
    """

    file: str
    line: int | None
    key: str
    what: str
    advice: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f" {self.key}:" if self.key else ""
        advice = f"; {self.advice}" if self.advice else ""
        return f"{place}:{key} {self.what}{advice}"


class ConfigError(MonitorError):
    """The configuration can't be used; `problems` holds every mistake found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class QueryError(MonitorError):
    """A query can't be read. `column` counts code points from 1; `advice` says what to write."""

    def __init__(self, what: str, column: int, advice: str = "") -> None:
        super().__init__(f"column {column}: {what}" + (f"; {advice}" if advice else ""))
        self.what = what
        self.column = column
        self.advice = advice


class OutOfFiles(MonitorError):
    """The system lets this process open no more files and connections: nobody's fault who was to be asked just then."""

    def __init__(self) -> None:
        super().__init__("too many open files: raise LimitNOFILE or lower fetch.concurrency")


@contextmanager
def naming_exhaustion() -> Iterator[None]:
    """Raise OutOfFiles in place of the OSError that says so."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise OutOfFiles from error
        raise


class StoreError(MonitorError):
    """The database can't be opened or used."""


class StoreBusy(StoreError):
    """Another daemon works on this database."""


class SchemaTooNew(StoreError):
    """The database was written by a newer version of the program."""


class LeaseLost(StoreError):
    """The lease ran out and somebody else has taken over; the result is not recorded."""
