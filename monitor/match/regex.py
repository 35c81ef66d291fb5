"""Regular expressions, by RE2: linear in the text, whatever the expression and the text are."""

from collections.abc import Iterator
from typing import Protocol

import re2

from monitor.errors import QueryError

# Of one expression, its automata included: enough for a page of alternatives.
_MEMORY = 512 << 10

# RE2's words for what is wrong, how they begin, and what to write instead.
_ADVICE = (
    ("invalid perl operator: (?", "look-around and flags inside are not available: write the words beside it with NEAR or NOT"),
    ("invalid escape sequence: \\Z", "write $ for the end"),
    ("invalid escape sequence", "back-references are not available, and only signs need a backslash"),
    ("missing )", "write ) where the group ends, or \\( for the sign"),
    ("unexpected )", "write ( where the group begins, or \\) for the sign"),
    ("missing ]", "write ] where the characters end, or \\[ for the sign"),
    ("no argument for repetition", "write what is repeated before it, or a backslash before the sign"),
    ("bad repetition operator", "leave one of them out"),
    ("invalid repetition size", "at most 1000 repetitions, the smaller number first"),
    ("pattern too large", "write fewer repetitions, or make it several rules"),
    ("trailing \\", "leave the backslash out, or write \\\\ for the sign"),
)  # fmt: skip

# One of these shows that an expression finds nothing but a place, which every text has.
_PROBES = ("", "a", "a b")


class Found(Protocol):
    """A place where an expression was found, in code points."""

    def start(self) -> int:
        """Return where it begins."""

    def end(self) -> int:
        """Return where it ends."""


class Expression(Protocol):
    """A compiled regular expression."""

    def search(self, text: str) -> Found | None:
        """Return the first place in `text`."""

    def finditer(self, text: str) -> Iterator[Found]:
        """Yield every place in `text`, none overlapping another."""


def compile_regex(pattern: str, *, ignore_case: bool, column: int = 1) -> Expression:
    """Return the compiled expression. Raises QueryError, with `column`, for one that can't be read.

    So it does for one that finds the empty text: it would match every entry.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.case_sensitive = not ignore_case
    try:
        compiled: Expression = re2.compile(pattern, options)
    except re2.error as error:
        raise _unreadable(error.args[0].decode(errors="replace"), column) from None
    except UnicodeEncodeError:
        raise _unreadable("half a character", column) from None
    if any(_is_found_empty(compiled, text) for text in _PROBES):
        advice = "write what must be there, such as cease.?fire"
        raise QueryError("the regular expression matches every text", column, advice)
    return compiled


def _is_found_empty(compiled: Expression, text: str) -> bool:
    found = compiled.search(text)
    return found is not None and found.start() == found.end()


def _unreadable(message: str, column: int) -> QueryError:
    advice = next((text for start, text in _ADVICE if message.startswith(start)), "write it as RE2 reads it")
    return QueryError(f"the regular expression can't be read: {message[:80]}", column, advice)
