from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

from monitor.store.utc import FastUTCDateTime
from tests.support.clock import NOON

SQLITE = create_engine("sqlite://").dialect
NAIVE = NOON.replace(tzinfo=None)
MOMENTS = st.datetimes(
    min_value=NAIVE.replace(year=2),
    max_value=NAIVE.replace(year=9998),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))]),
)


@given(st.none() | MOMENTS)
def test_moments_are_written_and_read_as_by_the_type_of_sqlmodel(moment: datetime | None) -> None:
    stored = write(UTCDateTime(), moment)
    assert write(FastUTCDateTime(), moment) == stored
    assert read(FastUTCDateTime(), stored) == read(UTCDateTime(), stored) == moment


def test_moments_are_utc_when_they_are_read() -> None:
    moment = read(FastUTCDateTime(), write(FastUTCDateTime(), NOON))
    assert moment
    assert moment.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a timezone"):
        write(FastUTCDateTime(), NAIVE)


def write(kind: TypeEngine[datetime], value: datetime | None) -> object:
    """Return what the driver is given."""
    processor = kind.dialect_impl(SQLITE).bind_processor(SQLITE)
    assert processor
    return processor(value)


def read(kind: TypeEngine[datetime], stored: object) -> datetime | None:
    """Return what is made of what the driver gives."""
    processor = kind.dialect_impl(SQLITE).result_processor(SQLITE, None)
    assert processor
    value: datetime | None = processor(stored)
    return value
