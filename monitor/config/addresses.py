"""http(s) addresses, held to what httpx will accept when it fetches them.

httpx takes some addresses that it fails on later (spaces, port 99999, ``[bad``) and raises three kinds of
error on others, so everything is checked here, once, with words for people.
"""

import base64
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

import idna

from monitor.config.findings import Mistake
from monitor.model import Network

_LONGEST = 4_000
_DEFAULT_PORTS = {"http": 80, "https": 443}
_URL = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?:#.*)?", re.IGNORECASE)
_PLACE = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?::(?P<port>.*))?")
_PORT = re.compile(r"[0-9]{1,5}")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
# Underscores are in no standard, yet in use.
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# The password of an address as written: a reference may hold any character.
_WRITTEN_PASSWORD = re.compile(r"^([^:/?#]+://(?>\$\{[^}]*\}|[^/?#:])*):(?:\$\{[^}]*\}|[^/?#])*@")


@dataclass(frozen=True, slots=True)
class Address:
    """An http(s) address in parts. `host` is lower-case IDNA, an IPv6 one without its brackets.

    `port` is None when it is the scheme's own; `rest` is path and query.
    """

    scheme: str
    user: str
    host: str
    port: int | None
    rest: str
    password: str | None = None

    @property
    def place(self) -> str:
        """Return the host, with the port where it isn't the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Return what makes two addresses the same feed's."""
        return self.scheme, self.user, self.place, self.rest

    def is_inside(self, networks: Sequence[Network]) -> bool:
        """Tell whether the host is an address in `networks`, or localhost and its address is."""
        hosts = ("127.0.0.1", "::1") if self.host == "localhost" else (self.host,)
        try:
            ips = [ipaddress.ip_address(host) for host in hosts]
        except ValueError:
            return False
        return any(ip in network for ip in ips for network in networks)


# Each address of a configuration is asked for by several checks; `load` forgets them at its end.
@lru_cache(maxsize=1 << 17)
def read_address(text: str, example: str = "https://example.org/feed.xml") -> Address:
    """Read an http(s) address. Raises Mistake, without showing the address."""
    if not text.isprintable() or " " in text:
        raise Mistake("holds a space or an invisible character", "write %20 for a space")
    match = _URL.fullmatch(text)
    if match is None:
        raise Mistake("must be an http or https address", f'such as "{example}"')
    if len(text) > _LONGEST:
        raise Mistake(f"is longer than {_LONGEST} characters")
    # As httpx splits it: the last @ ends the user's part.
    credentials, _, place = match["authority"].rpartition("@")
    user, colon, password = credentials.partition(":")
    host_and_port = _PLACE.fullmatch(place)
    if host_and_port is None:
        raise Mistake("has a host that can't be read", f'write it as in "{example}"')
    scheme = match["scheme"].lower()
    return Address(
        scheme=scheme,
        user=user,
        password=password if colon else None,
        host=_host(host_and_port["host"]),
        port=_port(host_and_port["port"], scheme),
        rest=match["rest"] or "/",
    )


def feed_identity(url: str) -> tuple[str, str, str, str]:
    """Return what two addresses of the same feed share. Raises ValueError when `url` is no http(s) address."""
    return read_address(url).identity


def feed_key(text: str) -> object:
    """Return what a feed is found by when `text` is its address, however that is spelled, or its name."""
    try:
        return feed_identity(text)
    except Mistake:
        return text


def _port(text: str | None, scheme: str) -> int | None:
    if not text:
        return None
    if not _PORT.fullmatch(text) or not 0 < int(text) < 65_536:
        raise Mistake("has a port that is not a number from 1 to 65535")
    port = int(text)
    return None if port == _DEFAULT_PORTS[scheme] else port


def _host(text: str) -> str:
    if not text:
        raise Mistake("has no host", 'write it as in "https://example.org/feed.xml"')
    if text.startswith("["):
        return _ipv6(text[1:-1])
    host = _ascii(text.lower())
    if _IPV4.fullmatch(host):
        return host
    labels = host.removesuffix(".").split(".")
    if labels[-1].isdigit():
        raise _no_ip()
    if len(host) > 253 or any(len(label) > 63 for label in labels):
        raise Mistake("has a host name that is too long", "at most 63 characters between dots, 253 in all")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise Mistake("has a host name with an empty part or with characters that no host name may hold")
    return ".".join(labels)


def _ipv6(text: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise _no_ip() from None


def _no_ip() -> Mistake:
    return Mistake("has a host that looks like an IP address and is none")


def _ascii(host: str) -> str:
    try:
        if not host.isascii():
            return idna.encode(host).decode("ascii")
        if host.startswith("xn--"):
            idna.decode(host)  # httpx does so whenever it is asked for the host, and fails then
    except (idna.IDNAError, UnicodeError):
        raise Mistake("has a host name with characters that no host name may hold") from None
    return host


def without_password(written: str) -> str:
    """Return the address as written in the file with ``***`` for its password."""
    return _WRITTEN_PASSWORD.sub(r"\1:***@", written) if "@" in written else written


def spellings(password: str | None) -> set[str]:
    """Return the forms in which a password may turn up in a log."""
    if not password:
        return set()
    plain = unquote(password)
    return {password, plain, quote(plain), quote(plain, safe="")}


def as_sent(address: Address) -> str:
    """Return user and password in the form in which a server is sent them, and may quote them (RFC 7617)."""
    pair = f"{unquote(address.user)}:{unquote(address.password or '')}"
    return base64.b64encode(pair.encode(errors="surrogatepass")).decode()
