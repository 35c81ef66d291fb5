"""Whether the crews still look for work."""

from collections.abc import Mapping
from datetime import timedelta

from monitor.clock import Clock
from monitor.pipeline.heartbeat import Ticking

# A crew that hasn't ticked for this long hangs.
ALIVE_WITHIN = timedelta(seconds=60)


class Pulse:
    """Watches the ticks of crews, as often as somebody asks: a crew is known to hang from the second time on."""

    def __init__(self, crews: Mapping[str, Ticking], clock: Clock) -> None:
        self._crews = crews
        self._clock = clock
        self._ticked = {name: (crew.ticks, clock.monotonic()) for name, crew in crews.items()}

    def hanging(self) -> list[str]:
        """Return the names of those that haven't ticked for a minute."""
        return [name for name, crew in self._crews.items() if self._still_for(name, crew) >= ALIVE_WITHIN]

    def _still_for(self, name: str, crew: Ticking) -> timedelta:
        now = self._clock.monotonic()
        ticks, since = self._ticked[name]
        if crew.ticks != ticks:
            self._ticked[name] = (crew.ticks, now)
            return timedelta(0)
        return timedelta(seconds=now - since)
