"""Coroutine tests, and a world to simulate on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.coroutines import pytest_pyfunc_call
from tests.support.database import migrated_database
from tests.support.simulation import Simulation

__all__ = ["pytest_pyfunc_call"]


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Simulation]:
    database = migrated_database(request.param, tmp_path)
    yield Simulation(database)
    database.discard()
