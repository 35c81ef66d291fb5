"""What one poll costs: how long its parts take, and how many bytes it brings."""

from monitor.clock import Clock
from monitor.model import PollPart


class Course:
    """The parts of one poll, timed one after the other. `size` is that of the document in bytes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = self._last = clock.monotonic()
        self.parts: dict[PollPart, float] = {}
        self.size = 0

    @property
    def took(self) -> float:
        """Return the seconds up to the end of the last part."""
        return self._last - self._began

    def end(self, part: PollPart) -> None:
        """Say that a part is over."""
        now = self._clock.monotonic()
        self.parts[part] = now - self._last
        self._last = now
