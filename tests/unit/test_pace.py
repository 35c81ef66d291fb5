"""How many messages a channel may be told, and when."""

from datetime import datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import pace
from monitor.model import ChannelPace
from tests.support.clock import NOON

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)

limits = st.integers(1, 100)
pauses = st.lists(st.one_of(st.just(timedelta(0)), st.timedeltas(timedelta(0), 2 * HOUR)), max_size=60)


def told(limit: int, moments: list[datetime]) -> list[datetime]:
    """Return when messages go that are asked for at these moments, each as soon as it may."""
    state, gone = ChannelPace(), list[datetime]()
    for moment in moments:
        now = pace.free_at(state, limit, max([moment, *gone[-1:]]))
        state = pace.spent(state, limit, now)
        gone.append(now)
    return gone


@pytest.mark.parametrize(
    ("limit", "minutes"),
    [
        (1, [0, 60, 120]),
        (2, [0, 30, 60, 90]),
        (3, [0, 0, 30, 60]),
        (5, [0, 0, 0, 20, 40, 60]),
        (30, [0] * 15 + [3.75]),
    ],
)
def test_half_go_at_once_and_the_others_one_by_one(limit: int, minutes: list[float]) -> None:
    assert told(limit, [NOON] * len(minutes)) == [NOON + timedelta(minutes=each) for each in minutes]


@given(limits, pauses)
def test_no_hour_has_more_than_its_limit(limit: int, pauses: list[timedelta]) -> None:
    gone = told(limit, [NOON + passed for passed in accumulate(pauses)])

    for first in gone:
        assert sum(first <= each < first + HOUR for each in gone) <= limit


@given(limits)
def test_every_hour_has_its_limit_when_enough_is_waiting(limit: int) -> None:
    gone = told(limit, [NOON] * 3 * limit)

    assert sum(each < NOON + HOUR for each in gone) == limit


@given(limits, pauses)
def test_as_many_as_there_is_room_for_go_at_once_and_no_more(limit: int, pauses: list[timedelta]) -> None:
    state, now = ChannelPace(), NOON
    for pause in pauses:
        now += pause
        left = pace.room(state, limit, now)
        assert left is not None
        assert (left > 0) is (pace.free_at(state, limit, now) == now)
        if left:
            state = pace.spent(state, limit, now)
            assert pace.room(state, limit, now) == left - 1


@given(limits, st.timedeltas(timedelta(0), 3 * HOUR))
def test_what_may_go_at_a_moment_may_not_go_just_before(limit: int, after: timedelta) -> None:
    state = ChannelPace(full_at=NOON + after)
    free = pace.free_at(state, limit, NOON)

    assert pace.room(state, limit, free)
    assert free == NOON or pace.room(state, limit, free - timedelta(microseconds=1)) == 0


def test_without_a_limit_there_is_room_for_all() -> None:
    assert pace.room(ChannelPace(), None, NOON) is None
    assert pace.spent(ChannelPace(failures=2), None, NOON) == ChannelPace(failures=2)
    assert pace.free_at(ChannelPace(full_at=NOON + HOUR), None, NOON) == NOON


@pytest.mark.parametrize("limit", [None, 5])
def test_a_channel_that_rests_is_told_nothing(limit: int | None) -> None:
    resting = ChannelPace(rest_until=NOON + SECOND)

    assert pace.room(resting, limit, NOON) == 0
    assert pace.free_at(resting, limit, NOON) == NOON + SECOND
    assert pace.room(resting, limit, NOON + SECOND) != 0


def test_a_rest_outlasts_the_limit_or_the_limit_the_rest() -> None:
    spent = pace.spent(ChannelPace(rest_until=NOON + SECOND), 1, NOON)

    assert pace.free_at(spent, 1, NOON) == NOON + HOUR
    assert (
        pace.free_at(ChannelPace(rest_until=NOON + 2 * HOUR, full_at=spent.full_at), 1, NOON)
        == NOON + 2 * HOUR
    )
