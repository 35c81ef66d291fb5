"""Is it one of the hours in which a rule alerts?"""

from collections.abc import Sequence
from datetime import datetime, time, tzinfo

from monitor.model import Window


def is_active(windows: Sequence[Window], now: datetime, zone: tzinfo) -> bool:
    """Tell whether the clock on the wall in `zone` stands within one of `windows`; without any it always does.

    Only the hands of that clock count: an hour that comes twice in autumn is active twice, and one that is
    left out in spring not at all.
    """
    return not windows or covering(windows, now, zone) is not None


def covering(windows: Sequence[Window], now: datetime, zone: tzinfo) -> Window | None:
    """Return the first of `windows` within which the clock on the wall in `zone` stands."""
    local = now.astimezone(zone)
    return next((window for window in windows if _covers(window, local.weekday(), local.time())), None)


def _covers(window: Window, day: int, hour: time) -> bool:
    begins_today, began_yesterday = day in window.days, (day - 1) % 7 in window.days
    if window.start < window.end:
        return begins_today and window.start <= hour < window.end
    return (begins_today and hour >= window.start) or (began_yesterday and hour < window.end)
