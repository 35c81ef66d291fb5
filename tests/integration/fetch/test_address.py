from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.address import is_permitted, is_public, literal_address, parse_address

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "2001:0:7f00:1:8000:63bf:f7f7:f7f7",
    "2001:2::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "100.63.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
    "2001:0:4136:e378:8000:63bf:f7f7:f7f7",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_that_means_something_else_to_everybody_is_not_public(text: str) -> None:
    assert not is_public(parse_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_that_everybody_reaches_is_public(text: str) -> None:
    assert is_public(parse_address(text))


@pytest.mark.parametrize("host", ["0x7f000001", "2130706433", "127.1", "0177.0.0.1", "127.0.0.1", "0x7f.1"])
def test_every_spelling_that_dialling_takes_is_read_as_the_address(host: str) -> None:
    assert literal_address(host) == parse_address("127.0.0.1")


@pytest.mark.parametrize("host", ["localhost", "feeds.example", "a..b", "x" * 70, ""])
def test_a_name_is_no_literal_address(host: str) -> None:
    assert literal_address(host) is None


def test_a_named_network_is_permitted_and_its_neighbours_are_not() -> None:
    allowed = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    assert is_permitted(parse_address("10.1.2.3"), allowed)
    assert is_permitted(parse_address("::ffff:10.1.2.3"), allowed)
    assert is_permitted(parse_address("fd00::1"), allowed)
    assert is_permitted(parse_address("1.1.1.1"), allowed)
    assert not is_permitted(parse_address("10.2.0.1"), allowed)
    assert not is_permitted(parse_address("64:ff9b::a01:203"), allowed)


@given(st.ip_addresses())
def test_an_address_with_a_meaning_of_its_own_is_never_public(address: IPv4Address | IPv6Address) -> None:
    special = address.is_multicast or address.is_loopback or address.is_link_local or address.is_private
    assert not (special and is_public(parse_address(str(address))))
