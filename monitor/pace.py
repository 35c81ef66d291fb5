"""May a channel be told now, and of how much?

`max_per_hour` is a bucket, kept as one time (GCRA, the generic cell rate algorithm of ITU-T I.371, annex A; ADR 0011).
Of N messages half, rounded up, may go at once, and one more after each step of 1 h / (N - half + 1). So no hour has
more than N, and after a burst the next waits for a step alone.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import ChannelPace

_HOUR = timedelta(hours=1)


def room(pace: ChannelPace, limit: int | None, now: datetime) -> int | None:
    """Return how many messages may go now, None for any number; none may while the channel rests."""
    if pace.rest_until is not None and now < pace.rest_until:
        return 0
    if limit is None:
        return None
    return max(0, (_slack(limit) - _ahead(pace, now)) // _step(limit) + 1)


def free_at(pace: ChannelPace, limit: int | None, now: datetime) -> datetime:
    """Return when the next message may go: `now`, or later."""
    times = [now, pace.rest_until or now]
    if limit is not None and pace.full_at is not None:
        times.append(pace.full_at - _slack(limit))
    return max(times)


def spent(pace: ChannelPace, limit: int | None, now: datetime) -> ChannelPace:
    """Return the pace of a channel that has been told one message."""
    if limit is None:
        return pace
    return replace(pace, full_at=now + _ahead(pace, now) + _step(limit))


def _ahead(pace: ChannelPace, now: datetime) -> timedelta:
    """Return how far the messages so far reach into the future, had they gone one each step."""
    return max(timedelta(0), pace.full_at - now) if pace.full_at is not None else timedelta(0)


def _slack(limit: int) -> timedelta:
    """Return how far they may."""
    return _step(limit) * (_burst(limit) - 1)


def _step(limit: int) -> timedelta:
    # Rounded up: a microsecond less, many times over, would let one more into the hour.
    return -(-_HOUR // (limit - _burst(limit) + 1))


def _burst(limit: int) -> int:
    return (limit + 1) // 2
