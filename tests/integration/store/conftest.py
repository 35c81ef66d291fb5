"""Tests of what only one of the two databases does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import Store
from tests.support.coroutines import pytest_pyfunc_call
from tests.support.database import Database, empty_database, run

__all__ = ["pytest_pyfunc_call"]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return empty_database("sqlite", tmp_path)


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    store = database.open()
    yield store
    run(store.close())


@pytest.fixture
def on_server(tmp_path: Path) -> Iterator[Database]:
    database = empty_database("postgresql", tmp_path)
    yield database
    database.discard()
