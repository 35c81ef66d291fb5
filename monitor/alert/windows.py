"""Is it one of the hours that were named, and until when?"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.model import Window

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def is_active(windows: Sequence[Window], now: datetime, zone: tzinfo) -> bool:
    """Tell whether the clock on the wall in `zone` stands within one of `windows`; without any it always does.

    Only the hands of that clock count: an hour that comes twice in autumn is active twice, and one that is
    left out in spring not at all.
    """
    return not windows or covering(windows, now, zone) is not None


def covering(windows: Sequence[Window], now: datetime, zone: tzinfo) -> Window | None:
    """Return the first of `windows` within which the clock on the wall in `zone` stands."""
    local = now.astimezone(zone)
    return next((window for window in windows if _covers(window, local)), None)


def active_until(windows: Sequence[Window], now: datetime, zone: tzinfo) -> datetime | None:
    """Return when the hours end that `now` lies in; None when it lies in none of `windows`.

    Windows that touch or overlap count as one, and nobody looks further than a week: hours that never end do so then.
    """
    end = now.astimezone(UTC)
    while end - now < _WEEK:
        local = end.astimezone(zone)
        window = covering(windows, end, zone)
        if window is None:
            break
        end += _sure(window, local)
    return min(end, now.astimezone(UTC) + _WEEK) if end > now else None


def _covers(window: Window, local: datetime) -> bool:
    hour = local.time()
    begins_today, began_yesterday = local.weekday() in window.days, (local.weekday() - 1) % 7 in window.days
    if window.start < window.end:
        return begins_today and window.start <= hour < window.end
    return (begins_today and hour >= window.start) or (began_yesterday and hour < window.end)


def _sure(window: Window, local: datetime) -> timedelta:
    """Return how long a window that covers `local` surely goes on."""
    shown = local.replace(tzinfo=None)
    end = datetime.combine(shown, window.end)
    left = end - shown if end > shown else end + _DAY - shown
    if (local.astimezone(UTC) + left).astimezone(local.tzinfo).utcoffset() == local.utcoffset():
        return left
    # The clock is changed before the end: nobody knows when, so that it is looked at in each minute.
    return _MINUTE - timedelta(seconds=shown.second, microseconds=shown.microsecond)
