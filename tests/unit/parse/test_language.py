"""The language that a document as a whole says it is in."""

import json

import pytest

from tests.unit.parse.documents import parsed

DC = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
ITEM = "<item><title>a</title><guid>1</guid></item>"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def channel(inner: str, *, root: str = "", attributes: str = "", after: str = "") -> str:
    head = f'<rss version="2.0" {DC} {root}><channel {attributes}><title>t</title>'
    return f"{head}{inner}{ITEM}{after}</channel></rss>"


@pytest.mark.parametrize(
    ("document", "language"),
    [
        (channel("<language>de</language>"), "de"),
        (channel("<language>en-us</language>"), "en"),
        (channel("<language>\n PT_br </language>"), "pt"),
        (channel("<language><![CDATA[ ru-RU ]]></language>"), "ru"),
        (channel("<dc:language>fr</dc:language>"), "fr"),
        (channel("", after="<language>it</language>"), "it"),
        (channel("", root="xml:lang='es'"), "es"),
        (channel("", attributes='xml:lang="nds-DE"'), "nds"),
        (channel("<language>de</language>", root="xml:lang='en'"), "de"),
        (channel("<language>unknown</language>", root="xml:lang='en'"), "en"),
        (channel("<language></language>"), None),
        (channel("<language>English</language>"), None),
        (channel("<language>x-default</language>"), None),
        (channel("<language>und</language>"), None),
        (channel("<language>d</language>"), None),
        (channel("<language>de, en</language>"), None),
        (channel("<language>12</language>"), None),
        (channel("<!-- <language>de</language> -->"), None),
        (channel("<language>" + "a" * 10_000 + "</language>"), None),
        (channel(""), None),
    ],
)
def test_the_language_of_rss_is_read_from_its_channel(document: str, language: str | None) -> None:
    assert parsed(document).language == language


def test_what_stands_in_an_item_says_nothing_of_the_feed() -> None:
    item = f"<item xml:lang='fr'><title>a</title><guid>2</guid><language>de</language></item>{ITEM}"
    assert parsed(channel("").replace(ITEM, item)).language is None


def test_the_language_of_atom_is_that_of_its_root() -> None:
    feed = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="uk-UA"><title>t</title>{}</feed>'
    assert parsed(feed.format("<entry xml:lang='ru'><title>a</title><id>1</id></entry>")).language == "uk"


def test_the_language_of_rdf_is_read() -> None:
    head = f"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' {DC}>"
    inner = "<channel><title>t</title><dc:language>ja-jp</dc:language></channel>"
    assert (
        parsed(
            f"{head}{inner}<item><title>a</title><link>https://a.example/</link></item></rdf:RDF>"
        ).language
        == "ja"
    )


@pytest.mark.parametrize(("value", "language"), [("sv-SE", "sv"), (5, None), ("", None), (["de"], None)])
def test_the_language_of_json_feed_is_read(value: object, language: str | None) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [], "language": value}
    assert parsed(json.dumps(feed)).language == language


def test_the_language_of_a_news_sitemap_is_read() -> None:
    news = (
        "<news:news><news:publication><news:name>n</news:name><news:language>zh-cn</news:language>"
        "</news:publication><news:title>a</news:title></news:news>"
    )
    head = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="{NEWS}">'
    urls = f"<url><loc>https://a.example/1</loc></url><url><loc>https://a.example/2</loc>{news}</url>"
    assert parsed(f"{head}{urls}</urlset>").language == "zh"
    assert parsed(f"{head}<url><loc>https://a.example/1</loc></url></urlset>").language is None
