"""Pages are fetched as publishers' robots.txt lets us, and never without limits."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from monitor.fetch import HttpFetcher
from monitor.fetch.robots import KEPT_FOR, MOST_KEPT
from monitor.model import (
    DocumentKind,
    FetchFailed,
    FetchLimits,
    FetchOutcome,
    FetchRequest,
    Reason,
    RequestExtras,
    Secret,
)
from tests.integration.fetch.fetching import failed, limits, served
from tests.support.clock import ManualClock
from tests.support.feed_server import SILENT, Answer, FeedServer

HTML = Answer(headers=[("Content-Type", "text/html")], body=b"<p>Words</p>")
SECRETS = RequestExtras(headers=(("X-Key", Secret("k")),), authorization=Secret("Bearer t"))


def page(url: str, extras: RequestExtras | None = None) -> FetchRequest:
    return FetchRequest(url=Secret(url), extras=extras or RequestExtras(), kind=DocumentKind.PAGE)


def read_all(
    urls: Sequence[str], *, clock: ManualClock | None = None, bounds: FetchLimits | None = None
) -> list[FetchOutcome]:
    async def one_after_the_other() -> list[FetchOutcome]:
        fetcher = HttpFetcher(bounds or limits(), version="1.2", clock=clock or ManualClock())
        return [await fetcher.fetch(page(url)) for url in urls]

    return asyncio.run(one_after_the_other())


def read(url: str, bounds: FetchLimits | None = None) -> FetchOutcome:
    return read_all([url], bounds=bounds)[0]


def robots(server: FeedServer, text: str, status: int = 200) -> None:
    server.script("/robots.txt", Answer(status, body=text.encode()))


def paths(server: FeedServer) -> list[str]:
    return [received.path for received in server.requests()]


def test_a_page_is_asked_for_as_html_after_robots_txt(server: FeedServer) -> None:
    server.script("/1", HTML)
    robots(server, "User-agent: *\nDisallow: /private/\n")
    assert served(read(server.url("/1"))).body == b"<p>Words</p>"
    asked, got = server.requests()
    assert (asked.path, got.path) == ("/robots.txt", "/1")
    assert (asked.header("Accept") or "").startswith("text/plain")
    assert (got.header("Accept") or "").startswith("text/html")


@pytest.mark.parametrize(
    "rules",
    [
        "User-agent: *\nDisallow: /",
        "User-agent: other\nAllow: /\n\nUser-agent: News-Monitor\nDisallow: /world/",
        "User-agent: *\nAllow: /\nDisallow: /*/private$",
        "\ufeffUser-agent: *\nDisallow: /world/private",
        "User-agent: *\r\nDisallow: /world/%70rivate",
    ],
    ids=["all", "our name", "pattern", "byte order mark", "encoded"],
)
def test_a_page_that_robots_txt_excludes_is_not_asked_for(server: FeedServer, rules: str) -> None:
    robots(server, rules)
    detail = failed(read(server.url("/world/private")), Reason.ROBOTS)
    assert "robots.txt" in detail
    assert "/world/private" in detail
    assert paths(server) == ["/robots.txt"]


@pytest.mark.parametrize(
    "rules",
    [
        "",
        "<html><body>Not found</body></html>",
        "User-agent: other\nDisallow: /",
        "User-agent: *\nDisallow: /\nAllow: /world/",
        "User-agent: *\nDisallow:",
    ],
    ids=["empty", "a page", "others", "longest rule", "nothing"],
)
def test_a_page_that_robots_txt_lets_us_have_is_fetched(server: FeedServer, rules: str) -> None:
    server.script("/world/1", HTML)
    robots(server, rules)
    served(read(server.url("/world/1")))


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_where_there_is_no_robots_txt_everything_may_be_fetched(server: FeedServer, status: int) -> None:
    server.script("/1", HTML)
    robots(server, "User-agent: *\nDisallow: /", status)
    served(read(server.url("/1")))


def test_while_robots_txt_cannot_be_read_no_page_is_fetched(server: FeedServer) -> None:
    server.script("/1", HTML)
    robots(server, "", 500)
    assert failed(read(server.url("/1")), Reason.HTTP_SERVER_ERROR).startswith("robots.txt can't be read")
    server.script("/robots.txt", Answer(503, [("Retry-After", "120")]))
    outcome = read(server.url("/1"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.retry_after == timedelta(seconds=120)
    server.script("/robots.txt", SILENT)
    assert "robots.txt" in failed(read(server.url("/1"), limits(seconds=0.5)), Reason.TIMEOUT)
    assert "/1" not in paths(server)


def test_robots_txt_is_kept_for_a_day(server: FeedServer) -> None:
    clock = ManualClock()
    server.script("/1", HTML)
    fetcher = HttpFetcher(limits(), version="1.2", clock=clock)

    async def over_a_day() -> None:
        for passing in (timedelta(0), KEPT_FOR - timedelta(seconds=1), timedelta(seconds=1)):
            clock.advance(passing)
            await fetcher.fetch(page(server.url("/1")))

    asyncio.run(over_a_day())
    assert paths(server) == ["/robots.txt", "/1", "/1", "/robots.txt", "/1"]


def test_what_is_kept_of_all_hosts_is_bounded(server: FeedServer) -> None:
    large = "User-agent: *\nDisallow: /x\n" + "# \n" * 165_000
    robots(server, large)
    server.script("/1", HTML)
    hosts = [f"127.0.0.{number}" for number in range(1, MOST_KEPT // len(large) + 3)]
    with FeedServer(host="0.0.0.0") as everywhere:
        everywhere.script("/robots.txt", Answer(body=large.encode()))
        everywhere.script("/1", HTML)
        urls = [everywhere.url("/1", host=host) for host in [*hosts, hosts[-1], hosts[0]]]
        assert all(served(outcome) for outcome in read_all(urls, bounds=limits(max_body=1_000_000)))
        asked = [received.header("Host") for received in everywhere.requests("/robots.txt")]
    assert len(asked) == len(hosts) + 1  # the newest was kept, the oldest not


def test_robots_txt_of_the_host_that_a_page_moved_to_counts(server: FeedServer) -> None:
    with FeedServer(host="127.0.0.2") as other:
        server.script("/1", Answer(302, [("Location", other.url("/private/1"))]))
        robots(other, "User-agent: *\nDisallow: /private/")
        failed(read(server.url("/1")), Reason.ROBOTS)
        assert paths(other) == ["/robots.txt"]


def test_a_page_is_bounded_by_its_own_limit(server: FeedServer) -> None:
    server.script("/1", Answer(body=b"<p>" + b"x" * 2_000_000))
    detail = failed(read(server.url("/1"), limits(max_body=50_000_000)), Reason.TOO_LARGE)
    assert "max_body" not in detail
    request = FetchRequest(url=Secret(server.url("/1")))
    outcome = asyncio.run(HttpFetcher(limits(max_body=1_000), version="1.2").fetch(request))
    assert "see [fetch] max_body" in failed(outcome, Reason.TOO_LARGE)


def test_neither_page_nor_robots_txt_may_be_private(server: FeedServer) -> None:
    for path in ("/1", "/robots.txt"):
        server.script(path, Answer(302, [("Location", server.url("/x", host="127.0.0.3"))]))
    only_this = limits(allow=(limits().allow_networks[0].__class__("127.0.0.1/32"),))
    failed(read(server.url("/1"), only_this), Reason.BLOCKED_ADDRESS)
    assert {received.header("Host") for received in server.requests()} == {f"127.0.0.1:{server.port}"}


def test_robots_txt_gets_no_secret_of_the_feed(server: FeedServer) -> None:
    server.script("/1", HTML)
    fetcher = HttpFetcher(limits(), version="1.2")
    asyncio.run(fetcher.fetch(page(server.url("/1"), SECRETS)))
    (asked,) = server.requests("/robots.txt")
    assert (asked.header("X-Key"), asked.header("Authorization")) == (None, None)


@pytest.mark.parametrize(
    ("rules", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10),
        ("User-agent: *\ncrawl-delay: 2.5\nDisallow: /private/", 2.5),
        ("User-agent: *\nCrawl-delay: 1\n\nUser-agent: news-monitor\nCrawl-delay: 30", 30),
        ("User-agent: other\nCrawl-delay: 10", None),
        ("User-agent: *\nDisallow: /\nCrawl-delay: 5", 5),
        ("User-agent: *\nDisallow:", None),
        ("User-agent: *\nCrawl-delay: soon", None),
        ("User-agent: *\nCrawl-delay: -3", None),
        ("User-agent: *\nCrawl-delay: nan", None),
        ("User-agent: *\nCrawl-delay: 1e999", None),
        ("User-agent: *\nCrawl-delay: 1e300", 86_400),
    ],
)
def test_the_pace_that_robots_txt_wants_is_known_once_it_was_read(
    server: FeedServer, rules: str, seconds: float | None
) -> None:
    server.script("/1", Answer(500))
    robots(server, rules)
    fetcher = HttpFetcher(limits(), version="1.2")
    other_page = Secret(server.url("/2?a=1", userinfo="user:word"))
    assert fetcher.crawl_delay(other_page) is None
    asyncio.run(fetcher.fetch(page(server.url("/1"))))
    assert fetcher.crawl_delay(other_page) == (None if seconds is None else timedelta(seconds=seconds))
    assert fetcher.crawl_delay(Secret(server.url("/1", host="127.0.0.2"))) is None
    assert fetcher.crawl_delay(Secret("no address")) is None


def test_feeds_are_polled_whatever_robots_txt_says(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    robots(server, "User-agent: *\nDisallow: /")
    request = FetchRequest(url=Secret(server.url("/feed")))
    served(asyncio.run(HttpFetcher(limits(), version="1.2").fetch(request)))
    assert paths(server) == ["/feed"]
