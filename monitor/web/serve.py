"""The HTTP server within the daemon's event loop."""

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Iterator

import h11
import uvicorn
from anyio.to_thread import current_default_thread_limiter
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor import log
from monitor.app.desk import ASK_AT_ONCE, open_desk
from monitor.app.running import App
from monitor.errors import StoreError
from monitor.model import Web
from monitor.web.guard import Guard
from monitor.web.site import build_site

# Connections, also idle ones, of which a browser holds up to six: enough for every page that people keep open.
_MOST_AT_ONCE = 200
_BACKLOG = 128
# Seconds: for a whole request to come, and for answers under way when the page closes.
_FOR_REQUESTS = 15
_PATIENCE = 3


class Page:
    """The page of a running program. It opens when its address is free, and the daemon doesn't wait for that.

    It follows the configuration in force: where it is served, to whom, and whether at all.

    `address` is where it is served, None while it isn't. A connection on which no whole request comes for `patience`
    seconds is ended.
    """

    def __init__(self, app: App, *, patience: int = _FOR_REQUESTS) -> None:
        self.address: str | None = None
        self._app = app
        self._patience = patience
        self._web = app.settings.web
        self._serving: asyncio.Task[None] | None = None
        self._server: _Server | None = None
        self._told = ""

    async def open(self) -> None:
        """Serve the page as the configuration says, unless it is so already; say it when its address can't be had."""
        web = self._app.settings.web
        if web != self._web:
            await self.close()
            self._web = web
        if web is None or (self._serving is not None and not self._serving.done()):
            return
        try:
            listening = _listen(web)
        except OSError as error:
            self._complain(web, _explained(error))
            return
        self.address = _address(listening)
        self._serving = asyncio.create_task(self._serve(listening, web), name="page")

    async def close(self) -> None:
        """Answer what is being asked, for some seconds, and end."""
        if self._server is not None:
            self._server.should_exit = True
        if self._serving is not None:
            _, left = await asyncio.wait([self._serving], timeout=_PATIENCE)
            for task in left:
                task.cancel()
        self._server = None

    async def _serve(self, listening: socket.socket, web: Web) -> None:
        current_default_thread_limiter().total_tokens = ASK_AT_ONCE
        try:
            with contextlib.closing(listening), open_desk(self._app) as desk:
                self._told = ""
                log.event(logging.INFO, "page", url=web.url or self.address)
                self._server = _Server(_configured(Guard(build_site(desk, web), web), self._patience))
                await self._server.serve([listening])
        except StoreError as error:
            self._complain(web, str(error))
        finally:
            self.address = None

    def _complain(self, web: Web, detail: str) -> None:
        if detail != self._told:  # it is tried again each minute
            self._told = detail
            log.event(logging.WARNING, "no page", address=f"{web.host}:{web.port}", detail=detail)


class _Server(uvicorn.Server):
    """One that leaves the signals to the daemon."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
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


def _configured(site: ASGIApp, patience: int) -> uvicorn.Config:
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
        backlog=_BACKLOG,
        timeout_keep_alive=patience,
        timeout_graceful_shutdown=_PATIENCE,
    )


def _listen(web: Web) -> socket.socket:
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    # With its protocol: only where that stands does asyncio send each part of an answer at once (TCP_NODELAY).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((web.host, web.port))
        listening.listen(_BACKLOG)  # two may be bound to an address, of which one listens
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)
    return listening


def _explained(error: OSError) -> str:
    taken = error.errno == errno.EADDRINUSE
    detail = "another program uses the address" if taken else error.strerror or str(error)
    return f'{detail}; name another with listen in [web], or "off"'


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
