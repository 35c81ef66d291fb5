"""Readers of what a rule says beside its query: whose entries, in which words, when. Each raises Mistake."""

import re
from datetime import date, datetime, time

from monitor.config.findings import Mistake, did_you_mean, quoted
from monitor.match import LANGUAGES
from monitor.model import GroupBy, TextField, Window

GROUP_NAME = "[a-z0-9_-]{1,50}"
# What alerts have in common that have nothing else.
CHANNEL = "channel"

_AS_WRITTEN = "none"
# A language is asked for by lang: and has no words to look into.
FIELDS = tuple(field for field in TextField if field is not TextField.LANG)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_OF = {name: at for at, day in enumerate(_DAYS) for name in (day, day[:3])}
_WINDOW = re.compile(
    r"(?:(?P<days>[^\W\d].*?)\s+)?(?P<start>[0-9]{1,2}:[0-9]{2})\s*[-–]\s*(?P<end>[0-9]{1,2}:[0-9]{2})"
)
_SPAN = re.compile(r"\s*([^\W\d]+)\s*(?:[-–]\s*([^\W\d]+)\s*)?")
_COMMON = frozenset({*GroupBy, CHANNEL})
_FIRST_YEAR, _LAST_YEAR = 1970, 2999


def read_feed_name(value: object) -> str:
    """Read the address or the name of a feed; whether there is one is seen beside the feeds."""
    if not isinstance(value, str):
        raise Mistake("must be the address or the name of a feed", "put it in quotes")
    return value


def read_rule_language(value: object) -> str:
    """Read the primary subtag of a language with known inflected forms, or ``none``."""
    if not isinstance(value, str):
        raise Mistake("must be text", 'such as "en", or "none" to take words as they are')
    if value in LANGUAGES or value == _AS_WRITTEN:
        return value
    primary = value.lower().partition("-")[0].partition("_")[0]
    if primary in LANGUAGES:
        raise Mistake("must be a language without its region", f'write "{primary}"')
    known = ", ".join(sorted(LANGUAGES))
    raise Mistake(
        "is no language whose inflected forms are known", f'known: {known}; "none" takes words as they are'
    )


def read_field(value: object) -> TextField:
    """Read the name of a part of an entry that words may be looked for in."""
    if isinstance(value, str) and value in FIELDS:
        return TextField(value)
    near = did_you_mean(value, FIELDS) if isinstance(value, str) else None
    hint = f'did you mean "{near}"? ' if near else ""
    raise Mistake("is no part of an entry", f"{hint}parts: {quoted(FIELDS)}")


def read_moment(value: object) -> date | datetime:
    """Read a date or a date-time of TOML; `build` gives local ones their zone."""
    if not isinstance(value, date):
        raise Mistake("must be a date such as 2026-12-01 or 2026-12-01T08:00:00", "write it without quotes")
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise Mistake(f"must be from {_FIRST_YEAR} to {_LAST_YEAR}")
    return value


def read_windows(value: object) -> tuple[Window, ...]:
    """Read hours such as ``07:00-19:00`` or ``Mon-Fri 07:00-19:00``, or a list of them."""
    written = value if isinstance(value, list) else [value]
    if not written:
        raise Mistake("names no hours", "leave it out to alert at all hours")
    return tuple(_window(each) for each in written)


def write_window(window: Window) -> str:
    """Write hours so that `read_windows` reads them again."""
    days = ",".join(_DAYS[day][:3].capitalize() for day in sorted(window.days))
    hours = f"{window.start:%H:%M}-{window.end:%H:%M}"
    return hours if len(window.days) == len(_DAYS) else f"{days} {hours}"


def _window(value: object) -> Window:
    match = _WINDOW.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise Mistake('must be hours such as "07:00-19:00" or "Mon-Fri 07:00-19:00"', "days: Mon to Sun")
    days = frozenset(range(7)) if match["days"] is None else _days(match["days"])
    # To a window that ends at midnight the next day begins there.
    end = "00:00" if match["end"] == "24:00" else match["end"]
    return Window(days, _hour(match["start"]), _hour(end))


def _days(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        span = _SPAN.fullmatch(part)
        if span is None:
            raise Mistake("has days that can't be read", 'write them as in "Mon-Fri" or "Sat,Sun"')
        first = _day(span[1])
        last = first if span[2] is None else _day(span[2])
        days.update((first + after) % 7 for after in range((last - first) % 7 + 1))
    return frozenset(days)


def _day(name: str) -> int:
    if (day := _DAY_OF.get(name.lower())) is None:
        raise Mistake("has a day that is none", "days: Mon, Tue, Wed, Thu, Fri, Sat, Sun")
    return day


def _hour(text: str) -> time:
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        raise Mistake("has an hour that no clock shows", 'hours go from "00:00" to "24:00"') from None


def read_group_by(value: object) -> frozenset[GroupBy]:
    """Read ``rule``, ``story``, ``feed``, ``channel`` or a list of them; the channel is always the same."""
    written = list(map(str, value)) if isinstance(value, list) else [str(value)]
    if not written or not _COMMON.issuperset(written):
        raise Mistake(
            f"must be one of {quoted(_COMMON)}, or a list of them", "channel makes one group of all"
        )
    return frozenset(GroupBy(one) for one in written if one != CHANNEL)


def read_group_name(value: object) -> str:
    """Read the name of a group, as it stands in queries after an @."""
    if isinstance(value, str) and re.fullmatch(GROUP_NAME, value):
        return value
    raise Mistake("is no name for a group", "use a to z, 0 to 9, - and _, up to 50 of them")


def read_terms(value: object) -> tuple[str, ...]:
    """Read the terms of a group: each is a part of a query."""
    terms = tuple(value) if isinstance(value, list) else (value,)
    if not terms:
        raise Mistake("the group has no terms", "add one, or remove the group")
    if not all(isinstance(term, str) for term in terms):
        raise Mistake("must be a term or a list of them", """such as ["missile", '"air strike"']""")
    return tuple(map(str, terms))


def read_prose(value: object) -> str:
    """Read a text of any length."""
    if not isinstance(value, str):
        raise Mistake("must be text", "put it in quotes")
    return value
