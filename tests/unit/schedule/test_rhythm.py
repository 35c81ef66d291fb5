"""What a schedule learns from a feed's history."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Reason, Rhythm
from monitor.schedule import Circumstances, learn, next_poll_at, weights

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PACE = 3**0.5


def lived(published: Sequence[datetime], until: datetime, *, every: timedelta = HOUR) -> Rhythm:
    """Return what is known at `until` of a feed that was polled from MONDAY on."""
    rhythm = learn(None, MONDAY, [], overlaps=False)
    now, left = MONDAY, sorted(published)
    while now < until:
        now += every
        new = [moment for moment in left if moment <= now]
        left = left[len(new) :]
        rhythm = learn(rhythm, now, new, overlaps=True) or rhythm
    assert rhythm is not None
    return rhythm


def wait(rhythm: Rhythm | None, now: datetime) -> timedelta:
    given = Circumstances(
        poll_every=QUARTER, adaptive=True, reason=Reason.OK, rhythm=rhythm, pace=PACE, jitter=0.0
    )
    return next_poll_at(now, given) - now


def every(gap: timedelta, start: datetime, end: datetime) -> list[datetime]:
    return [start + gap * number for number in range((end - start) // gap)]


def test_the_more_a_feed_publishes_the_more_often_it_is_polled() -> None:
    end = MONDAY + 7 * DAY
    gaps = (20 * MINUTE, HOUR, 4 * HOUR, 2 * DAY)
    waits = [wait(lived(every(gap, MONDAY, end), end), end) for gap in gaps]
    assert waits == sorted(waits)
    assert waits[0] < QUARTER / 1.5
    assert waits[-1] > 2 * QUARTER


def test_four_times_the_entries_take_twice_the_polls() -> None:
    end = MONDAY + 28 * DAY
    waits = [
        wait(lived(every(gap, MONDAY, end), end), end - MINUTE) / QUARTER for gap in (2 * HOUR, 30 * MINUTE)
    ]
    assert waits[0] / waits[1] == pytest.approx(2, rel=0.15)


def test_polls_follow_the_hours_in_which_a_feed_publishes() -> None:
    end = MONDAY + 21 * DAY
    working = [
        moment for moment in every(20 * MINUTE, MONDAY, end) if 9 <= moment.hour < 17 and moment.weekday() < 5
    ]
    rhythm = lived(working, end)
    at_work, at_night, on_sunday = (
        wait(rhythm, end + shift) for shift in (10 * HOUR, 2 * HOUR, 6 * DAY + 10 * HOUR)
    )
    assert at_work < QUARTER
    assert at_night > 2 * at_work
    assert on_sunday > 1.3 * at_work


def test_a_night_ends_in_time_for_the_morning() -> None:
    end = MONDAY + 21 * DAY
    rhythm = lived([at for at in every(10 * MINUTE, MONDAY, end) if 9 <= at.hour < 17], end)
    before = end + 9 * HOUR - 5 * MINUTE
    assert wait(rhythm, before) < wait(rhythm, end + 3 * HOUR) / 2


def test_a_burst_makes_polls_faster_and_passes() -> None:
    week = MONDAY + 7 * DAY
    usual = every(12 * HOUR, MONDAY, week)
    calm, stirred = lived(usual, week), lived([*usual, *every(5 * MINUTE, week - HOUR, week)], week)
    assert wait(stirred, week) < wait(calm, week) / 2
    assert wait(stirred, week + DAY) > wait(calm, week + DAY) * 0.8


def test_a_busy_feed_that_falls_silent_is_polled_less() -> None:
    week = MONDAY + 7 * DAY
    busy = lived(every(10 * MINUTE, MONDAY, week), week)
    assert wait(busy, week + 3 * HOUR) > 1.5 * wait(busy, week)


def test_entries_of_one_moment_are_no_burst() -> None:
    week = MONDAY + 7 * DAY
    usual = every(12 * HOUR, MONDAY, week)
    batch, one = lived([*usual, *[week] * 20], week), lived([*usual, week], week)
    assert (batch.recent, sum(batch.counts) > sum(one.counts)) == (one.recent, True)


def test_the_first_document_tells_of_the_past_by_its_dates() -> None:
    busy = learn(None, MONDAY, every(10 * MINUTE, MONDAY - 5 * HOUR, MONDAY), overlaps=False)
    idle = learn(None, MONDAY, every(3 * DAY, MONDAY - 30 * DAY, MONDAY), overlaps=False)
    assert wait(busy, MONDAY) < QUARTER < wait(idle, MONDAY)


@pytest.mark.parametrize(
    "dates",
    [
        [],
        [None] * 30,
        [MONDAY - HOUR] * 30,  # the time at which the document was made
        [MONDAY + DAY, MONDAY + 2 * DAY],  # to come
        [MONDAY - 400 * DAY, MONDAY - 500 * DAY],  # an archive
        [None, None, None, MONDAY - HOUR, MONDAY - 2 * HOUR],  # hardly any
    ],
    ids=["none", "absent", "all the same", "in the future", "too old", "too few"],
)
def test_dates_that_tell_nothing_leave_the_interval_as_planned(dates: list[datetime | None]) -> None:
    rhythm = learn(None, MONDAY, dates, overlaps=False)
    assert abs(wait(rhythm, MONDAY) - QUARTER) < MINUTE


def test_entries_without_sane_dates_count_from_when_they_were_seen() -> None:
    first = learn(None, MONDAY, [], overlaps=False)
    now = MONDAY + HOUR
    known = learn(first, now, [now - MINUTE], overlaps=True)
    assert known is not None
    for date in (None, now + 300 * DAY, now - 300 * DAY):
        guessed = learn(first, now, [date], overlaps=True)
        assert guessed is not None
        assert sum(guessed.counts) == pytest.approx(sum(known.counts), rel=0.01)


def test_after_a_long_pause_a_document_of_only_new_entries_does_not_make_its_feed_look_idle() -> None:
    week = MONDAY + 7 * DAY
    before = lived(every(20 * MINUTE, MONDAY, week), week)
    back = week + 21 * DAY
    after = learn(before, back, every(20 * MINUTE, back - 10 * HOUR, back), overlaps=False)
    assert wait(after, back) < QUARTER


def test_silence_is_learned_from_once_a_day_and_counts_all_the_same() -> None:
    week = MONDAY + 7 * DAY
    known = lived(every(HOUR, MONDAY, week), week)
    day_later = known.as_of + DAY
    assert learn(known, day_later - MINUTE, [], overlaps=True) is None
    later = learn(known, day_later, [], overlaps=True)
    assert later is not None
    assert wait(later, day_later) == wait(known, day_later)


def test_old_history_fades() -> None:
    week = MONDAY + 7 * DAY
    busy = lived(every(10 * MINUTE, MONDAY, week), week)
    gone_quiet = lived([], week)
    assert sum(weights(busy)) > 3 * sum(weights(gone_quiet))
    years = week + 365 * DAY
    faded = learn(busy, years, [], overlaps=True)
    assert faded is not None
    assert sum(faded.counts) < 1


@pytest.mark.parametrize("back", [12 * HOUR, 5000 * DAY])
@pytest.mark.parametrize("new", [[], [None]])
def test_a_clock_that_is_set_back_does_no_harm(back: timedelta, new: list[None]) -> None:
    known = lived(every(HOUR, MONDAY, MONDAY + DAY), MONDAY + DAY)
    now = MONDAY + DAY - back
    assert QUARTER / 4 <= wait(known, now) <= 4 * QUARTER
    learned = learn(known, now, new, overlaps=True) or known
    assert QUARTER / 4 <= wait(learned, now) <= 4 * QUARTER
    assert (learned.as_of > now + DAY) is False
