"""Which hours are those that were named, and until when."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert.windows import active_until, is_active
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


NIGHT = Window(ALL, time(22), time(7))
MORNING = Window(ALL, time(7), time(8))
ALWAYS = Window(ALL, time(0), time(0))


def until(windows: Sequence[Window], now: str, zone: tzinfo = UTC) -> str | None:
    """Return when the hours end that `now` lies in, in `zone`."""
    end = active_until(windows, datetime.fromisoformat(now), zone)
    return end.astimezone(zone).isoformat(timespec="minutes") if end else None


@pytest.mark.parametrize(
    ("windows", "now", "end"),
    [
        ([NIGHT], "2026-11-23T21:59:59Z", None),
        ([NIGHT], "2026-11-23T22:00:00Z", "2026-11-24T07:00+00:00"),
        ([NIGHT], "2026-11-24T06:59:59.999Z", "2026-11-24T07:00+00:00"),
        ([NIGHT], "2026-11-24T07:00:00Z", None),
        ([MORNING, NIGHT], "2026-11-23T23:00:00Z", "2026-11-24T08:00+00:00"),
        ([NIGHT, WORK], "2026-11-23T23:00:00Z", "2026-11-24T19:00+00:00"),
        ([DAYLONG, NIGHT], "2026-11-28T22:30:00Z", "2026-11-30T07:00+00:00"),  # Saturday night and all Sunday
        ([], "2026-11-23T23:00:00Z", None),
    ],
)
def test_hours_last_until_no_window_goes_on(windows: list[Window], now: str, end: str | None) -> None:
    assert until(windows, now) == end


def test_hours_without_an_end_are_looked_at_again_after_a_week() -> None:
    assert until([ALWAYS], "2026-11-23T12:34:00Z") == "2026-11-30T12:34+00:00"


@pytest.mark.parametrize(
    ("start", "end", "now", "expected"),
    [
        ("22:00", "07:00", "2026-03-28T22:00Z", "2026-03-29T07:00+02:00"),
        ("22:00", "02:30", "2026-03-28T22:00Z", "2026-03-29T03:00+02:00"),  # there is no 02:30
        ("02:30", "07:00", "2026-03-29T01:00Z", "2026-03-29T07:00+02:00"),  # which is 03:00
        ("22:00", "07:00", "2026-10-24T22:00Z", "2026-10-25T07:00+01:00"),
        ("22:00", "02:30", "2026-10-24T22:00Z", "2026-10-25T02:30+02:00"),
        ("22:00", "02:30", "2026-10-25T01:10Z", "2026-10-25T02:30+01:00"),  # and once more
        ("02:30", "07:00", "2026-10-25T01:30Z", "2026-10-25T07:00+01:00"),
    ],
)
def test_hours_end_by_the_clock_on_the_wall(start: str, end: str, now: str, expected: str) -> None:
    window = Window(ALL, time.fromisoformat(start), time.fromisoformat(end))

    assert until([window], now, BERLIN) == expected


hours = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
some_windows = st.lists(
    st.builds(Window, st.frozensets(st.integers(0, 6), min_size=1), hours, hours), min_size=1, max_size=3
)


@given(
    some_windows, st.sampled_from(["2026-03-28T12:34:56Z", "2026-10-24T12:34:56Z"]), st.integers(0, 36 * 60)
)
def test_hours_end_at_the_first_minute_that_is_in_none_of_them(
    windows: list[Window], day: str, minutes: int
) -> None:
    now = datetime.fromisoformat(day) + timedelta(minutes=minutes)
    end = active_until(windows, now, BERLIN)

    assert (end is not None) is is_active(windows, now, BERLIN)
    if end is not None and end - now < timedelta(days=2):
        assert not is_active(windows, end, BERLIN)
        length = (end - now) // timedelta(minutes=1)
        assert all(is_active(windows, now + timedelta(minutes=each), BERLIN) for each in range(length + 1))
