"""A text -> its words as headlines are compared by: numbers whole, initials and prefixes joined.

Built on the tokens of monitor.match, which are finer: there "6.6", "U.S." and "re-election" are two each.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from monitor.match.analysis import APOSTROPHES, Token
from monitor.match.fold import fold

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_ENDLESS_ZEROS = re.compile(r"\.0+$")
_ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "re", "e", "º", "ª"})

# "N. Korea", "W. Bank"
_COMPASS = {"N": "north", "S": "south", "E": "east", "W": "west"}

# "bail-out" is "bailout", but a president stays one behind "ex-", and so does a name behind "al-" or "pro-".
_LONGEST_PREFIX = 4
_KEPT_APART = frozenset("al el ex pro anti экс про".split())  # noqa: SIM905 - words read best as words


class Word(NamedTuple):
    """A word as it is compared, as it was written, and whether it is a number."""

    term: str
    form: str
    is_number: bool = False


def read(text: str, tokens: Sequence[Token]) -> Iterator[Word]:
    """Yield the words of `text`, whose tokens are given.

    Where a script has no blanks, they are its pairs of neighbouring characters.
    """
    place = 0
    while place < len(tokens):
        token = tokens[place]
        form = text[token.start : token.end]
        if len(token.term) > 1 and form.isalpha() and _stands_alone(tokens, place):  # as most do
            yield Word(token.term, form)
            place += 1
        elif (found := _NUMBER.match(text, token.start)) is not None:
            place = _until(tokens, place, found.end())
            yield Word(_value(found[0]), found[0], is_number=True)
            unit = fold(text[found.end() : tokens[place - 1].end])
            if unit and unit not in _ORDINALS:
                yield Word(unit, unit)
        elif (after := _initials_end(tokens, place)) > place + 1:
            term = "".join(each.term for each in tokens[place:after])
            yield Word(term, term.upper())
            place = after
        elif place + 1 < len(tokens) and _is_one_word(form, token, tokens[place + 1]):
            yield Word(token.term + tokens[place + 1].term, form)
            place += 2
        else:
            yield from _plain(form, text, tokens, place)
            place += 1


def _stands_alone(tokens: Sequence[Token], place: int) -> bool:
    return place + 1 == len(tokens) or tokens[place + 1].gap == " "


def _plain(form: str, text: str, tokens: Sequence[Token], place: int) -> Iterator[Word]:
    token = tokens[place]
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    if form in _COMPASS and following and text[following.start].isupper():
        yield Word(_COMPASS[form], form)
        return
    # Tokens with nothing between them are characters of a script without blanks.
    glued = place > 0 and not token.gap
    gluing = following is not None and not following.gap
    if len(token.term) > 1 or not (glued or gluing):
        yield Word(token.term, form)
    if following and gluing and not following.term.isdecimal():
        yield Word(token.term + following.term, form)


def _until(tokens: Sequence[Token], place: int, end: int) -> int:
    """Return the place of the first token behind `place` that begins at or after `end`."""
    place += 1
    while place < len(tokens) and tokens[place].start < end:
        place += 1
    return place


def _value(number: str) -> str:
    if _GROUPED.fullmatch(number):
        number = re.sub("[.,]", "", number)
    return _ENDLESS_ZEROS.sub("", fold(number).replace(",", "."))


def _initials_end(tokens: Sequence[Token], place: int) -> int:
    """Return the place behind the initials (U.S.) that begin at `place`."""
    after = place
    while after < len(tokens) and len(tokens[after].term) == 1 and tokens[after].term.isalpha():
        if after > place and tokens[after].gap != ".":
            break
        after += 1
    return after


def _is_one_word(form: str, token: Token, following: Token) -> bool:
    """Is a token one word with the following: "bail-out", or "п'ять", where the apostrophe is a letter?"""
    if following.gap == "-":
        return (
            1 < len(form) <= _LONGEST_PREFIX
            and form.isalpha()
            and not form.isupper()
            and token.term not in _KEPT_APART
            and following.term.isalpha()
        )
    return len(following.gap) == 1 and following.gap in APOSTROPHES and "\u0400" <= form[-1] <= "\u04ff"
