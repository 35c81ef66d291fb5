"""Rules."""

from collections.abc import Sequence

from monitor.app.desk import Desk
from monitor.app.rules import RuleView, rule_views
from monitor.web.api.operation import Listed, Operation
from monitor.web.asked import Asked
from monitor.web.days import last_days

_DAYS = 14


def operations(desk: Desk) -> Sequence[Operation]:
    """Return what can be asked of rules."""

    def rules(asked: Asked) -> Listed[RuleView]:
        asked.check()
        since = last_days(_DAYS, desk.now(), desk.settings.timezone).since
        return Listed(tuple(rule_views(desk.settings, desk.reader, since, _DAYS)))

    return [
        Operation(
            path="/rules",
            name="listRules",
            summary="The configured rules, with what each matched on the last 14 days, the oldest day first.",
            tag="rules",
            run=rules,
            answer=Listed[RuleView],
        )
    ]
