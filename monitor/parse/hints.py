"""What a document says as a whole: its language, and what it asks of those who poll it.

That is RSS 2.0's ttl, skipHours and skipDays, and RSS 1.0's syndication module:

https://www.rssboard.org/rss-specification#optionalChannelElements, https://web.resource.org/rss/1.0/modules/syndication/
"""

import re
from datetime import UTC, datetime, timedelta

from monitor.model import NO_HINTS, PublisherHints, primary_subtag

# The elements of a channel stand before its items; seldom after them.
_HEAD = _TAIL = 20_000
_ITEM = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)[\s>]")
_LAST_ITEM = re.compile(r"</(?:\w{1,20}:)?(?:item|entry)>")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)

_TTL = re.compile(r"<ttl>\s{0,50}([0-9]{1,7})\s{0,50}</ttl>")
_HOUR = re.compile(r"<hour>\s{0,50}([0-9]{1,2})\s{0,50}</hour>")
_DAY = re.compile(r"<day>\s{0,50}([A-Za-z]{1,20})\s{0,50}</day>")
_PERIOD = re.compile(r"<\w{1,20}:updatePeriod>\s{0,50}([a-z]{1,20})\s{0,50}<")
_FREQUENCY = re.compile(r"<\w{1,20}:updateFrequency>\s{0,50}([0-9]{1,7})\s{0,50}<")
_BASE = re.compile(r"<\w{1,20}:updateBase>\s{0,50}([0-9T:+Z.-]{1,40})\s{0,50}<")

_LANGUAGE = re.compile(r"<(?:\w{1,20}:)?language>\s{0,50}(?:<!\[CDATA\[)?\s{0,50}([\w-]{2,50})\s{0,50}[\]<]")
_XML_LANG = re.compile(
    r"<(?:\w{1,20}:)?(?:rss|RDF|channel|feed)\s[^<>]{0,2000}?\bxml:lang\s?=\s?[\"']([\w-]{2,50})[\"']"
)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}


def about_feed(text: str) -> str:
    """Return what an XML feed says of itself: all but its items and comments, as far as it is looked at."""
    return _COMMENT.sub("", _around_items(text))


def read_language(about: str) -> str | None:
    """Return the language that a feed as a whole is in; its own element counts more than xml:lang."""
    found = (pattern.search(about) for pattern in (_LANGUAGE, _XML_LANG))
    languages = (primary_subtag(tag[1]) for tag in found if tag)
    return next(filter(None, languages), None)


def read_hints(about: str) -> PublisherHints:
    """Return the hints in what a feed says of itself; what can't be read asks nothing."""
    ttl, period = _ttl(about), _period(about)
    hints = PublisherHints(
        refresh=max((wish for wish in (ttl, period) if wish), default=None),
        base=_base(about) if period and period >= (ttl or period) else None,
        skip_hours=_skip_hours(about),
        skip_days=_skip_days(about),
    )
    return NO_HINTS if hints == NO_HINTS else hints


def _around_items(text: str) -> str:
    head = text[:_HEAD]
    first = _ITEM.search(head)
    if not first:
        return head
    tail = text[max(first.start(), len(text) - _TAIL) :]
    return head[: first.start()] + _LAST_ITEM.split(tail)[-1]


def _ttl(about: str) -> timedelta | None:
    found = _TTL.search(about)
    return timedelta(minutes=int(found[1])) if found else None


def _period(about: str) -> timedelta | None:
    period, frequency = _PERIOD.search(about), _FREQUENCY.search(about)
    if not period and not frequency:
        return None
    length = _PERIODS.get(period[1] if period else "daily")
    return length / max(int(frequency[1]) if frequency else 1, 1) if length else None


def _base(about: str) -> datetime | None:
    found = _BASE.search(about)
    try:
        base = datetime.fromisoformat(found[1]) if found else None
        return None if base is None else (base if base.tzinfo else base.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _skip_hours(about: str) -> frozenset[int]:
    # Some count from 1 to 24.
    return frozenset(hour % 24 for hour in map(int, _HOUR.findall(_inside("skipHours", about))) if hour <= 24)


def _skip_days(about: str) -> frozenset[int]:
    days = {day.lower() for day in _DAY.findall(_inside("skipDays", about))}
    return frozenset(number for number, day in enumerate(_DAYS) if day in days)


def _inside(name: str, about: str) -> str:
    return about.partition(f"<{name}>")[2].partition(f"</{name}>")[0]
