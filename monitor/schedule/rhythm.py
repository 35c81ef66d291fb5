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
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

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


class _Rates(dict[int, float]):
    """Entries an hour to expect, by hour of the week, after so much silence that `kept` of the history is left.

    A poll asks for few of them, so that each is found when asked for.
    """

    def __init__(self, rhythm: Rhythm, kept: float = 1.0) -> None:
        super().__init__()
        self._counts = rhythm.counts
        self._kept = kept
        self._hours = _watched(rhythm, kept)
        entries = sum(rhythm.counts) * kept
        self._mean = _estimate(entries, self._hours, _UNKNOWN_ENTRIES / _UNKNOWN_HOURS, _UNKNOWN_ENTRIES)

    def __missing__(self, hour: int) -> float:
        rate = self[hour] = (self._counts[hour] * self._kept + _WEEK_SHAPE) / self._spent_in(hour % 24)
        return rate

    def all(self) -> list[float]:
        """Return the rates of all hours of the week."""
        spent = [self._spent_in(hour) for hour in range(24)] * 7
        kept = self._kept
        return [
            (count * kept + _WEEK_SHAPE) / hours for count, hours in zip(self._counts, spent, strict=True)
        ]

    def _spent_in(self, hour: int) -> float:
        """Return for how long an hour of the day was watched on one day of the week, the prior's part included."""
        entries = sum(self._counts[hour::24]) * self._kept
        daily = _estimate(entries, self._hours / 24, self._mean, _DAY_SHAPE)
        return self._hours / HOURS_OF_WEEK + _WEEK_SHAPE / daily


def hour_of_week(at: datetime) -> int:
    """Return 0 for Monday from 0:00 to 0:59 UTC, up to 167."""
    return (at - _MONDAY) // _HOUR % HOURS_OF_WEEK


def rates_ahead(rhythm: Rhythm, now: datetime, step: float) -> Iterator[float]:
    """Yield the entries an hour to expect in each step of so many hours from `now` on, of a feed that was silent meanwhile.

    They are the rates, and at first `surge` times that. The surge fades, but not before the clock is where it was.
    """
    passed = max(_hours(now - rhythm.as_of), 0.0)
    recent, expected = _lately(rhythm, now, passed)
    surge = (recent + _BURST_SHAPE) / (expected + _BURST_SHAPE)
    rates = _Rates(rhythm, _kept(passed))
    begin = _hours(now - _MONDAY) % HOURS_OF_WEEK
    still = max(_hours(rhythm.as_of - now), 0.0)
    ahead = 0.0
    while True:
        middle = ahead + step / 2
        fading = math.exp((still - middle) / _RECENT) if middle > still else 1.0
        yield rates[int(begin + middle) % HOURS_OF_WEEK] * (1 + (surge - 1) * fading)
        ahead += step


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
    kept = _kept(passed)
    recent, expected = _lately(rhythm, now, passed)
    return Rhythm(
        as_of=now,
        hours=_watched(rhythm, kept),
        counts=tuple([count * kept for count in rhythm.counts]),
        recent=recent,
        expected=expected,
    )


def _kept(passed: float) -> float:
    """Return which part of the history is left after so many hours of silence."""
    return math.exp(-passed / _MEMORY)


def _watched(rhythm: Rhythm, kept: float) -> float:
    return rhythm.hours * kept + _MEMORY * (1 - kept)


def _lately(rhythm: Rhythm, now: datetime, passed: float) -> tuple[float, float]:
    """Return how many events count as recent after `passed` hours of silence until `now`, and how many were to be expected."""
    finish = _hours(now - _MONDAY) % HOURS_OF_WEEK
    begin = finish - min(passed, 10 * _RECENT)
    first = math.floor(begin)
    # A moment's weight as a recent one grows towards `finish`; by as much as it does so within an hour, that hour counts.
    edges = [begin, *range(first + 1, math.ceil(finish)), finish]
    shares = [
        newer - older for older, newer in pairwise(math.exp((edge - finish) / _RECENT) for edge in edges)
    ]
    rates = _Rates(rhythm)
    expected = _RECENT * sum(
        [rates[hour % HOURS_OF_WEEK] * share for hour, share in enumerate(shares, first)]
    )
    fresh = math.exp(-passed / _RECENT)
    return rhythm.recent * fresh, rhythm.expected * fresh + expected


def _estimate(events: float, hours: float, mean: float, shape: float) -> float:
    return (events + shape) / (hours + shape / mean)


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600  # a quotient of spans takes four times as long
