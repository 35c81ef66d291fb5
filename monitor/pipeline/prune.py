"""prune: part after part, step after step, with a rest between them that leaves the database to others."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

from monitor.clock import Clock
from monitor.model import Keep, Part, PruneReport
from monitor.pipeline.ports import Observer, PruneStore

# A step takes some milliseconds: nine tenths of the time are for others.
REST = timedelta(milliseconds=50)


class Prune:
    """Takes out what is no longer kept."""

    def __init__(
        self,
        *,
        store: PruneStore,
        clock: Clock,
        pause: Callable[[timedelta], Awaitable[None]],
        observe: Observer,
    ) -> None:
        self._store = store
        self._clock = clock
        self._pause = pause
        self._observe = observe

    async def __call__(self, keep: Keep) -> None:
        """Go through all parts once."""
        started = self._clock.monotonic()
        pruned: Counter[Part] = Counter()
        async for part, count in self.steps(keep):
            pruned[part] += count
        self._observe(PruneReport(pruned=pruned, took=self._clock.monotonic() - started))

    async def steps(self, keep: Keep) -> AsyncIterator[tuple[Part, int]]:
        """Go through all parts once, and yield after each step of which part it was, and how many rows it has taken out."""
        forgotten = 0
        for part in Part:
            # Keys outlive their entries only as long as these are remembered, and to look through them takes the longest.
            if part is Part.KEYS and not forgotten:
                return
            async for count in self._steps_of(part, keep):
                forgotten += count if part is Part.SEEN else 0
                yield part, count

    async def _steps_of(self, part: Part, keep: Keep) -> AsyncIterator[int]:
        now, after = self._clock.now(), None
        while True:
            step = await self._store.prune(part, keep, now, after)
            yield step.pruned
            if step.after is None:
                return
            after = step.after
            await self._pause(REST)
