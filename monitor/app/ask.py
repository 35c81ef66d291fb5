"""What commands ask, beside a running daemon or without one."""

import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from monitor import __version__
from monitor.backtest import Backtest, Replay, RuleReport
from monitor.clock import SystemClock
from monitor.config import Settings
from monitor.errors import MonitorError
from monitor.explain import Explanation, explain_entry
from monitor.fetch import HttpFetcher
from monitor.match import compile_rules
from monitor.model import (
    Document,
    Entry,
    FetchFailed,
    FetchLimits,
    FetchRequest,
    Match,
    Message,
    ParsedFeed,
    ParseFailed,
    PollRun,
    Rule,
    Secret,
    SeenEntry,
    SendOutcome,
    Silence,
    StoredEntry,
    StoreStatus,
)
from monitor.notify import Notifier
from monitor.parse import ParserPool, fields
from monitor.pipeline.discover import Discover, Discovery
from monitor.store import Reader, Store, open_to_read, read_history, read_recent, read_status

# What `flooding` looks at: enough to tell, and done in a second or two.
RECENT = timedelta(days=2)
MOST_RECENT = 20_000
# As long as a text may be that somebody tries a query on.
LONGEST_TEXT = 10_000_000
# For one request of a search, which somebody waits for.
DISCOVERY_PATIENCE = timedelta(seconds=10)


async def status(settings: Settings) -> StoreStatus:
    """Read what the store knows, beside a running daemon or without one. Raises StoreError."""
    return await read_status(settings.database, label=settings.database_label)


async def recent_entries(settings: Settings, feed: str, limit: int) -> tuple[SeenEntry, ...]:
    """Read the entries of a feed that came last, the newest first. Raises StoreError."""
    return await read_recent(settings.database, label=settings.database_label, feed=feed, limit=limit)


def open_history(settings: Settings) -> AbstractContextManager[Reader]:
    """Open the stored entries to look into them, beside a running daemon or without one. Raises StoreError."""
    return open_to_read(settings.database, settings.database_label)


def explain(
    settings: Settings, which: str, rules: Sequence[Rule]
) -> tuple[tuple[StoredEntry, ...], Explanation | None]:
    """Look for an entry by number, link or title; return what fits, and when it is one, what became of it.

    Raises StoreError.
    """
    with open_history(settings) as history:
        found = history.find(which)
        if len(found) != 1:
            return found, None
        past = history.history(found[0], [rule.name for rule in rules])
    spec = next((feed for feed in settings.feeds if feed.url == past.stored.feed_url), None)
    matcher = compile_rules(rules, settings.groups)
    channels, now = {channel.name: channel for channel in settings.channels}, SystemClock().now()
    return found, explain_entry(past, spec, rules, matcher, settings.timezone, channels=channels, now=now)


def flooding(settings: Settings, now: datetime) -> tuple[RuleReport, ...]:
    """Return the rules that would have flooded with the entries of the last days.

    Raises StoreError, also when there is no database yet.
    """
    replay = Replay(settings.rules, settings.groups, settings.feeds, settings.timezone)
    test = Backtest(replay, None, samples=0)
    with open_history(settings) as history:
        for stored in islice(history.entries_since(now - RECENT), MOST_RECENT):
            test.add(stored)
    return tuple(report for report in test.report.rules.values() if report.floods)


async def send_past(settings: Settings, rule: Rule, matches: Mapping[int, Match]) -> int:
    """Alert on stored entries (by id) for `rule`, where its channels were never told of them; return how many.

    The deliveries are due at once; a running daemon sends them. Raises StoreError.
    """
    async with _open_to_change(settings) as store:
        return await store.add_past_alerts(rule.name, rule.channels, matches, SystemClock().now())


async def add_silence(settings: Settings, silence: Silence) -> int:
    """Store a new silence, which a running daemon obeys at once, and return its number. Raises StoreError."""
    async with _open_to_change(settings) as store:
        return await store.add_silence(silence)


async def end_silence(settings: Settings, number: int, now: datetime) -> Silence | None:
    """End a silence and return it; None when none of this number is in force. Raises StoreError."""
    async with _open_to_change(settings) as store:
        return await store.end_silence(number, now)


async def retry_deliveries(
    settings: Settings, channels: Sequence[str], ids: Sequence[int] | None, now: datetime
) -> Sequence[tuple[int, str]]:
    """Make deliveries that are dead, or of these `ids` those that fail as well, due anew; return each with its channel.

    A running daemon sends them at once. Raises StoreError.
    """
    async with _open_to_change(settings) as store:
        return await store.retry_deliveries(now, channels, ids)


@asynccontextmanager
async def _open_to_change(settings: Settings) -> AsyncIterator[Store]:
    """Open the store beside a daemon that may have it open as well."""
    store = await Store.open(settings.database, label=settings.database_label, exclusive=False)
    try:
        yield store
    finally:
        await store.close()


def entry_of(title: str, text: str) -> Entry:
    """Return a text as an entry, read as a feed's title and summary are: without HTML, and clean."""
    return fields.entry_of(title, text, LONGEST_TEXT)


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


async def poll_history(settings: Settings, feed: str, limit: int) -> tuple[PollRun, ...]:
    """Read the runs of a feed's polls that came last, the newest first. Raises StoreError."""
    return await read_history(settings.database, label=settings.database_label, feed=feed, limit=limit)


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
