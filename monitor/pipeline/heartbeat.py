"""heartbeat: failing_channels | hindered | fetch. While work is done, an address is asked."""

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from monitor import health
from monitor.clock import Clock
from monitor.errors import StoreError
from monitor.model import DocumentKind, FetchFailed, FetchRequest, Reason, Secret
from monitor.pipeline.ports import Fetcher, PulseStore

_LOGGER = logging.getLogger("monitor")


class Ticking(Protocol):
    """Somebody who looks for work again and again."""

    ticks: int


class Heartbeat:
    """One beat, as long as all `crews` have looked for work since the last one, the store answers and no channel is stuck.

    Whatever keeps it from being sent is logged when it begins, and once when it is over.
    """

    def __init__(
        self,
        url: Secret,
        *,
        crews: Mapping[str, Ticking],
        channels: Sequence[str],
        store: PulseStore,
        fetcher: Fetcher,
        clock: Clock,
    ) -> None:
        self._url = url
        self._crews = crews
        self._channels = channels
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._seen = {name: crew.ticks for name, crew in crews.items()}
        self._missed = ""

    def to(self, url: Secret, *, channels: Sequence[str], fetcher: Fetcher) -> "Heartbeat":
        """Return the heartbeat that goes on from this one under another configuration."""
        other = Heartbeat(
            url, crews=self._crews, channels=channels, store=self._store, fetcher=fetcher, clock=self._clock
        )
        other._seen, other._missed = self._seen, self._missed
        return other

    async def __call__(self) -> None:
        """Send one heartbeat, or say why not."""
        why = await self._hindered()
        if not why:
            why = _trouble(await self._fetcher.fetch(FetchRequest(url=self._url, kind=DocumentKind.PING)))
        if why and not self._missed:
            _LOGGER.warning("heartbeat not sent", extra={"fields": {"detail": why}})
        elif self._missed and not why:
            _LOGGER.info("heartbeat is sent again")
        self._missed = why

    async def _hindered(self) -> str:
        stuck = [name for name, crew in self._crews.items() if crew.ticks == self._seen[name]]
        self._seen = {name: crew.ticks for name, crew in self._crews.items()}
        try:
            failing = await self._store.failing_channels(self._channels)
        except StoreError as error:
            return str(error)
        return health.hindered(stuck, failing, self._clock.now())


def _trouble(outcome: object) -> str:
    """Return why an answer is none, without the address, which is a secret."""
    if not isinstance(outcome, FetchFailed):
        return ""
    if outcome.reason is Reason.REDIRECT:
        return "its address redirects: write the one that it leads to"
    return f"{outcome.reason}: {outcome.detail}"
