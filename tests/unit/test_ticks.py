"""When the daemon does again what it does again and again."""

from datetime import UTC, datetime, timedelta

from monitor.daemon import Every

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_first_time_is_an_interval_after_the_start() -> None:
    assert Every(MINUTE).get_next_fire_time(None, NOW) == NOW + MINUTE


def test_what_begins_at_once_goes_on_by_its_interval() -> None:
    every = Every(MINUTE, at_once=True)
    assert every.get_next_fire_time(None, NOW) == NOW
    assert every.get_next_fire_time(NOW, NOW) == NOW + MINUTE


def test_times_that_a_clock_put_forward_has_left_out_are_not_caught_up() -> None:
    assert Every(MINUTE).get_next_fire_time(NOW, NOW + 60 * MINUTE) == NOW + 61 * MINUTE
