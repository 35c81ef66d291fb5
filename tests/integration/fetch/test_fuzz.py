"""However an address is written and whatever the name servers say: what is dialled is public."""

import asyncio
import socket
import ssl
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.fetch import HttpFetcher, network
from monitor.fetch.address import Address
from monitor.fetch.failure import Failure
from monitor.fetch.redirects import Trail
from monitor.fetch.url import parse_url
from monitor.model import FetchFailed, Reason
from tests.integration.fetch.fetching import limits, request
from tests.support.fuzz import tries

PRIVATE = ["127.0.0.0/8", "10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16", "100.64.0.0/10", "0.0.0.0/8"]
NAT64 = IPv6Network("64:ff9b::/96")
NAMES = [
    *(
        "localhost",
        "LOCALHOST.",
        "feeds.example",
        "ⓛocalhost",
        "loc\u00adalhost",
        "①②⑦.⓪.⓪.①",
        "xn--zz",
        "a@b",
        "",
    ),
    *("[::1]", "[::]", "[fe80::1%25eth0]", "[fd00::1", "::1", "[0:0:0:0:0:0:0:1]", "[::ffff:7f00:1%1]"),
]

TLS = ssl.SSLContext(
    ssl.PROTOCOL_TLS_CLIENT
)  # of nobody: reading those that are trusted takes most of the time


def spellings(address: IPv4Address) -> list[str]:
    """Return what the parts of systems take for an IPv4 address."""
    number, parts = int(address), str(address).split(".")
    inside = f"{number >> 16:x}:{number & 0xFFFF:x}"
    return [
        *(str(address), str(number), f"0x{number:x}", f"0{number:o}", f"{address}."),
        *(".".join(f"0{int(part):o}" for part in parts), ".".join(f"0x{int(part):x}" for part in parts)),
        *(f"{parts[0]}.{number & 0xFFFFFF}", f"{parts[0]}.{parts[1]}.{number & 0xFFFF}"),
        *(str(address).replace(".", "。"), str(address).replace(".", "%2e")),
        "".join(chr(ord(sign) + 0xFEE0) for sign in str(address)),  # full-width digits, which IDNA folds
        *(f"[::ffff:{address}]", f"[::{address}]", f"[64:ff9b::{inside}]", f"[2002:{inside}::1]"),
        *(f"[::ffff:{inside}%25eth0]", f"[::ffff:0:{address}]"),
    ]


private = st.sampled_from(PRIVATE).flatmap(lambda inside: st.ip_addresses(network=inside))
hosts = private.flatmap(lambda address: st.sampled_from(spellings(IPv4Address(address)))) | st.sampled_from(
    NAMES
)
STARTS = [
    "http://",
    "https://",
    "HTTP:\\\\",
    "http:/",
    "//",
    "http:",
    " http://",
    "feed:http://",
    "http://\t",
]
USERS = [
    "",
    "",
    "",
    "good.example@",
    "user:pass@",
    "1.1.1.1@",
    "1.1.1.1\\@",
    "good.example#@",
    "good.example?@",
]
ENDS = ["", "/", "/feed", "\\", "?x", "#@1.1.1.1", "/\r\nHost: x"]
urls = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(STARTS),
    st.sampled_from(USERS),
    hosts | st.text(max_size=12),
    st.sampled_from(["", "", ":80", ":0", ":99999", ":"]),
    st.sampled_from(ENDS),
)
answers = st.lists(private.map(str) | st.ip_addresses().map(str), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def dialled() -> Iterator[list[Address]]:
    """Give the list of what would have been reached."""
    reached: list[Address] = []

    async def connect(address: Address, port: int) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(network, "_connect", connect)
        yield reached


@tries(150)
@given(urls, answers)
@example("http://127.0.0.1。/", ["1.1.1.1"])
@example("http://feeds.example/", ["10.0.0.1", "1.1.1.1"])
def test_nothing_private_is_dialled(dialled: list[Address], url: str, found: Sequence[str]) -> None:
    dialled.clear()
    fetcher = HttpFetcher(
        limits(allow=(), seconds=60), version="1.2", tls=TLS, lookup=lambda host, port: found
    )
    outcome = asyncio.run(fetcher.fetch(request(url)))
    assert isinstance(outcome, FetchFailed)
    assert outcome.reason in (Reason.BLOCKED_ADDRESS, Reason.BAD_URL, Reason.CONNECT, Reason.DNS)
    assert outcome.detail.isprintable()
    assert (outcome.reason is Reason.CONNECT) is bool(dialled)
    for address in dialled:
        assert not is_inside(address), f"{url} reaches {address}"


def is_inside(address: Address) -> bool:
    """Tell by the standard library's tables, not by ours, whether an address means something of ours."""
    if isinstance(address, IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            carried = IPv4Address(int(address) & 0xFFFF_FFFF)
        if carried:
            return is_inside(carried)
    return not address.is_global or address.is_multicast


@tries(150)
@given(urls | st.text(max_size=20), st.booleans())
def test_a_redirect_leads_to_a_web_address_without_a_password_or_nowhere(target: str, secret: bool) -> None:
    trail = Trail(parse_url("https://news.example/feed"), secret=secret, limit=5)
    failure = followed(trail, target)
    if failure:
        assert failure.outcome.reason is Reason.REDIRECT
        assert failure.outcome.detail.isprintable()
        return
    assert trail.current.scheme in ({"https"} if secret else {"http", "https"})
    assert trail.current.userinfo == b""
    assert trail.current.raw_host
    assert b"\r" not in trail.current.raw_path + trail.current.netloc
    assert b"\n" not in trail.current.raw_path + trail.current.netloc


def followed(trail: Trail, target: str) -> Failure | None:
    try:
        trail.follow(target, permanent=True)
    except Failure as failure:
        return failure
    return None
