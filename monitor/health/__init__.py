"""How do a feed and the monitor itself do, and who is told of it?"""

from monitor.health.activity import (
    SHORTEST_SILENCE,
    USUAL_PER_DAY,
    learn,
    most_at_once,
    per_day,
    state_of,
)
from monitor.health.pulse import LONGEST_FAILING, hindered
from monitor.health.review import review
from monitor.health.runs import follow

__all__ = [
    "LONGEST_FAILING",
    "SHORTEST_SILENCE",
    "USUAL_PER_DAY",
    "follow",
    "hindered",
    "learn",
    "most_at_once",
    "per_day",
    "review",
    "state_of",
]
