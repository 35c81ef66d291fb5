"""Is it one of the hours in which a rule alerts?"""

from collections.abc import Sequence
from datetime import datetime, time, tzinfo

from monitor.model import Window


def is_active(windows: Sequence[Window], now: datetime, zone: tzinfo) -> bool:
    """Tell whether the clock on the wall in `zone` stands within one of `windows`; without any it always does.

    Only the hands of that clock count: an hour that comes twice in autumn is active twice, and one that is
    left out in spring not at all.
    """
    local = now.astimezone(zone)
    return not windows or any(_covers(window, local.weekday(), local.time()) for window in windows)


def _covers(window: Window, day: int, hour: time) -> bool:
    begins_today, began_yesterday = day in window.days, (day - 1) % 7 in window.days
    if window.start < window.end:
        return begins_today and window.start <= hour < window.end
    return (begins_today and hour >= window.start) or (began_yesterday and hour < window.end)
