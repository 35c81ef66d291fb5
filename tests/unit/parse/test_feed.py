from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Entry, Reason
from tests.unit.parse.documents import NOW, atom, only_entry, parsed, refused, rss

NO_FEED_NAMED = "an HTML page, not a feed; to look for the feeds of a site: news-monitor feeds discover"


def test_an_rss_item_in_full() -> None:
    feed = parsed(
        rss(
            """<title>Truce in &lt;b&gt;Kyiv&lt;/b&gt;</title><link>https://news.example/a?x=1&amp;y=2#top</link>
            <guid isPermaLink="false">tag:4711</guid><pubDate>Mon, 23 Nov 2026 10:00:00 +0200</pubDate>
            <description>&lt;p&gt;First&lt;/p&gt;&lt;p&gt;second &amp;amp; last&lt;/p&gt;</description>
            <author>bob@news.com (Bob)</author><category>World</category><category> world </category>
            <category>World</category>"""
        )
    )
    assert feed.title == "World"
    assert feed.damaged is None
    assert feed.entries == (
        Entry(
            guid="tag:4711",
            link="https://news.example/a?x=1&y=2#top",
            title="Truce in Kyiv",
            summary="First\nsecond & last",
            authors=("Bob",),
            categories=("World", "world"),
            published_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        ),
    )


def test_an_atom_entry_in_full() -> None:
    entry = only_entry(
        atom(
            """<id>urn:1</id><title type="html">Truce &amp;amp; peace</title><link rel="self" href="https://no.example/"/>
            <link rel="enclosure" href="https://no.example/a.mp3"/><link rel="alternate" href="https://news.example/a"/>
            <summary>a &lt; b</summary><published>2026-11-22T10:00:00Z</published><updated>2026-11-23T10:00:00Z</updated>
            <author><name>Ann</name><email>ann@x.example</email></author><category term="w" label="World"/>"""
        )
    )
    assert entry == Entry(
        guid="urn:1",
        link="https://news.example/a",
        title="Truce & peace",
        summary="a < b",
        authors=("Ann",),
        categories=("World",),
        published_at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
        updated_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    )


