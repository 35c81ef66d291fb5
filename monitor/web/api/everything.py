"""All operations of the API, put together, and where they are described."""

import json
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.app.desk import Desk
from monitor.web.api import alerts, deliveries, entries, feeds, rules, silences, status, stories
from monitor.web.api.answers import API
from monitor.web.api.description import describe
from monitor.web.api.operation import Operation
from monitor.web.api.operation import routes as routes_of


def operations(desk: Desk) -> Sequence[Operation]:
    """Return all that can be asked."""
    return [
        *alerts.operations(desk),
        *stories.operations(desk),
        *deliveries.operations(desk),
        *silences.operations(desk),
        *feeds.operations(desk),
        *entries.operations(desk),
        *rules.operations(desk),
        *status.operations(desk),
    ]


def routes(desk: Desk) -> list[Route]:
    """Return the routes of the API."""
    all_of_them = operations(desk)
    document = json.dumps(describe(all_of_them), ensure_ascii=False, indent=1)

    def description(_: Request) -> Response:
        return Response(document, media_type="application/json")

    def home(_: Request) -> Response:
        return RedirectResponse(f"{API}/openapi.json")

    return [Route(f"{API}/openapi.json", description), Route(API, home), *routes_of(all_of_them)]
