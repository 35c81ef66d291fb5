"""What a feed's own configuration adds to its requests, and to which hops."""

import asyncio

from monitor.fetch import HttpFetcher
from monitor.model import FetchOutcome, FetchRequest, Reason, RequestExtras, Secret, Validators
from tests.integration.fetch.fetching import failed, limits, served
from tests.support.feed_server import Answer, FeedServer

OWN = RequestExtras(
    headers=(("X-Key", Secret("key")), ("Accept", Secret("application/json"))),
    authorization=Secret("Bearer token"),
    user_agent="Reader/1.0",
    language="uk",
)


def fetch(url: str, extras: RequestExtras = OWN, *, proxy: str | None = None) -> FetchOutcome:
    fetcher = HttpFetcher(limits(proxy=proxy), version="1")
    request = FetchRequest(url=Secret(url), validators=Validators(etag='"1"'), extras=extras)
    return asyncio.run(fetcher.fetch(request))


def test_a_feed_is_asked_with_its_own_headers(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    served(fetch(server.url("/feed")))
    (seen,) = server.requests()
    assert [value for name, value in seen.headers if name.lower() == "accept"] == ["application/json"]
    assert seen.header("X-Key") == "key"
    assert seen.header("Authorization") == "Bearer token"
    assert seen.header("User-Agent") == "Reader/1.0"
    assert seen.header("Accept-Language") == "uk"
    assert seen.header("If-None-Match") == '"1"'


def test_own_headers_follow_a_redirect_within_their_server(server: FeedServer) -> None:
    server.script("/feed", Answer(301, [("Location", "/new")]))
    server.script("/new", Answer(body=b"<rss/>"))
    served(fetch(server.url("/feed")))
    assert [seen.header("X-Key") for seen in server.requests()] == ["key", "key"]
    assert [seen.header("Authorization") for seen in server.requests()] == ["Bearer token"] * 2


def test_own_headers_never_reach_another_server_nor_come_back_by_it(server: FeedServer) -> None:
    with FeedServer() as other:
        server.script("/feed", Answer(302, [("Location", other.url("/there"))]))
        other.script("/there", Answer(302, [("Location", other.url("/end"))]))
        other.script("/end", Answer(body=b"<rss/>"))
        served(fetch(server.url("/feed")))
        for seen in other.requests():
            assert seen.header("X-Key") is None
            assert seen.header("Authorization") is None
            assert seen.header("Accept") != "application/json"
            assert seen.header("User-Agent") == "Reader/1.0"
        assert len(other.requests()) == 2


def test_a_login_stands_for_the_one_in_the_address(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    served(fetch(server.url("/feed", userinfo="bob:pw")))
    (seen,) = server.requests()
    assert [value for name, value in seen.headers if name == "Authorization"] == ["Bearer token"]


def test_a_feed_goes_through_its_own_proxy(server: FeedServer) -> None:
    with FeedServer() as shared:
        server.script("http://feeds.example/feed", Answer(body=b"<rss/>"))
        extras = RequestExtras(proxy=Secret(server.url("", userinfo="bob:pw")))
        served(fetch("http://feeds.example/feed", extras, proxy=shared.url("")))
        assert server.requests()[0].header("Proxy-Authorization") is not None
        assert shared.requests() == ()


def test_the_address_guard_stands_before_an_own_proxy_too(server: FeedServer) -> None:
    fetcher = HttpFetcher(limits(allow=()), version="1")
    extras = RequestExtras(proxy=Secret(server.url("")))
    request = FetchRequest(url=Secret("http://127.0.0.1/feed"), extras=extras)
    failed(asyncio.run(fetcher.fetch(request)), Reason.BLOCKED_ADDRESS)
    assert server.requests() == ()


def test_a_proxy_that_is_none_is_the_feeds_failure(server: FeedServer) -> None:
    extras = RequestExtras(proxy=Secret("socks5://bob:hush@x"))
    detail = failed(fetch(server.url("/feed"), extras), Reason.BAD_URL)
    assert detail == "the feed's proxy must be an http:// or https:// URL"


def test_a_refusal_where_the_login_was_not_sent_says_so(server: FeedServer) -> None:
    with FeedServer() as other:
        server.script("/feed", Answer(301, [("Location", other.url("/there"))]))
        other.script("/there", Answer(401))
        detail = failed(fetch(server.url("/feed")), Reason.FORBIDDEN)
        assert detail == (
            "the server answered 401 Unauthorized; "
            "login and headers were not sent there, after a redirect: write its address as url"
        )
        server.script("/feed", Answer(401))
        assert failed(fetch(server.url("/feed")), Reason.FORBIDDEN) == "the server answered 401 Unauthorized"
