"""How a command ends: its exit code, errors in plain words, closed pipes and Ctrl-C."""

import functools
import logging
import os
import signal
import sys
from collections.abc import Callable
from typing import ParamSpec

import typer

from monitor.cli import output
from monitor.errors import ConfigError, MonitorError

P = ParamSpec("P")

GOOD = 0
FAILED = 1
WRONG = 2
# What a shell reports for a program that the signal has ended.
_PIPE_CLOSED = 128 + signal.SIGPIPE
_INTERRUPTED = 128 + signal.SIGINT

_LOGGER = logging.getLogger("monitor")


def exits(work: Callable[P, int]) -> Callable[P, None]:
    """Make a command of a function that returns its exit code."""

    @functools.wraps(work)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        raise typer.Exit(_code(lambda: work(*args, **kwargs)))

    return command


def _code(work: Callable[[], int]) -> int:
    try:
        code = work()
        sys.stdout.flush()  # a closed pipe shows here, not in the last moments of the interpreter
    except BrokenPipeError:
        _let_go_of_stdout()
        return _PIPE_CLOSED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except ConfigError as error:
        for problem in error.problems:
            output.complain(str(problem))
        return WRONG
    except MonitorError as error:
        output.complain(str(error))
        return FAILED
    except Exception:  # a fault of ours: told in full, by the log, which leaves secrets out
        _LOGGER.exception("news-monitor has failed inside")
        return FAILED
    return code


def _let_go_of_stdout() -> None:
    # As the note on SIGPIPE in the documentation of Python's signal module advises.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
