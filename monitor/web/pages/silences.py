"""*Silences*: what nobody is told of for a time."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.app.desk import Desk
from monitor.app.silences import NoSilence
from monitor.explain import hides
from monitor.web.asked import Asked
from monitor.web.asking import add_silence
from monitor.web.shown import Shown

_FIELDS = ("rule", "feed", "story", "query", "for", "reason")
_USUAL = {"for": "2h"}
_DONE = {
    "added": "From now on it is hidden.",
    "ended": "It is over: what it has hidden stays so, what comes is told.",
}
_MOST_PAST = 100


def routes(desk: Desk, shown: Shown) -> list[Route]:
    """Return the routes of the silences."""

    def show(request: Request, given: Mapping[str, str], problems: Mapping[str, str]) -> Response:
        now = desk.now()
        silences = desk.reader.silences(None)
        return shown.page(
            request,
            "silences.html",
            400 if problems else 200,
            settings=desk.settings,
            given={name: given.get(name, "") for name in _FIELDS},
            problems=problems,
            done=_DONE.get(request.query_params.get("done", "")),
            hides=hides,
            in_force=[silence for silence in silences if silence.in_force(now)],
            past=[silence for silence in silences if not silence.in_force(now)][:_MOST_PAST],
        )

    def page(request: Request) -> Response:
        return show(request, {**_USUAL, **request.query_params}, {})

    async def add(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        asked = Asked({name: str(value) for name, value in form.items()})
        try:
            await add_silence(asked, desk)
        except NoSilence as mistake:
            asked.problems[mistake.name] = mistake.problem
        if asked.problems:
            return await run_in_threadpool(show, request, asked.values, asked.problems)
        return RedirectResponse("/silences?done=added", 303)

    async def end(request: Request) -> Response:
        asked = Asked(request.path_params)
        number = asked.number("id")
        asked.check()
        ended = await desk.store.end_silence(number or 0, desk.now())
        return RedirectResponse("/silences?done=ended" if ended else "/silences", 303)

    return [
        Route("/silences", page),
        Route("/silences", add, methods=["POST"]),
        Route("/silences/{id}/end", end, methods=["POST"]),
    ]
