"""What becomes of a match: may it alert, whom to tell, and in which words."""

from monitor.alert.excerpt import Excerpt, excerpt
from monitor.alert.plan import may_alert, plan
from monitor.alert.render import render

__all__ = ["Excerpt", "excerpt", "may_alert", "plan", "render"]
