"""When the monitor does its work."""

from datetime import timedelta

from monitor.health import LONGEST_FAILING, hindered
from tests.support.clock import NOON

SECOND = timedelta(seconds=1)


def test_all_is_well_while_work_is_asked_for_and_channels_take_it() -> None:
    assert hindered([], {}, NOON) == ""
    assert hindered([], {"desk": NOON - LONGEST_FAILING}, NOON) == ""


def test_work_that_nobody_asks_for_and_channels_that_fail_for_long_are_named() -> None:
    long_ago = NOON - LONGEST_FAILING - SECOND
    assert hindered(["poll"], {"mail": long_ago, "desk": long_ago, "slack": NOON}, NOON) == (
        "nobody has asked for work to poll; the channel desk fails, and something waits for it; "
        "the channel mail fails, and something waits for it"
    )
