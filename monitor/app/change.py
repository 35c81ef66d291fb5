"""What commands change in the store, beside a running daemon or without one."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from monitor.app.presence import tell_waiting
from monitor.app.retry import retry
from monitor.clock import SystemClock
from monitor.config import Settings
from monitor.model import Match, Rule, Silence
from monitor.store import Store
from monitor.store.whole import check_migrated


async def send_past(settings: Settings, rule: Rule, matches: Mapping[int, Match]) -> int:
    """Alert on stored entries (by id) for `rule`, where its channels were never told of them; return how many.

    The deliveries are due at once; a running daemon sends them. Raises StoreError.
    """
    async with open_to_change(settings) as store:
        return await store.add_past_alerts(rule.name, rule.channels, matches, SystemClock().now())


async def add_silence(settings: Settings, silence: Silence) -> int:
    """Store a new silence, which a running daemon obeys at once, and return its number. Raises StoreError."""
    async with open_to_change(settings) as store:
        return await store.add_silence(silence)


async def end_silence(settings: Settings, number: int, now: datetime) -> Silence | None:
    """End a silence and return it; None when none of this number is in force. Raises StoreError."""
    async with open_to_change(settings) as store:
        return await store.end_silence(number, now)


async def retry_deliveries(
    settings: Settings, now: datetime, *, ids: Sequence[int] | None, channel: str | None
) -> Sequence[tuple[int, str]]:
    """Make deliveries due anew, as `monitor.app.retry` has it. A running daemon sends them at once. Raises StoreError."""
    async with open_to_change(settings) as store:
        return await retry(settings, store, now, ids=ids, channel=channel)


async def poll_now(settings: Settings, urls: Sequence[str], now: datetime) -> Sequence[str]:
    """Make these feeds due; return the addresses of those that a running daemon polls at once. Raises StoreError."""
    async with open_to_change(settings) as store:
        return await store.poll_now(urls, now)


async def pause_feeds(settings: Settings, urls: Sequence[str], now: datetime) -> Sequence[str]:
    """Let these feeds rest; return the addresses of those that didn't yet. Raises StoreError."""
    async with open_to_change(settings) as store:
        return await store.pause_feeds(urls, now)


async def resume_feeds(settings: Settings, urls: Sequence[str], now: datetime) -> Sequence[str]:
    """Let these feeds go on; return the addresses of those that rested. Raises StoreError."""
    async with open_to_change(settings) as store:
        return await store.resume_feeds(urls, now)


@asynccontextmanager
async def open_to_change(settings: Settings) -> AsyncIterator[Store]:
    """Open the store beside a daemon that may have it open as well. It is made if there is none, and not migrated."""
    check_migrated(settings.database, label=settings.database_label)
    store = await Store.open(
        settings.database, label=settings.database_label, exclusive=False, waits=tell_waiting
    )
    try:
        yield store
    finally:
        await store.close()
