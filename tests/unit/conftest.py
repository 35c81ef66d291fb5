"""Coroutine tests, and logging that a test sets up for itself."""

import logging
from collections.abc import Iterator

import pytest

from tests.support.coroutines import pytest_pyfunc_call

__all__ = ["pytest_pyfunc_call"]


@pytest.fixture
def logging_of_its_own() -> Iterator[None]:
    """Put handlers and levels back as they were before the test."""
    root = logging.getLogger()
    handlers, levels = root.handlers[:], _levels()
    yield
    root.handlers[:] = handlers
    for name in _levels():
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))


def _levels() -> dict[str, int]:
    names = ["root", *logging.Logger.manager.loggerDict]
    return {name: logging.getLogger(name).level for name in names}
