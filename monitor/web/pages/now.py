"""*Now*: does it run, what is new, what waits, what is unwell."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.app.desk import Desk
from monitor.health import detail_of
from monitor.model import AlertWish
from monitor.web.shown import Shown

_HOURS = 24
_LAST = 12


def routes(desk: Desk, shown: Shown) -> list[Route]:
    """Return the route of the first page."""

    def page(request: Request) -> Response:
        now = desk.now()
        view = desk.overview()
        first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=_HOURS - 1)
        zone = desk.settings.timezone
        alerts, _ = desk.reader.alerts(AlertWish(limit=_LAST))
        return shown.page(
            request,
            "now.html",
            view=view,
            totals=view.totals(),
            alerts=alerts,
            unwell=[(feed, detail_of(feed, now)) for feed in view.unwell],
            per_hour=desk.reader.entries_per_hour(first, _HOURS),
            of_first_polls=desk.reader.first_poll_entries(first),
            hours=[(first + timedelta(hours=at)).astimezone(zone).strftime("%H:00") for at in range(_HOURS)],
        )

    return [Route("/", page)]
