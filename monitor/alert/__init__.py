"""What becomes of a match: may it alert, whom to tell, and in which words."""

from monitor.alert.excerpt import Excerpt, excerpt, tidy
from monitor.alert.inhibit import hopeful, inhibited
from monitor.alert.plan import deliveries, may_alert, plan
from monitor.alert.render import NEWS, render, spoken_time
from monitor.alert.story import Reported, retold, telling
from monitor.alert.windows import is_active

__all__ = [
    "NEWS",
    "Excerpt",
    "Reported",
    "deliveries",
    "excerpt",
    "hopeful",
    "inhibited",
    "is_active",
    "may_alert",
    "plan",
    "render",
    "retold",
    "spoken_time",
    "telling",
    "tidy",
]
