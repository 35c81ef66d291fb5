"""Who may ask, and what a browser may do with the answers.

Each request passes in this order: its Host must be a name of ours (DNS rebinding), its body must be short, a password is
asked for where one is configured, and what changes something must come from our own pages (CSRF), which browsers say in
the headers Sec-Fetch-Site and Origin. Answers allow a browser nothing but our own files.
"""

import base64
import binascii
import hmac
import ipaddress
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.model import Web
from monitor.web.api.answers import is_api, problem

SIGN_IN = "/sign-in"
COOKIE = "news_monitor"
# What a browser and a probe may have without a password: they show nothing.
_OPEN = ("/healthz", "/readyz", SIGN_IN)
_OPEN_FILES = "/static/"
_LONGEST_BODY = 100_000
_UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
_LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not "no-referrer": browsers would send the Origin of our own forms as "null".
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """An ASGI application around another one."""

    def __init__(self, inner: ASGIApp, web: Web) -> None:
        self._inner = inner
        self._web = web
        self._names = _names(web)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through to the application within."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        refusal = self._refusal(request)
        answer = refusal or self._inner

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await answer(scope, receive, send_guarded)

    def _refusal(self, request: Request) -> Response | None:
        if not self._is_ours(request.headers.get("host", "")):
            words = "This is not a name of this page. Write it as url in [web] of the configuration."
            return _refuse(request, 421, words)
        if too_long := _too_long(request):
            return too_long
        path = request.url.path
        if not (path in _OPEN or path.startswith(_OPEN_FILES) or may_enter(request, self._web)):
            return self._ask(request)
        if request.method in _UNSAFE and not _is_from_us(request.headers):
            words = "Only the page itself may change something, or a program that sends application/json."
            return _refuse(request, 403, words)
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if name in self._names:
            return True
        try:
            # A name that leads here can be anybody's; an address is ours when it leads here.
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _ask(self, request: Request) -> Response:
        kind, _, _ = (self._web.auth.reveal() if self._web.auth else "").partition(" ")
        wants_page = "text/html" in request.headers.get("accept", "")
        if kind == "Bearer" and wants_page and request.method == "GET":
            target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{SIGN_IN}?to={quote(target, safe='')}", 303)
        answer = _refuse(request, 401, "A password is asked for.")
        challenge = f'{kind} realm="news-monitor"' + (', charset="UTF-8"' if kind == "Basic" else "")
        answer.headers["www-authenticate"] = challenge
        return answer


def _refuse(request: Request, status: int, words: str) -> Response:
    if is_api(request.url.path):
        return problem(status, words, {})
    return PlainTextResponse(f"{words}\n", status)


def _too_long(request: Request) -> Response | None:
    """Return an answer to a body that says that it is long, or doesn't say how long it is: it would fill the memory."""
    if "transfer-encoding" in request.headers:
        return _refuse(request, 411, "The body must come with its length.")
    if int(request.headers.get("content-length", 0)) > _LONGEST_BODY:  # digits: the server has checked it
        return _refuse(request, 413, f"The body must have at most {_LONGEST_BODY:,} bytes.")
    return None


def may_enter(request: Request, web: Web) -> bool:
    """Tell whether a request brings what is asked for, in its header or, for a token, in our cookie."""
    if web.auth is None:
        return True
    asked = web.auth.reveal()
    if _same(request.headers.get("authorization", ""), asked):
        return True
    return asked.startswith("Bearer ") and is_token(request.cookies.get(COOKIE, ""), web)


def is_token(text: str, web: Web) -> bool:
    """Tell whether a text is the token that is asked for."""
    return web.auth is not None and hmac.compare_digest(f"Bearer {text}".encode(), web.auth.reveal().encode())


def _same(brought: str, asked: str) -> bool:
    """Compare two values of Authorization in constant time; the name of the scheme may be in any case (RFC 9110)."""
    kind, _, secret = brought.partition(" ")
    asked_kind, _, asked_secret = asked.partition(" ")
    if kind.lower() != asked_kind.lower():
        return False
    if asked_kind == "Basic":
        return hmac.compare_digest(_decoded(secret), _decoded(asked_secret))
    return hmac.compare_digest(secret.strip().encode(), asked_secret.encode())


def _decoded(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_from_us(headers: Headers) -> bool:
    """Tell whether a request that changes something was made by our own page, or by no browser at all."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("host")
    # No browser sends JSON to another site without asking first, and all that send forms send an Origin.
    return headers.get("content-type", "").partition(";")[0].strip() == "application/json"


def _names(web: Web) -> frozenset[str]:
    shown = urlsplit(web.url).hostname if web.url else None
    return frozenset(filter(None, (*_LOCAL_NAMES, web.host, shown)))
