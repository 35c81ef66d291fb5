"""Mistakes before they have a file and a line: what is wrong and what to write instead."""

import difflib
import json
import re
from collections.abc import Iterable
from typing import NamedTuple

# Where in the file: table names, keys and list positions (from 0), as pydantic gives them.
Loc = tuple[str | int, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class Mistake(ValueError):
    """A value that can't be used. Neither text shows the value: it may be a secret."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


# What is said of a key that must be there.
MISSING = "is missing"


class Finding(NamedTuple):
    """A mistake and where it is."""

    where: Loc
    what: str
    advice: str = ""


def dotted(where: Loc) -> str:
    """Return `where` for people: ``feeds.2.url`` is the `url` of the second feed."""
    return ".".join(_part(part) for part in where)


def _part(part: str | int) -> str:
    if isinstance(part, int):
        return str(part + 1)
    return part if _BARE_KEY.fullmatch(part) else json.dumps(part)


def did_you_mean(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that looks most like `word`, in any case, or None."""
    known = {choice.casefold(): choice for choice in choices}
    close = difflib.get_close_matches(word.casefold(), known, n=1)
    return known[close[0]] if close else None


def quoted(names: Iterable[str]) -> str:
    """Return `names` as a list for people, as they are written in TOML."""
    return ", ".join(json.dumps(name, ensure_ascii=False) for name in sorted(names))
