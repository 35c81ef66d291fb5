"""Sitemaps are read like feeds."""

from datetime import UTC, datetime

import pytest

from monitor.model import Entry, Reason
from monitor.parse.fields import MAX_ENTRIES
from tests.unit.parse.documents import only_entry, parsed, refused

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
IMAGE = "http://www.google.com/schemas/sitemap-image/1.1"
STORM = "https://news.example/2026/storm-in-oslo"


def sitemap(*pages: str) -> str:
    inner = "".join(f"<url>{page}</url>" for page in pages)
    return f'<?xml version="1.0"?><urlset xmlns="{SITEMAP}" xmlns:news="{NEWS}" xmlns:image="{IMAGE}">{inner}</urlset>'


def news(loc: str = STORM, inner: str = "") -> str:
    return f"<loc>{loc}</loc><news:news>{inner}</news:news>"


def test_a_news_sitemap_gives_title_date_and_keywords() -> None:
    feed = parsed(
        sitemap(
            news(
                STORM,
                "<news:publication><news:name>The Example</news:name><news:language>en</news:language></news:publication>"
                "<news:publication_date>2026-11-22T23:00:00-05:00</news:publication_date>"
                "<news:title>Storm &amp;amp; flood in Oslo</news:title>"
                "<news:keywords>weather, Norway ,</news:keywords>",
            )
            + "<image:image><image:loc>https://img.example/1</image:loc><image:title>A tree</image:title></image:image>"
            + "<lastmod>2026-11-23</lastmod>"
        )
    )
    assert feed.title == "The Example"
    assert feed.entries == (
        Entry(
            guid=STORM,
            link=STORM,
            title="Storm & flood in Oslo",
            categories=("weather", "Norway"),
            published_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
            updated_at=datetime(2026, 11, 23, tzinfo=UTC),
        ),
    )


def test_a_plain_sitemap_gives_titles_made_of_addresses_and_the_last_change() -> None:
    entry = only_entry(sitemap(f"<loc> {STORM}\n</loc><lastmod>2026-11-23T08:30:00Z</lastmod>"))
    assert (entry.title, entry.link) == ("Storm in oslo", STORM)
    assert (entry.published_at, entry.updated_at) == (None, datetime(2026, 11, 23, 8, 30, tzinfo=UTC))
    assert parsed(sitemap("<loc>/a-b</loc>")).title == "news.example"


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/world/storm_hits-oslo.html", "Storm hits oslo"),
        ("/a/3331000_het-datalek-bij-het-umc", "Het datalek bij het umc"),
        ("/storm-in-oslo-a1b2c3d4e5/", "Storm in oslo"),
        ("/storm-2026", "Storm 2026"),
        ("/news/storm-in-oslo/12345678", "Storm in oslo"),
        ("/news/storm-in-oslo/index.html", "Storm in oslo"),
        ("/%D0%A3%D1%80%D0%B0%D0%B3%D0%B0%D0%BD-%D0%B2-%D0%9E%D1%81%D0%BB%D0%BE", "Ураган в Осло"),
        ("/2026/11/", "news.example/2026/11/"),
        ("/", "news.example/"),
    ],
)
def test_the_words_of_an_address_make_a_title(path: str, title: str) -> None:
    assert only_entry(sitemap(f"<loc>https://news.example{path}</loc>")).title == title


@pytest.mark.parametrize("date", ["", "2026-11", "yesterday", "1795-01-01", "2026-13-40T00:00:00Z"])
def test_a_date_that_says_nothing_is_none(date: str) -> None:
    assert only_entry(sitemap(f"<loc>{STORM}</loc><lastmod>{date}</lastmod>")).updated_at is None


def test_pages_without_a_web_address_are_left_out() -> None:
    pages = (
        "",
        "<loc/>",
        "<loc>javascript:alert(1)</loc>",
        "<loc>ftp://x.example/a</loc>",
        f"<loc>{STORM}</loc>",
    )
    assert [entry.link for entry in parsed(sitemap(*pages)).entries] == [STORM]


def test_prefixes_and_namespaces_do_not_matter() -> None:
    assert only_entry(f"<urlset><url><loc>{STORM}</loc></url></urlset>").link == STORM
    prefixed = f'<s:urlset xmlns:s="{SITEMAP}"><s:url><s:loc>{STORM}</s:loc></s:url></s:urlset>'
    assert only_entry(f"<!-- made -->{prefixed}").link == STORM


def test_an_index_names_its_first_sitemaps_those_of_news_before_the_others() -> None:
    places = [f"https://news.example/{name}.xml" for name in ("pages", "tags", "news-1", "people")]
    inner = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in places)
    failed = refused(f'<sitemapindex xmlns="{SITEMAP}">{inner}</sitemapindex>')
    assert failed.reason is Reason.NOT_A_FEED
    assert failed.detail == (
        "a list of sitemaps, not a sitemap: give the address of one that it names: "
        "https://news.example/news-1.xml, https://news.example/pages.xml, https://news.example/tags.xml and 1 more"
    )


def test_an_empty_sitemap_is_a_feed_without_entries() -> None:
    assert parsed(sitemap()).entries == ()


def test_a_damaged_sitemap_is_read_as_far_as_it_goes() -> None:
    feed = parsed(sitemap(f"<loc>{STORM}</loc>", "<loc>https://news.example/2</loc>")[:-30])
    assert [entry.link for entry in feed.entries] == [STORM]
    assert feed.damaged == "broken XML in line 1: no element found"
    assert refused("<urlset><url>").reason is Reason.MALFORMED


def test_entity_declarations_are_refused() -> None:
    bomb = "<!DOCTYPE urlset [<!ENTITY a 'aaaa'>]>" + sitemap("<loc>&a;</loc>").removeprefix(
        '<?xml version="1.0"?>'
    )
    assert refused(bomb).reason is Reason.ENTITIES


def test_of_a_sitemap_with_too_many_pages_the_newest_are_taken() -> None:
    old = [
        f"<loc>https://news.example/old/{n}</loc><lastmod>2026-11-01</lastmod>" for n in range(MAX_ENTRIES)
    ]
    feed = parsed(
        sitemap("<loc>https://news.example/undated</loc>", *old, f"{news()}<lastmod>2026-11-22</lastmod>")
    )
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.entries[0].link == STORM
    assert all(entry.updated_at for entry in feed.entries)
