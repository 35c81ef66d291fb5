import time

import pytest

from monitor.model import Document, ParseFailed, Reason
from monitor.parse.feed import parse_feed
from monitor.parse.links import feed_links
from tests.support.clock import NOON

URL = "https://news.example/world/page"


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}">'


def page(*links: str, base: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{base}{''.join(links)}</head><body>x</body></html>"


def opened(html: str) -> ParseFailed:
    outcome = parse_feed(Document(url=URL, body=html.encode()), NOON)
    assert isinstance(outcome, ParseFailed)
    assert outcome.reason is Reason.NOT_A_FEED
    return outcome


def test_a_page_names_its_feeds_in_whatever_spelling() -> None:
    html = """<html><head><LINK REL="alternate home" TYPE="Application/RSS+XML; charset=utf-8" HREF="/rss.xml">
    <link rel=alternate type=application/atom+xml href=atom.xml><link rel=alternate hreflang=de href=/de>
    <link rel=stylesheet type=application/rss+xml href=no><link rel=alternate type=text/xml href="?feed=x&amp;y=1">
    <link rel=alternate type=application/feed+json href=//cdn.example/f.json></head>"""
    assert feed_links(html, URL) == (
        "https://news.example/rss.xml",
        "https://news.example/world/atom.xml",
        "https://news.example/world/page?feed=x&y=1",
        "https://cdn.example/f.json",
    )


@pytest.mark.parametrize(
    ("base", "found"),
    [
        ('<base href="https://other.example/a/">', "https://other.example/a/rss"),
        ('<base href="/b/"><base href="/c/">', "https://news.example/b/rss"),
        ('<base href="javascript:x">', "https://news.example/world/rss"),
        ("<base>", "https://news.example/world/rss"),
    ],
)
def test_links_are_relative_to_the_base(base: str, found: str) -> None:
    assert feed_links(page(link("rss"), base=base), URL) == (found,)


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/xml,x", "#top", "", "http://[", "ftp://a/x"],
)
def test_only_web_addresses_are_named(href: str) -> None:
    assert feed_links(page(link(href)), URL) == ()


def test_no_more_than_twenty_are_named_and_each_once() -> None:
    links = [link(f"/{number // 2}") for number in range(1_000)]
    assert feed_links(page(*links), URL) == tuple(f"https://news.example/{number}" for number in range(20))


def test_a_page_in_place_of_a_feed_tells_what_to_write_instead() -> None:
    assert opened(page(link("/rss"))).detail == (
        "an HTML page, not a feed; it names this feed, write it as url: https://news.example/rss"
    )
    many = opened(page(*(link(f"/{number}") for number in range(5))))
    assert many.detail == (
        "an HTML page, not a feed; it names these feeds, write one of them as url: "
        "https://news.example/0 https://news.example/1 https://news.example/2"
    )
    assert len(many.feeds) == 5
    assert opened(page()).detail == (
        "an HTML page, not a feed; to look for the feeds of a site: news-monitor feeds discover"
    )


def test_a_page_that_does_not_begin_as_one_names_its_feeds_too() -> None:
    assert opened(f"<head><title>x</title>{link('/rss')}</head>").feeds == ("https://news.example/rss",)


def test_what_a_page_names_is_one_line_without_controls() -> None:
    detail = opened(page(link("/a\x1b[2J\u202eb\nc"))).detail
    assert detail.isprintable()


@pytest.mark.parametrize(
    "html",
    [
        page(*[link("/x")] * 20_000),
        page("<link " + " ".join(f"a{number}=1" for number in range(200_000)) + ">"),
        page("<div>" * 100_000 + link("/x")),
        page("<link rel=alternate type=application/rss+xml href='" + "x" * 3_000_000 + "'>"),
    ],
    ids=["links", "attributes", "depth", "length"],
)
def test_a_hostile_page_is_read_in_bounded_time(html: str) -> None:
    started = time.monotonic()
    assert len(feed_links(html, URL)) <= 20
    assert time.monotonic() - started < 5
