"""What watches the watcher: /healthz (the process works), /readyz (and its database answers), /metrics."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from monitor.app.desk import Desk
from monitor.errors import StoreError
from monitor.metrics import CONTENT_TYPE


def routes(desk: Desk) -> list[Route]:
    """Return the routes of the probes. The first needs no thread: those may all be busy."""

    async def alive(_: Request) -> Response:
        return _answer(desk.app.pulse.hanging())

    def ready(_: Request) -> Response:
        try:
            desk.reader.count_since(desk.now())
        except StoreError as error:
            return PlainTextResponse(f"{error}\n", 503)
        return _answer(desk.app.pulse.hanging())

    async def metrics(_: Request) -> Response:
        return Response(await desk.app.metrics.text(), media_type=CONTENT_TYPE)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]


def _answer(hanging: list[str]) -> Response:
    if hanging:
        return PlainTextResponse(f"no tick for a minute: {', '.join(hanging)}\n", 503)
    return PlainTextResponse("ok\n")
