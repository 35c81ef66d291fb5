"""Makes entries quick to find: file_entries, until all are filed."""

import asyncio
from collections.abc import Collection

from monitor.clock import Clock
from monitor.pipeline.ports import FilingStore

# Of the time that the store's thread has: after an upgrade there may be a million entries to file.
_SHARE = 0.25


class FileEntries:
    """Files what has come since the last time."""

    def __init__(self, *, store: FilingStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def __call__(self, languages: Collection[str | None]) -> None:
        """File all that is to be filed, and leave the store to others most of the time.

        `languages` are those in which rules and feeds are read.
        """
        began = self._clock.monotonic()
        while await self._store.file_entries(languages):
            took = self._clock.monotonic() - began
            await asyncio.sleep(took * (1 / _SHARE - 1))
            began = self._clock.monotonic()
