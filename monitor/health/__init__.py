"""How does a feed do, and what is its owner told of it?"""

from monitor.health.activity import learn, most_at_once, per_day, state_of
from monitor.health.review import review
from monitor.health.runs import follow

__all__ = ["follow", "learn", "most_at_once", "per_day", "review", "state_of"]
