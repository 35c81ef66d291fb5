from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.moments import between, spoken
from tests.support.clock import NOON


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(0), "now"),
        (timedelta(milliseconds=-900), "now"),
        (timedelta(seconds=-1), "1 s ago"),
        (timedelta(seconds=-59), "59 s ago"),
        (timedelta(seconds=61), "in 1 min"),
        (timedelta(minutes=14, seconds=50), "in 15 min"),
        (timedelta(minutes=-125), "2 h ago"),
        (timedelta(hours=30), "in 1 d"),
        (timedelta(days=-3), "2026-11-20 13:00"),
        (timedelta(days=200), "2027-06-11 14:00"),
    ],
)
def test_a_time_is_told_by_its_distance_and_far_ones_by_the_date_in_the_readers_zone(
    away: timedelta, words: str
) -> None:
    assert spoken(NOON + away, NOON, ZoneInfo("Europe/Berlin")) == words


def test_what_has_not_happened_is_never() -> None:
    assert spoken(None, NOON, ZoneInfo("UTC")) == "never"


@pytest.mark.parametrize(
    ("began", "lasted", "words"),
    [
        (timedelta(0), timedelta(0), "Nov 23 13:00"),
        (timedelta(0), timedelta(seconds=59), "Nov 23 13:00"),
        (timedelta(0), timedelta(hours=3), "Nov 23 13:00 - 16:00"),
        (timedelta(0), timedelta(hours=11), "Nov 23 13:00 - Nov 24 00:00"),
        (timedelta(days=-365), timedelta(hours=3), "Nov 23 2025 13:00 - 16:00"),
        (timedelta(days=-365), timedelta(days=364), "Nov 23 2025 13:00 - Nov 22 13:00"),
    ],
)
def test_a_span_is_told_with_what_its_end_does_not_share_with_its_begin(
    began: timedelta, lasted: timedelta, words: str
) -> None:
    start = NOON + began
    assert between(start, start + lasted, NOON, ZoneInfo("Europe/Berlin")) == words
