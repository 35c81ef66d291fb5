"""What rules find, by rule."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter

from monitor.metrics.names import Names
from monitor.model import Match, Withheld


class Rules:
    """Matches and alerts by rule, and why matches tell nobody."""

    def __init__(self, registry: CollectorRegistry, names: Names) -> None:
        self._names = names
        self._matches = Counter(
            "news_monitor_rule_matches", "Entries for which a rule holds.", ["rule"], registry=registry
        )
        self._telling = Counter(
            "news_monitor_rule_alerts", "Alerts of which a rule is a reason.", ["rule"], registry=registry
        )
        withheld = Counter(
            "news_monitor_withheld_matches", "Matches that tell nobody, by why.", ["why"], registry=registry
        )
        self._withheld = {why: withheld.labels(why.value) for why in Withheld}
        self._alerts = Counter("news_monitor_alerts", "Alerts that were made.", registry=registry)
        names.tell_apart(self._matches)
        names.tell_apart(self._telling)

    def __call__(self, matches: Iterable[Match], alerts: int) -> None:
        """Count the matches of new or changed entries, and their alerts."""
        self._alerts.inc(alerts)
        for match in matches:
            label = self._names.label(match.rule)
            self._matches.labels(label).inc()
            if match.withheld is None:
                self._telling.labels(label).inc()
            else:
                self._withheld[match.withheld].inc()
