"""What the owner is to know: escalate | read_dead | read_stranded | read_configuration | what to say | commit."""

from collections.abc import Collection, Sequence
from datetime import timedelta, tzinfo

from monitor.alert import configured, stood_in, stranded, undelivered
from monitor.clock import Clock
from monitor.model import Channel, NoticeRecord, NoticeReport, Review
from monitor.pipeline.ports import ConfigurationStore, Observer, OwnerStore

# A channel that is taken out by mistake, or isn't known here yet, is often back by then.
_STRANDED_AFTER = timedelta(minutes=5)


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


class TellStranded:
    """One look at what waits for others than `channels`. What should have been sent is told once, and given up a `life` later."""

    def __init__(
        self,
        channels: Collection[str],
        *,
        owners: Sequence[str],
        life: timedelta,
        store: OwnerStore,
        zone: tzinfo,
        clock: Clock,
        observe: Observer,
    ) -> None:
        self._channels = channels
        self._owners = tuple(owners)
        self._life = life
        self._store = store
        self._zone = zone
        self._clock = clock
        self._observe = observe

    async def __call__(self) -> None:
        """Look once, and commit what is to be told."""
        now = self._clock.now()
        await self._store.give_up_stranded(self._channels, now - self._life, now)
        found = await self._store.read_stranded(self._channels, now - _STRANDED_AFTER)
        if not found:
            return
        review = stranded(found, now - _STRANDED_AFTER + self._life, self._zone)
        record = NoticeRecord(created_at=now, review=review, channels=self._owners)
        if await self._store.commit_stranded(record, found):
            self._observe(_report(review, self._owners))


class TellConfiguration:
    """One look at how it stands with the configuration."""

    def __init__(
        self,
        owners: Sequence[str],
        *,
        store: ConfigurationStore,
        zone: tzinfo,
        clock: Clock,
        observe: Observer,
    ) -> None:
        self._owners = tuple(owners)
        self._store = store
        self._zone = zone
        self._clock = clock
        self._observe = observe

    async def __call__(self) -> None:
        """Look once, and commit what is to be told."""
        now, state = self._clock.now(), await self._store.read_configuration()
        review = configured(state, now, self._zone) if state else None
        if state is None or review is None:
            return
        record = NoticeRecord(created_at=now, review=review, channels=self._owners)
        if await self._store.commit_configuration_notice(record, state):
            self._observe(_report(review, self._owners))


def _report(review: Review, channels: tuple[str, ...]) -> NoticeReport:
    return NoticeReport(subject=review.subject, lines=review.lines, channels=channels)
