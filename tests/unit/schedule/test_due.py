from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import PublisherHints, Reason, Rhythm
from monitor.schedule import (
    LONGEST_RETRY_AFTER,
    LONGEST_WISH,
    START_GAP,
    Circumstances,
    first_polls,
    next_poll_at,
)
from tests.support.clock import NOON  # a Monday

QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ALL_DAY = frozenset(range(24))


def due(now: datetime = NOON, **given: Any) -> datetime:
    values: dict[str, Any] = {"poll_every": QUARTER, "reason": Reason.OK} | given
    return next_poll_at(now, Circumstances(**values))


def wait(**given: Any) -> timedelta:
    return due(**given) - NOON


@pytest.mark.parametrize("reason", [Reason.OK, Reason.NOT_MODIFIED, Reason.UNCHANGED])
def test_a_feed_that_answers_is_polled_at_its_interval(reason: Reason) -> None:
    assert wait(reason=reason) == QUARTER


def test_an_interval_below_a_minute_is_kept_when_the_configuration_says_so() -> None:
    assert wait(poll_every=timedelta(seconds=5)) == timedelta(seconds=5)


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 0.25), (2, 0.5), (3, 1), (7, 16), (8, 24), (9, 24), (1000, 24)]
)
def test_a_failing_feed_is_asked_ever_less_often_but_at_least_daily(failures: int, hours: float) -> None:
    assert wait(reason=Reason.TIMEOUT, failures=failures) == timedelta(hours=hours)


def test_failures_never_shorten_a_long_interval() -> None:
    assert wait(reason=Reason.CONNECT, failures=9, poll_every=7 * DAY) == 7 * DAY


@pytest.mark.parametrize("reason", [Reason.DNS, Reason.CONNECT])
@pytest.mark.parametrize(("failures", "minutes"), [(1, 1), (2, 2), (3, 4), (7, 64), (11, 1024), (12, 1440)])
def test_a_feed_never_reached_is_tried_again_soon_as_the_network_may_come_up_later(
    reason: Reason, failures: int, minutes: int
) -> None:
    assert wait(reason=reason, failures=failures, reached=False) == timedelta(minutes=minutes)


def test_a_feed_that_answers_with_an_error_is_not_hurried_although_it_never_worked() -> None:
    assert wait(reason=Reason.HTTP_CLIENT_ERROR, failures=1, reached=False) == QUARTER


@pytest.mark.parametrize(("failures", "hours"), [(1, 1), (2, 2), (5, 16), (6, 24), (50, 24)])
def test_a_server_that_forbids_us_is_left_alone_for_longer(failures: int, hours: int) -> None:
    assert wait(reason=Reason.FORBIDDEN, failures=failures) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        (timedelta(seconds=1), QUARTER),
        (3 * HOUR, 3 * HOUR),
        (6 * DAY, 6 * DAY),
        (999 * DAY, LONGEST_RETRY_AFTER),
    ],
)
@pytest.mark.parametrize("own", [False, True])
def test_retry_after_is_obeyed_by_every_feed_up_to_a_week(
    asked: timedelta, waited: timedelta, own: bool
) -> None:
    assert wait(reason=Reason.RATE_LIMITED, failures=1, retry_after=asked, own_interval=own) == waited


@pytest.mark.parametrize(
    ("fresh", "waited"), [(MINUTE, QUARTER), (HOUR, HOUR), (timedelta(days=365), LONGEST_WISH)]
)
@pytest.mark.parametrize("own", [False, True])
def test_an_answer_is_not_asked_for_again_while_fresh_but_at_least_daily(
    fresh: timedelta, waited: timedelta, own: bool
) -> None:
    assert wait(fresh_for=fresh, own_interval=own) == waited
    assert wait(fresh_for=fresh, reason=Reason.NOT_MODIFIED, own_interval=own) == waited


@pytest.mark.parametrize(("refresh", "waited"), [(MINUTE, QUARTER), (HOUR, HOUR), (365 * DAY, LONGEST_WISH)])
def test_a_document_that_says_when_it_changes_is_not_asked_before(
    refresh: timedelta, waited: timedelta
) -> None:
    assert wait(hints=PublisherHints(refresh=refresh)) == waited


def test_a_document_that_says_at_which_moments_it_changes_is_asked_after_the_next_one() -> None:
    hints = PublisherHints(refresh=2 * HOUR, base=datetime(2000, 1, 1, 1, tzinfo=UTC))
    assert wait(hints=hints) == HOUR  # noon: 11:00 is over, 13:00 is next
    assert due(NOON + 50 * MINUTE, hints=hints) == NOON + 65 * MINUTE
    later = PublisherHints(refresh=2 * HOUR, base=datetime(2100, 1, 1, 1, tzinfo=UTC))
    assert wait(hints=later) == HOUR


def test_an_interval_set_for_a_feed_counts_more_than_what_its_document_wishes() -> None:
    hints = PublisherHints(refresh=HOUR, skip_hours=frozenset({12}), skip_days=frozenset({0}))
    assert wait(hints=hints, own_interval=True) == QUARTER


