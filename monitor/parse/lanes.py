"""Documents that take long out of the way of the others."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from monitor.model import Before, Document, IdentifyOutcome, ParseFailed, ParseOutcome, Reason
from monitor.parse.pool import ParserPool

T = TypeVar("T")

# Few enough that the last one is read well within the lease of its poll.
MOST_PATIENT = 8


class Lanes:
    """Implements Parser and Identifier of monitor.pipeline.ports.

    Every document is tried in `quick`, whose deadline is short. What isn't done by then is read anew in
    `patient`, where it keeps nobody waiting but its like. Both are their owner's to close.
    """

    def __init__(self, quick: ParserPool, patient: ParserPool) -> None:
        self._quick = quick
        self._patient = patient
        self._in_patient = 0

    async def parse(self, document: Document) -> ParseOutcome:
        """Parse one document within the deadlines; with many slow ones at once, within the first alone."""
        return await self._within(lambda pool: pool.parse(document))

    async def identify(self, document: Document, before: Before) -> IdentifyOutcome:
        """Parse a feed's document and tell its entries from those of the last one; as `parse`."""
        return await self._within(lambda pool: pool.identify(document, before))

    async def _within(self, read: Callable[[ParserPool], Awaitable[T]]) -> T:
        outcome = await read(self._quick)
        if not _takes_long(outcome) or self._in_patient >= MOST_PATIENT:
            return outcome
        self._in_patient += 1
        try:
            return await read(self._patient)
        finally:
            self._in_patient -= 1


def _takes_long(outcome: object) -> bool:
    return isinstance(outcome, ParseFailed) and outcome.reason is Reason.PARSER_STUCK
