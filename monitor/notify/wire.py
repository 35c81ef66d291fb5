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
from typing import Any
from urllib.parse import urlsplit

import requests
import requests.sessions
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.utils import get_environ_proxies

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
        self._connections = HTTPAdapter(pool_maxsize=1)
        self._proxies: dict[tuple[str, str | None], dict[str, str]] = {}

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

    def proxies(self, url: str, no_proxy: str | None) -> dict[str, str]:
        """Return the proxies that the environment names for an address."""
        key = urlsplit(url).netloc, no_proxy
        if key not in self._proxies:
            self._proxies[key] = get_environ_proxies(url, no_proxy)
        return self._proxies[key]

    def hang_up(self) -> None:
        """Close the connections, and read the environment anew the next time."""
        self._connections.close()
        self._proxies.clear()


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


def tap() -> None:
    """Start to listen, and keep the libraries' log lines to ourselves. To be called once, before any send."""
    # Plugins make a Session for each request, which builds the adapters and asks the function found under these names.
    vars(requests.sessions).update(HTTPAdapter=_Adapter, get_environ_proxies=_proxies)
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


def _proxies(url: str, no_proxy: str | None = None) -> dict[str, str]:
    line = _line.get()
    return line.proxies(url, no_proxy) if line else get_environ_proxies(url, no_proxy)


class _Listener(logging.Handler):
    """Notes the exception a plugin is handling while it logs, and its last warning."""

    def emit(self, record: logging.LogRecord) -> None:
        line = _line.get()
        if line is None:
            return
        line.heard.fault = sys.exception() or line.heard.fault
        if record.levelno >= logging.WARNING:
            line.heard.complaint = record.getMessage()
