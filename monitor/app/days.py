"""The last days, each from midnight to midnight where the reader lives."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Days:
    """Some days in a row, the oldest first, in a time zone."""

    dates: tuple[date, ...]
    zone: tzinfo

    @property
    def midnights(self) -> list[datetime]:
        """When each of them began, and when the last one ends."""
        ending = [*self.dates, self.dates[-1] + timedelta(days=1)]
        return [datetime.combine(day, time.min, self.zone).astimezone(UTC) for day in ending]

    @property
    def since(self) -> datetime:
        """When the first of them began."""
        return self.midnights[0]

    @property
    def labels(self) -> list[str]:
        """What they are called."""
        return [f"{day:%a %d %b}" for day in self.dates]


def last_days(number: int, now: datetime, zone: tzinfo) -> Days:
    """Return the last days, of which today is the last."""
    today = now.astimezone(zone).date()
    return Days(tuple(today - timedelta(days=ago) for ago in reversed(range(number))), zone)
