"""When digests go, and which cron expressions are none."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert.digest import check_cron, next_digest

BERLIN = ZoneInfo("Europe/Berlin")  # summer time begins on 2026-03-29 and ends on 2026-10-25, both Sundays


def digests(cron: str, after: str, number: int = 2) -> list[str]:
    """Return the next digests after a moment, as the clock in Berlin shows them."""
    moment, found = datetime.fromisoformat(after), []
    for _ in range(number):
        moment = next_digest(cron, moment, BERLIN)
        found.append(moment.astimezone(BERLIN).isoformat(timespec="minutes"))
    return found


def test_a_digest_goes_by_the_clock_of_the_zone() -> None:
    assert digests("0 8 * * 1-5", "2026-11-20T07:00Z") == ["2026-11-23T08:00+01:00", "2026-11-24T08:00+01:00"]
    assert digests("0 8 * * 1-5", "2026-11-20T06:59:59.999Z", 1) == ["2026-11-20T08:00+01:00"]
    assert next_digest("30 17 * * *", datetime(2026, 11, 20, tzinfo=UTC), UTC) == datetime(
        2026, 11, 20, 17, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("0 8 * * *", "2026-03-28T12:00Z", ["2026-03-29T08:00+02:00", "2026-03-30T08:00+02:00"]),
        ("0 8 * * *", "2026-10-24T12:00Z", ["2026-10-25T08:00+01:00", "2026-10-26T08:00+01:00"]),
        # There is no 02:30, and then there are two.
        ("30 2 * * *", "2026-03-28T12:00Z", ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]),
        ("30 2 * * *", "2026-10-24T12:00Z", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
        ("30 2 * * *", "2026-10-25T00:30Z", ["2026-10-26T02:30+01:00", "2026-10-27T02:30+01:00"]),
        ("30 2 * * *", "2026-10-25T01:10Z", ["2026-10-26T02:30+01:00", "2026-10-27T02:30+01:00"]),
        ("0 * * * *", "2026-10-25T00:00Z", ["2026-10-25T02:00+01:00", "2026-10-25T03:00+01:00"]),
    ],
)
def test_no_digest_is_left_out_or_comes_twice_when_the_clock_is_changed(
    cron: str, after: str, expected: list[str]
) -> None:
    assert digests(cron, after) == expected


@pytest.mark.parametrize(
    "text", ["0 8 * * 1-5", "*/30 7-19 * * mon-fri", "0 18 L * *", "0 9 * * 1#1", "0 0 29 2 *"]
)
def test_cron_expressions_may_say_all_that_cron_knows(text: str) -> None:
    check_cron(text)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("", "is no cron expression of five fields"),
        ("daily", "is no cron expression of five fields"),
        ("@daily", "is no cron expression of five fields"),
        ("0 0 8 * * *", "is no cron expression of five fields"),
        ("60 8 * * *", "has no such minute"),
        ("0 24 * * *", "has no such hour"),
        ("0 8 * * someday", "has no such day-of-week"),
        ("0 8 31 2 *", "has no such day-of-month"),
        ("0 8 */20 * 1L", "names a day that never comes"),
    ],
)
def test_a_mistake_says_what_is_wrong_and_what_to_write(text: str, trouble: str) -> None:
    with pytest.raises(ValueError, match=f'^{trouble}; write minute, .* such as "0 8 '):
        check_cron(text)


part = st.text("0123456789*/,-#LWmonjan", min_size=1, max_size=6)
written = st.one_of(st.text(), st.tuples(part, part, part, part, part).map(" ".join))
minutes = st.integers(0, 4 * 366 * 24 * 60)


@given(written, minutes)
def test_what_passes_the_check_has_a_next_time(text: str, minute: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    with suppress(ValueError):
        check_cron(text)
        assert next_digest(text, moment, BERLIN) > moment
