"""When is the feed due again? Pure functions of what is known when a poll ends.

`rhythm`: how often does the feed publish, and when? `pace`: how are the requests shared out by that?
`due`: interval, failures, what the publisher asks. `request`: what is asked then, and at which address?
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
    retry_until,
)
from monitor.schedule.pace import FASTEST, SLOWEST, balanced_pace
from monitor.schedule.request import after_failure, after_success, condition, moved_to
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
    "after_failure",
    "after_success",
    "balanced_pace",
    "condition",
    "first_polls",
    "learn",
    "moved_to",
    "next_poll_at",
    "retry_until",
    "weights",
]
