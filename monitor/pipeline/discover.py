"""discover: fetch page | parse | candidates: its links, usual paths, sitemaps in robots.txt | fetch and parse each.

One request at a time, and only as far as it takes: what a page names goes before what sites usually have,
and sitemaps are for sites without a feed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from monitor.model import Document, FetchFailed, FetchRequest, NotModified, ParsedFeed, Reason, Secret
from monitor.pipeline.ports import Fetcher, Parser

# What the software behind most sites answers with a feed.
USUAL_PATHS = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feeds/posts/default",
    "/feed.json",
)
_REFUSALS = frozenset({Reason.HTTP_CLIENT_ERROR, Reason.FORBIDDEN, Reason.GONE})
_MOST_LINKS = 10
_MOST_SITEMAPS = 5
_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(https?://\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_LONGEST_ROBOTS = 500_000


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that was fetched and read. `entries` counts those that it serves now."""

    url: str
    title: str
    entries: int


@dataclass(frozen=True, slots=True)
class Discovery:
    """What there is at an address. `failures` say why the address, or a feed that it names, can't be read."""

    feeds: tuple[FoundFeed, ...]
    failures: tuple[tuple[str, str], ...] = ()


class Discover:
    """Looks for the feeds of a site."""

    def __init__(self, *, fetcher: Fetcher, parser: Parser) -> None:
        self._fetcher = fetcher
        self._parser = parser

    async def __call__(self, url: str) -> Discovery:
        """Return what is found from the http(s) address `url` on, within a few dozen requests."""
        page = await self._fetch(url)
        if isinstance(page, FetchFailed):
            # A page that isn't there, or not for us, may well be of a site that has feeds.
            found = await self._site(url) if page.reason in _REFUSALS else []
            return Discovery(tuple(found), ((url, page.detail),))
        outcome = await self._parser.parse(page)
        if isinstance(outcome, ParsedFeed):
            return Discovery((_found(page, outcome),))
        links, failures = await self._prove(outcome.feeds[:_MOST_LINKS])
        return Discovery(tuple(links or await self._site(page.url)), tuple(failures))

    async def _site(self, url: str) -> list[FoundFeed]:
        """Return the first feed that stands where feeds usually do, else the sitemaps."""
        for path in USUAL_PATHS:
            found, _ = await self._prove([_at_root(url, path)])
            if found:
                return found
        robots = await self._fetch(_at_root(url, "/robots.txt"))
        if isinstance(robots, FetchFailed):
            return []
        found, _ = await self._prove(_sitemaps(robots))
        return found

    async def _prove(self, urls: Iterable[str]) -> tuple[list[FoundFeed], list[tuple[str, str]]]:
        """Return which of `urls` are feeds, each once, and what is wrong with the others."""
        found: dict[str, FoundFeed] = {}
        failures = []
        for url in urls:
            document = await self._fetch(url)
            outcome = document if isinstance(document, FetchFailed) else await self._parser.parse(document)
            if isinstance(outcome, ParsedFeed) and isinstance(document, Document):
                found.setdefault(document.url, _found(document, outcome))
            elif not isinstance(outcome, ParsedFeed):
                failures.append((url, outcome.detail))
        return list(found.values()), failures

    async def _fetch(self, url: str) -> Document | FetchFailed:
        fetched = await self._fetcher.fetch(FetchRequest(url=Secret(url)))
        if isinstance(fetched, NotModified):  # to a request that had no condition
            return FetchFailed(reason=Reason.PROTOCOL, detail="the server answered 304 to a first request")
        return fetched


def _found(document: Document, feed: ParsedFeed) -> FoundFeed:
    return FoundFeed(document.url, feed.title, len(feed.entries))


def _at_root(url: str, path: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _sitemaps(robots: Document) -> Sequence[str]:
    """Return the sitemaps that a robots.txt names, those for news first."""
    text = robots.body[:_LONGEST_ROBOTS].decode("utf-8", "replace")
    named = dict.fromkeys(_SITEMAP.findall(text))
    return sorted(named, key=lambda url: "news" not in url.lower())[:_MOST_SITEMAPS]
