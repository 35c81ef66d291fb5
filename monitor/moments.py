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


def stamped(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """Return ``Nov 24 10:15`` in `zone`, with the year when it isn't that of `now`."""
    local = moment.astimezone(zone)
    return local.strftime("%b %d %H:%M" if local.year == now.astimezone(zone).year else "%b %d %Y %H:%M")


def between(began: datetime, ended: datetime, now: datetime, zone: tzinfo) -> str:
    """Return ``Nov 24 10:15 - 14:00``, the second date only when it is another one."""
    first, last = (stamped(moment, now, zone) for moment in (began, ended))
    if first == last:
        return first
    one_day = began.astimezone(zone).date() == ended.astimezone(zone).date()
    return f"{first} - {last.rpartition(' ')[2] if one_day else last}"


def lasting(span: timedelta) -> str:
    """Return `span` in its largest unit, rounded: ``40 s``, ``3 min``, ``2 h``, ``5 d``."""
    seconds = max(1, round(span.total_seconds()))
    return next(f"{round(seconds / size)} {unit}" for unit, size in _UNITS if seconds >= size)
