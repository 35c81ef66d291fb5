"""What goes over the wire beneath Apprise's plugins: connections that are kept for a while, and what came back.

Apprise answers yes or no. Why not stands in its log lines, worded differently by each plugin and full of
tokens. So we listen beneath the plugins: to the HTTP answers as requests gets them, and to the exceptions
that plugins catch, log and forget. The libraries' own log lines end here.

The plugins ask requests for each message anew, which opens a connection and reads all of the environment for proxies each time: half
of what a send takes, without TLS. Both is kept for the channel's next message (ADR 0014).
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.api
import requests.sessions
from requests.adapters import BaseAdapter, HTTPAdapter

# At DEBUG urllib3 logs each path, which for a webhook is the secret; Apprise logs whole messages.
_TALKERS = ("apprise", "urllib3", "requests", "requests_oauthlib", "oauthlib", "MARKDOWN")
_LONGEST_REPLY = 500
_LONGEST_BODY, _PIECE = 1_000_000, 65_536


@dataclass(slots=True)
class Heard:
    """The last that was heard: an HTTP answer, or the exception that came instead of one.

    `status` is None as long as the last request has no answer; `reply` is the start of the answer's
    body. `complaint` is the plugin's last warning, the only hint from plugins without HTTP or sockets.
    """

    status: int | None = None
    phrase: str = ""
    reply: str = ""
    retry_after: str | None = None
    date: str | None = None
    fault: BaseException | None = None
    complaint: str = ""


class Line:
    """One channel's way to its service.

    A connection that the other side has closed meanwhile is found out before it is used, and replaced. One that breaks later isn't:
    the message may have arrived. Cookies are not kept.
    """

    def __init__(self) -> None:
        self.heard = Heard()
        self._connections = _Connections(pool_maxsize=1)
        self._session: _Session | None = None

    @contextmanager
    def listening(self) -> Iterator[Heard]:
        """Have what this thread sends go over this line, and give a `Heard` that fills meanwhile."""
        self.heard = Heard()
        token = _line.set(self)
        try:
            yield self.heard
        finally:
            _line.reset(token)

    def send(self, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        """Send as HTTPAdapter does, and note the answer, or that none has come yet."""
        heard = self.heard
        heard.status = None
        answer = self._connections.send(request, **{**how, "stream": True})
        heard.status = answer.status_code
        heard.phrase = answer.reason or ""
        heard.retry_after = answer.headers.get("Retry-After")
        heard.date = answer.headers.get("Date")
        if not how["stream"]:
            _read(answer)
            heard.reply = answer.content[:_LONGEST_REPLY].decode(errors="replace")
        return answer

    def request(self, method: str, url: str, **how: Any) -> requests.Response:
        """Do as `requests.request` does; called in `listening`."""
        session = self._session = self._session or _Session()
        return session.request(method, url, **how)

    def hang_up(self) -> None:
        """Close the connections, and read the environment anew the next time."""
        self._connections.close()
        self._session = None


class _Session(requests.Session):
    """What a line's requests have in common: neither cookies nor anything else but what the environment says."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        # To merge the arguments of an address with none takes a thirtieth of a send.
        self.params = None  # type: ignore[assignment] # requests takes it for none, as `merge_setting` says
        self._settings: dict[object, dict[str, Any]] = {}

    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> dict[str, Any]:
        """Return what requests does, which it has been asked before for the most part."""
        if proxies or cert:
            return super().merge_environment_settings(url, proxies, stream, verify, cert)
        asked = urlsplit(url)[:2], stream, verify
        if asked not in self._settings:
            self._settings[asked] = super().merge_environment_settings(url, {}, stream, verify, cert)
        return {**self._settings[asked]}


class _Connections(HTTPAdapter):
    """Asks for the way to a server only when it isn't the last one: to find it takes a tenth of a send."""

    _last: tuple[object, Any] = (None, None)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        """Return urllib3's pool of connections to the server, as HTTPAdapter does."""
        asked = urlsplit(str(request.url))[:2], verify, proxies, cert
        known, way = self._last
        if asked != known:
            way = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._last = asked, way
        return way

    def close(self) -> None:
        """Close all, and know of none any more."""
        self._last = (None, None)
        super().close()


def _read(answer: requests.Response) -> None:
    """Read the body as far as anybody could want it: a service may send one without end, or one that unpacks to that."""
    body = bytearray()
    for piece in answer.iter_content(_PIECE):
        body += piece
        if len(body) >= _LONGEST_BODY:
            answer.close()
            break
    answer._content = bytes(body)  # noqa: SLF001 - where requests itself puts what it has read


_line: ContextVar[Line | None] = ContextVar("line", default=None)
_ask = requests.api.request


def tap() -> None:
    """Start to listen, and keep the libraries' log lines to ourselves. To be called once, before any send."""
    # Plugins ask these functions, which make a Session for each request, or make one themselves, which makes the adapters.
    for module in (requests, requests.api):
        vars(module).update(request=_request)
    vars(requests.sessions).update(HTTPAdapter=_Adapter)
    for name in _TALKERS:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.handlers[:] = [logging.NullHandler()]
    apprise = logging.getLogger("apprise")
    apprise.setLevel(logging.DEBUG)
    apprise.handlers[:] = [_Listener()]


class _Adapter(BaseAdapter):
    """Sends over the line of the channel whose message this thread sends, else over one of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = _line.get()
        self._line = self._kept or Line()

    def send(self, request: requests.PreparedRequest, *_: object, **how: Any) -> requests.Response:
        """Send as HTTPAdapter does."""
        return self._line.send(request, **how)

    def close(self) -> None:
        """Close what nobody keeps."""
        if self._kept is None:
            self._line.hang_up()


def _request(method: str, url: str, **how: Any) -> requests.Response:
    line = _line.get()
    return line.request(method, url, **how) if line else _ask(method, url, **how)


class _Listener(logging.Handler):
    """Notes the exception a plugin is handling while it logs, and its last warning."""

    def emit(self, record: logging.LogRecord) -> None:
        line = _line.get()
        if line is None:
            return
        line.heard.fault = sys.exception() or line.heard.fault
        if record.levelno >= logging.WARNING:
            line.heard.complaint = record.getMessage()
