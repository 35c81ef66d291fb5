import asyncio

import pytest

from monitor.fetch import HttpFetcher
from monitor.model import FetchRequest, NotModified, Reason, Secret, Validators
from tests.integration.fetch.fetching import failed, fetch, limits, served
from tests.support.feed_server import Answer, FeedServer, document, sends


def to(location: str | bytes, status: int = 302) -> Answer:
    return Answer(status, [("Location", location)])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_the_document_has_the_last_address(
    server: FeedServer, status: int
) -> None:
    server.script("/old", to("/dir/new?page=1#top", status))
    server.script("/dir/new", Answer(body=b"<rss/>"))
    got = served(fetch(server.url("/old")))
    assert (got.url, got.body) == (server.url("/dir/new?page=1"), b"<rss/>")


def test_validators_stay_with_the_url_that_gave_them(server: FeedServer) -> None:
    server.script("/old", to("/new"))
    server.script("/new", document(b"<rss/>", etag='"1"'))
    got = served(fetch(server.url("/old"), validators=Validators(etag='"1"')))
    first, second = server.requests()
    assert first.header("If-None-Match") == '"1"'
    assert second.header("If-None-Match") is None
    assert got.validators == Validators('"1"', url=Secret(server.url("/new")))


def test_a_document_behind_a_redirect_is_asked_for_conditionally_the_next_time(server: FeedServer) -> None:
    server.script("/old", to("/new"))
    server.script("/new", document(b"<rss/>", etag='"1"'))
    got = served(fetch(server.url("/old")))
    again = fetch(server.url("/old"), validators=got.validators)
    assert again == NotModified(validators=got.validators)
    asked = [(seen.path, seen.header("If-None-Match")) for seen in server.requests()]
    assert asked[2:] == [("/old", None), ("/new", '"1"')]


def test_validators_are_dropped_when_the_redirect_leads_elsewhere(server: FeedServer) -> None:
    server.script("/old", to("/new"), to("/other"))
    server.script("/new", document(b"<rss/>", etag='"1"'))
    server.script("/other", document(b"<rss/>", etag='"1"'))
    got = served(fetch(server.url("/old")))
    served(fetch(server.url("/old"), validators=got.validators))
    assert server.requests("/other")[0].header("If-None-Match") is None


@pytest.mark.parametrize(
    ("hops", "moved"),
    [((301,), True), ((308,), True), ((301, 308), True), ((302,), False), ((301, 302), False), ((), False)],
)
def test_a_feed_has_moved_when_every_redirect_says_so(
    server: FeedServer, hops: tuple[int, ...], moved: bool
) -> None:
    for place, status in enumerate(hops):
        server.script(f"/{place}", to(f"/{place + 1}", status))
    last = f"/{len(hops)}"
    server.script(last, document(b"<rss/>", etag='"1"'))
    got = served(fetch(server.url("/0")))
    assert got.moved_to == (Secret(server.url(last)) if moved else None)


def test_an_address_too_long_to_keep_is_followed_and_forgotten(server: FeedServer) -> None:
    server.script("/old", to("/new?" + "x" * 3000, 301))
    server.script("/new", document(b"<rss/>", etag='"1"'))
    got = served(fetch(server.url("/old")))
    assert (got.moved_to, got.validators) == (None, Validators())


def test_where_a_feed_moved_to_is_asked_directly_and_never_sees_its_password(server: FeedServer) -> None:
    with FeedServer() as other:
        other.script("/new", Answer(body=b"<rss/>"))
        moved = FetchRequest(
            url=Secret(server.url("/old", userinfo="bob:hush")), moved_to=Secret(other.url("/new"))
        )
        got = served(asyncio.run(HttpFetcher(limits(), version="1.2").fetch(moved)))
        assert (got.url, got.moved_to) == (other.url("/new"), None)
        assert other.requests()[0].header("Authorization") is None
    assert server.requests() == ()


def test_only_the_feeds_own_address_can_be_gone(server: FeedServer) -> None:
    server.script("/old", to("/new"))
    server.script("/new", Answer(410))
    failed(fetch(server.url("/old")), Reason.HTTP_CLIENT_ERROR)
    failed(fetch(server.url("/new")), Reason.GONE)


