"""Addresses of feeds and proxies: what httpx could not fetch later is refused now."""

import httpx
import pytest

from monitor.config.addresses import read_address, without_password
from tests.unit.config.conftest import REST, Load, Tell


def with_feed(url: str) -> str:
    return REST.replace("https://example.org/feed.xml", url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/feed.xml", "example.org"),
        ("HTTPS://EXAMPLE.org", "example.org"),
        ("https://example.org:443/", "example.org"),
        ("http://example.org:443/", "example.org:443"),
        ("https://example.org:8443/a?b=c#d", "example.org:8443"),
        ("https://example.org:/", "example.org"),
        ("https://example.org./", "example.org"),
        ("https://user:pa%40ss@example.org/", "example.org"),
        ("https://us@er:pa:ss@example.org/", "example.org"),
        ("https://müller.example/ü?ü", "xn--mller-kva.example"),
        ("https://faß.de/", "xn--fa-hia.de"),
        ("https://xn--fa-hia.de/", "xn--fa-hia.de"),
        ("https://a_b.example/", "a_b.example"),
        ("http://192.0.2.1:80/", "192.0.2.1"),
        ("http://[2001:DB8:0::1]:8080/", "[2001:db8::1]:8080"),
    ],
)
def test_the_host_of_a_feed(load: Load, url: str, host: str) -> None:
    assert load(with_feed(url)).feeds[0].host == host
    assert httpx.URL(url).host


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("", 'must be an http or https address; such as "https://example.org/feed.xml"'),
        ("example.org/feed", 'must be an http or https address; such as "https://example.org/feed.xml"'),
        ("ftp://example.org/", 'must be an http or https address; such as "https://example.org/feed.xml"'),
        ("file:///etc/passwd", 'must be an http or https address; such as "https://example.org/feed.xml"'),
        ("FILE:///etc/passwd", 'must be an http or https address; such as "https://example.org/feed.xml"'),
        (
            "feed:file:///etc/passwd",
            'must be an http or https address; such as "https://example.org/feed.xml"',
        ),
        ("gopher://example.org/", 'must be an http or https address; such as "https://example.org/feed.xml"'),
        (" file:///etc/passwd", "holds a space or an invisible character; write %20 for a space"),
        ("https://", 'has no host; write it as in "https://example.org/feed.xml"'),
        ("https:///feed.xml", 'has no host; write it as in "https://example.org/feed.xml"'),
        ("https://user:password@/feed", 'has no host; write it as in "https://example.org/feed.xml"'),
        ("https://exa mple.org/", "holds a space or an invisible character; write %20 for a space"),
        ("https://example.org/a b", "holds a space or an invisible character; write %20 for a space"),
        (" https://example.org/", "holds a space or an invisible character; write %20 for a space"),
        ("https://example.org/\\r\\nX", "holds a space or an invisible character; write %20 for a space"),
        ("https://example.org/\\u202e", "holds a space or an invisible character; write %20 for a space"),
        ("https://a..b/", "has a host name with an empty part or with characters that no host name may hold"),
        (
            "https://-a.example/",
            "has a host name with an empty part or with characters that no host name may hold",
        ),
        (
            "https://a%41.example/",
            "has a host name with an empty part or with characters that no host name may hold",
        ),
        (
            "https://a\\\\b.example/",
            "has a host name with an empty part or with characters that no host name may hold",
        ),
        ("https://☃.example/", "has a host name with characters that no host name may hold"),
        ("https://xn--zz/", "has a host name with characters that no host name may hold"),
        (
            f"https://{'a' * 64}.example/",
            "has a host name that is too long; at most 63 characters between dots, 253 in all",
        ),
        (
            f"https://{'a.' * 130}example/",
            "has a host name that is too long; at most 63 characters between dots, 253 in all",
        ),
        ("https://256.1.1.1/", "has a host that looks like an IP address and is none"),
        ("https://127.1/", "has a host that looks like an IP address and is none"),
        ("https://2130706433/", "has a host that looks like an IP address and is none"),
        ("https://[::1/", 'has a host that can\'t be read; write it as in "https://example.org/feed.xml"'),
        (
            "https://[::1]x/",
            'has a host that can\'t be read; write it as in "https://example.org/feed.xml"',
        ),
        ("https://[bad]/", "has a host that looks like an IP address and is none"),
        ("https://::1/", 'has no host; write it as in "https://example.org/feed.xml"'),
        ("https://example.org:0/", "has a port that is not a number from 1 to 65535"),
        ("https://example.org:65536/", "has a port that is not a number from 1 to 65535"),
        ("https://example.org:٣/", "has a port that is not a number from 1 to 65535"),
        ("https://example.org:99999999999999999999/", "has a port that is not a number from 1 to 65535"),
        (f"https://example.org/{'a' * 4_000}", "is longer than 4000 characters"),
    ],
)
def test_an_address_that_can_not_be_fetched_is_refused(tell: Tell, url: str, what: str) -> None:
    assert tell(with_feed(url)) == [f"config.toml:6: feeds.1.url: {what}"]


@pytest.mark.parametrize("proxy", ["socks5://proxy.example:1080", "proxy.example:3128"])
def test_a_proxy_speaks_http(tell: Tell, proxy: str) -> None:
    assert tell(f'[fetch]\nproxy = "{proxy}"' + REST) == [
        'config.toml:2: fetch.proxy: must be an http or https address; such as "http://proxy.example:3128"'
    ]


def test_a_bad_address_is_never_shown(tell: Tell) -> None:
    text = '[fetch]\nproxy = "http://user:hunter2@a..b/"' + with_feed(
        "https://user:hunter2@a..b/?token=hunter2"
    )
    assert len(tell(text)) == 2
    assert "hunter2" not in str(tell(text))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://example.org/@a:b@", "https://example.org/@a:b@"),
        ("https://user@example.org:80/", "https://user@example.org:80/"),
        ("https://user:word@example.org/a:b@c", "https://user:***@example.org/a:b@c"),
        ("https://user:w@r:d@example.org/", "https://user:***@example.org/"),
        ("https://${USER}:${PASSWORD}@example.org/", "https://${USER}:***@example.org/"),
        (
            "https://${file:/run/user}:${file:/run/word}@example.org/",
            "https://${file:/run/user}:***@example.org/",
        ),
        ("https://${file:user}@example.org/?a=${B}", "https://${file:user}@example.org/?a=${B}"),
        ("${FEED}", "${FEED}"),
    ],
)
def test_the_password_of_a_feed_is_not_part_of_its_name(written: str, shown: str) -> None:
    assert without_password(written) == shown


def test_addresses_of_the_same_document_are_equal_in_all_but_the_password() -> None:
    one, other = read_address("HTTP://u:a@Example.org:80#x"), read_address("http://u:b@example.org/")
    assert (one.scheme, one.user, one.place, one.rest) == (other.scheme, other.user, other.place, other.rest)
