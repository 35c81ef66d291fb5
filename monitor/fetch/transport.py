"""One connection per request, closed after it.

A poll asks a host once in many minutes, so there is nothing to keep alive, and a pool costs time that grows
with the square of its connections (measured: 4 s against 1.4 s for 1,000 feeds).
"""

import base64
import ssl
from collections.abc import AsyncIterator

import httpx

from monitor.fetch.address import is_permitted, literal_address
from monitor.fetch.exchange import Head, Headers, Incoming, request_head
from monitor.fetch.failure import Failure, status_text
from monitor.fetch.network import Connection, Progress, Resolver, blocked
from monitor.fetch.url import host_of, origin
from monitor.model import FetchLimits, Reason, Secret


class OneShotTransport:
    """Sends each request over a connection of its own; HTTP/1.1 only. Raises Failure and failure.NETWORK_ERRORS.

    Nothing is taken from the environment: a proxy found there would slip past the guard.
    """

    def __init__(self, limits: FetchLimits, resolver: Resolver, tls: ssl.SSLContext) -> None:
        self._limits = limits
        self._resolver = resolver
        self._tls = tls
        self._proxy = _shared_proxy(limits)

    async def get(
        self, url: httpx.URL, headers: Headers, progress: Progress, *, proxy: httpx.Proxy | None = None
    ) -> httpx.Response:
        """Connect, send, and return once the headers are there; closing the response closes the connection.

        `headers` are all but Host; `proxy` stands for the one of the limits.
        """
        proxy = proxy or self._proxy
        allowed = self._limits.allow_networks if proxy is None else None
        connection = Connection(self._resolver, allowed, progress, self._limits.timeout.total_seconds())
        try:
            await self._reach(connection, url, proxy, progress)
            progress.enter("waiting for headers from", host_of(url))
            await connection.line.send(_head(url, headers, proxy))
            incoming = Incoming(connection.line)
            head = await incoming.head()
        except BaseException:
            connection.close()
            raise
        progress.enter("reading the body from", host_of(url))
        body = _Body(incoming, head, connection)
        return httpx.Response(head.status, headers=head.headers, stream=body)

    async def _reach(
        self, connection: Connection, url: httpx.URL, proxy: httpx.Proxy | None, progress: Progress
    ) -> None:
        """Connect to the server of `url`, or to a proxy that forwards to it."""
        scheme, raw_host, port = origin(url)
        host = raw_host.decode("ascii")
        if proxy is None:
            await connection.open(host, port)
        else:
            self._check_behind_proxy(host)
            await self._reach_proxy(connection, proxy)
            progress.enter("asking the proxy for", host)
            if scheme == "https":
                await _tunnel(connection, proxy, b"%s:%d" % (_bracketed(raw_host), port))
        if scheme == "https":
            await connection.encrypt(self._tls, host)

    async def _reach_proxy(self, connection: Connection, proxy: httpx.Proxy) -> None:
        scheme, raw_host, port = origin(proxy.url)
        await connection.open(raw_host.decode("ascii"), port)
        if scheme == "https":
            await connection.encrypt(self._tls, raw_host.decode("ascii"))

    def _check_behind_proxy(self, host: str) -> None:
        # The proxy resolves names, so only what needs no resolving can be refused here.
        local = host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost")
        address = literal_address("127.0.0.1" if local else host)
        if address is not None and not is_permitted(address, self._limits.allow_networks):
            raise blocked(host, address)


class _Body(httpx.AsyncByteStream):
    """The bytes of an answer, tied to the connection that brings them."""

    def __init__(self, incoming: Incoming, head: Head, connection: Connection) -> None:
        self._incoming = incoming
        self._head = head
        self._connection = connection

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._incoming.body(self._head)

    async def aclose(self) -> None:
        self._connection.close()


def _head(url: httpx.URL, headers: Headers, proxy: httpx.Proxy | None) -> bytes:
    """Return the request's head; a proxy that forwards it is told the whole address."""
    headers = [(b"Host", url.netloc), *headers]
    if proxy is None or url.scheme == "https":
        return request_head("GET", url.raw_path, headers)
    target = b"http://%s%s" % (url.netloc, url.raw_path)
    return request_head("GET", target, [*headers, *_proxy_authorization(proxy)])


async def _tunnel(connection: Connection, proxy: httpx.Proxy, target: bytes) -> None:
    headers = [(b"Host", target), *_proxy_authorization(proxy)]
    await connection.line.send(request_head("CONNECT", target, headers))
    answer = await Incoming(connection.line).head()
    if not 200 <= answer.status < 300:
        asked = target.decode("ascii")
        said = status_text(answer.status)
        raise Failure(Reason.CONNECT, f"the proxy answered {said} while asked for {asked}")


def _proxy_authorization(proxy: httpx.Proxy) -> list[tuple[bytes, bytes]]:
    if proxy.raw_auth is None:
        return []
    return [(b"Proxy-Authorization", b"Basic " + base64.b64encode(b":".join(proxy.raw_auth)))]


def _bracketed(host: bytes) -> bytes:
    return b"[%s]" % host if b":" in host else host


def read_proxy(proxy: Secret) -> httpx.Proxy:
    """Return the proxy at an address. Raises ValueError, without showing the address."""
    try:
        url = httpx.URL(proxy.reveal())
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not host_of(url):
        # Chained to nothing: the cause would quote the URL and its password.
        raise ValueError("proxy must be an http:// or https:// URL") from None
    return httpx.Proxy(url)


def _shared_proxy(limits: FetchLimits) -> httpx.Proxy | None:
    try:
        return read_proxy(limits.proxy) if limits.proxy else None
    except ValueError as error:
        raise ValueError(f"[fetch] {error}") from None
