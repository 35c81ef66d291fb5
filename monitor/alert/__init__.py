"""What becomes of a match: may it alert, whom to tell, and in which words."""

from monitor.alert.excerpt import Excerpt, excerpt, tidy
from monitor.alert.plan import may_alert, plan
from monitor.alert.render import render, spoken_time

__all__ = ["Excerpt", "excerpt", "may_alert", "plan", "render", "spoken_time", "tidy"]
