"""Sign in with the token, in a browser: it is kept in a cookie that no script can read.

Another site can only have it sent by a link that opens a page of ours (SameSite=Lax), which changes nothing.
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.model import Web
from monitor.web.guard import COOKIE, SIGN_IN, is_token
from monitor.web.shown import Shown

_MONTH = 30 * 86_400


def routes(shown: Shown, web: Web) -> list[Route]:
    """Return the routes of signing in and out."""

    def ask(request: Request) -> Response:
        return shown.page(request, "sign_in.html", to=request.query_params.get("to", "/"), wrong=False)

    async def sign_in(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=5)
        token, to = str(form.get("token", "")), str(form.get("to", "/"))
        if not is_token(token, web):
            return shown.page(request, "sign_in.html", 403, to=to, wrong=True)
        answer = RedirectResponse(_own(to), 303)
        answer.set_cookie(
            COOKIE, token, max_age=_MONTH, httponly=True, samesite="lax", secure=_is_secure(web)
        )
        return answer

    async def sign_out(_: Request) -> Response:
        answer = RedirectResponse(SIGN_IN, 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=_is_secure(web))
        return answer

    return [
        Route(SIGN_IN, ask),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
    ]


def _own(target: str) -> str:
    """Return a path of our own; anything else leads to the first page."""
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if inside and not parts.netloc and target.isprintable() else "/"


def _is_secure(web: Web) -> bool:
    return bool(web.url and web.url.startswith("https:"))
