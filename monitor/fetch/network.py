"""Names -> addresses -> connection. The address that was checked is the one that is dialled."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import Any

import httpcore

from monitor.fetch.address import Address, is_permitted, parse_address
from monitor.fetch.failure import Failure, system_trouble
from monitor.model import Network, Reason
from monitor.threads import in_daemon_thread

Lookup = Callable[[str, int], Sequence[str]]

_STAGES = {
    "start_tls.started": "setting up TLS with",
    "send_request_headers.started": "sending the request to",
    "receive_response_headers.started": "waiting for headers from",
    "receive_response_body.started": "reading the body from",
}


class Progress:
    """What a fetch is doing now, for the message when it is cut off there."""

    def __init__(self) -> None:
        self._doing = "starting with"
        self._host = "the feed"

    def __str__(self) -> str:
        return f"{self._doing} {self._host}"

    def enter(self, doing: str, host: str) -> None:
        """Note a new stage, such as ``connecting to``, and the host it is about."""
        self._doing, self._host = doing, host

    async def trace(self, event: str, _: dict[str, Any]) -> None:
        """Note httpcore's stages (its ``trace`` extension)."""
        self._doing = _STAGES.get(event.partition(".")[2], self._doing)


def system_lookup(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver, in its order of preference. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Resolver:
    """Looks names up in threads of its own, so that slow name servers hold up nothing else.

    `patience` is in seconds, for one name.
    """

    def __init__(self, lookup: Lookup = system_lookup, *, patience: float = 10.0) -> None:
        self._lookup = lookup
        self._patience = patience

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of `host`, at least one. Raises Failure DNS."""
        try:
            async with asyncio.timeout(self._patience):
                found = await in_daemon_thread(lambda: self._lookup(host, port), f"look up {host}")
        except TimeoutError as error:
            raise Failure(Reason.DNS, f"no name server answered for {host} in time") from error
        except (OSError, UnicodeError) as error:
            said = str(getattr(error, "strerror", None) or "not a valid name").lower()
            raise Failure(Reason.DNS, f"can't look up {host}: {said}") from error
        if not found:
            raise Failure(Reason.DNS, f"{host} has no address")
        return found


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Dials once, for one request, and closes what it opened.

    `allowed` None lets every address through: a configured proxy may stand anywhere. `patience` is in
    seconds, for all addresses of a host together; the fetch's deadline stands over it. Unix sockets stay
    refused, as in the base class.
    """

    def __init__(
        self, resolver: Resolver, allowed: tuple[Network, ...] | None, progress: Progress, patience: float
    ) -> None:
        self._resolver = resolver
        self._allowed = allowed
        self._progress = progress
        self._patience = patience
        self._dialler = httpcore.AnyIOBackend()
        self._stream: httpcore.AsyncNetworkStream | None = None

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that is permitted and answers. Raises Failure."""
        self._progress.enter("looking up", host)
        addresses = [parse_address(text) for text in await self._resolver.resolve(host, port)]
        permitted = [address for address in addresses if self._permits(address)]
        if not permitted:
            raise blocked(host, addresses[0])
        self._progress.enter("connecting to", host)
        self._stream = await self._dial(permitted, port)
        return self._stream

    async def aclose(self) -> None:
        """Close the connection, also one that was given up in the middle of its TLS handshake."""
        if self._stream is not None:
            await self._stream.aclose()

    def _permits(self, address: Address) -> bool:
        return self._allowed is None or is_permitted(address, self._allowed)

    async def _dial(self, addresses: Sequence[Address], port: int) -> httpcore.AsyncNetworkStream:
        trouble = ""
        for address in addresses:
            try:
                return await self._dialler.connect_tcp(
                    str(address), port, timeout=self._patience / len(addresses)
                )
            except httpcore.ConnectTimeout:
                trouble = f"no answer from {address}"
            except httpcore.ConnectError as error:
                trouble = f"{address} port {port}: {system_trouble(error)}"
        raise Failure(Reason.CONNECT, f"can't connect to {trouble}")


def blocked(host: str, address: Address) -> Failure:
    """Return the refusal of an address, with the way to allow it."""
    at = host if host == str(address) else f"{host} ({address})"
    return Failure(
        Reason.BLOCKED_ADDRESS,
        f"{at} isn't a public address; if you trust it, add its network to [fetch] allow_networks",
    )
