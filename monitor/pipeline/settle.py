"""settle: unsettled_deliveries | silences | groups | settle | settle_deliveries."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from monitor.alert import bundles, hushed, settle
from monitor.clock import Clock
from monitor.model import Channel, Rule, Unsettled
from monitor.pipeline.ports import Outbox

# At a time, so that a flood keeps nobody else from the database for long.
_MOST = 1_000


class Settle:
    """Decides, for each delivery that is new or was held until now, whether and with which others it may be told."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        rules: Mapping[str, Rule],
        *,
        outbox: Outbox,
        zone: tzinfo,
        clock: Clock,
    ) -> None:
        self._channels = channels
        self._rules = rules
        self._outbox = outbox
        self._zone = zone
        self._clock = clock

    async def __call__(self) -> None:
        """Settle all that waits for it."""
        while await self._settle(self._clock.now()) == _MOST:
            pass

    async def _settle(self, now: datetime) -> int:
        waiting = await self._outbox.unsettled_deliveries(now, self._channels.keys(), limit=_MOST)
        if waiting:
            await self._decide(waiting, now)
        return len(waiting)

    async def _decide(self, waiting: Sequence[Unsettled], now: datetime) -> None:
        silences = await self._outbox.active_silences(now)
        groups = await self._outbox.read_groups(bundles(waiting, channels=self._channels, rules=self._rules))
        settled = settle(
            waiting,
            channels=self._channels,
            rules=self._rules,
            hushed=hushed(waiting, silences, now),
            groups=groups,
            now=now,
            zone=self._zone,
        )
        await self._outbox.settle_deliveries(settled)
