"""The same history told to SQLite and to PostgreSQL leaves the same rows in both, and sends the same messages."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import DeliveryState
from monitor.store.tables import METADATA
from tests.support.database import Database, contents, migrated_database
from tests.support.fuzz import tries
from tests.support.twins import DAY, HOUR, SPANS, Event, Outside, Twin

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

# Only those who share a database have a row there.
APART = {"worker"}
NOW, MINUTE = timedelta(0), timedelta(minutes=1)
DEEDS = (
    *["publish"] * 5,
    *("hide", "bring back", "edit", "edit", "new guids", "churn", "rest", "empty", "cut"),
    *("feed fails", "channel replies", "channel replies", "silence", "end silence"),
    *("poll now", "pause", "resume", "look back", "retry", "reload", "bad reload", "restart"),
)
HISTORIES = st.lists(
    st.builds(Event, st.sampled_from(DEEDS), st.integers(0, 4), st.integers(0, 8), st.sampled_from(SPANS)),
    min_size=15,
    max_size=40,
)
EVENTFUL = [
    Event("publish", 0, 4, 9 * HOUR),
    *[Event("hide", 0, 0, MINUTE)] * 2,
    Event("publish", 1, 0, 9 * HOUR),
    *[Event("publish", 0, 1, 3 * DAY)] * 4,  # what was hidden is no longer kept
    Event("bring back", 0, 0, 3 * DAY),
    Event("feed fails", 2, 0, HOUR),
    Event("publish", 2, 1, HOUR),
    Event("channel replies", 4, 2, MINUTE),  # the pager is gone
    Event("channel replies", 1, 1, MINUTE),  # the night is down
    Event("publish", 0, 3, HOUR),
    Event("silence", 0, 7, MINUTE),
    Event("publish", 1, 1, 2 * HOUR),
    Event("restart", 0, 0, NOW),
    Event("reload", 1, 0, MINUTE),
    Event("bad reload", 0, 0, 9 * HOUR),
    Event("look back", 0, 1, HOUR),
    Event("channel replies", 1, 0, 9 * HOUR),
    Event("retry", 0, 0, MINUTE),
    Event("publish", 0, 1, DAY),
    Event("edit", 0, 0, DAY),
    Event("channel replies", 0, 1, MINUTE),  # the desk is down
    Event("publish", 1, 1, DAY),
]


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    outside = Outside()
    yield outside
    outside.close()


def left_by(kind: str, history: Sequence[Event], outside: Outside) -> tuple[Rows, Mapping[str, Any]]:
    """Return what a history leaves in a database, and what it has sent."""
    with tempfile.TemporaryDirectory() as folder:
        database = migrated_database(kind, Path(folder))
        asyncio.run(Twin(outside, database, Path(folder)).live(history))
        rows = numbered(database)
        database.discard()
        return rows, outside.heard()


def numbered(database: Database) -> Rows:
    """Return the rows of all tables, deliveries numbered without gaps.

    PostgreSQL uses up a number for one that it doesn't store, as the channel is told of that alert already.
    """
    rows = {
        name: [dict(zip(METADATA.tables[name].columns.keys(), row, strict=True)) for row in found]
        for name, found in contents(database).items()
        if name not in APART
    }
    numbers = {old: new for new, old in enumerate(sorted(row["id"] for row in rows["delivery"]), start=1)}
    for table, column in (("delivery", "id"), ("attempt", "delivery_id")):
        for row in rows[table]:
            row[column] = numbers[row[column]]
        rows[table].sort(key=lambda row: (row[column], row.get("number")))
    return rows


def compared(history: Sequence[Event], outside: Outside) -> Rows:
    """Tell both databases the same, and return what both hold then."""
    rows, sent = left_by("sqlite", history, outside)
    other_rows, also_sent = left_by("postgresql", history, outside)
    for table in rows:
        assert rows[table] == other_rows[table], table
    for channel in sent:
        assert sent[channel] == also_sent[channel], channel
    return rows


def test_an_eventful_history_is_the_same_in_both_databases(outside: Outside) -> None:
    rows = compared(EVENTFUL, outside)
    # Whatever is to be filed is filed at once.
    assert {table for table in rows if not rows[table]} == {"search_unfiled"}
    assert {row["state"] for row in rows["delivery"]} == set(DeliveryState)


@given(HISTORIES)
@settings(tries(3), suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_any_history_is_the_same_in_both_databases(outside: Outside, history: list[Event]) -> None:
    compared(history, outside)
