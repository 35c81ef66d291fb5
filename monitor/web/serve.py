"""Opens the page within the daemon's event loop and closes it."""

import asyncio
import contextlib
import errno
import logging
import socket
from types import ModuleType
from typing import TYPE_CHECKING

from monitor import log
from monitor.app.running import App
from monitor.errors import StoreError
from monitor.model import Web
from monitor.threads import in_daemon_thread

if TYPE_CHECKING:
    from monitor.web.server import Server

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
        self._server: Server | None = None
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
        elif self._serving is not None:  # nobody was served yet
            await asyncio.sleep(0)  # what hasn't begun couldn't give the address back
            self._serving.cancel()
        if self._serving is not None:
            _, left = await asyncio.wait([self._serving], timeout=_PATIENCE)
            for task in left:
                task.cancel()
        self._server = None

    async def _serve(self, listening: socket.socket, web: Web) -> None:
        limits = {"backlog": _BACKLOG, "patience": self._patience, "last": _PATIENCE}
        try:
            with contextlib.closing(listening):
                server = await in_daemon_thread(_import_server, "import the page")
                with server.opened(self._app, web, **limits) as self._server:
                    self._told = ""
                    log.event(logging.INFO, "page", url=web.url or self.address)
                    await self._server.serve([listening])
        except StoreError as error:
            self._complain(web, str(error))
        finally:
            self.address = None

    def _complain(self, web: Web, detail: str) -> None:
        if detail != self._told:  # it is tried again each minute
            self._told = detail
            log.event(logging.WARNING, "no page", address=f"{web.host}:{web.port}", detail=detail)


def _import_server() -> ModuleType:
    from monitor.web import server  # noqa: PLC0415 - it takes much with it, for which the first polls needn't wait

    return server


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
