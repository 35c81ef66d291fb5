"""What becomes of a match: may it alert, whom to tell, and in which words."""

from monitor.alert.digest import next_digest
from monitor.alert.excerpt import Excerpt, excerpt, tidy
from monitor.alert.inhibit import hopeful, inhibited
from monitor.alert.owner import alive, configured, stood_in, stranded, undelivered
from monitor.alert.plan import deliveries, may_alert, plan
from monitor.alert.render import NEWS, render, spoken_time
from monitor.alert.settle import bundles, settle
from monitor.alert.silence import hushed
from monitor.alert.story import Reported, retold, telling
from monitor.alert.windows import is_active

__all__ = [
    "NEWS",
    "Excerpt",
    "Reported",
    "alive",
    "bundles",
    "configured",
    "deliveries",
    "excerpt",
    "hopeful",
    "hushed",
    "inhibited",
    "is_active",
    "may_alert",
    "next_digest",
    "plan",
    "render",
    "retold",
    "settle",
    "spoken_time",
    "stood_in",
    "stranded",
    "telling",
    "tidy",
    "undelivered",
]
