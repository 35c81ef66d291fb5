"""Serves the feeds of the corpora and takes each through HttpFetcher and ParserPool."""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from monitor.clock import SystemClock
from monitor.fetch import HttpFetcher
from monitor.model import (
    Document,
    FetchFailed,
    FetchLimits,
    FetchRequest,
    NotModified,
    ParsedFeed,
    ParseOutcome,
    Secret,
)
from monitor.parse.pool import ParserPool
from tests.support.feed_server import Answer, FeedServer

SUFFIXES = frozenset({".xml", ".rss", ".atom", ".json"})
# In feedparser's files a comment at the top says with which headers they are to be served.
_HEADER = re.compile(rb"^\s*Header:\s*([A-Za-z-]+):\s*(.+?)\s*$", re.MULTILINE)
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file. `collection` is the folder it is from."""

    collection: str
    path: Path
    outcome: ParseOutcome | FetchFailed | NotModified

    @property
    def kind(self) -> str:
        """Return the outcome in a word or two, for counting."""
        if isinstance(self.outcome, ParsedFeed):
            found = "entries" if self.outcome.entries else "no entries"
            return f"{found} (damaged)" if self.outcome.damaged else found
        return "not_modified" if isinstance(self.outcome, NotModified) else self.outcome.reason.value


def feed_files(folder: Path) -> list[Path]:
    """Return every file that is meant to be a feed; gofeed's own results in JSON are not."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in SUFFIXES
        and path.is_file()
        and not (
            path.suffix == ".json" and path.is_relative_to(folder / "gofeed") and not _is_json_feed(path)
        )
    )


def _is_json_feed(path: Path) -> bool:
    return "json" in path.parts and not path.stem.endswith("_expected")


def run_feeds(folder: Path) -> list[Result]:
    """Fetch and parse every feed below `folder`."""
    files = feed_files(folder)
    with FeedServer() as server:
        for number, path in enumerate(files):
            body = path.read_bytes()
            server.script(f"/{number}", Answer(headers=_headers(path, body), body=body))
        urls = [server.url(f"/{number}") for number in range(len(files))]
        outcomes = asyncio.run(_run(urls))
    return [
        Result(path.relative_to(folder).parts[0], path, outcome)
        for path, outcome in zip(files, outcomes, strict=True)
    ]


def _headers(path: Path, body: bytes) -> list[tuple[str | bytes, str | bytes]]:
    others: list[tuple[str | bytes, str | bytes]] = [
        (name, value)
        for name, value in _HEADER.findall(body[:2_000])
        if name.lower() not in (b"content-location", b"content-type")
    ]
    return [*others, ("Content-Type", content_type(path, body))]


def content_type(path: Path, body: bytes) -> str:
    """Return the media type with which a file is to be served."""
    for name, value in _HEADER.findall(body[:2_000]):
        if name.lower() == b"content-type":
            return str(value, "latin-1")
    return "application/feed+json" if path.suffix == ".json" else "application/xml"


async def _run(urls: list[str]) -> list[ParseOutcome | FetchFailed | NotModified]:
    fetcher = HttpFetcher(FetchLimits(allow_networks=(ip_network("127.0.0.0/8"),)), version="0")
    places = asyncio.Semaphore(_AT_ONCE)
    async with ParserPool(workers=2, timeout=timedelta(seconds=20), clock=SystemClock()) as parser:

        async def take(url: str) -> ParseOutcome | FetchFailed | NotModified:
            async with places:
                fetched = await fetcher.fetch(FetchRequest(url=Secret(url)))
                return await parser.parse(fetched) if isinstance(fetched, Document) else fetched

        return await asyncio.gather(*map(take, urls))
