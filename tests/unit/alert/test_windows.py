"""In which hours a rule alerts."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.alert.windows import is_active
from monitor.model import Window

BERLIN = ZoneInfo("Europe/Berlin")  # summer time begins on 2026-03-29 and ends on 2026-10-25, both Sundays
ALL = frozenset(range(7))
WORK = Window(frozenset(range(5)), time(7), time(19))
NIGHTS = Window(frozenset({5, 6}), time(22), time(6))  # of Saturday and Sunday
DAYLONG = Window(frozenset({6}), time(0), time(0))


@pytest.mark.parametrize(
    ("window", "moment", "active"),
    [
        (WORK, "Mon 06:59", False),
        (WORK, "Mon 07:00", True),
        (WORK, "Fri 18:59", True),
        (WORK, "Fri 19:00", False),
        (WORK, "Sat 12:00", False),
        (NIGHTS, "Sat 21:59", False),
        (NIGHTS, "Sat 22:00", True),
        (NIGHTS, "Sun 05:59", True),
        (NIGHTS, "Sun 06:00", False),
        (NIGHTS, "Sun 22:00", True),
        (NIGHTS, "Mon 05:59", True),  # the night belongs to the day on which it begins
        (NIGHTS, "Sat 05:59", False),
        (DAYLONG, "Sun 00:00", True),
        (DAYLONG, "Sun 23:59", True),
        (DAYLONG, "Mon 00:00", False),
        (DAYLONG, "Sat 23:59", False),
    ],
)
def test_a_window_has_days_and_hours(window: Window, moment: str, active: bool) -> None:
    day, hour = moment.split()
    date = 23 + ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].index(day)
    now = datetime.fromisoformat(f"2026-11-{date}T{hour}:00+00:00")

    assert is_active([window], now, UTC) is active


@pytest.mark.parametrize(
    ("start", "end", "moment", "active"),
    [
        # 01:59 is followed by 03:00
        ("02:15", "02:45", "2026-03-29T00:59:59Z", False),
        ("02:15", "02:45", "2026-03-29T01:00Z", False),
        ("02:30", "04:00", "2026-03-29T01:00Z", True),
        ("02:30", "04:00", "2026-03-29T01:59:59Z", True),
        ("02:30", "04:00", "2026-03-29T02:00Z", False),
        ("22:00", "06:00", "2026-03-29T03:59:59Z", True),
        ("22:00", "06:00", "2026-03-29T04:00Z", False),
        # 02:59 is followed by 02:00
        ("02:15", "02:45", "2026-10-25T00:30Z", True),
        ("02:15", "02:45", "2026-10-25T00:50Z", False),
        ("02:15", "02:45", "2026-10-25T01:30Z", True),
        ("02:15", "02:45", "2026-10-25T01:45Z", False),
        ("22:00", "06:00", "2026-10-25T04:59:59Z", True),
        ("22:00", "06:00", "2026-10-25T05:00Z", False),
    ],
)
def test_the_clock_on_the_wall_counts_when_summer_time_begins_and_ends(
    start: str, end: str, moment: str, active: bool
) -> None:
    window = Window(ALL, time.fromisoformat(start), time.fromisoformat(end))

    assert is_active([window], datetime.fromisoformat(moment), BERLIN) is active


def test_the_day_is_that_of_the_zone() -> None:
    sunday_evening = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    monday = Window(frozenset({0}), time(0), time(1))

    assert is_active([monday], sunday_evening, BERLIN)
    assert not is_active([monday], sunday_evening, UTC)


def test_one_window_of_several_is_enough_and_without_any_it_is_always_active() -> None:
    morning = datetime(2026, 11, 23, 8, tzinfo=UTC)

    assert is_active([NIGHTS, WORK], morning, UTC)
    assert not is_active([NIGHTS, DAYLONG], morning, UTC)
    assert all(is_active([], morning + timedelta(hours=hours), UTC) for hours in range(24 * 7))
