"""The HTTP server, and all that it serves."""

import asyncio
import contextlib
from collections.abc import Iterator

import h11
import uvicorn
from anyio.to_thread import current_default_thread_limiter
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor.app.desk import ASK_AT_ONCE, open_desk
from monitor.app.running import App
from monitor.model import Web
from monitor.web.guard import Guard
from monitor.web.site import build_site

# Connections, also idle ones, of which a browser holds up to six: enough for every page that people keep open.
_MOST_AT_ONCE = 200


class Server(uvicorn.Server):
    """One that leaves the signals to the daemon."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do without uvicorn's own handlers."""
        yield


class _Connection(H11Protocol):
    """One that is ended when a request takes too long to come, however it drips.

    uvicorn itself only ends what is silent after an answer.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_waiting()

    def _await_request(self) -> None:
        """Set the time by which the rest of a request must be there, once for each."""
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._stop_waiting()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.timeout_keep_alive, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


@contextlib.contextmanager
def opened(app: App, web: Web, *, backlog: int, patience: int, last: int) -> Iterator[Server]:
    """Open a database beside the one that the program works with, and yield the server of its page. Raises StoreError.

    Requests have `patience` seconds to come, answers under way `last` seconds when it ends.
    """
    current_default_thread_limiter().total_tokens = ASK_AT_ONCE
    with open_desk(app) as desk:
        site = Guard(build_site(desk, web), web)
        yield Server(_configured(site, backlog=backlog, patience=patience, last=last))


def _configured(site: Guard, *, backlog: int, patience: int, last: int) -> uvicorn.Config:
    return uvicorn.Config(
        site,
        http=_Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_AT_ONCE,
        backlog=backlog,
        timeout_keep_alive=patience,
        timeout_graceful_shutdown=last,
    )
