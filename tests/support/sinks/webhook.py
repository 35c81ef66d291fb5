"""An HTTP server that keeps requests and answers by script, and that can be hooks.slack.com or any other service."""

import contextlib
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.support.sinks.wire import Authority, Inbox

SLACK_HOST = "hooks.slack.com"
_TLS_HANDSHAKE = b"\x16"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as received. Header names are lower-case; `host` is the Host header, `connection` tells connections apart."""

    connection: int
    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a WebhookSink does with a request once it has read it.

    `hang`: say nothing until the sink closes; `drop`: close the connection without an answer; `leave`: close it after the answer,
    in which nothing is said of that. `after` is waited for first.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    hang: bool = False
    drop: bool = False
    after: threading.Event | None = None
    leave: bool = False


class WebhookSink:
    """An HTTP server that keeps requests and answers by script.

    A path that ends with a key of `routes` has its answer there. With `tls` it also takes TLS on the same port, and CONNECT to it for the names in `tunnels`, after
    which it plays that server itself (`service_sink`).
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, tunnels: Sequence[str] = ()) -> None:
        self.default = Answer()
        self.routes: dict[str, Answer] = {}
        self._tls = tls
        self._inbox: Inbox[Request] = Inbox()
        self._script: deque[Answer] = deque()
        self._server = _HttpServer(self._handle, tls, frozenset(tunnels))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """``http(s)://127.0.0.1:port``, without a slash at the end."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """All requests read so far that no route has answered, in order of arrival."""
        return self._inbox.all()

    def script(self, *answers: Answer) -> None:
        """Use these answers for the next requests that no route answers, one each; afterwards `default` again."""
        self._script.extend(answers)

    def wait_for(self, n: int, timeout: float = 10) -> list[Request]:
        """Return all requests once there are `n` or more. Raises TimeoutError."""
        return self._inbox.wait_for(n, timeout)

    def wait_until_left(self, timeout: float = 10) -> None:
        """Return once no connection is open. Raises TimeoutError."""
        if not self._server.left.wait(timeout):
            raise TimeoutError(f"{len(self._server.open)} connections are open")

    def close(self) -> None:
        """Let hanging requests go, drop open connections and stop."""
        self._server.shutdown()
        self._server.drop_connections()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _handle(self, request: Request) -> Answer:
        for end, answer in self.routes.items():
            if request.path.partition("?")[0].endswith(end):
                return answer
        answer = self._script.popleft() if self._script else self.default
        self._inbox.put(request)
        return answer


@contextlib.contextmanager
def service_sink(authority: Authority, *hosts: str) -> Iterator[WebhookSink]:
    """Give a sink that is each of `hosts` for whoever runs with `service_env`."""
    tls = authority.server_context(*hosts, "127.0.0.1")
    with WebhookSink(tls=tls, tunnels=[f"{host}:443" for host in hosts]) as sink:
        yield sink


@contextlib.contextmanager
def slack_sink(authority: Authority) -> Iterator[WebhookSink]:
    """Give a sink that is hooks.slack.com for whoever runs with `service_env`."""
    with service_sink(authority, SLACK_HOST) as sink:
        yield sink


def service_env(sink: WebhookSink, authority: Authority) -> dict[str, str]:
    """Return the environment in which requests to the hosts of `sink` reach it, certificate and all.

    For a process: ``{**os.environ, **service_env(...)}``; in the test's own: `monkeypatch.setenv` each.
    """
    proxy = f"http://127.0.0.1:{sink.port}"
    return {
        "HTTPS_PROXY": proxy,
        "https_proxy": proxy,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "REQUESTS_CA_BUNDLE": str(authority.bundle),
    }


class _HttpServer(ThreadingHTTPServer):
    """One thread a connection; server_close() waits for all of them."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(
        self, handle: Callable[[Request], Answer], tls: ssl.SSLContext | None, tunnels: frozenset[str]
    ) -> None:
        self.answer_to = handle
        self.tls = tls
        self.tunnels = tunnels
        self.closing = threading.Event()
        self.open: set[socket.socket] = set()
        self.left = threading.Event()
        super().__init__(("127.0.0.1", 0), _HttpHandler)

    def keep(self, connection: socket.socket) -> None:
        self.open.add(connection)
        self.left.clear()

    def forget(self, connection: socket.socket) -> None:
        self.open.discard(connection)
        if not self.open:
            self.left.set()

    def drop_connections(self) -> None:
        self.closing.set()
        for connection in list(self.open):
            with contextlib.suppress(OSError):  # the client has closed it already
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that gave up is what some tests are about."""


class _HttpHandler(BaseHTTPRequestHandler):
    server: _HttpServer
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        if self.server.tls and self.request.recv(1, socket.MSG_PEEK) == _TLS_HANDSHAKE:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()
        self.server.keep(self.connection)

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # with TLS it is not the socket that the server would close
        self.server.forget(self.connection)

    def do_CONNECT(self) -> None:
        if self.server.tls is None or self.path not in self.server.tunnels:
            self.send_error(403, f"no tunnel to {self.path}")
            return
        self.send_response(200)
        self.end_headers()
        self.server.forget(self.connection)
        self.request = self.server.tls.wrap_socket(self.connection, server_side=True)
        super().setup()
        self.server.keep(self.connection)
        self.close_connection = False  # clients ask for a tunnel in HTTP/1.0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = headers.get("host", "")
        request = Request(
            connection=self.client_address[1],
            method=self.command,
            host=host,
            path=self.path,
            headers=headers,
            body=body,
        )
        self._answer(self.server.answer_to(request))

    do_GET = do_POST  # noqa: N815 - http.server looks methods up by these names
    do_PUT = do_POST  # noqa: N815 - as above

    def _answer(self, answer: Answer) -> None:
        if answer.after:
            answer.after.wait()
        if answer.hang:
            self.server.closing.wait()
        if answer.hang or answer.drop or answer.leave:
            self.close_connection = True
        if answer.hang or answer.drop:
            return
        self.send_response_only(answer.status)
        usual = {"Date": self.date_time_string(), "Content-Length": str(len(answer.body))}
        for name, value in {**usual, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep the test's output clean."""
