"""What comes by the clock: due_timers | an empty digest, or the word that all is well | the next time."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial

from monitor.alert import alive, next_digest
from monitor.clock import Clock
from monitor.model import Channel, NoticeRecord, NoticeReport, Timer
from monitor.pipeline.ports import Observer, TimerStore

# What is done when a timer is due: given the timer, now, and when it is due next.
_Ring = Callable[[Timer, datetime, datetime], Awaitable[None]]


class ByTheClock:
    """One look at the clock.

    A timer is known by its cron expression as well, so that a new one in the configuration begins anew.
    """

    def __init__(
        self,
        channels: Sequence[Channel],
        *,
        owners: Sequence[str],
        alive: str | None,
        store: TimerStore,
        zone: tzinfo,
        clock: Clock,
        observe: Observer,
    ) -> None:
        self._owners = tuple(owners)
        self._store = store
        self._zone = zone
        self._clock = clock
        self._observe = observe
        self._bells: dict[str, tuple[str, _Ring]] = {
            f"digest {one.name} {one.digest}": (one.digest, partial(self._add_digest, one.name))
            for one in channels
            if one.digest and one.digest_empty
        }
        if alive and owners:
            self._bells[f"alive {alive}"] = (alive, self._say_alive)

    async def __call__(self) -> None:
        """Do what is due."""
        now = self._clock.now()
        times = {name: next_digest(cron, now, self._zone) for name, (cron, _) in self._bells.items()}
        for timer in await self._store.due_timers(times, now):
            _, ring = self._bells[timer.name]
            await ring(timer, now, times[timer.name])

    async def _add_digest(self, channel: str, timer: Timer, now: datetime, due_at: datetime) -> None:
        await self._store.add_empty_digest(channel, timer, now=now, due_at=due_at)

    async def _say_alive(self, timer: Timer, now: datetime, due_at: datetime) -> None:
        review = alive(await self._store.read_doings(timer.since), self._zone)
        record = NoticeRecord(created_at=now, review=review, channels=self._owners)
        if await self._store.commit_alive(record, timer, due_at):
            self._observe(NoticeReport(subject=review.subject, lines=review.lines, channels=self._owners))
