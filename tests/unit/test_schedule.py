from datetime import timedelta

import pytest

from monitor.model import Reason
from monitor.schedule import LONGEST_RETRY_AFTER, START_GAP, first_polls, next_poll_at
from tests.support.clock import NOON

QUARTER = timedelta(minutes=15)


def wait(
    reason: Reason,
    *,
    failures: int = 0,
    retry_after: timedelta | None = None,
    jitter: float = 0.0,
    poll_every: timedelta = QUARTER,
) -> timedelta:
    due = next_poll_at(
        NOON,
        poll_every=poll_every,
        reason=reason,
        failures=failures,
        retry_after=retry_after,
        jitter=jitter,
    )
    return due - NOON


@pytest.mark.parametrize("reason", [Reason.OK, Reason.NOT_MODIFIED, Reason.UNCHANGED])
def test_a_feed_that_answers_is_polled_at_its_interval(reason: Reason) -> None:
    assert wait(reason) == QUARTER


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 0.25), (2, 0.5), (3, 1), (7, 16), (8, 24), (9, 24), (1000, 24)]
)
def test_a_failing_feed_is_asked_ever_less_often_but_at_least_daily(failures: int, hours: float) -> None:
    assert wait(Reason.CONNECT, failures=failures) == timedelta(hours=hours)


def test_failures_never_shorten_a_long_interval() -> None:
    weekly = timedelta(days=7)
    assert wait(Reason.CONNECT, failures=9, poll_every=weekly) == weekly


def test_retry_after_is_obeyed_when_longer_and_capped_when_absurd() -> None:
    assert wait(Reason.RATE_LIMITED, failures=1, retry_after=timedelta(hours=3)) == timedelta(hours=3)
    assert wait(Reason.RATE_LIMITED, failures=1, retry_after=timedelta(seconds=1)) == QUARTER
    assert wait(Reason.RATE_LIMITED, failures=1, retry_after=timedelta(days=999)) == LONGEST_RETRY_AFTER


def test_jitter_only_adds_and_at_most_a_tenth() -> None:
    assert wait(Reason.OK, jitter=0.5) == QUARTER * 1.05
    assert QUARTER < wait(Reason.OK, jitter=0.99) < QUARTER * 1.1


def test_jitter_does_not_ask_before_retry_after() -> None:
    asked = timedelta(hours=2)
    assert wait(Reason.RATE_LIMITED, failures=1, retry_after=asked, jitter=0.3) > asked


def test_new_feeds_start_apart_but_none_waits_beyond_its_interval() -> None:
    minute = timedelta(minutes=1)
    due = first_polls(NOON, [minute] * 1000)
    assert due[:3] == (NOON, NOON + START_GAP, NOON + 2 * START_GAP)
    assert max(due) == NOON + minute
