"""The language by a second parser: its grammar, written down and read by lark. Both must see the same tree."""

from dataclasses import replace
from typing import Any

from hypothesis import example, given, settings
from lark import Lark, Transformer, UnexpectedInput
from lark.exceptions import VisitError

from monitor.errors import QueryError
from monitor.match import And, In, Near, Node, Not, Or, Phrase, Prefix, Word, parse_query, print_query
from monitor.model import TextField
from tests.unit.match.trees import queries

# Of each kind of term the plainest; what a term may look like, others test.
GRAMMAR = r"""
?either: both ("OR" both)*
?both: excluding ("AND"? excluding)*
?excluding: ("NOT" | _MINUS) excluding -> exclude
    | near
    | anything
?near: close (NEAR close)+ -> nearby
?anything: leaf | distance | within | "(" either ")"
within: FIELD (leaf | distance | "(" either ")")
?close: leaf | "(" close ")" | "(" close ("OR" close)+ ")" -> alternatives
leaf: WORD | PREFIX | PHRASE
distance: DISTANCE

_MINUS: /-(?=[^ )])/
NEAR.2: /NEAR(\/\d+)?(?![^ )])/
FIELD.2: /title:(?=[^ )])/
DISTANCE.2: /"[a-z ]+"~\d+/
PHRASE.1: /"[a-z ]+"/
PREFIX.1: /[a-z]+\*/
WORD: /[a-z]+/
%ignore " "
"""


class _Trees(Transformer[Any, Node]):
    def either(self, parts: list[Node]) -> Node:
        return Or(tuple(parts))

    def both(self, parts: list[Node]) -> Node:
        return And(tuple(parts))

    def exclude(self, parts: list[Node]) -> Node:
        return Not(parts[0], 0)

    def nearby(self, parts: list[Any]) -> Node:
        [distance] = {int(near.partition("/")[2] or 4) for near in parts[1::2]}  # one for all of them
        return Near(tuple(parts[::2]), distance, 0)

    def alternatives(self, parts: list[Node]) -> Node:
        return Or(tuple(leaf for part in parts for leaf in (part.parts if isinstance(part, Or) else [part])))

    def within(self, parts: list[Any]) -> Node:
        assert "title:" not in print_query(parts[1])
        return In(TextField.TITLE, parts[1], 0)

    def leaf(self, parts: list[str]) -> Node:
        text = str(parts[0])
        if text.startswith('"'):
            return Phrase(text.strip('"'), 0)
        return Prefix(text.rstrip("*"), 0) if text.endswith("*") else Word(text, 0)

    def distance(self, parts: list[str]) -> Node:
        words, distance = parts[0][1:].split('"~')
        return Near(tuple(Phrase(word, 0) for word in words.split()), int(distance), 0)


ORACLE = Lark(GRAMMAR, start="either", parser="earley", lexer="basic")


def _holds_without_words(node: Node) -> bool:
    match node:
        case And(parts):
            return all(_holds_without_words(part) for part in parts)
        case Or(parts):
            return any(_holds_without_words(part) for part in parts)
        case Not(part):
            return not _holds_without_words(part)
        case In(_, part):
            return _holds_without_words(part)
        case _:
            return False


def _by_grammar(query: str) -> Node | None:
    try:
        tree = _Trees().transform(ORACLE.parse(query))
    except (UnexpectedInput, VisitError):
        return None
    return None if _holds_without_words(tree) else tree


def _by_parser(query: str) -> Node | None:
    try:
        return _alone(parse_query(query))
    except QueryError:
        return None


def _alone(node: Node) -> Node:
    """The tree without its words' neighbours, which no grammar sees."""
    match node:
        case Word():
            return replace(node, before=None, after=None)
        case And(parts) | Or(parts) | Near(parts):
            return replace(node, parts=tuple(map(_alone, parts)))
        case Not(part) | In(_, part):
            return replace(node, part=_alone(part))
        case _:
            return node


@settings(deadline=None, max_examples=300)  # a busy machine is no failure
@given(queries)
@example("NOT a NEAR/3 b OR (c OR d) NEAR e -f")
@example("title:(a OR NOT b) c")
@example("title:a NEAR b")
@example("((a) OR (b OR c)) NEAR/3 ((d))")
@example("NOT title:a b AND NOT -c")
@example("a NEAR b NEAR/3 c")
def test_the_parser_follows_the_grammar(query: str) -> None:
    assert _by_parser(query) == _by_grammar(query)
