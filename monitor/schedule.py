"""When is the feed due again?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model import Reason

LONGEST_BACKOFF = timedelta(days=1)
# A server that asks for more than this has made a mistake, or would silence the feed for good.
LONGEST_RETRY_AFTER = timedelta(days=7)
# New feeds start this far apart, so that a long list doesn't hit the network in one second.
START_GAP = timedelta(milliseconds=100)


def next_poll_at(
    now: datetime,
    *,
    poll_every: timedelta,
    reason: Reason,
    failures: int,
    retry_after: timedelta | None,
    jitter: float,
) -> datetime:
    """Return when to poll a feed next.

    `failures` counts the polls that failed in a row, this one included; `jitter` is a random number
    in [0, 1). After a success the wait is `poll_every`; after failures it doubles each time up to a
    day, and is never shorter than the server asked for. A feed is never given up. Jitter only adds:
    up to a tenth, so that no server is asked early and feeds don't march in step.
    """
    wait = poll_every
    if not reason.is_success:
        wait = max(poll_every, min(poll_every * (1 << min(failures - 1, 20)), LONGEST_BACKOFF))
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_RETRY_AFTER))
    return now + wait * (1 + jitter / 10)


def first_polls(now: datetime, poll_every: Sequence[timedelta]) -> tuple[datetime, ...]:
    """Return when each new feed is polled for the first time: in order, START_GAP apart.

    `poll_every` holds one interval a feed; no feed waits longer than its own, however long the list.
    """
    return tuple(now + min(START_GAP * place, every) for place, every in enumerate(poll_every))
