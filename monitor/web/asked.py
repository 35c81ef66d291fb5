"""What a request asks for: values of its address and its forms, each read with words for people."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from monitor.config import DURATION, read_duration

T = TypeVar("T")
W = TypeVar("W", bound=StrEnum)

# A database counts no further.
_MOST = 2**63 - 1
# What every database can hold: nothing stored is of before or after.
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
_LONGEST = timedelta(days=36_500)
# Patterns of what can be read, as JSON Schema has them: something to see, without the one sign that no database takes.
# What is a blank (\s) is said in full, since it isn't the same in Python, in JavaScript and for other validators.
_BLANK = r"\s\x01-\x20\x7f-\xa0\ufeff"
TEXT = rf"^[{_BLANK}]*[^{_BLANK}\x00][^\x00]*$"
WORDS = rf"^[{_BLANK}]*(?:[^{_BLANK}\x00]+(?:[{_BLANK}]+|$)){{1,10}}$"
SPAN = f"^(?:{DURATION})$"


class Unreadable(ValueError):
    """Values that can't be read: what is wrong with each, under its name."""

    status = 400

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name} {problem}" for name, problem in problems.items()))
        self.problems = dict(problems)


class Refused(Unreadable):
    """Values that can be read and yet can't be: there is no such rule, the query has no end, two exclude each other."""

    status = 422


@dataclass(frozen=True, slots=True)
class Asked:
    """Values by name, empty ones as if they weren't there. What can't be read counts as not given, until `check`."""

    values: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, longest: int = 500) -> str | None:
        """Return a text."""
        return self.read(name, str, longest)

    def number(self, name: str, most: int = _MOST) -> int | None:
        """Return a whole number from 1 to `most`."""

        def number(value: str) -> int:
            if not (value.isascii() and value.isdigit() and 1 <= int(value) <= most):
                raise ValueError(f"must be a number from 1 to {most}")
            return int(value)

        return self.read(name, number)

    def word(self, name: str, kind: type[W]) -> W | None:
        """Return a member of an enum."""
        found = self.one_of(name, tuple(kind))
        return None if found is None else kind(found)

    def one_of(self, name: str, words: Sequence[str]) -> str | None:
        """Return one of some words."""

        def known(value: str) -> str:
            if value not in words:
                raise ValueError(f"must be one of {', '.join(words)}")
            return value

        return self.read(name, known)

    def moment(self, name: str, now: datetime) -> datetime | None:
        """Return a time such as ``2026-11-26T08:00:00Z``, or one that is as long ago as ``7d``."""
        return self.read(name, lambda value: _moment(value, now))

    def words(self, name: str) -> tuple[str, ...]:
        """Return at most ten words, none when they aren't given: each is looked for in every title and summary."""

        def words(value: str) -> tuple[str, ...]:
            if not re.match(WORDS, value):
                raise ValueError("must have at most 10 words")
            return tuple(value.split())

        return self.read(name, words) or ()

    def span(self, name: str) -> timedelta | None:
        """Return a time such as ``7d``, at most a hundred years."""
        return self.read(name, _span)

    def read(self, name: str, reader: Callable[[str], T], longest: int = 500) -> T | None:
        """Return what `reader` makes of a text; the message of its ValueError is the problem."""
        value = self.values.get(name, "").strip()
        if not value:
            return None
        try:
            return reader(_bounded(value, longest))
        except ValueError as mistake:
            self.problems[name] = str(mistake)
            return None

    def check(self) -> None:
        """Raise Unreadable with all problems met so far."""
        if self.problems:
            raise Unreadable(self.problems)


def _bounded(value: str, longest: int) -> str:
    if len(value) > longest:
        raise ValueError(f"must have at most {longest} characters")
    if not re.match(TEXT, value):
        raise ValueError("must be text")
    return value


def _span(value: str) -> timedelta:
    span = read_duration(value)
    if span > _LONGEST:
        raise ValueError("must be at most 36500d")
    return span


def _moment(value: str, now: datetime) -> datetime:
    try:
        if "-" not in value and ":" not in value:
            return now - min(read_duration(value), _LONGEST)
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a time such as 2026-11-26T08:00:00Z, or how long ago, such as 7d") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment, _FIRST), _LAST).astimezone(UTC)
