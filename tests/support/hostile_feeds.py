"""Strategies for what a stranger may serve as a feed or a page, put together from what parsers trip over."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

WORDS = ["Truce", "agreed", "in", "Ukraine", "停火", "перемирие", "é", "a" * 99, "LONG"]
SIGNS = [
    *(
        "\x00",
        "\x01",
        "\x1b]0;owned\x07",
        "\x1b[2J",
        "\x9b2J",
        "\x85",
        "\u2028",
        "\r",
        "\n",
        "\t",
        "\ufeff",
        "\ufffe",
        "\U0001fffe",
    ),
    *(
        "\u202e",
        "\u2066",
        "\u200b",
        "\u00ad",
        "\u0301" * 30,
        "\ud800",
        "\udc00",
        "\U000e0041",
        "\u200d",
        "\u180e",
    ),
]
MARKUP = [
    *(
        "<b>",
        "</b>",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?x",
        "?>",
        "<",
        ">",
    ),
    *(
        "&amp;",
        "&lt;script&gt;",
        "&#0;",
        "&#x1b;",
        "&#xD800;",
        "&#x110000;",
        "&#99999999999;",
        "&nbsp;",
        "&nonsense;",
        "&",
        "&#",
        "%s{0}{{7*7}}${x}",
    ),
    *(
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "</channel>",
        "<x:y/>",
        "<a href='javascript:alert(1)'>",
        "<div " + "a=1 " * 50,
        "@everyone <!channel>",
    ),
]
LINKS = [
    *(
        "https://news.example/1",
        "/2",
        "?3",
        "",
        " ",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil.example/",
    ),
    *(
        "https://user:secret@news.example/",
        "https://[::1",
        "https://xn--zz/",
        "https://exa mple/",
        "http://news.example:99999/",
        "HTTPS://NEWS.EXAMPLE/%zz",
    ),
    *(
        "https://news.example/LONG",
        "https://news.example/\r\nSet-Cookie: a=b",
        'https://news.example/">',
        "https://nеws.example/",
        "http:///",
        "feed:file:///x",
    ),
]
DATES = [
    *(
        "Mon, 23 Nov 2026 10:00:00 GMT",
        "2026-11-23T10:00:00Z",
        "1970-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:60Z",
        "-1",
        "0",
    ),
    *(
        "Mon, 31 Feb 2026 25:61:00 +9999",
        "Mon, 99999999999999999999 Nov 2026 1:1:1 GMT",
        "23 мая 2026",
        "1e99",
        "2026-11-23T10:00:00.0000000000001+23:59:59",
    ),
]
NAMES = [
    *(
        "title",
        "link",
        "guid",
        "id",
        "description",
        "summary",
        "content",
        "content:encoded",
        "pubDate",
        "published",
        "updated",
        "dc:date",
        "author",
    ),
    *(
        "dc:creator",
        "category",
        "enclosure",
        "media:group",
        "media:content",
        "source",
        "language",
        "ttl",
        "skipHours",
        "image",
        "item",
        "name",
        "email",
        "uri",
    ),
]
ATTRIBUTES = [
    "href",
    "rel",
    "type",
    "isPermaLink",
    "xml:base",
    "xml:lang",
    "mode",
    "term",
    "src",
    "url",
    "length",
    "xmlns",
    "xmlns:x",
    "rdf:about",
]
VALUES = [
    "html",
    "xhtml",
    "text",
    "true",
    "false",
    "alternate",
    "self",
    "escaped",
    "base64",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2005/Atom",
    "de",
    "1e9",
]


def _stretched(text: str) -> str:
    # Drawn long, each of them would be shown by Hypothesis in all its length.
    return text.replace("LONG", "x " * 12_000)


_pieces = st.sampled_from([*WORDS, *SIGNS, *MARKUP, *LINKS, *DATES]) | st.text(max_size=5)
texts = st.lists(_pieces, max_size=5).map("".join).map(_stretched)
values = st.sampled_from([*LINKS, *DATES, *VALUES]).map(_stretched) | texts


def _element(name: str, attributes: dict[str, str], inside: str) -> str:
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{inside}</{name}>"


elements = st.recursive(
    texts | texts.map(escape) | texts.map("<![CDATA[{}]]>".format),
    lambda inner: st.builds(
        _element,
        st.sampled_from(NAMES),
        st.dictionaries(st.sampled_from(ATTRIBUTES), values, max_size=2),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=12,
)
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:x="u:x"'
)
FRAMES = [
    ('<rss version="2.0" {}><channel>', "<item>", "</item>", "</channel></rss>"),
    ('<feed xmlns="http://www.w3.org/2005/Atom" {}>', "<entry>", "</entry>", "</feed>"),
    (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {}>',
        "<item>",
        "</item>",
        "</rdf:RDF>",
    ),
    (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {}>',
        "<url><loc>https://news.example/a-truce</loc>",
        "</url>",
        "</urlset>",
    ),
    (
        "<html {}><head><link rel=alternate type='application/rss+xml' href='x'></head><body>",
        "<p>",
        "</p>",
        "</body></html>",
    ),
]


def _feed(frame: Sequence[str], prolog: str, head: str, entries: Sequence[str]) -> str:
    start, opening, closing, end = frame
    inside = "".join(f"{opening}{entry}{closing}" for entry in entries)
    return f"{prolog}{start.format(NAMESPACES)}{head}{inside}{end}"


documents = st.builds(
    _feed,
    st.sampled_from(FRAMES),
    st.sampled_from(
        [
            "",
            "",
            '<?xml version="1.0"?>',
            '<?xml version="1.1" encoding="utf-7"?>',
            "<!DOCTYPE rss>",
            "<!-- x -->\n",
            "\ufeff",
        ]
    ),
    elements,
    st.lists(elements, max_size=5),
)
_leaves = texts | st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([*LINKS, *DATES])
_json = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "url",
                    "title",
                    "content_html",
                    "content_text",
                    "summary",
                    "date_published",
                    "authors",
                    "tags",
                    "name",
                    "items",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)
json_documents = st.fixed_dictionaries(
    {"version": st.sampled_from(["https://jsonfeed.org/version/1.1", "1", 1]), "items": _json},
    optional={"title": _json, "language": _json},
)
ENCODINGS = [
    "utf-8",
    "utf-8",
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "utf-7",
    "latin-1",
    "cp1251",
    "shift_jis",
]


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Draw the bytes of a document: whole, in an odd encoding, cut short, or with something in the middle of it."""
    encoding = draw(st.sampled_from(ENCODINGS))
    raw = draw(documents).encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
    for _ in range(draw(st.integers(0, 2))):
        at, gone = draw(st.integers(0, len(raw))), draw(st.sampled_from([0, 1, 9, 10_000_000]))
        raw = (
            raw[:at]
            + draw(st.binary(max_size=6) | st.sampled_from([*SIGNS, *MARKUP]).map(_encoded))
            + raw[at + gone :]
        )
    return raw


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
