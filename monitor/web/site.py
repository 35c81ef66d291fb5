"""All routes, put together."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from monitor import log
from monitor.app.desk import Desk
from monitor.errors import StoreError
from monitor.model import Web
from monitor.web import probes, sign_in
from monitor.web.api import everything
from monitor.web.api.answers import is_api, problem
from monitor.web.asked import Unreadable
from monitor.web.pages import alerts, atom, deliveries, entries, feeds, now, rules, silences
from monitor.web.shown import Shown

_WORDS = {404: "There is no such page.", 405: "This can't be asked for in this way."}


def build_site(desk: Desk, web: Web) -> ASGIApp:
    """Return all pages and endpoints of a desk, without the guard."""
    by_token = web.auth is not None and web.auth.reveal().startswith("Bearer ")
    shown = Shown(desk, signed_in=by_token)
    errors = _Errors(shown)
    site = Starlette(
        routes=[
            *now.routes(desk, shown),
            *feeds.routes(desk, shown),
            *entries.routes(desk, shown),
            *rules.routes(desk, shown),
            *alerts.routes(desk, shown),
            *atom.routes(desk, web),
            *deliveries.routes(desk, shown),
            *silences.routes(desk, shown),
            *everything.routes(desk),
            *probes.routes(desk),
            *(sign_in.routes(shown, web) if by_token else ()),
            Mount("/static", _Files(packages=[("monitor.web", "static")])),
        ],
        exception_handlers={
            HTTPException: errors,
            Unreadable: errors,
            ClientDisconnect: errors,
            StoreError: errors,
            Exception: errors,
        },
    )
    return GZipMiddleware(site, minimum_size=1_000, compresslevel=5)


class _Files(StaticFiles):
    """Our own files, whose addresses change with what is in them."""

    def file_response(self, *args: object, **keywords: object) -> Response:
        """Return a file that a browser may keep."""
        answer = super().file_response(*args, **keywords)  # type: ignore[arg-type] # passed on as they are
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


class _Errors:
    """What people and programs see when an answer can't be given."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown

    def __call__(self, request: Request, error: Exception) -> Response:
        """Answer a request that failed."""
        match error:
            case HTTPException():  # not there, or not in this way
                answer = self._answer(request, error.status_code, _words(error))
                answer.headers.update(error.headers or {})
                return answer
            case Unreadable():
                words = "This can't be read." if error.status == 400 else "This can't be done."
                return self._answer(request, error.status, words, error.problems)
            case ClientDisconnect():  # nobody reads the answer; it is no fault of ours, and not for the log
                return self._answer(request, 400, "The body ended too early.")
            case StoreError():
                return self._answer(request, 503, str(error))
        log.event(logging.ERROR, "page failed", path=request.url.path, detail=repr(error))
        return self._answer(request, 500, "Something went wrong here; the log says what.")

    def _answer(
        self, request: Request, status: int, words: str, problems: Mapping[str, str] | None = None
    ) -> Response:
        if is_api(request.url.path):
            return problem(status, words, problems or {})
        return self._shown.page(request, "error.html", status, words=words, problems=problems or {})


def _words(error: HTTPException) -> str:
    """Return what whoever raised it says, or what we say where that is nothing of its own."""
    says_nothing = error.detail == HTTPStatus(error.status_code).phrase
    return _WORDS.get(error.status_code, error.detail) if says_nothing else error.detail
