"""When is the feed due again?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.model import NO_HINTS, PublisherHints, Reason, Rhythm
from monitor.schedule.pace import adapted_wait

LONGEST_BACKOFF = timedelta(days=1)
# A server that asks for more than this has made a mistake, or would silence the feed for good.
LONGEST_RETRY_AFTER = timedelta(days=7)
LONGEST_WISH = timedelta(days=1)
# No feed is polled more often than this, unless the configuration says so.
SHORTEST = timedelta(minutes=1)
# New feeds start this far apart, so that a long list doesn't hit the network in one second.
START_GAP = timedelta(milliseconds=100)
# The first wait of a feed that has never been reached: the machine may have come up before its network.
_NO_NETWORK_YET = timedelta(minutes=1)
# The first wait of a feed that refuses us: asking again soon looks like breaking in.
_REFUSED = timedelta(hours=1)
# Feeds that are all moved to the end of the same skipped time don't start in the same second.
_SPREAD = timedelta(minutes=10)

_NOTHING = timedelta(0)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """All that decides when a feed is due, at the end of a poll.

    `own_interval`: `poll_every` was set for this feed, so what its document wishes (`hints`) doesn't count.
    `adaptive`: `poll_every` is an average, shared out by `rhythm` and `pace` (`monitor.schedule.pace`).
    `failures` counts the polls that failed in a row, this one included; `reached`: one has succeeded
    before. `retry_after` and `fresh_for` are what the answer's headers asked. `jitter` is a random number
    in [0, 1).
    """

    poll_every: timedelta
    own_interval: bool = False
    adaptive: bool = False
    reason: Reason
    failures: int = 0
    reached: bool = True
    retry_after: timedelta | None = None
    fresh_for: timedelta | None = None
    hints: PublisherHints = NO_HINTS
    rhythm: Rhythm | None = None
    pace: float = 1.0
    jitter: float = 0.0


def next_poll_at(now: datetime, given: Circumstances) -> datetime:
    """Return when to poll a feed next. A feed is never given up; one that is gone isn't asked about here.

    The wait is that of the interval, or after failures twice as long each time, up to a day. What the
    publisher asks only makes it longer: freshness and hints up to a day, Retry-After up to a week, skipped
    hours and days as they are. Jitter only adds, up to a tenth: no server is asked early, and feeds don't
    march in step.
    """
    wished = given.fresh_for or _NOTHING
    if not given.own_interval:
        wished = max(wished, _until_refreshed(now, given.hints))
    asked = min(given.retry_after or _NOTHING, LONGEST_RETRY_AFTER)
    wait = max(_own_wait(now, given), min(SHORTEST, given.poll_every), min(wished, LONGEST_WISH), asked)
    due = now + wait * (1 + given.jitter / 10)
    return due if given.own_interval else _out_of_skipped(due, given.hints, given.jitter)


def retry_until(now: datetime, retry_after: timedelta | None) -> datetime | None:
    """Return until when a server doesn't want to be asked."""
    return None if retry_after is None else now + min(retry_after, LONGEST_RETRY_AFTER)


def first_polls(now: datetime, poll_every: Sequence[timedelta]) -> tuple[datetime, ...]:
    """Return when each new feed is polled for the first time: in order, START_GAP apart.

    `poll_every` holds one interval a feed; no feed waits longer than its own, however long the list.
    """
    return tuple(now + min(START_GAP * place, every) for place, every in enumerate(poll_every))


def _until_refreshed(now: datetime, hints: PublisherHints) -> timedelta:
    if hints.refresh is None or hints.base is None:
        return hints.refresh or _NOTHING
    return hints.refresh - (now - hints.base) % hints.refresh


def _own_wait(now: datetime, given: Circumstances) -> timedelta:
    if not given.reason.is_success:
        return _backoff(given)
    if given.adaptive:
        return adapted_wait(now, given.poll_every, given.rhythm, given.pace)
    return given.poll_every


def _backoff(given: Circumstances) -> timedelta:
    doubled = 1 << min(max(given.failures, 1) - 1, 20)
    ordinary = max(given.poll_every, min(given.poll_every * doubled, LONGEST_BACKOFF))
    if given.reason is Reason.FORBIDDEN:
        return max(ordinary, min(_REFUSED * doubled, LONGEST_BACKOFF))
    if not given.reached and given.reason in (Reason.DNS, Reason.CONNECT):
        return min(ordinary, _NO_NETWORK_YET * doubled)
    return ordinary


def _out_of_skipped(due: datetime, hints: PublisherHints, jitter: float) -> datetime:
    """Return the first moment from `due` on that isn't skipped. Who skips everything skips nothing."""
    hours = hints.skip_hours if len(hints.skip_hours) < 24 else frozenset[int]()
    days = hints.skip_days if len(hints.skip_days) < 7 else frozenset[int]()
    if not (hours or days):
        return due
    allowed = due.astimezone(UTC)
    while allowed.weekday() in days or allowed.hour in hours:
        unit = _DAY if allowed.weekday() in days else _HOUR
        begun = allowed.replace(minute=0, second=0, microsecond=0)
        allowed = (begun.replace(hour=0) if unit is _DAY else begun) + unit
    return due if allowed == due else allowed + _SPREAD * jitter
