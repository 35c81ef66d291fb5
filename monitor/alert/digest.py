"""When does the next digest go?"""

from datetime import UTC, datetime, tzinfo

from cronsim import CronSim, CronSimError

_ADVICE = 'write minute, hour, day, month and weekday, such as "0 8 * * 1-5": at 08:00 from Monday to Friday'
# Nobody writes a longer one.
_LONGEST = 200
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def check_cron(text: str) -> None:
    """Raise ValueError, with the way out, unless `text` is a cron expression of five fields whose time comes."""
    if len(text) > _LONGEST or len(text.split()) != 5:
        raise ValueError(f"is no cron expression of five fields; {_ADVICE}")
    try:
        next(CronSim(text, _ANY_DAY))
    except CronSimError as error:
        part = str(error).removeprefix("Bad ")
        raise ValueError(f"has no such {part}; {_ADVICE}") from None
    except StopIteration:
        raise ValueError(f"names a day that never comes; {_ADVICE}") from None


def next_digest(cron: str, after: datetime, zone: tzinfo) -> datetime:
    """Return the first time of a cron expression after `after`, by the clock on the wall in `zone`.

    A time of day that the clock leaves out comes when it is put forward, one that it shows twice the first time alone.
    """
    # The library takes no notice of `fold`: in the hour that comes twice it may begin too early.
    times = (time.astimezone(UTC) for time in CronSim(cron, after.astimezone(zone)))
    return next(time for time in times if time > after)
