"""Readers of single values: from what TOML gives to what the program uses. Each raises Mistake."""

import ipaddress
import re
import zoneinfo
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from monitor.config.addresses import read_address
from monitor.config.database import read_database
from monitor.config.findings import Mistake, did_you_mean
from monitor.model import FIRST_POLL_ALERT, FIRST_POLL_SILENT, Network

W = TypeVar("W", bound=StrEnum)

DURATION = r"(?=.)(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?(?:([0-9]{1,6})ms)?"
SIZE = r"([0-9]{1,9})(B|kB|KB|MB|KiB|MiB)"

_DURATION = re.compile(DURATION)
_SIZE = re.compile(SIZE)
_BYTES = {"B": 1, "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "KiB": 1_024, "MiB": 1_048_576}
_SMALLEST_BODY = 1_000
_LARGEST_BODY = 100_000_000
_LONGEST_NAME = 100
# Visible ASCII without what has a meaning in a comment of a header (RFC 9110, 5.6.5).
_CONTACT = re.compile(
    r"https?://[!-'*-\[\]-~]+|(?:mailto:)?[!-'*-+.-9A-Z_a-z~-]+@[0-9A-Za-z.-]+\.[0-9A-Za-z-]+"
)
_LONGEST_CONTACT = 200


def read_duration(value: object) -> timedelta:
    """Read ``500ms``, ``30s``, ``15m``, ``1h30m`` or ``2d``."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Mistake('must be a duration such as "15m" or "1h30m"', "units: d, h, m, s, ms")
    days, hours, minutes, seconds, milliseconds = (int(number or 0) for number in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=milliseconds)


def write_duration(length: timedelta) -> str:
    """Write a length of time so that `read_duration` reads it again."""
    rest, written = length // timedelta(milliseconds=1), ""
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)):
        number, rest = divmod(rest, size)
        written += f"{number}{unit}" if number else ""
    return written or "0s"


def duration(least: str, most: str) -> Callable[[object], timedelta]:
    """Return a reader of durations from `least` to `most`."""
    shortest, longest = read_duration(least), read_duration(most)

    def read(value: object) -> timedelta:
        length = read_duration(value)
        if length < shortest:
            raise Mistake(f"must be at least {least}")
        if length > longest:
            raise Mistake(f"must be at most {most}")
        return length

    return read


def kept(least: str, why: str) -> Callable[[object], timedelta | None]:
    """Return a reader of how long something is kept: a duration, or ``forever``, which is None.

    `why` tells what it would be too short for, below `least`.
    """
    shortest, longest = read_duration(least), read_duration("36500d")

    def read(value: object) -> timedelta | None:
        if value == "forever":
            return None
        try:
            length = read_duration(value)
        except Mistake:
            raise Mistake(
                'must be a duration such as "180d", or "forever"', "units: d, h, m, s, ms"
            ) from None
        if length < shortest:
            raise Mistake(f"must be at least {least}", why)
        if length > longest:
            raise Mistake("must be at most 36500d", 'or write "forever"')
        return length

    return read


def read_first_poll(value: object) -> timedelta:
    """Read ``silent``, ``alert`` or how old an entry may be to alert."""
    if value == "silent":
        return FIRST_POLL_SILENT
    if value == "alert":
        return FIRST_POLL_ALERT
    try:
        return duration("1s", "3650d")(value)
    except Mistake:
        raise Mistake('must be "silent", "alert" or a duration such as "24h"') from None


def word(kind: type[W]) -> Callable[[object], W]:
    """Return a reader of the words of `kind`."""
    *others, last = (f'"{one}"' for one in kind)
    words = {one.value: one for one in kind}

    def read(value: object) -> W:
        if isinstance(value, str) and value in words:
            return words[value]
        raise Mistake(f"must be {', '.join(others)} or {last}")

    return read


def read_size(value: object) -> int:
    """Read a number of bytes or ``5MB``."""
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is not None:
        size = int(match[1]) * _BYTES[match[2]]
    elif isinstance(value, int) and not isinstance(value, bool):
        size = value
    else:
        raise Mistake('must be a size such as "5MB" or a number of bytes', "units: B, kB, MB, KiB, MiB")
    if not _SMALLEST_BODY <= size <= _LARGEST_BODY:
        raise Mistake("must be from 1kB to 100MB")
    return size


def read_network(value: object) -> Network:
    """Read a network (``10.0.0.0/8``) or a single address."""
    if not isinstance(value, str):
        raise Mistake('must be a network such as "10.0.0.0/8" or an address', "put it in quotes")
    try:
        return ipaddress.ip_network(value)
    except ValueError:
        pass
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise Mistake('must be a network such as "10.0.0.0/8" or an address') from None
    raise Mistake("is an address inside a network", f'write "{network}", or the address without /')


def read_timezone(value: object) -> zoneinfo.ZoneInfo:
    """Read a name of the IANA time zone database."""
    if not isinstance(value, str):
        raise Mistake('must be a time zone such as "Europe/Berlin"', "put it in quotes")
    try:
        return zoneinfo.ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        # A folder (Europe), a file that is no zone, a path: all of them are no names of zones.
        near = did_you_mean(value, zoneinfo.available_timezones()) if value else None
    advice = f'did you mean "{near}"?' if near else 'write a name such as "Europe/Berlin" or "UTC"'
    raise Mistake("is not a time zone", advice)


def read_names(value: object) -> tuple[str, ...]:
    """Read one name or a list of names, each once."""
    names = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(read_text(name) for name in names))


def read_text(value: object) -> str:
    """Read text in one line that can stand in a message: a name, a tag."""
    if not isinstance(value, str):
        raise Mistake("must be text", "put it in quotes")
    if not value.strip():
        raise Mistake("is empty")
    if value != value.strip() or not value.isprintable():
        raise Mistake("holds a line break, an invisible character or a space at an end")
    if len(value) > _LONGEST_NAME:
        raise Mistake(f"is longer than {_LONGEST_NAME} characters")
    return value


def read_files(value: object) -> tuple[str, ...]:
    """Read the name of a file, or a list of them."""
    names = tuple(value) if isinstance(value, list) else (value,)
    if not all(isinstance(name, str) and name and name.isprintable() for name in names):
        raise Mistake("must be the name of a file or a list of them", 'such as "feeds.d/*.toml"')
    return tuple(str(name) for name in names)


def read_feed_url(value: object) -> str:
    """Read the address of a feed."""
    if not isinstance(value, str):
        raise Mistake("must be text", 'such as "https://example.org/feed.xml"')
    read_address(value)
    return value


def read_heartbeat_url(value: object) -> str:
    """Read the address of a heartbeat."""
    if not isinstance(value, str):
        raise Mistake("must be text", 'such as "${HEARTBEAT_URL}"')
    read_address(value, example="https://heartbeat.example/ping/news-monitor")
    return value


def read_cron(value: object) -> str:
    """Read a cron expression."""
    if not isinstance(value, str):
        raise Mistake("must be text", 'such as "0 8 * * 1-5"')
    from monitor.alert.digest import check_cron  # noqa: PLC0415 - it takes much with it, and few have a digest

    try:
        check_cron(value)
    except ValueError as error:
        what, _, advice = str(error).partition("; ")
        raise Mistake(what, advice) from None
    return value


def read_proxy(value: object) -> str:
    """Read the address of a proxy; SOCKS is not spoken."""
    if not isinstance(value, str):
        raise Mistake("must be text", 'such as "http://proxy.example:3128"')
    read_address(value, example="http://proxy.example:3128")
    return value


def read_contact(value: object) -> str:
    """Read a web or mail address; it goes into a header, so it has to be ASCII."""
    if isinstance(value, str) and len(value) <= _LONGEST_CONTACT and _CONTACT.fullmatch(value):
        if value.startswith("http"):
            read_address(value)
        return value
    raise Mistake(
        "must be a web or mail address, in ASCII", 'such as "https://example.org/bot" or "news@example.org"'
    )


def read_query(value: object) -> str:
    """Take the text of a query, which is read where the groups that it may name are known."""
    if not isinstance(value, str):
        raise Mistake("must be text", """put it in quotes, as in '"peace talks" Geneva'""")
    return value


def read_database_url(value: object) -> str:
    """Read the database's URL; `build` gives a relative path its folder."""
    if not isinstance(value, str):
        raise Mistake("must be text", 'such as "sqlite:///news-monitor.db"')
    read_database(value, Path("/"))
    return value


def read_channel_url(value: object) -> str:
    """Read a channel's URL; whether it can be used is for the notifier to say."""
    if not isinstance(value, str):
        raise Mistake("must be text", 'such as "console:" or "${SLACK_URL}"')
    if not value:
        raise Mistake("is empty")
    return value