def test_a_password_goes_to_its_own_server_only(server: FeedServer) -> None:
    with FeedServer() as other:
        server.script("/old", to("/again"))
        server.script("/again", to(other.url("/new", userinfo="eve:trap")))
        other.script("/new", Answer(body=b"<rss/>"))
        got = served(fetch(server.url("/old", userinfo="bob:hush")))
        assert got.url == other.url("/new")
        assert other.requests()[0].header("Authorization") is None
    sent = {seen.header("Authorization") for seen in server.requests()}
    assert len(server.requests()) == 2
    assert sent == {"Basic Ym9iOmh1c2g="}


def test_a_circle_is_found(server: FeedServer) -> None:
    server.script("/a", to("/b"))
    server.script("/b", to("/a#again"))
    assert "circle" in failed(fetch(server.url("/a")), Reason.REDIRECT)
    assert len(server.requests()) == 2


def test_a_redirect_to_itself_is_a_circle(server: FeedServer) -> None:
    server.script("/a", to(""))
    failed(fetch(server.url("/a")), Reason.REDIRECT)
    assert len(server.requests()) == 1


@pytest.mark.parametrize("host", ["xn--zz.example", "xn--i-7iq.example", "bücher.example"])
def test_a_redirect_to_a_name_that_idna_does_not_know_is_followed(server: FeedServer, host: str) -> None:
    server.script("/feed", to(server.url("/there", host=host)))
    server.script("/there", Answer(body=b"<rss/>"), sends(b"HTTP/1.1 200 OK\r\n", b"nonsense"))
    outcome = fetch(server.url("/feed"), lookup=lambda host, port: ["127.0.0.1"])
    assert served(outcome).body == b"<rss/>"
    failed(fetch(server.url("/feed"), lookup=lambda host, port: ["127.0.0.1"]), Reason.PROTOCOL)


def test_the_number_of_redirects_is_bounded(server: FeedServer) -> None:
    for hop in range(1000):
        server.script(f"/{hop}", to(f"/{hop + 1}"))
    server.script("/3", Answer(body=b"<rss/>"))
    assert "more than 2 redirects" in failed(
        fetch(server.url("/0"), limits(max_redirects=2)), Reason.REDIRECT
    )
    assert len(server.requests()) == 3
    served(fetch(server.url("/0"), limits(max_redirects=3)))


@pytest.mark.parametrize(
    "location",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://example.org/",
        "mailto:bob@example.org",
        "http://",
        "http://[bad/",
        "http://exa mple/",
        "http://example.org:99999/",
        "https://☃.net/".encode(),
        b"http://\xff \xfe/",
        "x" * 70_000,
    ],
)
def test_a_redirect_to_something_else_than_a_web_address_is_refused(
    server: FeedServer, location: str | bytes
) -> None:
    server.script("/old", to(location))
    failed(fetch(server.url("/old")), Reason.REDIRECT)
    assert len(server.requests()) == 1


@pytest.mark.parametrize("fold", [b"\r\n ", b"\r", b"\n", b"%0d%0a"])
def test_a_line_break_in_a_location_adds_no_header(server: FeedServer, fold: bytes) -> None:
    server.script("/old", sends(b"HTTP/1.1 302 Found\r\nLocation: /new" + fold + b"X-Evil: 1\r\n\r\n"))
    fetch(server.url("/old"))
    assert all(seen.header("X-Evil") is None for seen in server.requests())


def test_a_redirect_target_is_shown_without_its_query(server: FeedServer) -> None:
    server.script("/old", to("http://bob:hush@127.0.0.1:99999/feed?token=hush"))
    assert "hush" not in failed(fetch(server.url("/old")), Reason.REDIRECT)
    server.script("/loop", to("/loop?token=hush"))
    server.script("/loop?token=hush", to("/loop"))
    detail = failed(fetch(server.url("/loop?token=hush", userinfo="bob:hush")), Reason.REDIRECT)
    assert server.url("/loop") in detail
    assert "hush" not in detail


def test_an_international_location_is_followed(server: FeedServer) -> None:
    server.script("/old", to("/стрічка".encode()))
    server.script("/%D1%81%D1%82%D1%80%D1%96%D1%87%D0%BA%D0%B0", Answer(body=b"<rss/>"))
    served(fetch(server.url("/old")))
