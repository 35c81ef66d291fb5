"""Keeps what comes of attempts to send, though nobody waits for the disk."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.errors import LeaseLost, StoreError
from monitor.model import AttemptRecord
from monitor.store import attempts
from monitor.store.database import Database
from monitor.store.together import Together

# More than are sent in the 0.6 s (three times its `wal_writer_delay`) of which a PostgreSQL that crashes forgets what it was told.
_REMEMBERED = 200


def nothing() -> None:
    """Stand in for what is done while an attempt is stored."""


@dataclass(slots=True)
class _Piece:
    """An attempt to be stored, and what is done `meanwhile` on the event loop."""

    record: AttemptRecord
    loop: asyncio.AbstractEventLoop
    meanwhile: Callable[[], None] | None

    def begin(self) -> None:
        """Have it done, once: an attempt whose transaction has failed is stored by itself."""
        if self.meanwhile is not None:
            self.loop.call_soon_threadsafe(self.meanwhile)
            self.meanwhile = None


class Recording:
    """Stores what came of attempts: those that end meanwhile in the same transaction.

    Nobody waits for the disk: a power failure may lose what is recorded after the last claim. When the connection had to be
    opened anew, the server may have crashed, and the last of them are stored once more.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._together = Together(self._store, database.submit)
        self._last: deque[AttemptRecord] = deque(maxlen=_REMEMBERED if database.is_shared else 0)
        self._reopened = False
        database.when_connected(self._note_connected)

    async def record(self, record: AttemptRecord, meanwhile: Callable[[], None]) -> None:
        """Store what came of an attempt; see Outbox.record_attempt."""
        try:
            await self._together.do(_Piece(record, asyncio.get_running_loop(), meanwhile))
        except LeaseLost:
            # It may be stored, and only the answer was lost: then nobody knows any more of what was claimed behind it.
            message = record.message
            await self._database.run_lazily(attempts.give_back, message.channel, message.lease)
            raise

    async def repeat(self) -> None:
        """Store what may have been forgotten. To be called before messages are claimed: a channel that seems to be told waits."""
        if not (self._reopened and self._last):
            return
        self._reopened = False
        try:
            await self._database.run_lazily(attempts.record_again, tuple(self._last))
        except StoreError:
            self._reopened = True
            raise

    def _note_connected(self) -> None:
        self._reopened = True

    def _store(self, pieces: Sequence[_Piece]) -> Sequence[None]:
        for piece in pieces:
            piece.begin()
        records = [piece.record for piece in pieces]
        if not self._store_at_once(records):
            self._database.transact_lazily(lambda opened: attempts.record_attempts(opened, records))
        self._last.extend(records)
        return [None] * len(records)

    def _store_at_once(self, records: Sequence[AttemptRecord]) -> bool:
        if not attempts.is_one_statement(records):
            return False
        (record,) = records
        return self._database.try_at_once(lambda opened: attempts.record_at_once(opened, record))
