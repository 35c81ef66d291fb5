"""How often does the feed publish now? Learned from its own history.

Entries are counted by hour of the week (UTC). The estimate of a rate from few events is that of a Poisson
process whose rate has a gamma prior (Gelman et al., Bayesian Data Analysis, 2.6): with n events in t hours
and a prior of mean m and shape a it is (n + a) / (t + a / m). It is applied in three steps, each the prior
of the next, so that thin data fall back on what is better known:

    all hours of the week together -> each hour of the day -> each hour of the week

History loses half of its weight in four weeks. News comes in bursts (a self-exciting process: Hawkes, 1971),
so the same estimate is made once more for the last hours, with the learned rate as the prior: its quotient
is above 1 while a burst is on and below 1 while a busy feed sleeps, and tends to 1 again.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.model import HOURS_OF_WEEK, Rhythm

_HOUR = timedelta(hours=1)
_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)

# Hours in which what was learned, and what is recent, loses the part 1/e of its weight.
_MEMORY = 28 * 24 / math.log(2)
_RECENT = 2.0
# A feed of which nothing is known counts as one with an entry in three hours, for as long as three hours.
_UNKNOWN_ENTRIES, _UNKNOWN_HOURS = 1.0, 3.0
# Shapes of the priors: how many entries an hour of the day, an hour of the week, a burst must show to count
# as much as what was expected.
_DAY_SHAPE, _WEEK_SHAPE, _BURST_SHAPE = 2.0, 4.0, 0.7
# How far back the dates of a document are taken for history.
_HISTORY = timedelta(weeks=8)
# A date may lag behind: a publisher's own delay. Older ones say nothing about when the entry appeared.
_LATE = timedelta(days=1)
# Entries of one minute are one event of a burst: a batch is no reason to expect more.
_EVENT = timedelta(minutes=1)
# How many numbers tell how unevenly a feed's rate is spread over the week; a divisor of its hours.
_WEIGHTS = 8
# What is learned from silence is kept until there is so much of it.
_SILENCE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Profile:
    """Entries an hour to expect, for each hour of the week, and `surge` times that at `as_of`."""

    as_of: datetime
    rates: tuple[float, ...]
    surge: float

    def rate(self, at: datetime) -> float:
        """Return the entries an hour to expect at `at`."""
        fading = math.exp(-max(_hours(at - self.as_of), 0.0) / _RECENT)
        return self.rates[hour_of_week(at)] * (1 + (self.surge - 1) * fading)


def hour_of_week(at: datetime) -> int:
    """Return 0 for Monday from 0:00 to 0:59 UTC, up to 167."""
    return (at - _MONDAY) // _HOUR % HOURS_OF_WEEK


def profile(rhythm: Rhythm, now: datetime) -> Profile:
    """Return what to expect from `now` on, of a feed that was silent since `rhythm.as_of`."""
    rhythm = _advanced(rhythm, max(now, rhythm.as_of))
    surge = (rhythm.recent + _BURST_SHAPE) / (rhythm.expected + _BURST_SHAPE)
    return Profile(rhythm.as_of, _rates(rhythm), surge)


def weights(rhythm: Rhythm | None) -> tuple[float, ...]:
    """Return the feed's claim on requests: the root of its rate in each eighth of the week's hours, sorted."""
    if rhythm is None:
        return (math.sqrt(_UNKNOWN_ENTRIES / _UNKNOWN_HOURS),) * _WEIGHTS
    roots = sorted(map(math.sqrt, _rates(rhythm)))
    size = HOURS_OF_WEEK // _WEIGHTS
    return tuple(math.fsum(roots[start : start + size]) / size for start in range(0, HOURS_OF_WEEK, size))


def learn(
    rhythm: Rhythm | None, now: datetime, new: Sequence[datetime | None], *, overlaps: bool
) -> Rhythm | None:
    """Return what is known after a successful poll at `now` that brought new entries dated `new`.

    `overlaps`: the document held known entries too. One that didn't, such as the first, may have lost
    others, so it tells only of the time back to its oldest entry. None: nothing is to be stored; a poll
    without news is learned from the next time, at the latest after a day.
    """
    if rhythm is not None and rhythm.as_of > now + _SILENCE:
        rhythm = None  # learned under a clock that has been set right since
    if rhythm is not None and not new and now - rhythm.as_of < _SILENCE:
        return None
    dates = sorted(date for date in new if date is not None and now - _HISTORY <= date <= now)
    if not overlaps and len(set(dates)) > 1 and 2 * len(dates) >= len(new):
        oldest, *later = dates
        start = oldest if rhythm is None else max(oldest, rhythm.as_of)
        begun = replace(rhythm or Rhythm(as_of=start), as_of=start)
        return _counted(begun, now, [date for date in later if date >= start])
    if rhythm is None:
        return Rhythm(as_of=now)
    earliest = rhythm.as_of - _LATE
    return _counted(rhythm, now, [date if date and earliest <= date <= now else now for date in new])


def _counted(rhythm: Rhythm, now: datetime, moments: Sequence[datetime]) -> Rhythm:
    rhythm = _advanced(rhythm, max(now, rhythm.as_of))
    counts = list(rhythm.counts)
    for moment in moments:
        counts[hour_of_week(moment)] += math.exp(-_hours(now - moment) / _MEMORY)
    events = {(now - moment) // _EVENT for moment in moments}
    recent = math.fsum(math.exp(-event * (_EVENT / _HOUR) / _RECENT) for event in events)
    return replace(rhythm, counts=tuple(counts), recent=rhythm.recent + recent)


def _advanced(rhythm: Rhythm, now: datetime) -> Rhythm:
    """Return `rhythm` after silence until `now`."""
    passed = _hours(now - rhythm.as_of)
    if passed <= 0:
        return rhythm
    kept, fresh = math.exp(-passed / _MEMORY), math.exp(-passed / _RECENT)
    rates = _rates(rhythm)
    expected = math.fsum(rates[hour] * share for hour, share in _recent_hours(rhythm.as_of, now))
    return Rhythm(
        as_of=now,
        hours=rhythm.hours * kept + _MEMORY * (1 - kept),
        counts=tuple([count * kept for count in rhythm.counts]),
        recent=rhythm.recent * fresh,
        expected=rhythm.expected * fresh + expected,
    )


def _recent_hours(start: datetime, end: datetime) -> Iterator[tuple[int, float]]:
    """Yield each hour of the week between `start` and `end` with its hours of weight as recent ones."""
    begin = max(start, end - timedelta(hours=10 * _RECENT))
    while begin < end:
        until = min(end, begin + _HOUR - (begin - _MONDAY) % _HOUR)
        older, newer = _hours(end - begin), _hours(end - until)
        yield hour_of_week(begin), _RECENT * (math.exp(-newer / _RECENT) - math.exp(-older / _RECENT))
        begin = until


def _rates(rhythm: Rhythm) -> tuple[float, ...]:
    # Every poll asks for all hours: the loop over them is a plain one.
    mean = _estimate(
        math.fsum(rhythm.counts), rhythm.hours, _UNKNOWN_ENTRIES / _UNKNOWN_HOURS, _UNKNOWN_ENTRIES
    )
    daily = [
        _estimate(math.fsum(rhythm.counts[hour::24]), rhythm.hours / 24, mean, _DAY_SHAPE)
        for hour in range(24)
    ]
    watched = rhythm.hours / HOURS_OF_WEEK
    hours = [watched + _WEEK_SHAPE / rate for rate in daily] * 7
    return tuple([(count + _WEEK_SHAPE) / hour for count, hour in zip(rhythm.counts, hours, strict=True)])


def _estimate(events: float, hours: float, mean: float, shape: float) -> float:
    return (events + shape) / (hours + shape / mean)


def _hours(span: timedelta) -> float:
    return span / _HOUR
