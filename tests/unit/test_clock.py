"""A machine's clock that goes by another one."""

from datetime import timedelta

import pytest

from monitor.clock import SharedClock

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("off", [timedelta(minutes=5), -timedelta(minutes=5), 2 * SECOND])
def test_a_clock_that_differs_is_put_right(off: timedelta) -> None:
    clock = SharedClock()
    asked = clock.now()

    assert clock.agree(asked + off, asked, asked) == off
    assert abs(clock.now() - asked - off) < SECOND
    right = clock.now()
    assert clock.agree(right, right, right) == timedelta(0)


@pytest.mark.parametrize("off", [timedelta(0), timedelta(milliseconds=900), -timedelta(milliseconds=900)])
def test_a_clock_that_keeps_the_time_is_left_alone(off: timedelta) -> None:
    clock = SharedClock()
    asked = clock.now()

    assert clock.agree(asked + off, asked, asked) == timedelta(0)
    assert abs(clock.now() - asked) < SECOND / 2


def test_a_late_answer_says_nothing_against_a_clock() -> None:
    clock = SharedClock()
    asked = clock.now()

    assert clock.agree(asked + 10 * SECOND, asked, asked + 20 * SECOND) == timedelta(0)
