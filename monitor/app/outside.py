"""What commands ask of sites, feeds and channels, now."""

import sys
from dataclasses import replace
from datetime import timedelta

from monitor import __version__
from monitor.clock import SystemClock
from monitor.config import Settings
from monitor.errors import MonitorError
from monitor.fetch import HttpFetcher
from monitor.model import (
    Document,
    FetchFailed,
    FetchLimits,
    FetchRequest,
    Message,
    ParsedFeed,
    ParseFailed,
    Secret,
    SendOutcome,
)
from monitor.notify import Notifier
from monitor.parse.pool import ParserPool
from monitor.pipeline.discover import Discover, Discovery

# For one request of a search, which somebody waits for.
DISCOVERY_PATIENCE = timedelta(seconds=10)


async def read_feed(url: str, settings: Settings | None) -> ParsedFeed:
    """Fetch and read a feed now, with the limits of `settings` or the usual ones. Raises MonitorError."""
    spec = next((feed for feed in settings.feeds if url == feed.url), None) if settings else None
    request = (
        FetchRequest(url=spec.request_url, extras=spec.extras) if spec else FetchRequest(url=Secret(url))
    )
    fetcher, patience = _patient_fetcher(settings)
    fetched = await fetcher.fetch(request)
    if not isinstance(fetched, Document):
        raise MonitorError(f"{url}: {fetched.detail if isinstance(fetched, FetchFailed) else 'no document'}")
    async with ParserPool(workers=1, timeout=patience, clock=SystemClock()) as parser:
        parsed = await parser.parse(replace(fetched, encoding=spec.encoding if spec else None))
    if isinstance(parsed, ParseFailed):
        raise MonitorError(f"{url}: {parsed.detail}")
    return parsed


async def discover(url: str, settings: Settings | None) -> Discovery:
    """Look for the feeds of a site, with the limits of `settings` or the usual ones."""
    fetcher, patience = _patient_fetcher(settings)
    async with ParserPool(workers=1, timeout=patience, clock=SystemClock()) as parser:
        return await Discover(fetcher=fetcher, parser=parser)(url)


def _patient_fetcher(settings: Settings | None) -> tuple[HttpFetcher, timedelta]:
    """Return a fetcher for requests that somebody waits for, and how long reading an answer may take."""
    limits = settings.fetch if settings else FetchLimits()
    quick = replace(limits, timeout=min(limits.timeout, DISCOVERY_PATIENCE))
    patience = settings.parse_timeout if settings else timedelta(seconds=20)
    return HttpFetcher(quick, version=__version__), patience


async def send_test(settings: Settings, channel: str, message: Message) -> SendOutcome:
    """Send one message to one configured channel, now and once."""
    notifier = Notifier(settings.channels, console=sys.stdout)
    try:
        return await notifier.send(channel, message)
    finally:
        await notifier.close()
