"""Readers of where the page is served, and how it is asked for. Each raises Mistake."""

import ipaddress
import re

from monitor.config.addresses import read_address
from monitor.config.findings import Mistake

OFF = "off"
LOCAL = "localhost"
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]]+):(?P<port>[0-9]{1,5})")
_EXAMPLE = 'such as "127.0.0.1:8765", or "off"'


def read_listen(value: object) -> str:
    """Read ``ADDRESS:PORT`` or ``off``; return it as written."""
    if not isinstance(value, str):
        raise Mistake("must be text", _EXAMPLE)
    if value != OFF:
        split_listen(value)
    return value


def split_listen(value: str) -> tuple[str, int]:
    """Return host and port of ``ADDRESS:PORT``, an IPv6 address without its brackets."""
    match = _LISTEN.fullmatch(value)
    if match is None or int(match["port"]) > 65_535:
        raise Mistake("must be an address and a port", _EXAMPLE)
    host = match["host"].strip("[]")
    if host != LOCAL:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise Mistake(
                "must be an address of this machine, not a name",
                'such as "127.0.0.1:8765"; names go into url',
            ) from None
    return host, int(match["port"])


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a host of `split_listen`."""
    return host == LOCAL or ipaddress.ip_address(host).is_loopback


def read_page_url(value: object) -> str:
    """Read where people find the page: scheme, name and port, without a path; return it without the last slash."""
    if not isinstance(value, str):
        raise Mistake("must be text", 'such as "https://news.example.org"')
    address = read_address(value, example="https://news.example.org")
    if address.user or address.password:
        raise Mistake("holds a password, which messages would show", "leave it out; auth asks for it")
    if address.rest not in ("", "/"):
        raise Mistake("must not have a path", "serve the page under a name of its own")
    return f"{address.scheme}://{address.place}"
