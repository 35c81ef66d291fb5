"""What commands ask of the store, beside a running daemon or without one."""

from contextlib import AbstractContextManager

from monitor.config import Glimpse, Settings
from monitor.model import PollRun, SeenEntry, StoreStatus
from monitor.store import Reader, open_to_read, read_history, read_recent, read_status


async def status(where: Settings | Glimpse) -> StoreStatus:
    """Read what the store knows, beside a running daemon or without one. Raises StoreError."""
    return await read_status(where.database, label=where.database_label)


async def recent_entries(settings: Settings, feed: str, limit: int) -> tuple[SeenEntry, ...]:
    """Read the entries of a feed that came last, the newest first. Raises StoreError."""
    return await read_recent(settings.database, label=settings.database_label, feed=feed, limit=limit)


async def poll_history(settings: Settings, feed: str, limit: int) -> tuple[PollRun, ...]:
    """Read the runs of a feed's polls that came last, the newest first. Raises StoreError."""
    return await read_history(settings.database, label=settings.database_label, feed=feed, limit=limit)


def open_history(settings: Settings) -> AbstractContextManager[Reader]:
    """Open the stored entries to look into them, beside a running daemon or without one. Raises StoreError."""
    return open_to_read(settings.database, settings.database_label)
