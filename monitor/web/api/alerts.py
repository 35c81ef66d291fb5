"""Alerts."""

from collections.abc import Sequence

from monitor.app.desk import Desk
from monitor.model import AlertWish, ListedAlert
from monitor.web.api.operation import BEFORE, LIMIT, SINCE, UNTIL, Listed, Operation, Parameter
from monitor.web.asked import Asked

_USUAL, _MOST = 50, 500


def operations(desk: Desk) -> Sequence[Operation]:
    """Return what can be asked of alerts."""

    def alerts(asked: Asked) -> Listed[ListedAlert]:
        now = desk.now()
        wish = AlertWish(
            rule=asked.text("rule"),
            since=asked.moment("since", now),
            until=asked.moment("until", now),
            before=asked.number("before"),
            limit=asked.number("limit", _MOST) or _USUAL,
        )
        asked.check()
        found, more = desk.reader.alerts(wish)
        return Listed(tuple(found), more)

    return [
        Operation(
            path="/alerts",
            name="listAlerts",
            summary="The alerts, the newest first.",
            tag="alerts",
            run=alerts,
            answer=Listed[ListedAlert],
            parameters=(Parameter("rule", "Only those of this rule."), SINCE, UNTIL, BEFORE, LIMIT),
        )
    ]
