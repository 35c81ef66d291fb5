"""A query's text into tokens: operators, parentheses, names of fields and groups; `terms` reads the rest."""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple

from monitor.errors import QueryError
from monitor.match import terms
from monitor.match.analysis import HYPHENS, is_plain
from monitor.match.nodes import Leaf, Near, Word
from monitor.match.terms import AS_WRITTEN, QUOTES, end_of_word, read_distance, shown
from monitor.model import TextField

LONGEST_QUERY = 10_000
# As far as Meltwater's NEAR without a number.
_USUAL_DISTANCE = 4

_BEGIN = re.compile(r"[^\s\u200b\ufeff]")
_NEAR = re.compile(r"NEAR(?:/(.*))?", re.DOTALL)
_FIELD = re.compile(r"([^\W\d_]+):(?!//)")
_OPENING = re.compile(rf"[({QUOTES}]")
_TO = re.compile(r"\s+TO\s")


class Kind(StrEnum):
    """What a token is; operators and parentheses by how they are written."""

    TERM = "term"
    GROUP = "@"
    FIELD = ":"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"
    END = "end"


class Token(NamedTuple):
    """`text` as written, of a field or group its name; `column` counts code points from 1.

    `term` is the leaf of a TERM (a Near for ``"a b"~5``), `distance` belongs to NEAR.
    """

    kind: Kind
    text: str
    column: int
    term: Leaf | Near | None = None
    distance: int = 0


_OPERATORS = {kind.value: kind for kind in (Kind.AND, Kind.OR, Kind.NOT)}
_FIELDS = frozenset(TextField)
# What other programs call them.
_OTHER_NAMES = {
    **dict.fromkeys(("headline", "intitle", "allintitle"), "title"),
    **dict.fromkeys(("description", "lead", "ingress"), "summary"),
    **dict.fromkeys(("body", "content", "article", "intext"), "text"),
    **dict.fromkeys(("by", "creator"), "author"),
    **dict.fromkeys(("link", "inurl"), "url"),
    **dict.fromkeys(("domain", "host"), "site"),
    **dict.fromkeys(("tag", "topic", "section"), "category"),
    "source": "feed",
    "language": "lang",
}


def tokenise(query: str) -> Iterator[Token]:
    """Yield the tokens of `query`, an END last. Raises QueryError."""
    if len(query) > LONGEST_QUERY:
        what = f"the query has {len(query):,} characters, {LONGEST_QUERY:,} are allowed"
        raise QueryError(what, LONGEST_QUERY + 1, "make it several rules")
    end = 0
    while begin := _BEGIN.search(query, end):
        token, end = _READERS.get(begin[0], _operator_or_word)(query, begin.start())
        yield token
    yield Token(Kind.END, "", len(query) + 1)


def _parenthesis(query: str, start: int) -> tuple[Token, int]:
    return Token(Kind(query[start]), query[start], start + 1), start + 1


def _minus(query: str, start: int) -> tuple[Token, int]:
    # Word processors make dashes of a minus; as a word they could only be lost.
    minus, following = query[start], query[start + 1 : start + 2]
    if following in ("", ")") or following.isspace():
        advice = "put it directly before what must not be there, or leave it out"
        raise QueryError(f"{minus} excludes nothing", start + 1, advice)
    return Token(Kind.NOT, minus, start + 1), start + 1


def _group(query: str, start: int) -> tuple[Token, int]:
    end = end_of_word(query, start)
    if end == start + 1:
        raise QueryError("@ has no name after it", start + 1, "write the name of a group directly after it")
    return Token(Kind.GROUP, query[start + 1 : end], start + 1), end


def _term(read: Callable[[str, int], tuple[Leaf | Near, int]]) -> Callable[[str, int], tuple[Token, int]]:
    def token(query: str, start: int) -> tuple[Token, int]:
        term, end = read(query, start)
        return Token(Kind.TERM, query[start:end], start + 1, term), end

    return token


def _operator_or_word(query: str, start: int) -> tuple[Token, int]:
    end = end_of_word(query, start)
    text, column = query[start:end], start + 1
    if text.islower() and is_plain(text):  # most are, and no operator is
        return Token(Kind.TERM, text, column, Word(text, column)), end
    if operator := _OPERATORS.get(text):
        return Token(operator, text, column), end
    if text.startswith("ONEAR"):
        advice = f"write NEAR, or a phrase in quotes for words in this order; {AS_WRITTEN}"
        raise QueryError("ONEAR is not an operator", column, advice)
    if near := _NEAR.fullmatch(text):
        distance = _USUAL_DISTANCE if near[1] is None else read_distance(near[1], column + len("NEAR/"))
        return Token(Kind.NEAR, text, column, distance=distance), end
    if ":" in text and (field := _field(query, start, end)):
        return field
    if text[0] in "[{" and _TO.match(query, end):
        advice = f"write the words with OR; {AS_WRITTEN}"
        raise QueryError("ranges ([a TO b]) are not available", column, advice)
    return Token(Kind.TERM, text, column, terms.word(text, column)), end


def _field(query: str, start: int, end: int) -> tuple[Token, int] | None:
    """Return the name of a field and its colon, or None where the word has no such beginning."""
    found = _FIELD.match(query, start, end)
    if found is None:
        return None
    name = found[1].lower()
    names_something = found.end() < end or _OPENING.match(query, end)
    if name not in _FIELDS:
        if names_something:
            raise _unknown_field(found[1], start + 1)
        return None
    if not names_something:
        instead = f'such as {name}:truce, or "{found[1]}" for the word'
        advice = f"write the word directly after the colon, {instead}"
        raise QueryError(f"{name}: has nothing directly after it", start + 1, advice)
    return Token(Kind.FIELD, name, start + 1), found.end()


def _unknown_field(name: str, column: int) -> QueryError:
    known = name[:40].lower()
    close = [_OTHER_NAMES[known]] if known in _OTHER_NAMES else get_close_matches(known, _FIELDS, n=1)
    fields = " ".join(f"{field}:" for field in TextField)
    advice = f"did you mean {close[0]}:? " if close else f"fields are {fields}; "
    return QueryError(f"{shown(name)}: is not a field", column, advice + AS_WRITTEN)


_READERS: dict[str, Callable[[str, int], tuple[Token, int]]] = {
    **dict.fromkeys("()", _parenthesis),
    **dict.fromkeys(HYPHENS, _minus),
    **dict.fromkeys(QUOTES, _term(terms.phrase)),
    "=": _term(terms.exact),
    "/": _term(terms.regex),
    "@": _group,
}
