"""The feeds that an HTML page names in its links."""

from collections.abc import Mapping

from monitor.model import ParseFailed, Reason
from monitor.parse.fields import web_link
from monitor.parse.html import Target, parse_html

MAX_LINKS = 20
# RFC 4287 and the RSS Board register the first two; the rest is in use for feeds and little else.
_TYPES = ("rss+xml", "atom+xml", "feed+json", "rdf+xml", "text/xml", "application/xml")
_NAMED = 3


def feed_links(html: str, url: str) -> tuple[str, ...]:
    """Return the http(s) addresses of feeds that the page at `url` names, each once, in its order.

    They stand in ``<link rel="alternate" type="...">``, relative to the page's ``<base>``, if it has one.
    """
    collector = _Collector()
    parse_html(html, collector)
    base = web_link(collector.base, url) or url
    links = (web_link(href, base) for href in collector.found)
    return tuple(dict.fromkeys(link for link in links if link))[:MAX_LINKS]


def html_page(html: str, url: str) -> ParseFailed:
    """Return the outcome of parsing a page as a feed: what it is, and the way to its feeds."""
    links = feed_links(html, url)
    if not links:
        advice = "to look for the feeds of a site: news-monitor feeds discover"
    elif len(links) == 1:
        advice = f"it names this feed, write it as url: {links[0]}"
    else:
        advice = f"it names these feeds, write one of them as url: {' '.join(links[:_NAMED])}"
    return ParseFailed(reason=Reason.NOT_A_FEED, detail=f"an HTML page, not a feed; {advice}", feeds=links)


class _Collector(Target):
    def __init__(self) -> None:
        self.found: list[str] = []
        self.base = ""

    def start(self, tag: str, attrib: Mapping[str, str]) -> None:
        if tag == "base":
            self.base = self.base or attrib.get("href", "")
        elif tag == "link" and "href" in attrib:
            rel = attrib.get("rel", "").lower().split()
            kind = attrib.get("type", "").partition(";")[0].strip().lower()
            if "alternate" in rel and kind.endswith(_TYPES):
                self.found.append(attrib["href"])
