"""health: read_health | review | commit_notice."""

from collections.abc import Sequence

from monitor import health
from monitor.clock import Clock
from monitor.model import NoticeRecord, NoticeReport
from monitor.pipeline.ports import HealthStore, Observer


class ReviewHealth:
    """One look at all feeds: what their `owners` (channels) don't know yet becomes one notice."""

    def __init__(self, owners: Sequence[str], *, store: HealthStore, clock: Clock, observe: Observer) -> None:
        self._owners = tuple(owners)
        self._store = store
        self._clock = clock
        self._observe = observe

    async def __call__(self) -> None:
        """Look once, and commit what is to be told."""
        feeds, last_notice_at = await self._store.read_health()
        now = self._clock.now()
        review = health.review(feeds, now, last_notice_at)
        if review is None:
            return
        record = NoticeRecord(created_at=now, review=review, channels=self._owners)
        if await self._store.commit_notice(record):
            self._observe(NoticeReport(subject=review.subject, lines=review.lines, channels=self._owners))
