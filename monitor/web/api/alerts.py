"""Alerts."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException

from monitor.app.desk import Desk
from monitor.model import ListedAlert
from monitor.web.api.operation import (
    BEFORE,
    LIMIT,
    RULE,
    SINCE,
    UNTIL,
    Listed,
    Operation,
    Parameter,
    how_many,
    number,
    path_number,
    text,
)
from monitor.web.asked import WORDS, Asked
from monitor.web.asking import alert_wish

_FILTERS = (
    RULE,
    Parameter("feed", "Only those on entries of this feed: its address or its name."),
    Parameter("tag", "Only those on entries of feeds that have this tag now."),
    Parameter("channel", "Only those that this channel, or group, was or is to be told."),
    Parameter("story", "Only those of this story.", number()),
    Parameter(
        "q",
        "Only those whose title or summary hold all of these words, at most ten, in any case.",
        text(pattern=WORDS),
    ),
)


def operations(desk: Desk) -> Sequence[Operation]:
    """Return what can be asked of alerts."""

    def alerts(asked: Asked) -> Listed[ListedAlert]:
        wish = alert_wish(asked, desk, how_many(asked))
        asked.check()
        found, more = desk.reader.alerts(wish)
        return Listed(tuple(found), more)

    def alert(asked: Asked) -> ListedAlert:
        wanted = asked.number("id")
        asked.check()
        found = desk.reader.alert(wanted or 0)
        if found is None:
            raise HTTPException(404, f"There is no alert {wanted}.")
        return found

    return [
        Operation(
            path="/alerts",
            name="listAlerts",
            summary="The alerts, the newest first.",
            tag="alerts",
            run=alerts,
            answer=Listed[ListedAlert],
            parameters=(*_FILTERS, SINCE, UNTIL, BEFORE, LIMIT),
        ),
        Operation(
            path="/alerts/{id}",
            name="showAlert",
            summary="One alert.",
            tag="alerts",
            run=alert,
            answer=ListedAlert,
            parameters=(path_number("id", "Its number."),),
            failures=((404, "There is no such alert."),),
        ),
    ]
