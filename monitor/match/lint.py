"""What a query says and its writer hardly meant.

Everything here is legal, so it is only advice, and what may well be meant is not spoken of.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from monitor.match.contradiction import contradiction
from monitor.match.lexer import Kind, tokenise
from monitor.match.nodes import And, In, Near, Node, Not, Or, Phrase, Prefix, Word
from monitor.match.parser import parse_query
from monitor.model import USUAL_FIELDS, TextField

# Acronyms in the news that, in small letters, are among the words that English can't do without.
_ACRONYMS = frozenset("ACT AID AIM ARM CARE ICE IS IT NOW PM SAT US WHO".split())  # noqa: SIM905 - words read best as words
# From this length on capitals are no acronym: somebody writes everything in capitals.
_SHOUTED = 5
_OPERATORS = ("and", "or", "not")
# Those for which the English words above are taken for such.
_ENGLISH = (None, "en", "none")
_FAR = 10
_SHORTEST_PREFIX = 3
_MOST_EXCLUDED = 20

_STAND_IN = re.compile('"(@[^ "]+) group"')
_ENDS = (Kind.TERM, Kind.GROUP, Kind.CLOSE)
_BEGINS = (Kind.TERM, Kind.GROUP, Kind.OPEN, Kind.NOT, Kind.FIELD)


class Advice(NamedTuple):
    """What stands at a column (code points, from 1), and what to write instead."""

    column: int
    what: str
    advice: str


def lint(
    query: str,
    groups: Collection[str] = (),
    *,
    language: str | None = None,
    fields: Collection[TextField] = USUAL_FIELDS,
) -> Iterator[Advice]:
    """Yield advice on a query, or on a term of a group, that `parse_query` takes.

    `groups` are the names that it may use; their terms are linted by themselves. `language` and `fields` are
    those of the rule.
    """
    # A group is a phrase like no other here, whatever it stands for.
    node = parse_query(query, {name: (f'"@{name} group"',) for name in groups})
    if clash := contradiction(node, fields):
        what = _STAND_IN.sub(r"\1", clash.what)
        yield Advice(clash.column, f"the rule can't match: {what}", clash.advice)
    yield from _unclear_order(query)
    yield from _many_excluded(node)
    places = tuple(_places(node))
    english = language in _ENGLISH
    shouted = any(_is_shouted(place.node) for place in places)
    for place in places:
        yield from _near(place.node)
        if place.field is None or place.field in USUAL_FIELDS:
            yield from _prefix(place.node)
            yield from _small_operators(place.node) if english else ()
            yield from _acronym(place.node) if english and not shouted else ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A node, and the field that it is bound to."""

    node: Node
    field: TextField | None = None


def _places(node: Node, field: TextField | None = None) -> Iterator[_Place]:
    yield _Place(node, field)
    match node:
        case And(parts) | Or(parts) | Near(parts):
            for part in parts:
                yield from _places(part, field)
        case Not(part):
            yield from _places(part, field)
        case In(own, part):
            yield from _places(part, own)


@dataclass(slots=True)
class _Level:
    """What stands within a pair of parentheses, leaving out pairs inside: an AND? Where is the first OR?"""

    has_and: bool = False
    first_or: int = 0


def _unclear_order(query: str) -> Iterator[Advice]:
    levels = [_Level()]
    before = Kind.OPEN
    for token in tokenise(query):
        level = levels[-1]
        if token.kind is Kind.AND or (before in _ENDS and token.kind in _BEGINS):
            level.has_and = True
        if token.kind is Kind.OR:
            level.first_or = level.first_or or token.column
        elif token.kind is Kind.OPEN:
            levels.append(_Level())
        elif token.kind in (Kind.CLOSE, Kind.END):
            levels.pop()
            if level.has_and and level.first_or:
                what = "OR and AND stand side by side, and AND binds tighter: a b OR c is (a b) OR c"
                yield Advice(level.first_or, what, "write the parentheses, here or as in a (b OR c)")
        before = token.kind


def _many_excluded(node: Node) -> Iterator[Advice]:
    excluded = [place.node for place in _places(node) if isinstance(place.node, Not)]
    count = sum(_leaves(each.part) for each in excluded)
    if count > _MOST_EXCLUDED:
        what = f"the query excludes {count} terms, and there will always be one more"
        yield Advice(excluded[0].column, what, "ask more narrowly for what must be there")


def _leaves(node: Node) -> int:
    return sum(not isinstance(place.node, And | Or | Not | In | Near) for place in _places(node))


def _near(node: Node) -> Iterator[Advice]:
    if not isinstance(node, Near):
        return
    if node.distance > _FAR:
        what = f"words up to {node.distance} apart have little to do with each other"
        yield Advice(node.column, what, f"write AND for words anywhere, or a distance of {_FAR} at most")
    for place in _places(node):
        if isinstance(place.node, Prefix):
            what = f"{place.node.text}* is any of many words, and some stand near by chance"
            advice = "write the words, as in (strike OR strikes); their inflected forms are found anyway"
            yield Advice(place.node.column, what, advice)


def _prefix(node: Node) -> Iterator[Advice]:
    if isinstance(node, Prefix) and len(node.text) < _SHORTEST_PREFIX:
        what = f"{node.text}* finds every word that begins so"
        yield Advice(node.column, what, f"write {_SHORTEST_PREFIX} letters or more, or the words")


def _small_operators(node: Node) -> Iterator[Advice]:
    parts = node.parts if isinstance(node, And) else ()
    for at, part in enumerate(parts[:-1]):
        if not isinstance(part, Word) or (operator := part.text.lower()) not in _OPERATORS:
            continue
        if at or operator == "not":
            meant = "leave it out" if operator == "and" else f"write {operator.upper()}"
            advice = f"{meant}, or put it in quotes for the word"
            yield Advice(part.column, f'"{part.text}" is looked for as a word', advice)


def _acronym(node: Node) -> Iterator[Advice]:
    if isinstance(node, Word | Phrase) and node.text in _ACRONYMS:
        what = f'{node.text} also finds the word "{node.text.lower()}"'
        yield Advice(node.column, what, f'write ="{node.text}" for capitals only')


def _is_shouted(node: Node) -> bool:
    return isinstance(node, Word) and node.text.isupper() and len(node.text) >= _SHOUTED
