"""How are the requests shared out between feeds and hours?

An entry that appears between two polls waits half an interval on average. With rate r(t) and u(t) polls an
hour the entries wait integral of r / 2u in all; for a given number of polls, integral of u, that is least
where the derivative is the same everywhere: r / u^2 constant (Lagrange), so u goes with the square root of
r. The same holds over feeds. (Cho and Garcia-Molina, "Effective page refresh policies for Web crawlers",
ACM TODS 28(4), 2003, ask the same question of pages that change.)

So a feed is polled `pace * sqrt(rate)` times as often as `poll_every` says, within bounds: no feed starves,
no server is pressed. `pace` is one number for all feeds, chosen so that the mean over them is 1: as many
requests as if each were polled every `poll_every`.
"""

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model import Rhythm
from monitor.schedule.rhythm import rates_ahead, weights

SLOWEST, FASTEST = 0.25, 4.0

_HALVINGS = 40
_SMALLEST = 1e-6
_STEPS = 8  # in an interval: finer than what is known of the rates


def balanced_pace(weights: Sequence[float]) -> float:
    """Return the pace that gives feeds of these `weights` (`rhythm.weights`, all in one) the polls planned.

    There is one: the mean of the bounded parts grows with the pace, from SLOWEST to FASTEST.
    """
    ordered = sorted(weights)
    sums = [0.0, *itertools.accumulate(ordered)]
    low, high = 0.0, FASTEST / max(min(ordered, default=FASTEST), _SMALLEST)
    for _ in range(_HALVINGS):
        pace = (low + high) / 2
        slow, fast = bisect_left(ordered, SLOWEST / pace), bisect_right(ordered, FASTEST / pace)
        within = pace * (sums[fast] - sums[slow])
        spent = slow * SLOWEST + within + (len(ordered) - fast) * FASTEST
        low, high = (pace, high) if spent <= len(ordered) else (low, pace)
    return low


def adapted_wait(now: datetime, poll_every: timedelta, rhythm: Rhythm | None, pace: float) -> timedelta:
    """Return the wait in which the polls due, at `pace`, add up to one."""
    if rhythm is None:
        return poll_every / _bounded(pace * weights(None)[0])
    step = poll_every.total_seconds() / 3600 / _STEPS
    due, wait = 0.0, 0.0
    for rate in rates_ahead(rhythm, now, step):
        added = _bounded(pace * math.sqrt(rate))
        if due + added >= _STEPS:
            break
        due += added
        wait += step
    return timedelta(hours=wait + step * ((_STEPS - due) / added))


def _bounded(factor: float) -> float:
    if factor < SLOWEST:
        return SLOWEST
    if factor > FASTEST:
        return FASTEST
    return factor
