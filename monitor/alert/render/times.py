"""Times as people read them."""

from datetime import date, datetime, tzinfo


def spoken_time(moment: datetime, zone: tzinfo) -> str:
    """Return the date and the time in `zone`, with its name."""
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    # Some zones have no name but their offset.
    name = f"UTC{name}" if name.startswith(("+", "-")) else name
    return f"{local:%Y-%m-%d %H:%M} {name}"


def told_time(moment: datetime, zone: tzinfo, today: date | None) -> str:
    """Return `moment` as one among others of a message of `today`, which tells the date only of other days.

    Without `today` it stands alone, in full.
    """
    if today is None:
        return spoken_time(moment, zone)
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"
