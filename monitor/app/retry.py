"""Deliveries that were given up, or fail, sent again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from monitor.config import Settings
from monitor.store import Store


async def retry(
    settings: Settings,
    store: Store,
    now: datetime,
    *,
    ids: Collection[int] | None = None,
    channel: str | None = None,
) -> Sequence[tuple[int, str]]:
    """Make deliveries of the configured channels due anew, and return each with its channel. Raises StoreError.

    Those of these `ids` that are dead or fail; without them all that are dead, of one `channel` or group if given.
    """
    own = [each.name for each in settings.channels]
    wanted = own if channel is None else settings.channel_names.get(channel, ())
    return await store.retry_deliveries(now, wanted, ids)
