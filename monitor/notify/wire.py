"""What came back over the wire during one send.

Apprise answers yes or no. Why not stands in its log lines, worded differently by each plugin and full of
tokens. So we listen beneath the plugins: to the HTTP answers as requests gets them, and to the exceptions
that plugins catch, log and forget. The libraries' own log lines end here.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import requests
import requests.sessions
from requests.adapters import HTTPAdapter

# At DEBUG urllib3 logs each path, which for a webhook is the secret; Apprise logs whole messages.
_TALKERS = ("apprise", "urllib3", "requests", "requests_oauthlib", "oauthlib", "MARKDOWN")
_LONGEST_REPLY = 500


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


_hearing: ContextVar[Heard | None] = ContextVar("hearing", default=None)


@contextmanager
def listening() -> Iterator[Heard]:
    """Give a `Heard` that fills as long as this thread sends."""
    heard = Heard()
    token = _hearing.set(heard)
    try:
        yield heard
    finally:
        _hearing.reset(token)


def tap() -> None:
    """Start to listen, and keep the libraries' log lines to ourselves. To be called once, before any send."""
    # Each Session builds the adapters it finds under this name, and plugins make a Session for each request.
    vars(requests.sessions)["HTTPAdapter"] = _ListeningAdapter
    for name in _TALKERS:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.handlers[:] = [logging.NullHandler()]
    apprise = logging.getLogger("apprise")
    apprise.setLevel(logging.DEBUG)
    apprise.handlers[:] = [_Listener()]


class _ListeningAdapter(HTTPAdapter):
    """Notes each HTTP answer, or that none has come yet."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: dict[str, str] | None = None,
    ) -> requests.Response:
        """Send as HTTPAdapter does."""
        heard = _hearing.get() or Heard()
        heard.status = None
        answer = super().send(request, stream, timeout, verify, cert, proxies)
        heard.status = answer.status_code
        heard.phrase = answer.reason or ""
        heard.retry_after = answer.headers.get("Retry-After")
        heard.date = answer.headers.get("Date")
        if not stream:
            heard.reply = answer.content[:_LONGEST_REPLY].decode(errors="replace")
        return answer


class _Listener(logging.Handler):
    """Notes the exception a plugin is handling while it logs, and its last warning."""

    def emit(self, record: logging.LogRecord) -> None:
        heard = _hearing.get()
        if heard is None:
            return
        heard.fault = sys.exception() or heard.fault
        if record.levelno >= logging.WARNING:
            heard.complaint = record.getMessage()
