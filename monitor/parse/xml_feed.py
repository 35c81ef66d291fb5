"""RSS, RDF and Atom -> entries, by feedparser, whose results don't leave this module.

It is given UTF-8 and no address, so links and ids stay as they are written (but for xml:base), and the
links are resolved here: an id that was made absolute would change when the feed moves.
"""

import calendar
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax import SAXException, SAXParseException

import feedparser

from monitor.model import Entry, ParsedFeed, ParseFailed, ParseOutcome, Reason
from monitor.parse.authors import with_short_authors
from monitor.parse.fields import (
    MAX_ENTRIES,
    MAX_FEED_TITLE,
    clean_guid,
    clean_names,
    clean_summary,
    clean_title,
    guess_text,
    plausible,
    web_link,
)
from monitor.parse.hints import about_feed, read_hints, read_language
from monitor.parse.html import html_to_text
from monitor.parse.text import clean_line

# The first of the drivers that feedparser has `xml.sax.make_parser` try.
feedparser.api.PREFERRED_XML_PARSERS[:] = ["monitor.parse.sax"]
# It copies the attributes of each title and text in depth, though there is none: a twentieth of the time.
feedparser.FeedParserDict.__deepcopy__ = lambda own, _: feedparser.FeedParserDict(own)
# What its dictionaries also know by older names, or make of something else.
_OTHER_NAMES = frozenset(
    {*feedparser.FeedParserDict.keymap, "category", "enclosures", "license", "updated", "updated_parsed"}
)


def _look_up_plainly(name: str) -> None:
    """Let a method of feedparser's dictionaries go straight to the key where no other name comes into question."""
    theirs, plain = getattr(feedparser.FeedParserDict, name), getattr(dict, name)

    def look_up(own: dict[str, Any], key: str, *default: object) -> Any:
        return (theirs if key in _OTHER_NAMES else plain)(own, key, *default)

    setattr(feedparser.FeedParserDict, name, look_up)


# A tenth of the time.
for _name in ("__getitem__", "__contains__", "get"):
    _look_up_plainly(_name)

Raw = Mapping[str, Any]

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]{0,60})")


def parse_xml_feed(text: str, url: str, now: datetime, damage: str | None) -> ParseOutcome:
    """Read an XML document or what should be one. `damage` is what decoding it has shown."""
    try:
        # Sanitising and resolving inside HTML take half of the time, and only text is kept of it.
        parsed = feedparser.parse(
            io.BytesIO(with_short_authors(text).encode()),
            response_headers=_HEADERS,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:  # the worker's limit, which the pool reports
        raise
    except Exception as error:  # noqa: BLE001 (whatever its lenient parser stumbles over is in this document)
        return ParseFailed(
            reason=Reason.MALFORMED, detail=f"the feed parser gave up ({type(error).__name__})"
        )
    version = parsed.get("version") or ""
    fault = _fault(parsed.get("bozo_exception"))
    if not parsed.entries and (fault or not version):
        return _nothing_found(text, version, fault)
    about = about_feed(text)
    return ParsedFeed(
        title=clean_title(_text(parsed.feed, "title", version), MAX_FEED_TITLE),
        language=read_language(about),
        # As plain dictionaries: theirs look for older names first, which takes ten times as long.
        entries=tuple(_entry(dict(raw), version, url, now) for raw in parsed.entries[:MAX_ENTRIES]),
        damaged=fault or damage,
        hints=read_hints(about),
    )


def _fault(error: object) -> str | None:
    """Return what made the XML ill-formed; feedparser's other remarks don't matter here."""
    if not isinstance(error, SAXException):
        return None
    message = clean_line(error.getMessage(), 200)
    if isinstance(error, SAXParseException):
        return f"broken XML in line {error.getLineNumber()}: {message}"
    return f"broken XML: {message}"


def _nothing_found(text: str, version: str, fault: str | None) -> ParseFailed:
    root = _ROOT.search(text)
    if fault and (version or text.startswith("<")):
        return ParseFailed(reason=Reason.MALFORMED, detail=f"no entry could be read: {fault}")
    what = f"XML of another kind (<{root[1]}>)" if root and not fault else "not XML"
    return ParseFailed(reason=Reason.NOT_A_FEED, detail=f"{what}: neither RSS, Atom, JSON Feed nor sitemap")


def _entry(raw: Raw, version: str, url: str, now: datetime) -> Entry:
    published = _moment(raw, "published_parsed") or _moment(raw, "created_parsed")
    updated = _moment(raw, "updated_parsed")
    if not version.startswith("atom"):
        published = published or updated  # dc:date is the only date of many RSS items
    return Entry(
        guid=clean_guid(_string(raw, "id")),
        link=_link(raw, url),
        title=clean_title(_text(raw, "title", version)),
        summary=clean_summary(_summaries(raw, version)),
        authors=clean_names(guess_text(name) for name in _authors(raw)),
        categories=clean_names(guess_text(name) for name in _categories(raw)),
        published_at=plausible(published, now),
        updated_at=plausible(updated, now),
    )


def _text(raw: Raw, key: str, version: str) -> str:
    detail = raw.get(f"{key}_detail")
    # The detail's own value may be that of an image further down (media:description): only its type is used.
    return _as_text(
        _string(raw, key), _string(detail, "type") if isinstance(detail, Mapping) else "", version
    )


def _as_text(value: str, kind: str, version: str) -> str:
    """Return a text construct as text. Atom says which kind it is; in RSS "plain" may mean either."""
    if kind.endswith(("html", "xml")):
        return html_to_text(value)
    return value if version.startswith("atom") else guess_text(value)


def _summaries(raw: Raw, version: str) -> Iterator[str]:
    contents = [(_string(part, "value"), _string(part, "type")) for part in raw.get("content", ())]
    # Where there is no summary, feedparser puts in a copy of the content.
    if all(value != raw.get("summary") for value, _ in contents):
        yield _text(raw, "summary", version)
    for value, kind in contents:
        if kind.startswith("text/") or kind.endswith(("html", "xml")):
            yield _as_text(value, kind, version)


def _link(raw: Raw, url: str) -> str | None:
    return next((link for href in _addresses(raw) if (link := web_link(href, url))), None)


def _addresses(raw: Raw) -> Iterator[str]:
    own = _string(raw, "link")
    # A guid stands in for a missing link, but only as a whole URL: "4711" is no address.
    if not raw.get("guidislink") or own.lower().startswith(("http://", "https://")):
        yield own
    for link in raw.get("links", ()):
        if link.get("rel") == "alternate":
            yield _string(link, "href")


def _authors(raw: Raw) -> Iterator[str]:
    for author in raw.get("authors", ()):
        yield _string(author, "name") or _string(author, "email")


def _categories(raw: Raw) -> Iterator[str]:
    for tag in raw.get("tags", ()):
        yield _string(tag, "label") or _string(tag, "term")


def _string(raw: Raw, key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _moment(raw: Raw, key: str) -> datetime | None:
    parsed = raw.get(key)
    try:
        return _EPOCH + timedelta(seconds=calendar.timegm(parsed)) if parsed else None
    except (OverflowError, ValueError):
        return None
