"""Names -> addresses -> connection. The address that was checked is the one that is dialled."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from monitor.errors import naming_exhaustion
from monitor.fetch.address import Address, is_permitted, literal_address, parse_address
from monitor.fetch.failure import Failure, system_trouble
from monitor.fetch.line import EncryptedLine, Line, PlainLine
from monitor.model import Network, Reason
from monitor.threads import in_daemon_thread

Lookup = Callable[[str, int], Sequence[str]]


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
        """Return the addresses of `host`, at least one. Raises Failure DNS, OutOfFiles."""
        try:
            async with asyncio.timeout(self._patience):
                found = await in_daemon_thread(lambda: self._look_up(host, port), f"look up {host}")
        except TimeoutError as error:
            raise Failure(Reason.DNS, f"no name server answered for {host} in time") from error
        except (OSError, UnicodeError) as error:
            said = str(getattr(error, "strerror", None) or "not a valid name").lower()
            raise Failure(Reason.DNS, f"can't look up {host}: {said}") from error
        if not found:
            raise Failure(Reason.DNS, f"{host} has no address")
        return found

    def _look_up(self, host: str, port: int) -> Sequence[str]:
        try:
            return self._lookup(host, port)
        except OSError:
            # The system's resolver doesn't tell: without a descriptor it knows no such name.
            with naming_exhaustion():
                socket.socket().close()
            raise


class Connection:
    """Dials once, for one request, and closes what it opened.

    `allowed` None lets every address through: a configured proxy may stand anywhere. `patience` is in
    seconds, for all addresses of a host together; the fetch's deadline stands over it.
    """

    line: Line

    def __init__(
        self, resolver: Resolver, allowed: tuple[Network, ...] | None, progress: Progress, patience: float
    ) -> None:
        self._resolver = resolver
        self._allowed = allowed
        self._progress = progress
        self._patience = patience
        self._plain: PlainLine | None = None

    async def open(self, host: str, port: int) -> None:
        """Connect to the first address that is permitted and answers. Raises Failure, OSError, OutOfFiles."""
        addresses = await self._addresses(host, port)
        permitted = [address for address in addresses if self._permits(address)]
        if not permitted:
            raise blocked(host, addresses[0])
        self._progress.enter("connecting to", host)
        self.line = self._plain = await self._dial(permitted, port)

    async def encrypt(self, tls: ssl.SSLContext, host: str) -> None:
        """Go on in TLS with `host`. Raises Failure, OSError."""
        self._progress.enter("setting up TLS with", host)
        encrypted = EncryptedLine(self.line, tls, host)
        try:
            await encrypted.shake_hands()
        except (ConnectionError, ssl.SSLEOFError) as error:  # the peer has hung up
            detail = f"TLS failed (the connection closed) while {self._progress}"
            raise Failure(Reason.TLS, detail) from error
        self.line = encrypted

    def close(self) -> None:
        """Close the connection at once, whatever it is in the middle of."""
        if self._plain is not None:
            self._plain.close()

    async def _addresses(self, host: str, port: int) -> Sequence[Address]:
        literal = literal_address(host)
        if literal is not None:
            return (literal,)
        self._progress.enter("looking up", host)
        return [parse_address(text) for text in await self._resolver.resolve(host, port)]

    def _permits(self, address: Address) -> bool:
        return self._allowed is None or is_permitted(address, self._allowed)

    async def _dial(self, addresses: Sequence[Address], port: int) -> PlainLine:
        share = self._patience / len(addresses)
        trouble = ""
        for address in addresses:
            try:
                async with asyncio.timeout(share) if len(addresses) > 1 else nullcontext():
                    return await _connect(address, port)
            except TimeoutError:
                trouble = f"no answer from {address}"
            except OSError as error:
                trouble = f"{address} port {port}: {system_trouble(error)}"
        raise Failure(Reason.CONNECT, f"can't connect to {trouble}")


async def _connect(address: Address, port: int) -> PlainLine:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with naming_exhaustion():
        line = PlainLine(family)
    try:
        await line.connect(str(address), port)
    except BaseException:
        line.close()
        raise
    return line


def blocked(host: str, address: Address) -> Failure:
    """Return the refusal of an address, with the way to allow it."""
    at = host if host == str(address) else f"{host} ({address})"
    return Failure(
        Reason.BLOCKED_ADDRESS,
        f"{at} isn't a public address; if you trust it, add its network to [fetch] allow_networks",
    )
