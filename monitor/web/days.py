"""The last days, each from midnight to midnight where the reader lives, and what fell into them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Days:
    """Some days in a row, the oldest first, in a time zone."""

    dates: tuple[date, ...]
    zone: tzinfo

    @property
    def since(self) -> datetime:
        """When the first of them began."""
        return datetime.combine(self.dates[0], time.min, self.zone).astimezone(UTC)

    @property
    def labels(self) -> list[str]:
        """What they are called."""
        return [f"{day:%a %d %b}" for day in self.dates]

    def count(self, moments: Iterable[datetime]) -> list[int]:
        """Return how many of these moments fell into each day."""
        counts = Counter(moment.astimezone(self.zone).date() for moment in moments)
        return [counts[day] for day in self.dates]


def last_days(number: int, now: datetime, zone: tzinfo) -> Days:
    """Return the last days, of which today is one."""
    today = now.astimezone(zone).date()
    return Days(tuple(today - timedelta(days=ago) for ago in reversed(range(number))), zone)
