"""What doesn't reach anybody: escalate | read_dead | undelivered | commit_dead."""

from collections.abc import Sequence

from monitor.alert import stood_in, undelivered
from monitor.clock import Clock
from monitor.model import Channel, NoticeRecord, NoticeReport, Review
from monitor.pipeline.ports import Observer, OwnerStore


class Escalate:
    """One look at the channels that others stand in for."""

    def __init__(
        self, channels: Sequence[Channel], *, store: OwnerStore, clock: Clock, observe: Observer
    ) -> None:
        self._escalations = {one.name: one.escalation for one in channels if one.escalation}
        self._store = store
        self._clock = clock
        self._observe = observe

    async def __call__(self) -> None:
        """Have others told of what has waited too long."""
        now = self._clock.now()
        for channel, escalation in self._escalations.items():
            since = now - escalation.after
            count = await self._store.escalate(channel, escalation.to, since=since, now=now)
            if count:
                self._observe(_report(stood_in(channel, count), escalation.to))


class TellDead:
    """One look at what was given up: what nobody knows of becomes one notice to the `owners` (channels)."""

    def __init__(self, owners: Sequence[str], *, store: OwnerStore, clock: Clock, observe: Observer) -> None:
        self._owners = tuple(owners)
        self._store = store
        self._clock = clock
        self._observe = observe

    async def __call__(self) -> None:
        """Look once, and commit what is to be told."""
        now = self._clock.now()
        dead = await self._store.read_dead(now)
        if not dead:
            return
        review = undelivered(dead)
        record = NoticeRecord(created_at=now, review=review, channels=self._owners)
        if await self._store.commit_dead(record, dead):
            self._observe(_report(review, self._owners))


def _report(review: Review, channels: tuple[str, ...]) -> NoticeReport:
    return NoticeReport(subject=review.subject, lines=review.lines, channels=channels)