def test_an_rdf_feed_is_read() -> None:
    body = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://n.example/"><title>N</title></channel>
    <item rdf:about="https://n.example/1"><title>Truce</title><link>https://n.example/1</link>
    <dc:date>2026-11-23T10:00:00Z</dc:date></item></rdf:RDF>"""
    entry = only_entry(body)
    assert (entry.guid, entry.link, entry.title) == ("https://n.example/1", "https://n.example/1", "Truce")
    assert entry.published_at == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("AT&amp;T a &lt; b", "AT&T a < b"),
        ("<![CDATA[AT&T a < b]]>", "AT&T a < b"),
        ("Q&amp;A", "Q&A"),
        ("Q&amp;amp;A", "Q&A"),
        ("Q&amp;amp;amp;A", "Q&amp;A"),
        ("It&amp;#8217;s &amp;quot;over&amp;quot;", 'It’s "over"'),
        ("It&#8217;s caf&eacute;", "It’s café"),
        ("Why the &lt;script&gt; tag matters", "Why the <script> tag matters"),
        ("How &amp;lt;b&amp;gt; works", "How <b> works"),
        ("&lt;b&gt;Truce&lt;/b&gt; &amp;amp; peace", "Truce & peace"),
        ("cease&lt;i&gt;fire&lt;/i&gt;", "ceasefire"),
        ("Truce&lt;br/&gt;now", "Truce now"),
        ('&lt;img src="ukraine.jpg" onerror="x"&gt; Storm', "Storm"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Storm", "Storm"),
        ("x &lt; y &gt; z; 3 &lt;4", "x < y > z; 3 <4"),
        ("I &lt;3 C++ &amp; C#; R&amp;D;", "I <3 C++ & C#; R&D;"),
        ("{{7*7}} ${x} %(a)s", "{{7*7}} ${x} %(a)s"),
        ("one\n   line", "one line"),
        ("a&#x202e;b&#8203;c", "abc"),
        ("a&#0;b&#x1F;c&#xFFFE;d&#99999999999;", "a\ufffdb\ufffdc\ufffdd\ufffd"),
    ],
)
def test_an_rss_title_is_the_text_that_was_meant(written: str, title: str) -> None:
    assert only_entry(rss(f"<title>{written}</title>")).title == title


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("<title>The &lt;b&gt; tag &amp;amp; you</title>", "The <b> tag &amp; you"),
        ('<title type="text">The &lt;b&gt; tag</title>', "The <b> tag"),
        (
            '<title type="html">The &amp;lt;b&amp;gt; tag, &lt;i&gt;bold&lt;/i&gt;</title>',
            "The <b> tag, bold",
        ),
        (
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b> &lt; c</div></title>',
            "a b < c",
        ),
    ],
)
def test_an_atom_title_is_of_the_type_it_states(written: str, title: str) -> None:
    assert only_entry(atom(written)).title == title


CONTENT = '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/"><![CDATA[{}]]></content:encoded>'


def test_a_word_of_the_full_text_is_found_beside_the_teaser() -> None:
    entry = only_entry(
        rss("<description>A teaser of its own</description>" + CONTENT.format("<p>The truce</p>"))
    )
    assert entry.summary == "A teaser of its own\nThe truce"


def test_a_teaser_whose_last_word_is_another_one_in_the_full_text_is_kept() -> None:
    entry = only_entry(rss("<description>No war</description>" + CONTENT.format("No warning was given")))
    assert entry.summary == "No war\nNo warning was given"


@pytest.mark.parametrize(
    "teaser", ["The truce holds…", "The truce ho…", "The truce holds [...]", "The truce holds"]
)
def test_a_teaser_that_the_full_text_repeats_is_left_out(teaser: str) -> None:
    entry = only_entry(
        rss(f"<description>{teaser}</description>" + CONTENT.format("<p>The truce</p> holds in Kyiv"))
    )
    assert entry.summary == "The truce\nholds in Kyiv"


def test_content_alone_is_the_summary() -> None:
    assert only_entry(rss(CONTENT.format("<p>The <b>truce</b></p>"))).summary == "The truce"
    assert only_entry(atom('<content type="html">&lt;p&gt;The truce</content>')).summary == "The truce"


def test_the_description_of_an_image_does_not_replace_that_of_the_item() -> None:
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    entry = only_entry(
        rss(
            "<description>&lt;p&gt;The truce&lt;/p&gt;</description>"
            f"<media:content {media}><media:description>A flag</media:description></media:content>"
        )
    )
    assert entry.summary.splitlines()[0] == "The truce"


def test_content_that_is_no_text_is_left_out() -> None:
    entry = only_entry(atom('<summary>Chart</summary><content type="image/png">iVBORw0KGgo=</content>'))
    assert entry.summary == "Chart"


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("https://news.example/a#b", "https://news.example/a#b"),
        ("HTTPS://News.Example/A", "https://News.Example/A"),
        ("  https://news.example/a\n b ", "https://news.example/ab"),
        ("/a/b?c", "https://news.example/a/b?c"),
        ("a", "https://news.example/feeds/a"),
        ("//other.example/a", "https://other.example/a"),
        ("https://news.example/é ü", "https://news.example/é%20ü"),
        ('https://news.example/"&gt;&lt;b&gt;', "https://news.example/%22%3E%3Cb%3E"),
        ("https://bank.example:pass@evil.example/a", "https://evil.example/a"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("FILE:/etc/passwd", None),
        ("feed:https://news.example/", None),
        ("https:///a", "https://a"),
        ("https://[bad/", None),
        ("https://news.example:99999/", None),
        ("https://a b.example/", None),
        ("#top", None),
        ("", None),
        ("https://news.example/" + "a" * 4_000, None),
    ],
)
def test_a_link_is_an_absolute_web_address_or_none(written: str, link: str | None) -> None:
    assert only_entry(rss(f"<title>t</title><link>{written}</link>")).link == link


def test_a_link_is_resolved_against_xml_base() -> None:
    body = atom('<link href="a"/>').replace("<entry", '<entry xml:base="https://other.example/b/"')
    assert only_entry(body).link == "https://other.example/b/a"


def test_an_unsafe_xml_base_gives_no_link() -> None:
    body = atom('<link href="a"/>').replace("<entry", '<entry xml:base="javascript:x/"')
    link = only_entry(body).link
    assert link is None or link.startswith("https://news.example/")


@pytest.mark.parametrize(
    ("guid", "link"),
    [
        ("<guid>https://news.example/a</guid>", "https://news.example/a"),
        ('<guid isPermaLink="false">https://news.example/a</guid>', None),
        ("<guid>4711</guid>", None),
        ("<guid>https://news.example/a</guid><link>https://news.example/b</link>", "https://news.example/b"),
    ],
)
def test_a_permalink_guid_stands_in_for_a_missing_link(guid: str, link: str | None) -> None:
    assert only_entry(rss(guid)).link == link


def test_a_guid_stays_as_it_is_written_wherever_the_feed_is() -> None:
    assert only_entry(rss("<guid>4711</guid>")).guid == "4711"
    assert only_entry(rss("<guid>/a/b</guid>")).guid == "/a/b"


def test_a_long_guid_becomes_a_digest_and_is_never_cut() -> None:
    one, other = parsed(rss(f"<guid>{'a' * 5_000}1</guid>", f"<guid>{'a' * 5_000}2</guid>")).entries
    assert one.guid
    assert other.guid
    assert one.guid != other.guid
    assert len(one.guid) < 100


@pytest.mark.parametrize("guid", ["", "  ", "\t\n", "&#8203;"])
def test_a_blank_guid_is_none(guid: str) -> None:
    assert only_entry(rss(f"<title>t</title><guid>{guid}</guid>")).guid is None


@pytest.mark.parametrize(
    "date",
    [
        "",
        "soon",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "2016-01-01T00:00:00Z",
        "2099-01-01T00:00:00Z",
        "2026-11-26T00:00:00Z",
        "99999-01-01",
        "0001-01-01T00:00:00Z",
        "-0001-01-01",
        "1795395600",
        "31 Feb 2026 25:00:00",
        "9" * 5_000,
    ],
)
def test_an_absurd_date_is_no_date(date: str) -> None:
    assert only_entry(rss(f"<title>t</title><pubDate>{date}</pubDate>")).published_at is None


def test_a_date_within_two_days_from_now_is_kept() -> None:
    written = (NOW + timedelta(hours=47)).isoformat()
    assert only_entry(rss(f"<title>t</title><pubDate>{written}</pubDate>")).published_at == NOW + timedelta(
        hours=47
    )


def test_everything_is_bounded() -> None:
    categories = "".join(f"<category>{n}{'c' * 300}</category>" for n in range(60))
    body = rss(
        f"<title>{'t' * 600}</title><description>{'word ' * 5_000}</description>{categories}",
        *["<title>x</title>"] * 5_500,
    )
    feed = parsed(body)
    assert len(feed.entries) == 5_000
    first = feed.entries[0]
    assert len(first.title) == 500
    assert first.title.endswith("t…")
    assert len(first.summary) <= 20_000
    assert len(first.categories) == 50
    assert {len(name) for name in first.categories} == {200}


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parsed(rss()).entries == ()
    assert parsed(atom()).entries == ()


@pytest.mark.parametrize(
    "body",
    [
        rss("<title>Truce & peace</title>"),
        rss("<title>Truce</title><b>"),
        rss("<title>Truce</title>")[:-20],
        rss("<x:y>1</x:y><title>Truce</title>"),
        "<br />\n<b>Warning</b>: mysql_connect()\n<?xml version='1.0'?>" + rss("<title>Truce</title>"),
    ],
    ids=["ampersand", "unclosed", "cut off", "prefix", "error message in front"],
)
def test_broken_xml_gives_what_can_be_read_and_says_what_is_wrong(body: str) -> None:
    feed = parsed(body)
    assert feed.entries[0].title.startswith("Truce")
    assert feed.damaged is not None
    assert feed.damaged.startswith("broken XML in line ")


@pytest.mark.parametrize(
    ("body", "is_cut"),
    [
        (rss("<title>Truce</title>")[:-20], True),
        (rss("<title>Truce & peace</title>"), False),
        (rss("<title>Truce & peace</title>")[:-20], True),
        ("<br />\n<b>Warning</b>\n" + rss("<title>Truce</title>"), False),
    ],
    ids=["cut off", "broken", "both", "error message in front"],
)
def test_a_document_without_its_end_is_told_from_one_that_is_only_broken(body: str, is_cut: bool) -> None:
    assert parsed(body).cut_short is is_cut


@pytest.mark.parametrize(
    "body",
    [
        "\n\n  \ufeff<?xml version='1.0'?>" + rss("<title>Truce</title>"),
        rss("<title>Tr\x00u\x0bc\x1fe</title>"),
        rss("<title>Truce</title><description>a&nbsp;b &hellip; &#0;</description>"),
    ],
    ids=["blanks in front", "control characters", "HTML's entities"],
)
def test_small_faults_are_mended(body: str) -> None:
    feed = parsed(body)
    assert feed.entries[0].title == "Truce"
    assert feed.damaged is None


@pytest.mark.parametrize(
    "body", ["<rss version='2.0'><channel><title>x", "<rss version='2.0'><chan", "<feed <<<"]
)
def test_broken_xml_without_an_entry_is_malformed(body: str) -> None:
    failed = refused(body)
    assert failed.reason is Reason.MALFORMED
    assert "broken XML in line 2" in failed.detail or "broken XML in line 1" in failed.detail


@pytest.mark.parametrize("body", [b"", b" \n\t ", b"\x00\x00", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_document_says_so(body: bytes) -> None:
    assert refused(body).reason is Reason.EMPTY


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("<!DOCTYPE html><html><body>404", NO_FEED_NAMED),
        ("<?xml version='1.0'?>\n<!-- x -->\n<html xmlns='x'>", NO_FEED_NAMED),
        (
            "<html><head><link rel=alternate type=application/rss+xml href=/world.xml></head>",
            "an HTML page, not a feed; it names this feed, write it as url: https://news.example/world.xml",
        ),
        ("<kml><Placemark/></kml>", "XML of another kind (<kml>): neither RSS, Atom, JSON Feed nor sitemap"),
        ("Internal Server Error", "not XML: neither RSS, Atom, JSON Feed nor sitemap"),
        ("%PDF-1.4 \x01\x02", "not XML: neither RSS, Atom, JSON Feed nor sitemap"),
        ('{"error": "no"}', "JSON, but not a JSON Feed: give the address of an RSS, Atom or JSON feed"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: str, detail: str) -> None:
    failed = refused(body)
    assert failed.reason is Reason.NOT_A_FEED
    assert failed.detail == detail


LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>
<rss version="2.0"><channel><item><title>&lol2;</title></item></channel></rss>"""


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS.encode(),
        LAUGHS.encode("utf-16"),
        LAUGHS.encode("utf-16-be"),
        LAUGHS.encode("utf-32"),
        LAUGHS.lower().encode(),
        b'<!DOCTYPE rss SYSTEM "a>b" [\n<!-- <rss> --> <!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"/>',
        b'<!-- c --><?pi?><!DOCTYPE rss PUBLIC "[" "[" [<!ENTITY % x SYSTEM "http://127.0.0.1/"> %x;]><rss/>',
        b'junk <!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaa">]><rss version="2.0"/>',
    ],
)
def test_entity_declarations_are_refused_in_any_encoding(body: bytes) -> None:
    assert refused(body).reason is Reason.ENTITIES


def test_an_article_about_entities_is_read() -> None:
    text = "<![CDATA[Beware of <!DOCTYPE x [<!ENTITY y SYSTEM 'file:///'>]> in XML]]>"
    body = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.example/rss.dtd">'
        + rss(f"<title>{text}</title>")
    )
    assert only_entry(body).title.startswith("Beware of <!DOCTYPE x [<!ENTITY y")
