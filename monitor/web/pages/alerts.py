"""*Alerts*: what was found, folded by story, and the same as an Atom feed."""

from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.app.days import last_days
from monitor.app.desk import Desk
from monitor.app.names import tags
from monitor.explain import because
from monitor.model import ListedAlert
from monitor.web.asked import Asked
from monitor.web.asking import alert_wish
from monitor.web.shown import Shown

_DAYS = 14
_MOST = 50


def routes(desk: Desk, shown: Shown) -> list[Route]:
    """Return the route of the alerts."""

    def page(request: Request) -> Response:
        asked = Asked(request.query_params)
        wish = alert_wish(asked, desk, _MOST)
        story = desk.reader.story(wish.story) if wish.story else None
        if story is not None:
            wish = replace(wish, story=story.id)
        found, more = desk.reader.alerts(wish)
        days = last_days(_DAYS, desk.now(), desk.settings.timezone)
        return shown.page(
            request,
            "alerts.html",
            400 if asked.problems else 200,
            problems=asked.problems,
            wish=wish,
            settings=desk.settings,
            tags=tags(desk.settings),
            story=story,
            because=because,
            items=[(alert, ()) for alert in found] if wish.story else fold(found),
            more=more,
            days=days.labels,
            per_day=desk.reader.alerts_between(wish, days.midnights),
        )

    return [Route("/alerts", page)]


def fold(alerts: Sequence[ListedAlert]) -> list[tuple[ListedAlert, tuple[ListedAlert, ...]]]:
    """Return the first of the alerts on each story, with the others on it; one without a story is alone."""
    stories: dict[tuple[str, int], list[ListedAlert]] = {}
    for alert in alerts:
        about = ("alert", alert.id) if alert.story is None else ("story", alert.story)
        stories.setdefault(about, []).append(alert)
    return [(first, tuple(others)) for first, *others in stories.values()]
