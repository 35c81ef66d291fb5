"""Sitemaps -> entries, for sites without a feed: those of Google News, and plain ones.

https://www.sitemaps.org/protocol.html, https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap

A news sitemap gives each page's title, date and keywords. A plain one has the address alone, perhaps with
the time of the last change: the title is then made of the words of the address.
"""

import re
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from xml.parsers import expat

from monitor.model import Entry, ParsedFeed, ParseFailed, ParseOutcome, Reason, primary_subtag
from monitor.parse.fields import (
    MAX_ENTRIES,
    MAX_FEED_TITLE,
    clean_guid,
    clean_names,
    clean_title,
    guess_text,
    plausible,
    web_link,
)
from monitor.parse.text import clean_line

_MAX_FIELD = 10_000
_NAMED_SITEMAPS = 3
_DISTANT_PAST = datetime.min.replace(tzinfo=UTC)
_FIELDS = frozenset(
    {
        "url/loc",
        "url/lastmod",
        "url/news/title",
        "url/news/publication_date",
        "url/news/keywords",
        "url/news/publication/name",
        "url/news/publication/language",
        "sitemap/loc",
    }
)
_PAGES = frozenset({"url", "sitemap"})

_EXTENSION = re.compile(r"\.(?:html?|php|aspx?|jsp|shtml|amp)\Z", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_GAPS = re.compile(r"[\s_+-]+")
# Numbers and hexadecimal identifiers in front of the words or behind them.
_NUMBER = re.compile(r"(?=\w*\d)[\da-f]{5,}", re.IGNORECASE)

Fields = dict[str, str]


def parse_sitemap(text: str, url: str, now: datetime, damage: str | None) -> ParseOutcome:
    """Read a sitemap. `damage` is what decoding it has shown."""
    reader = _Reader()
    fault = reader.read(text) or damage
    links = [link for page in reader.sitemaps if (link := web_link(page.get("loc", ""), url))]
    if links:
        return ParseFailed(reason=Reason.NOT_A_FEED, detail=_about_index(links))
    entries = [entry for page in reader.pages if (entry := _entry(page, url, now))]
    if fault and not entries:
        return ParseFailed(reason=Reason.MALFORMED, detail=f"no page of the sitemap could be read: {fault}")
    name, language = (_first(reader.pages, f"news/publication/{field}") for field in ("name", "language"))
    return ParsedFeed(
        title=clean_title(guess_text(name) or urlsplit(url).hostname or "", MAX_FEED_TITLE),
        language=primary_subtag(language),
        entries=tuple(_newest(entries)),
        damaged=fault,
    )


def _first(pages: list[Fields], field: str) -> str:
    return next((page[field] for page in pages if field in page), "")


def _about_index(links: list[str]) -> str:
    """Name some of an index's sitemaps, those of news first."""
    links = sorted(dict.fromkeys(links), key=lambda link: "news" not in urlsplit(link).path.lower())
    named = ", ".join(clean_line(link, 300) for link in links[:_NAMED_SITEMAPS])
    more = f" and {len(links) - _NAMED_SITEMAPS} more" if len(links) > _NAMED_SITEMAPS else ""
    return f"a list of sitemaps, not a sitemap: give the address of one that it names: {named}{more}"


def _newest(entries: list[Entry]) -> list[Entry]:
    """Return the newest entries, as many as any document may have: a sitemap has them in no certain order."""
    if len(entries) <= MAX_ENTRIES:
        return entries
    return sorted(entries, key=_dated, reverse=True)[:MAX_ENTRIES]


def _dated(entry: Entry) -> datetime:
    return entry.published_at or entry.updated_at or _DISTANT_PAST


def _entry(page: Fields, url: str, now: datetime) -> Entry | None:
    link = web_link(page.get("loc", ""), url)
    if link is None:
        return None
    return Entry(
        guid=clean_guid(link),
        link=link,
        title=clean_title(guess_text(page.get("news/title", ""))) or clean_title(title_of_address(link)),
        categories=clean_names(guess_text(word) for word in page.get("news/keywords", "").split(",")),
        published_at=plausible(_moment(page.get("news/publication_date", "")), now),
        updated_at=plausible(_moment(page.get("lastmod", "")), now),
    )


def title_of_address(link: str) -> str:
    """Return the words of an address' last part that has any: ``/2026/storm-in-oslo-123456.html``, "Storm in oslo"."""
    parts = urlsplit(link)
    for segment in reversed(parts.path.split("/")):
        words = _words(_EXTENSION.sub("", unquote(segment)))
        if _WORD.search(words) and words.lower() != "index":
            return words[:1].upper() + words[1:]
    return f"{parts.hostname}{parts.path}"


def _words(segment: str) -> str:
    words = [word for word in _GAPS.split(segment) if word]
    while len(words) > 1 and _NUMBER.fullmatch(words[0]):
        del words[0]
    while len(words) > 1 and _NUMBER.fullmatch(words[-1]):
        del words[-1]
    return " ".join(words)


def _moment(text: str) -> datetime | None:
    """Read a date of ISO 8601; one without an offset is taken for UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None


class _Reader:
    """Collects the fields of each page, by their path within it; prefixes and namespaces don't matter."""

    def __init__(self) -> None:
        self.pages: list[Fields] = []
        self.sitemaps: list[Fields] = []
        self._path: list[str] = []
        self._page: Fields = {}
        self._text: list[str] | None = None
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, text: str) -> str | None:
        """Read as far as the document is sound; return what is wrong with it."""
        try:
            self._parser.Parse(text.encode(), True)
        except expat.ExpatError as error:
            return f"broken XML in line {error.lineno}: {expat.ErrorString(error.code)}"
        return None

    def _start(self, name: str, _: object) -> None:
        self._path.append(name.rpartition(" ")[2].lower())
        if len(self._path) == 2:
            self._page = {}
        self._text = [] if "/".join(self._path[1:5]) in _FIELDS and len(self._path) <= 5 else None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, _: str) -> None:
        depth = len(self._path)
        if self._text is not None:
            self._page.setdefault("/".join(self._path[2:]), "".join(self._text)[:_MAX_FIELD].strip())
            self._text = None
        name = self._path.pop()
        if depth == 2 and name in _PAGES:
            (self.pages if name == "url" else self.sitemaps).append(self._page)
