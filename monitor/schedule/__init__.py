"""When is the feed due again? Pure functions of what is known when a poll ends.

`rhythm`: how often does the feed publish, and when? `pace`: how are the requests shared out by that?
`due`: interval, failures, what the publisher asks.
"""

from monitor.schedule.due import (
    LONGEST_BACKOFF,
    LONGEST_RETRY_AFTER,
    LONGEST_WISH,
    SHORTEST,
    START_GAP,
    Circumstances,
    first_polls,
    next_poll_at,
)
from monitor.schedule.pace import FASTEST, SLOWEST, balanced_pace
from monitor.schedule.rhythm import learn, weights

__all__ = [
    "FASTEST",
    "LONGEST_BACKOFF",
    "LONGEST_RETRY_AFTER",
    "LONGEST_WISH",
    "SHORTEST",
    "SLOWEST",
    "START_GAP",
    "Circumstances",
    "balanced_pace",
    "first_polls",
    "learn",
    "next_poll_at",
    "weights",
]
