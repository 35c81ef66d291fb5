"""How often has a feed something new, and is it silent for longer than that explains?

A feed is stale when it usually has an entry a day or more and then, though it answers, nothing for longer
than all of: three days, six times its usual gap, twice its longest silence of late. The last keeps quiet
about weekends, holidays and weekly batches; the allowance is never more than 60 days.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce

from monitor.model import Activity, FeedState, Reason

_DAY = timedelta(days=1)

# History loses half of its weight in this time.
_HALF_LIFE = timedelta(weeks=4)
_MEMORY = _HALF_LIFE / _DAY / math.log(2)
# Days of history, weighed so, before anything counts as usual: about a week.
_ENOUGH_DAYS = 6.0
# No feed is stale that usually has less, or has been silent for less long.
USUAL_PER_DAY = 1.0
SHORTEST_SILENCE = timedelta(days=3)
_LONGEST_SILENCE = timedelta(days=60)
_USUAL_GAPS = 6
_LONGEST_GAPS = 2
# So many new entries at once are nothing out of the ordinary in any feed, nor so many times what its rate explains.
_ALWAYS = 20
_USUAL_TIMES = 4
_LEAST_DAYS = 0.5


def learn(known: Activity | None, now: datetime, dates: Sequence[datetime | None]) -> Activity:
    """Return what is known after a poll at `now` that brought new entries with these dates.

    Those of a first document tell how the feed was before, unless most of them have none.
    """
    if known is not None:
        return _appeared(known, now, len(dates))
    dated = sorted(date for date in dates if date is not None and date <= now)
    if not dated or 2 * len(dated) < len(dates):
        return Activity(last_new_at=now)
    first = Activity(last_new_at=dated[0])
    return reduce(lambda so_far, date: _appeared(so_far, date, 1), dated[1:], first)


def per_day(activity: Activity | None) -> float | None:
    """Return how many entries a day are usual, None when that isn't known yet."""
    if activity is None or activity.days < _ENOUGH_DAYS:
        return None
    return activity.entries / activity.days


def most_at_once(activity: Activity | None, now: datetime) -> float:
    """Return how many new entries one poll may bring without being out of the ordinary."""
    rate = per_day(activity)
    if activity is None or rate is None:
        return math.inf
    days = max((now - activity.last_new_at) / _DAY, _LEAST_DAYS)
    return _ALWAYS + _USUAL_TIMES * rate * days


def state_of(reason: Reason | None, succeeded_at: datetime | None, activity: Activity | None) -> FeedState:
    """Return how a feed does, by the last poll's `reason` and the last success.

    Only what a poll has found counts, never that time has passed: after a night in which the monitor was
    off, no feed is stale before it was asked.
    """
    if reason is None:
        return FeedState.NEW
    if reason is Reason.GONE:
        return FeedState.GONE
    if not reason.is_success:
        return FeedState.FAILING
    if activity and succeeded_at and succeeded_at - activity.last_new_at > _allowed(activity):
        return FeedState.STALE
    return FeedState.OK


def _allowed(activity: Activity) -> timedelta:
    rate = per_day(activity)
    if rate is None or rate < USUAL_PER_DAY:
        return timedelta.max
    usual = max(SHORTEST_SILENCE, _USUAL_GAPS * _DAY / rate, _LONGEST_GAPS * activity.longest)
    return min(usual, _LONGEST_SILENCE)


def _appeared(known: Activity, at: datetime, entries: int) -> Activity:
    gap = max(at - known.last_new_at, timedelta(0))
    kept = 0.5 ** (gap / _HALF_LIFE)
    return Activity(
        last_new_at=max(at, known.last_new_at),
        entries=known.entries * kept + entries,
        days=known.days * kept + _MEMORY * (1 - kept),
        longest=max(known.longest * kept, gap),
    )
