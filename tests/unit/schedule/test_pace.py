from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Rhythm
from monitor.schedule import FASTEST, SLOWEST, balanced_pace, weights
from monitor.schedule.pace import adapted_wait
from tests.support.clock import NOON


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=200))
def test_the_mean_over_all_feeds_is_the_interval_that_was_configured(claims: list[float]) -> None:
    pace = balanced_pace(claims)
    spent = [min(max(pace * claim, SLOWEST), FASTEST) for claim in claims]
    assert sum(spent) / len(spent) == pytest.approx(1, rel=1e-3)


def test_no_feeds_need_no_pace() -> None:
    assert balanced_pace([]) > 0


def test_a_single_feed_takes_its_own_interval_on_average() -> None:
    steady = Rhythm(as_of=NOON, hours=2000.0, counts=(30.0,) * 168)
    wait = adapted_wait(NOON, timedelta(minutes=15), steady, balanced_pace(weights(steady)))
    assert wait / timedelta(minutes=15) == pytest.approx(1, rel=0.05)
