"""Coroutine tests, and a world to simulate."""

from pathlib import Path

import pytest

from tests.support.coroutines import pytest_pyfunc_call
from tests.support.database import migrated_database
from tests.support.simulation import Simulation

__all__ = ["pytest_pyfunc_call"]


@pytest.fixture
def world(tmp_path: Path) -> Simulation:
    return Simulation(migrated_database("sqlite", tmp_path))