def test_the_longest_wish_counts() -> None:
    assert wait(fresh_for=HOUR, hints=PublisherHints(refresh=2 * HOUR)) == 2 * HOUR
    assert wait(fresh_for=3 * HOUR, hints=PublisherHints(refresh=2 * HOUR)) == 3 * HOUR


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "hours", "days", "expected"),
    [
        (at(23, 12), {12}, set(), at(23, 13)),  # into the next hour
        (at(23, 12), {12, 13, 14}, set(), at(23, 15)),  # over several
        (at(23, 12), {13}, set(), at(23, 12, 15)),  # not skipped yet
        (at(23, 21, 50), {22, 23, 0, 1}, set(), at(24, 2)),  # over midnight
        (at(23, 12), set(), {0}, at(24, 0)),  # Monday
        (at(27, 23, 50), set(), {5, 6}, at(30, 0)),  # a weekend
        (at(23, 12), {0, 1}, {0}, at(24, 2)),  # a day, and the hours after it
        (at(23, 23, 50), {0, 23}, {1}, at(25, 1)),  # hours, a day, hours
        (at(23, 12), set(range(1, 24)), {1, 2, 3, 4, 5, 6}, at(30, 0)),  # one hour a week is left
        (at(23, 12), ALL_DAY, {0}, at(24, 0)),  # all hours: no hours
        (at(23, 12), {12}, set(range(7)), at(23, 13)),  # all days: no days
        (at(23, 12), ALL_DAY, set(range(7)), at(23, 12, 15)),
    ],
)
def test_polls_move_out_of_skipped_hours_and_days(
    now: datetime, hours: set[int], days: set[int], expected: datetime
) -> None:
    hints = PublisherHints(skip_hours=frozenset(hours), skip_days=frozenset(days))
    assert due(now, hints=hints) == expected


def test_polls_moved_out_of_skipped_time_do_not_come_all_at_once() -> None:
    hints = PublisherHints(skip_hours=frozenset({12}))
    moved = [due(hints=hints, jitter=jitter / 10) for jitter in range(10)]
    assert len(set(moved)) == 10
    assert at(23, 13) <= min(moved) < max(moved) < at(23, 13, 10)


def test_jitter_only_adds_and_at_most_a_tenth() -> None:
    assert wait(jitter=0.5) == QUARTER * 1.05
    assert QUARTER < wait(jitter=0.99) < QUARTER * 1.1


def test_a_feed_that_never_publishes_is_still_polled_within_four_intervals() -> None:
    silent = Rhythm(as_of=NOON, hours=1000.0)
    assert wait(adaptive=True, rhythm=silent, pace=1.0) == 4 * QUARTER


def test_a_feed_that_never_stops_is_not_polled_more_often_than_four_times_as_planned() -> None:
    busy = Rhythm(as_of=NOON, hours=1000.0, counts=(1000.0,) * 168)
    assert wait(adaptive=True, rhythm=busy, pace=9.0) == QUARTER / 4
    assert wait(adaptive=True, rhythm=busy, pace=9.0, poll_every=2 * MINUTE) == MINUTE


def test_a_feed_of_which_nothing_is_known_is_polled_as_planned() -> None:
    assert abs(wait(adaptive=True, rhythm=None, pace=3**0.5) - QUARTER) < timedelta(seconds=1)


def test_what_the_publisher_asks_holds_for_busy_feeds_too() -> None:
    busy = Rhythm(as_of=NOON, hours=1000.0, counts=(1000.0,) * 168)
    assert wait(adaptive=True, rhythm=busy, pace=9.0, fresh_for=HOUR) == HOUR


SPANS = st.timedeltas(timedelta(0), timedelta(days=400))


@given(
    asked=st.fixed_dictionaries({"retry_after": SPANS, "fresh_for": SPANS}),
    hints=st.builds(
        PublisherHints,
        refresh=SPANS,
        skip_hours=st.frozensets(st.integers(0, 23)),
        skip_days=st.frozensets(st.integers(0, 6)),
    ),
    reason=st.sampled_from(Reason),
    failures=st.integers(0, 10_000),
    jitter=st.floats(0, 1, exclude_max=True),
    start=st.timedeltas(timedelta(0), 8 * DAY),
)
def test_no_server_is_ever_asked_early_and_none_is_forgotten(
    asked: dict[str, timedelta],
    hints: PublisherHints,
    reason: Reason,
    failures: int,
    jitter: float,
    start: timedelta,
) -> None:
    now = NOON + start
    again = due(now, reason=reason, failures=failures, hints=hints, adaptive=True, jitter=jitter, **asked)
    wishes = [
        min(asked["retry_after"], 7 * DAY),
        min(asked["fresh_for"], DAY),
        min(hints.refresh or MINUTE, DAY),
    ]
    assert again >= now + max(MINUTE, *wishes)
    assert again.hour not in hints.skip_hours or len(hints.skip_hours) == 24
    assert again.weekday() not in hints.skip_days or len(hints.skip_days) == 7
    assert again <= now + 7 * DAY * 1.1 + 8 * DAY  # the longest pause, the longest skip


def test_new_feeds_start_apart_but_none_waits_beyond_its_interval() -> None:
    begun = first_polls(NOON, [MINUTE] * 1000)
    assert begun[:3] == (NOON, NOON + START_GAP, NOON + 2 * START_GAP)
    assert max(begun) == NOON + MINUTE
