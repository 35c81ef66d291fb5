"""Rules."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException

from monitor.app.desk import Desk
from monitor.app.rules import RuleDetail, RuleView, rule_detail, rule_views
from monitor.web.api.operation import Listed, Operation, Parameter
from monitor.web.asked import Asked

NO_RULE = (404, "No rule of the configuration has this name.")


def operations(desk: Desk) -> Sequence[Operation]:
    """Return what can be asked of rules."""

    def rules(asked: Asked) -> Listed[RuleView]:
        asked.check()
        return Listed(tuple(rule_views(desk.settings, desk.reader, desk.now())))

    def rule(asked: Asked) -> RuleDetail:
        name = asked.text("name") or ""
        asked.check()
        found = rule_detail(desk.settings, desk.reader, desk.now(), name)
        if found is None:
            raise HTTPException(*NO_RULE)
        return found

    return [
        Operation(
            path="/rules",
            name="listRules",
            summary="The configured rules, with what each matched on the last 14 days, the oldest day first.",
            tag="rules",
            run=rules,
            answer=Listed[RuleView],
        ),
        Operation(
            path="/rules/show",
            name="showRule",
            summary="One rule, as it is written, with its tests and its last alerts.",
            tag="rules",
            run=rule,
            answer=RuleDetail,
            parameters=(Parameter("name", "The name of the rule."),),
            failures=(NO_RULE,),
        ),
    ]
