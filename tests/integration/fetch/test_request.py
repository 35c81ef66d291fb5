import asyncio
import base64

import pytest

from monitor.fetch import HttpFetcher
from monitor.model import Reason
from tests.integration.fetch.fetching import failed, fetch, limits, request, served
from tests.support.feed_server import Answer, FeedServer


def test_the_request_names_the_program_and_asks_for_feeds(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    fetch(server.url("/feed?a=1"), limits(contact="https://example.org/bot"))
    (seen,) = server.requests()
    assert (seen.method, seen.target) == ("GET", "/feed?a=1")
    assert seen.header("User-Agent") == "news-monitor/1.2 (+https://example.org/bot)"
    assert "rss+xml" in (seen.header("Accept") or "")
    assert (seen.header("Accept") or "").endswith("*/*;q=0.1")
    assert seen.header("Accept-Encoding") == "gzip, deflate"
    assert seen.header("Host") == f"127.0.0.1:{server.port}"


def test_without_a_contact_the_user_agent_is_product_and_version(server: FeedServer) -> None:
    fetch(server.url("/feed"))
    assert server.requests()[0].header("User-Agent") == "news-monitor/1.2"


@pytest.mark.parametrize("contact", ["me\r\nX-Evil: 1", "büro@example.org"])
def test_a_contact_that_cannot_stand_in_a_header_is_refused_at_the_start(contact: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        HttpFetcher(limits(contact=contact), version="1.2")


def test_cookies_and_referer_are_never_sent(server: FeedServer) -> None:
    cookie = ("Set-Cookie", "id=1; Path=/")
    server.script("/first", Answer(302, [("Location", "/second"), cookie]))
    server.script("/second", Answer(headers=[cookie], body=b"<rss/>"))

    async def twice() -> None:
        fetcher = HttpFetcher(limits(), version="1.2")
        await fetcher.fetch(request(server.url("/first")))
        await fetcher.fetch(request(server.url("/first")))

    asyncio.run(twice())
    assert len(server.requests()) == 4
    assert [seen.header("Cookie") or seen.header("Referer") for seen in server.requests()] == [None] * 4


def test_userinfo_is_sent_as_basic_authorization_and_shown_nowhere(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    document = served(fetch(server.url("/feed", userinfo="bob:p%40ss%C3%A9")))
    expected = base64.b64encode("bob:p@ssé".encode()).decode()
    assert server.requests()[0].header("Authorization") == f"Basic {expected}"
    assert document.url == server.url("/feed")


def test_the_environment_and_netrc_have_no_say(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(home))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.script("/feed", Answer(body=b"<rss/>"))
    served(fetch(server.url("/feed")))
    assert server.requests()[0].header("Authorization") is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed.xml",
        "//example.org/feed",
        "ftp://example.org/feed",
        "FILE:///etc/passwd",
        " file:///etc/passwd",
        "feed:file:///etc/passwd",
        "gopher://127.0.0.1:25/x",
        "javascript:alert(1)",
        "http:///feed",
        "http://exa mple/",
        "http://[bad/",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://a..b/",
        "http://-a.example/",
        "http://example%00.org/",
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 130}example/",
        "http://☃.net/",
        "http://\x01/",
        "http://0177.0.0.1/",
        "http://example.org/\ud800",
        "http://[fe80::1%25eth0]:x/",
        "http://" + "a" * 100_000,
    ],
)
def test_an_address_that_cannot_be_asked_is_a_bad_url(url: str) -> None:
    failed(fetch(url), Reason.BAD_URL)


def test_a_host_name_that_does_not_exist_is_a_dns_failure() -> None:
    detail = failed(fetch("http://feeds.invalid/feed?token=hush"), Reason.DNS)
    assert "feeds.invalid" in detail
    assert "hush" not in detail


def test_a_name_without_addresses_is_a_dns_failure() -> None:
    failed(fetch("http://feeds.example/", lookup=lambda host, port: []), Reason.DNS)


def test_a_port_where_nobody_listens_is_a_connect_failure(server: FeedServer) -> None:
    server.stop()
    try:
        assert "connection refused" in failed(fetch(server.url("/feed")), Reason.CONNECT)
    finally:
        server.start()
