"""Times as people say them."""

from datetime import datetime, timedelta, tzinfo

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
_LONG = timedelta(days=2)


def spoken(moment: datetime | None, now: datetime, zone: tzinfo) -> str:
    """Return ``3 min ago`` or ``in 2 h``; the date and time in `zone` when it is days away; None: ``never``."""
    if moment is None:
        return "never"
    if abs(moment - now) >= _LONG:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if abs(moment - now) < timedelta(seconds=1):
        return "now"
    return f"in {lasting(moment - now)}" if moment > now else f"{lasting(now - moment)} ago"


def lasting(span: timedelta) -> str:
    """Return `span` in its largest unit, rounded: ``40 s``, ``3 min``, ``2 h``, ``5 d``."""
    seconds = max(1, round(span.total_seconds()))
    return next(f"{round(seconds / size)} {unit}" for unit, size in _UNITS if seconds >= size)
