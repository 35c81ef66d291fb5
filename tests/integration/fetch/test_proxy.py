import asyncio
import base64
import ssl
from contextlib import closing

import pytest
import trustme

from monitor.fetch import HttpFetcher
from monitor.model import Reason
from tests.integration.fetch.fetching import failed, fetch, limits, served
from tests.support.feed_server import Answer, FeedServer, Raw, Received

FEED = "http://feeds.example/feed"


def through(server: FeedServer, userinfo: str = "") -> str:
    return server.url("", userinfo=userinfo)


def no_lookup(host: str, port: int) -> list[str]:
    assert host == "127.0.0.1", "behind a proxy only the proxy's own name is looked up"
    return [host]


def tunnel_to(port: int) -> Raw:
    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.write_eof()

    async def connect(received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        with closing(back):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(pipe(reader, back), pipe(there, writer))

    return Raw(connect)


def test_a_proxy_on_a_private_address_works(server: FeedServer) -> None:
    server.script(FEED, Answer(body=b"<rss/>"))
    bounds = limits(allow=(), proxy=through(server, "bob:h%40sh"))
    assert served(fetch(FEED, bounds, lookup=no_lookup)).body == b"<rss/>"
    (seen,) = server.requests()
    assert seen.header("Host") == "feeds.example"
    assert seen.header("Proxy-Authorization") == "Basic " + base64.b64encode(b"bob:h@sh").decode()


def test_https_goes_through_a_tunnel_and_is_verified_end_to_end(server: FeedServer) -> None:
    authority = trustme.CA()
    serving, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("feeds.example").configure_cert(serving)
    authority.configure_trust(trusting)
    with FeedServer(tls=serving) as secure:
        secure.script("/feed", Answer(body=b"<rss/>"))
        server.script("feeds.example:443", tunnel_to(secure.port))
        bounds = limits(allow=(), proxy=through(server, "bob:hush"))
        served(fetch("https://feeds.example/feed", bounds, tls=trusting, lookup=no_lookup))
        assert secure.requests()[0].header("Proxy-Authorization") is None
    assert server.requests()[0].method == "CONNECT"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "0x7f000001",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "localhost",
        "a.localhost.",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_private_address_is_refused_before_the_proxy_is_asked(
    server: FeedServer, host: str, scheme: str
) -> None:
    bounds = limits(allow=(), proxy=through(server))
    failed(fetch(f"{scheme}://{host}/feed", bounds), Reason.BLOCKED_ADDRESS)
    assert server.requests() == ()


def test_a_redirect_behind_the_proxy_is_checked_too(server: FeedServer) -> None:
    server.script(FEED, Answer(302, [("Location", "http://127.1/inside")]))
    failed(fetch(FEED, limits(allow=(), proxy=through(server))), Reason.BLOCKED_ADDRESS)
    assert len(server.requests()) == 1


def test_a_proxy_that_refuses_is_named(server: FeedServer) -> None:
    server.script("feeds.example:443", Answer(407))
    bounds = limits(allow=(), proxy=through(server, "bob:hush"))
    detail = failed(fetch("https://feeds.example/feed", bounds), Reason.CONNECT)
    assert "the proxy answered 407" in detail
    assert "hush" not in detail


def test_a_proxy_that_is_down_is_a_connect_failure(server: FeedServer) -> None:
    server.stop()
    try:
        detail = failed(fetch(FEED, limits(allow=(), proxy=through(server, "bob:hush"))), Reason.CONNECT)
    finally:
        server.start()
    assert "hush" not in detail


@pytest.mark.parametrize(
    "proxy", ["socks5://bob:hush@127.0.0.1:1080", "127.0.0.1:3128", "http://", "http://\x01/"]
)
def test_a_proxy_of_another_kind_is_refused_at_the_start(proxy: str) -> None:
    with pytest.raises(ValueError, match=r"\[fetch\] proxy") as refused:
        HttpFetcher(limits(proxy=proxy), version="1")
    assert "hush" not in str(refused.value)
