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
from monitor.health.told import detail_of, is_polled, is_unwell
from monitor.health.workers import NOBODY, SILENT, is_there, lacks_polls, what_is_amiss

__all__ = [
    "LONGEST_FAILING",
    "NOBODY",
    "SHORTEST_SILENCE",
    "SILENT",
    "USUAL_PER_DAY",
    "detail_of",
    "follow",
    "hindered",
    "is_polled",
    "is_there",
    "is_unwell",
    "lacks_polls",
    "learn",
    "most_at_once",
    "per_day",
    "review",
    "state_of",
    "what_is_amiss",
]
