"""Which network addresses a feed may be fetched from.

The tables follow the IANA special-purpose address registries; `ipaddress.is_global` differs between
Python versions and calls multicast and several addresses that carry an inner IPv4 one global.
"""

import socket
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from monitor.model import Network

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_UNICAST_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "3fff::/20"))
# Hosts and addresses are met again and again.
_KEPT = 16_384
_NAT64 = IPv6Network("64:ff9b::/96")


def parse_address(text: str) -> Address:
    """Return the address that `text` (as getaddrinfo gives it) stands for, IPv4-mapped ones as IPv4."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


@lru_cache(_KEPT)
def literal_address(host: str) -> Address | None:
    """Return the address a host is spelled as, in every form that dialling takes (``0x7f000001``, ``127.1``).

    Asks no name server; None when `host` is a name.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        return None
    return parse_address(str(found[0][4][0]))


def is_permitted(address: Address, allowed: Iterable[Network]) -> bool:
    """Tell whether `address` is public or in one of the networks that the configuration allows."""
    return is_public(address) or any(address in network for network in allowed)


@lru_cache(_KEPT)
def is_public(address: Address) -> bool:
    """Tell whether everybody on the internet reaches the same host under `address`.

    Addresses that lead to an IPv4 one inside (NAT64, 6to4, Teredo) are as public as the inner one.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    inner = _inner_addresses(address)
    if inner:
        return all(is_public(one) for one in inner)
    return address in _UNICAST_V6 and not any(address in network for network in _NOT_PUBLIC_V6)


def _inner_addresses(address: IPv6Address) -> tuple[IPv4Address, ...]:
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFF_FFFF),)
    if address.sixtofour:
        return (address.sixtofour,)
    return address.teredo or ()
