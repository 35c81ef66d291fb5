"""Days as the reader counts them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.web.days import last_days

BERLIN = ZoneInfo("Europe/Berlin")


def test_days_begin_at_midnight_where_the_reader_lives() -> None:
    days = last_days(2, datetime(2026, 11, 23, 23, 30, tzinfo=UTC), BERLIN)
    assert days.dates == (date(2026, 11, 23), date(2026, 11, 24))
    assert days.since == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert days.labels == ["Mon 23 Nov", "Tue 24 Nov"]
    moments = [days.since - timedelta(seconds=1), days.since, datetime(2026, 11, 23, 23, 0, tzinfo=UTC)]
    assert days.count(moments) == [1, 1]


def test_the_day_on_which_clocks_go_back_is_one_day() -> None:
    days = last_days(3, datetime(2026, 10, 26, 12, 0, tzinfo=UTC), BERLIN)
    began, ended = datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
    hours = [began + timedelta(hours=hour) for hour in range(25)]
    assert hours[-1] + timedelta(hours=1) == ended
    assert days.count(hours) == [0, 25, 0]
