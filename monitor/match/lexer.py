"""A query's text into tokens.

Everything that isn't a blank, a parenthesis or a quotation mark belongs to a word: `C++`, `AT&T`, `9/11`
and `covid-19` are words. Syntax of features that are still to come is refused, never taken for a word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from monitor.errors import QueryError
from monitor.match.analysis import HYPHENS, analyse

LONGEST_QUERY = 10_000

_QUOTES = '"“”„‟«»＂'
_BLANK = re.compile(r"[\s\u200b\ufeff]+")
_QUOTE = re.compile(f"[{_QUOTES}]")
_END_OF_WORD = re.compile(rf"[\s()\u200b\ufeff{_QUOTES}]|\Z")

_AS_WRITTEN = "to look for it as written, put it in quotes"
_LATER = (
    (r"=", "exact case (=) is not available yet", f"leave the = out, or, {_AS_WRITTEN}"),
    (r"/", "regular expressions (/.../) are not available yet", f"write the words; {_AS_WRITTEN}"),
    (r"@.", "groups (@name) are not available yet", f"write the words of the group; {_AS_WRITTEN}"),
    (r".*\*", "prefixes (word*) are not available yet", "write out the forms, such as (strike OR strikes)"),
    (r"O?NEAR(/.*)?\Z", "NEAR is not available yet", "write AND, or near in small letters for the word"),
    (r".*~\d*\Z", "distances (~5) are not available yet", f"leave the ~ out, or, {_AS_WRITTEN}"),
)
_LATER_PATTERNS = tuple((re.compile(pattern, re.DOTALL), what, advice) for pattern, what, advice in _LATER)

_FIELDS = ("title", "summary", "text", "author", "url", "site", "category", "feed", "lang")
_FIELD = re.compile(r"([^\W\d_]+):(?!//)(.*)", re.DOTALL)

# What other languages write, and what to write here.
_FOREIGN = {
    "&": "write a space or AND between words that must both be there",
    "|": "write OR between words of which one is enough",
    "+": "leave it out, words side by side must all be there",
    "!": "write - or NOT before what must not be there",
}


class Kind(Enum):
    """What a token is; operators and parentheses by how they are written."""

    WORD = "word"
    PHRASE = "phrase"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` as written, without the quotes of a phrase; `column` counts code points from 1."""

    kind: Kind
    text: str
    column: int


def tokenise(query: str) -> Iterator[Token]:
    """Yield the tokens of `query`, an END last. Raises QueryError."""
    if len(query) > LONGEST_QUERY:
        what = f"the query has {len(query):,} characters, {LONGEST_QUERY:,} are allowed"
        raise QueryError(what, LONGEST_QUERY + 1, "make it several rules")
    position = 0
    while position < len(query):
        if blank := _BLANK.match(query, position):
            position = blank.end()
            continue
        token, position = _token(query, position)
        yield token
    yield Token(Kind.END, "", len(query) + 1)


def _token(query: str, start: int) -> tuple[Token, int]:
    """Return the token at `start` and where it ends."""
    character = query[start]
    if character in "()":
        return Token(Kind(character), character, start + 1), start + 1
    if character in _QUOTES:
        return _phrase(query, start)
    if character in HYPHENS:
        return _minus(query, start)
    boundary = _END_OF_WORD.search(query, start)
    end = boundary.start() if boundary else len(query)
    text = query[start:end]
    if text in ("AND", "OR", "NOT"):
        return Token(Kind(text), text, start + 1), end
    _refuse(text, query[end : end + 1], start + 1)
    return Token(Kind.WORD, text, start + 1), end


def _minus(query: str, start: int) -> tuple[Token, int]:
    # Word processors make dashes of a minus; as a word they could only be lost.
    minus, following = query[start], query[start + 1 : start + 2]
    if following in ("", ")") or following.isspace():
        advice = "put it directly before what must not be there, or leave it out"
        raise QueryError(f"{minus} excludes nothing", start + 1, advice)
    return Token(Kind.NOT, minus, start + 1), start + 1


def _phrase(query: str, start: int) -> tuple[Token, int]:
    closing = _QUOTE.search(query, start + 1)
    if closing is None:
        raise QueryError("the quotation mark is never closed", start + 1, 'write " after the phrase')
    text = query[start + 1 : closing.start()]
    following = query[closing.end() : closing.end() + 1]
    if following in ("~", "*"):
        _refuse(following, "", closing.end() + 1)
    if not analyse(text).tokens:
        advice = "write words between the quotation marks, or leave them out"
        raise QueryError("the phrase has no word in it", start + 1, advice)
    return Token(Kind.PHRASE, text, start + 1), closing.end()


def _refuse(text: str, following: str, column: int) -> None:
    """Raise QueryError when `text` isn't a word to look for; `following` is the character after it."""
    if (advice := _FOREIGN.get(text[0])) and not text[1:2].isdecimal():
        raise QueryError(f"{text[0]} is not an operator", column, f"{advice}; {_AS_WRITTEN}")
    for pattern, what, advice in _LATER_PATTERNS:
        if pattern.match(text):
            raise QueryError(what, column, advice)
    _refuse_field(text, following, column)
    if not analyse(text).tokens:
        raise QueryError(f"{_shown(text)} has no letter or digit to look for", column, "leave it out")


def _refuse_field(text: str, following: str, column: int) -> None:
    field = _FIELD.match(text)
    if field is None:
        return
    name, rest = field.groups()
    if name.lower() in _FIELDS:
        advice = f"leave {name}: out; the words are looked for in title, summary and text"
        raise QueryError(f"fields ({name}:) are not available yet", column, advice)
    if rest or (following and not following.isspace() and following != ")"):
        raise QueryError(f"{_shown(name)}: is not a field", column, _AS_WRITTEN)


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
