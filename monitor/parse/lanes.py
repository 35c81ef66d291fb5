"""Documents that take long out of the way of the others."""

from monitor.model import Document, ParseFailed, ParseOutcome, Reason
from monitor.parse.pool import ParserPool

# Few enough that the last one is read well within the lease of its poll.
MOST_PATIENT = 8


class Lanes:
    """Implements Parser of monitor.pipeline.ports.

    Every document is tried in `quick`, whose deadline is short. What isn't done by then is read anew in
    `patient`, where it keeps nobody waiting but its like. Both are their owner's to close.
    """

    def __init__(self, quick: ParserPool, patient: ParserPool) -> None:
        self._quick = quick
        self._patient = patient
        self._in_patient = 0

    async def parse(self, document: Document) -> ParseOutcome:
        """Parse one document within the deadlines; with many slow ones at once, within the first alone."""
        outcome = await self._quick.parse(document)
        if not _takes_long(outcome) or self._in_patient >= MOST_PATIENT:
            return outcome
        self._in_patient += 1
        try:
            return await self._patient.parse(document)
        finally:
            self._in_patient -= 1


def _takes_long(outcome: ParseOutcome) -> bool:
    return isinstance(outcome, ParseFailed) and outcome.reason is Reason.PARSER_STUCK
