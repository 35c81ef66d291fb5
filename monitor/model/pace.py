"""What is known of a feed that decides how often it is polled."""

from dataclasses import dataclass
from datetime import datetime, timedelta

HOURS_OF_WEEK = 168


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherHints:
    """What a document asks of those who poll it.

    `refresh` is how long it stays current (ttl, or sy:updatePeriod / sy:updateFrequency); with a `base` it
    changes at that moment and every `refresh` from there. In `skip_hours` (0 to 23, GMT) and on `skip_days`
    (0 is Monday) it isn't to be fetched.
    """

    refresh: timedelta | None = None
    base: datetime | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


NO_HINTS = PublisherHints()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a feed has published so far; older history counts ever less (`monitor.schedule.rhythm`).

    `counts` holds entries by hour of the week (UTC, Monday 0:00 first), `hours` for how many hours in all
    the feed was watched. `recent` counts the events of the last hours, `expected` how many the counts had
    foretold for them. All of it is as of `as_of`.
    """

    as_of: datetime
    hours: float = 0.0
    counts: tuple[float, ...] = (0.0,) * HOURS_OF_WEEK
    recent: float = 0.0
    expected: float = 0.0
