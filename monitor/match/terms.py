"""The terms of a query: words, phrases and the like, from their text into the leaves of the tree.

Everything that isn't a blank, a parenthesis or a quotation mark belongs to a word: `C++`, `AT&T`, `9/11`
and `covid-19` are words. What looks like syntax and isn't is refused, never taken for a word.
"""

import re

from monitor.errors import QueryError
from monitor.match.analysis import analyse, is_plain
from monitor.match.nodes import Exact, Leaf, Near, Phrase, Prefix, Regex, Word
from monitor.match.regex import compile_regex

QUOTES = '"“”„‟«»＂'
AS_WRITTEN = "to look for it as written, put it in quotes"
FURTHEST = 50
_SHORTEST_PREFIX = 2

_QUOTE = re.compile(f"[{QUOTES}]")
_END_OF_WORD = re.compile(rf"[\s()\u200b\ufeff{QUOTES}]|\Z")
_REGEX = re.compile(r"/([^/\\]*(?:\\.[^/\\]*)*)/", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

# What other languages write, and what to write here.
_FOREIGN_SIGNS = {
    "&": "write a space or AND between words that must both be there",
    "|": "write OR between words of which one is enough",
    "+": "leave it out, words side by side must all be there",
    "!": "write - or NOT before what must not be there",
}
_FOREIGN = tuple(
    (re.compile(pattern, re.DOTALL), what, advice)
    for pattern, what, advice in (
        (r"(?i:near)/\d*\Z", "the operator NEAR is written in capitals", "write NEAR/5 with a number up to 50"),
        (r".*~[\d.]*\Z", "a ~ stands only after a phrase", "leave it out, word* finds other endings"),
        (r"[^\W\d_]+\?[^\W\d_]+\Z", "a ? stands for no letter", "write the words with OR, or a regular expression: /te.t/"),
        (r".*\^[\d.]+\Z", "words have no weights (^)", "leave the ^ and the number out"),
    )
)  # fmt: skip


def end_of_word(query: str, start: int) -> int:
    """Return where the word ends that begins at `start`."""
    found = _END_OF_WORD.search(query, start)
    return found.start() if found else len(query)


def shown(text: str) -> str:
    """Return `text` as messages quote it."""
    return text if len(text) <= 40 else text[:39] + "…"


def word(text: str, column: int) -> Leaf:
    """Return the leaf of a bare word or a ``prefix*``."""
    if is_plain(text):  # most are
        return Word(text, column)
    if (advice := _FOREIGN_SIGNS.get(text[0])) and not text[1:2].isdecimal():
        raise QueryError(f"{text[0]} is not an operator", column, f"{advice}; {AS_WRITTEN}")
    for pattern, what, advice in _FOREIGN:
        if pattern.match(text):
            raise QueryError(what, column, f"{advice}; {AS_WRITTEN}")
    if "*" in text:
        return _prefix(text, column)
    if not analyse(text).tokens:
        raise QueryError(f"{shown(text)} has no letter or digit to look for", column, "leave it out")
    return Word(text, column)


def _prefix(text: str, column: int) -> Prefix:
    begin, star = text[:-1], text.index("*")
    if star != len(begin) or not begin:
        advice = f"write how the word begins, such as ukrain*; {AS_WRITTEN}"
        raise QueryError("a star can only end a word", column + star, advice)
    tokens = analyse(begin).tokens
    if len(tokens) != 1 or (tokens[0].start, tokens[0].end) != (0, len(begin)):
        what = "a star can only follow one word of letters and digits"
        raise QueryError(what, column + star, f"leave the star out; {AS_WRITTEN}")
    if len(tokens[0].term) < _SHORTEST_PREFIX:
        what = f"{text} is too short, {_SHORTEST_PREFIX} characters must stand before the star"
        raise QueryError(what, column, "write more of the word")
    return Prefix(begin, column)


def phrase(query: str, start: int) -> tuple[Leaf | Near, int]:
    """Return the leaf of the phrase whose quote is at `start`, and where it ends; ``~n`` may follow."""
    text, end = _quoted(query, start)
    if query[end : end + 1] != "~":
        _refuse_star(query, end)
        return Phrase(text, start + 1), end
    behind = end_of_word(query, end)
    distance = read_distance(query[end + 1 : behind], end + 1)
    parts = tuple(Phrase(part, start + 1) for part in text.split() if analyse(part).tokens)
    if len(parts) < 2:
        advice = "leave the ~ out, or add a word"
        raise QueryError("a distance needs two words in the quotes", end + 1, advice)
    return Near(parts, distance, start + 1), behind


def exact(query: str, start: int) -> tuple[Exact, int]:
    """Return the leaf of ``="WHO"`` or ``=WHO``, whose sign is at `start`, and where it ends."""
    if query[start + 1 : start + 2] and query[start + 1] in QUOTES:
        text, end = _quoted(query, start + 1)
        _refuse_star(query, end)
        if query[end : end + 1] == "~":
            raise QueryError("a ~ can't follow an exact phrase", end + 1, "leave out the = or the ~")
        return Exact(text, start + 1), end
    end = end_of_word(query, start)
    text = query[start + 1 : end]
    if not analyse(text).tokens:
        advice = f'write the word directly after it, such as ="WHO"; {AS_WRITTEN}'
        raise QueryError("= has no word after it", start + 1, advice)
    if "*" in text:
        advice = 'leave out the = or the star, or write ="" around a word with a star in it'
        raise QueryError("a prefix has no exact case", start + 2 + text.index("*"), advice)
    return Exact(text, start + 1), end


def regex(query: str, start: int) -> tuple[Regex, int]:
    """Return the leaf of ``/pattern/`` or ``/pattern/i``, which begins at `start`, and where it ends."""
    found = _REGEX.match(query, start)
    if found is None:
        advice = f"write / at its end, and \\/ for the sign in it; {AS_WRITTEN}"
        raise QueryError("the regular expression is never closed", start + 1, advice)
    end = end_of_word(query, found.end())
    option = query[found.end() : end]
    if option not in ("", "i"):
        advice = f"write /i for any case, \\/ for a / in the expression; {AS_WRITTEN}"
        raise QueryError(f"{shown(option)} can't follow a regular expression", found.end() + 1, advice)
    pattern = _ESCAPED.sub(lambda pair: "/" if pair[1] == "/" else pair[0], found[1])
    compile_regex(pattern, ignore_case=bool(option), column=start + 1)
    return Regex(pattern, bool(option), start + 1), end


def read_distance(text: str, column: int) -> int:
    """Return the number of words after ``~`` or ``NEAR/``. Raises QueryError."""
    if not (text.isascii() and text.isdecimal()):
        advice = f"write one, 0 to {FURTHEST}, such as 5"
        raise QueryError("the number of words between is missing", column, advice)
    if len(text) > 3 or int(text) > FURTHEST:
        advice = "write a smaller one, or AND for words anywhere"
        raise QueryError(f"{shown(text)} words between are too many, {FURTHEST} are allowed", column, advice)
    return int(text)


def _quoted(query: str, start: int) -> tuple[str, int]:
    """Return the text between the quote at `start` and the next, and what comes after that."""
    closing = _QUOTE.search(query, start + 1)
    if closing is None:
        raise QueryError("the quotation mark is never closed", start + 1, 'write " after the phrase')
    text = query[start + 1 : closing.start()]
    if not analyse(text).tokens:
        advice = "write words between the quotation marks, or leave them out"
        raise QueryError("the phrase has no word in it", start + 1, advice)
    return text, closing.end()


def _refuse_star(query: str, end: int) -> None:
    if query[end : end + 1] == "*":
        advice = 'leave the star out, or write the last word outside: "peace" NEAR/0 tal*'
        raise QueryError("a star can't follow a phrase", end + 1, advice)
