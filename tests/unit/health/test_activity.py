"""What is usual for a feed, and when its silence is not."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from monitor import health
from monitor.model import Activity, FeedState, Reason
from tests.support.clock import NOON

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def watched(gaps: Iterable[timedelta], entries: int = 1) -> Activity:
    """Return what is known after polls with news, this far apart, the last of them at noon."""
    gaps = list(gaps)
    moment = NOON - sum(gaps, timedelta(0))
    known = health.learn(None, moment, [None] * entries)
    for gap in gaps:
        moment += gap
        known = health.learn(known, moment, [None] * entries)
    return known


def state(known: Activity, silence: timedelta, reason: Reason = Reason.NOT_MODIFIED) -> FeedState:
    return health.state_of(reason, NOON + silence, known)


@pytest.mark.parametrize(
    ("gaps", "longest_silence"),
    [
        ([HOUR] * 24 * 14, 3 * DAY),  # always
        ([DAY / 2] * 28, 3 * DAY),
        ([DAY] * 28, 6 * DAY),
        ([DAY, DAY, DAY, DAY, 3 * DAY] * 4, None),  # working days, one a day: 5 in 7 days is less than daily
        ([DAY / 2] * 8 + [3 * DAY] + [DAY / 2] * 8, 5.4 * DAY),  # rested at the weekend
        ([DAY / 2] * 8 + [10 * DAY] + [DAY / 2] * 28, 14 * DAY),  # was on holiday, half forgotten
        ([7 * DAY] * 8, None),
        ([40 * DAY] * 3, None),
        ([DAY / 4] * 8, None),  # two days are too short to know
    ],
)
def test_a_feed_is_stale_when_silent_for_far_longer_than_usual(
    gaps: list[timedelta], longest_silence: timedelta | None
) -> None:
    known = watched(gaps)
    if longest_silence is None:
        assert state(known, 365 * DAY) is FeedState.OK
    else:
        assert state(known, longest_silence * 0.93) is FeedState.OK
        assert state(known, longest_silence * 1.07) is FeedState.STALE


def test_a_weekly_batch_is_not_taken_for_a_daily_feed() -> None:
    known = watched([7 * DAY] * 8, entries=20)
    assert health.per_day(known) == pytest.approx(20 / 7, rel=0.1)
    assert state(known, 13 * DAY) is FeedState.OK
    assert state(known, 15 * DAY) is FeedState.STALE


def test_the_longest_allowance_is_sixty_days() -> None:
    known = watched([50 * DAY, *[HOUR] * 200])
    assert state(known, 59 * DAY) is FeedState.OK
    assert state(known, 61 * DAY) is FeedState.STALE


def test_silence_does_not_become_usual() -> None:
    known = watched([DAY / 2] * 56)
    assert all(state(known, days * DAY) is FeedState.STALE for days in range(4, 700))


def test_only_what_a_poll_has_found_counts() -> None:
    known = watched([HOUR] * 24 * 14)
    assert health.state_of(Reason.OK, NOON + HOUR, known) is FeedState.OK  # whatever time it is now
    assert health.state_of(None, None, None) is FeedState.NEW
    assert health.state_of(Reason.OK, NOON, None) is FeedState.OK
    assert state(known, 10 * DAY, Reason.TIMEOUT) is FeedState.FAILING
    assert state(known, 10 * DAY, Reason.GONE) is FeedState.GONE


def test_the_dates_of_a_first_document_tell_how_the_feed_was_before() -> None:
    dates: list[datetime | None] = [NOON - n * DAY / 3 for n in range(5, 60)]
    known = health.learn(None, NOON, dates)
    assert known.last_new_at == dates[0]
    assert health.per_day(known) == pytest.approx(3, rel=0.02)


@pytest.mark.parametrize(
    "dates",
    [[None] * 5, [NOON - DAY, None, None], [NOON + DAY], [NOON]],
    ids=["none", "few", "future", "now"],
)
def test_without_dates_the_watch_begins_at_the_first_poll(dates: list[datetime | None]) -> None:
    known = health.learn(None, NOON, dates)
    assert known == Activity(last_new_at=NOON)
    assert health.per_day(known) is None


def test_the_rate_follows_a_feed_that_changes() -> None:
    busy = watched([HOUR] * 24 * 28)
    assert health.per_day(busy) == pytest.approx(24, rel=0.02)
    known, moment = busy, NOON
    for _ in range(84):
        moment += DAY
        known = health.learn(known, moment, [None])
    assert health.per_day(known) == pytest.approx(1 + 23 / 8 / (1 + 1 / 8), rel=0.5)


def test_a_clock_that_goes_back_breaks_nothing() -> None:
    known = health.learn(watched([DAY] * 28), NOON - DAY, [None])
    assert known.last_new_at == NOON
