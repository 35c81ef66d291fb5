"""The last days, each from midnight to midnight where the reader lives."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo


def last_days(number: int, now: datetime, zone: tzinfo) -> list[date]:
    """Return the last days, the oldest first; the last of them is today."""
    today = now.astimezone(zone).date()
    return [today - timedelta(days=ago) for ago in reversed(range(number))]


def midnights(days: Sequence[date], zone: tzinfo) -> list[datetime]:
    """Return when each of these days began, and when the last one ends."""
    ending = [*days, days[-1] + timedelta(days=1)]
    return [datetime.combine(day, time.min, zone).astimezone(UTC) for day in ending]


def labels(days: Sequence[date]) -> list[str]:
    """Return what days are called."""
    return [f"{day:%a %d %b}" for day in days]
