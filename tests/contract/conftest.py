"""Every test here runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import Store
from tests.support.coroutines import pytest_pyfunc_call
from tests.support.database import Database, migrated_database, run

__all__ = ["pytest_pyfunc_call"]


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def database(kind: str, tmp_path: Path) -> Iterator[Database]:
    database = migrated_database(kind, tmp_path)
    yield database
    database.discard()


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    store = database.open()
    yield store
    run(store.close())
