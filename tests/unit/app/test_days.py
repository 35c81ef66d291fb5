"""Days as the reader counts them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from monitor.app.days import last_days

BERLIN = ZoneInfo("Europe/Berlin")


def test_days_begin_at_midnight_where_the_reader_lives() -> None:
    days = last_days(2, datetime(2026, 11, 23, 23, 30, tzinfo=UTC), BERLIN)
    assert days.dates == (date(2026, 11, 23), date(2026, 11, 24))
    assert days.midnights == [datetime(2026, 11, day, 23, 0, tzinfo=UTC) for day in (22, 23, 24)]
    assert days.since == days.midnights[0]
    assert days.labels == ["Mon 23 Nov", "Tue 24 Nov"]


def test_the_day_on_which_clocks_go_back_is_one_day() -> None:
    days = last_days(3, datetime(2026, 10, 26, 12, 0, tzinfo=UTC), BERLIN)
    hours = [(ended - began) / timedelta(hours=1) for began, ended in pairwise(days.midnights)]
    assert hours == [24, 25, 24]
