"""The one place that reads the clock."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time as the program sees it; tests pass their own."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for measuring how long something took."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since an arbitrary start; never goes back."""
        return time.monotonic()


class SharedClock(SystemClock):
    """The machine's clock, put right by one that others go by as well.

    Machines that keep the time agree within milliseconds, and asking takes longer: what differs by less than
    `TOLERANCE` is left alone.
    """

    TOLERANCE = timedelta(seconds=1)

    def __init__(self) -> None:
        self._behind = timedelta(0)

    def now(self) -> datetime:
        """Return the current time of those who share it, aware, in UTC."""
        return super().now() + self._behind

    def agree(self, told: datetime, asked: datetime, answered: datetime) -> timedelta:
        """Take over the time that was `told` between two moments of this clock; return by how much it was behind, 0 when it agreed."""
        off = max(told - answered, timedelta(0)) or min(told - asked, timedelta(0))
        if abs(off) <= self.TOLERANCE:
            return timedelta(0)
        self._behind += off
        return off
