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
_WEEK = timedelta(weeks=1)
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


class _Rates:
    """Entries an hour to expect, by hour of the week. A poll asks for few of them, so that each is found when asked for."""

    def __init__(self, rhythm: Rhythm) -> None:
        self._counts = rhythm.counts
        self._hours = rhythm.hours
        self._mean = _estimate(
            sum(rhythm.counts), rhythm.hours, _UNKNOWN_ENTRIES / _UNKNOWN_HOURS, _UNKNOWN_ENTRIES
        )
        self._spent: dict[int, float] = {}

    def __getitem__(self, hour: int) -> float:
        day_hour = hour % 24
        if day_hour not in self._spent:
            self._spent[day_hour] = self._spent_in(day_hour)
        return (self._counts[hour] + _WEEK_SHAPE) / self._spent[day_hour]

    def all(self) -> list[float]:
        """Return the rates of all hours of the week."""
        spent = [self._spent_in(hour) for hour in range(24)] * 7
        return [(count + _WEEK_SHAPE) / hours for count, hours in zip(self._counts, spent, strict=True)]

    def _spent_in(self, hour: int) -> float:
        """Return for how long an hour of the day was watched on one day of the week, the prior's part included."""
        daily = _estimate(sum(self._counts[hour::24]), self._hours / 24, self._mean, _DAY_SHAPE)
        return self._hours / HOURS_OF_WEEK + _WEEK_SHAPE / daily


@dataclass(frozen=True, slots=True)
class Profile:
    """What to expect from a moment on, which is `begin` hours into the week: the rates, and at first `surge` times that.

    The surge begins to fade `still` hours later.
    """

    rates: _Rates
    surge: float
    begin: float
    still: float

    def rate(self, ahead: float) -> float:
        """Return the entries an hour to expect so many hours ahead."""
        fading = math.exp(-max(ahead - self.still, 0.0) / _RECENT)
        return self.rates[int(self.begin + ahead) % HOURS_OF_WEEK] * (1 + (self.surge - 1) * fading)


def hour_of_week(at: datetime) -> int:
    """Return 0 for Monday from 0:00 to 0:59 UTC, up to 167."""
    return (at - _MONDAY) // _HOUR % HOURS_OF_WEEK


def profile(rhythm: Rhythm, now: datetime) -> Profile:
    """Return what to expect from `now` on, of a feed that was silent since `rhythm.as_of`."""
    rhythm = _advanced(rhythm, max(now, rhythm.as_of))
    surge = (rhythm.recent + _BURST_SHAPE) / (rhythm.expected + _BURST_SHAPE)
    begin = _hours((now - _MONDAY) % _WEEK)
    return Profile(_Rates(rhythm), surge, begin, still=_hours(rhythm.as_of - now))


def weights(rhythm: Rhythm | None) -> tuple[float, ...]:
    """Return the feed's claim on requests: the root of its rate in each eighth of the week's hours, sorted."""
    if rhythm is None:
        return (math.sqrt(_UNKNOWN_ENTRIES / _UNKNOWN_HOURS),) * _WEIGHTS
    roots = sorted(map(math.sqrt, _Rates(rhythm).all()))
    size = HOURS_OF_WEEK // _WEIGHTS
    return tuple(sum(roots[start : start + size]) / size for start in range(0, HOURS_OF_WEEK, size))


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
    rates = _Rates(rhythm)
    expected = sum(rates[hour] * share for hour, share in _recent_hours(now, passed))
    return Rhythm(
        as_of=now,
        hours=rhythm.hours * kept + _MEMORY * (1 - kept),
        counts=tuple([count * kept for count in rhythm.counts]),
        recent=rhythm.recent * fresh,
        expected=rhythm.expected * fresh + expected,
    )


def _recent_hours(end: datetime, passed: float) -> Iterator[tuple[int, float]]:
    """Yield each hour of the week within the `passed` hours before `end` with its hours of weight as recent ones."""
    finish = _hours((end - _MONDAY) % _WEEK)
    begin = finish - min(passed, 10 * _RECENT)
    older = math.exp((begin - finish) / _RECENT)
    for hour in range(math.floor(begin), math.ceil(finish)):
        newer = math.exp(min(hour + 1 - finish, 0.0) / _RECENT)
        yield hour % HOURS_OF_WEEK, _RECENT * (newer - older)
        older = newer


def _estimate(events: float, hours: float, mean: float, shape: float) -> float:
    return (events + shape) / (hours + shape / mean)


def _hours(span: timedelta) -> float:
    return span / _HOUR
