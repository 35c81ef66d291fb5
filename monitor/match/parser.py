"""A query's tokens into a tree, by operator precedence.

Pratt's method ("Top down operator precedence", 1973): an operand, then operators as long as they bind at
least as tightly as the caller asks. NOT binds tighter than AND, AND tighter than OR; operands side by side
are joined by AND.
"""

from collections.abc import Sequence
from dataclasses import replace

from monitor.errors import QueryError
from monitor.match.lexer import Kind, Token, tokenise
from monitor.match.nodes import And, Node, Not, Or, Phrase, Word

# Parentheses and NOT inside one another. Far beyond what anybody can read, far below Python's stack.
DEEPEST = 50

_POWER = {Kind.OR: 1, Kind.AND: 2}
_LOOSEST = 1
_OPERANDS = (Kind.WORD, Kind.PHRASE, Kind.OPEN, Kind.NOT)


def parse_query(text: str) -> Node:
    """Return the tree of a query. Raises QueryError with what is wrong, the column and what to write."""
    query = _Parser(tuple(tokenise(text))).query()
    if _holds_without_words(query):
        column = _first_not(query)
        advice = "add what must be there, such as Ukraine NOT Gaza"
        raise QueryError("the query only excludes, so that it matches almost everything", column, advice)
    return query


class _Parser:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def query(self) -> Node:
        if self._peek().kind is Kind.END:
            raise QueryError(
                "the query is empty", 1, "write the words to look for, such as Ukraine ceasefire"
            )
        node = self._expression(_LOOSEST)
        if self._peek().kind is Kind.CLOSE:
            raise QueryError(
                "this parenthesis closes nothing", self._peek().column, "remove it, or write ( before"
            )
        return node

    def _peek(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._peek()
        self._place += 1
        return token

    def _expression(self, power: int) -> Node:
        """Parse an operand and all operators after it that bind with `power` or more."""
        left = self._operand()
        while (operator := self._operator()) is not None and _POWER[operator] >= power:
            left = self._chain(left, operator)
        return left

    def _chain(self, left: Node, operator: Kind) -> Node:
        """Parse `left op b op c ...` as one flat node."""
        parts = [left]
        while self._operator() is operator:
            written = self._peek().kind is operator
            if written:
                self._take()
            right = self._expression(_POWER[operator] + 1)
            if not written:
                parts[-1], right = _side_by_side(parts[-1], right)
            parts.append(right)
        return And(tuple(parts)) if operator is Kind.AND else Or(tuple(parts))

    def _operator(self) -> Kind | None:
        kind = self._peek().kind
        if kind in _OPERANDS:
            return Kind.AND
        return kind if kind in _POWER else None

    def _operand(self) -> Node:
        token = self._peek()
        if token.kind is Kind.OPEN:
            return self._group()
        if token.kind is Kind.NOT:
            return self._negation()
        if token.kind not in _OPERANDS:
            raise self._missing_operand()
        self._take()
        leaf = Word if token.kind is Kind.WORD else Phrase
        return leaf(token.text, token.column)

    def _negation(self) -> Node:
        token = self._take()
        self._enter(token)
        part = self._operand()
        self._depth -= 1
        return Not(part, token.column)

    def _group(self) -> Node:
        opening = self._take()
        if self._peek().kind is Kind.CLOSE:
            raise QueryError(
                "the parentheses are empty", opening.column, "write words between them, or remove them"
            )
        self._enter(opening)
        node = self._expression(_LOOSEST)
        if self._peek().kind is not Kind.CLOSE:
            raise QueryError(
                "the parenthesis is never closed", opening.column, "write ) where the group ends"
            )
        self._take()
        self._depth -= 1
        return node

    def _enter(self, token: Token) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            what = f"more than {DEEPEST} parentheses or NOTs inside one another"
            raise QueryError(what, token.column, "remove those that change nothing, or make it several rules")

    def _missing_operand(self) -> QueryError:
        here = self._peek()
        before = self._tokens[self._place - 1] if self._place else None
        if before is not None and before.kind in (Kind.AND, Kind.OR, Kind.NOT):
            what, column = f"{before.text} has nothing after it", before.column
            operator = before.text
        else:
            what, column = f"{here.text} has nothing before it", here.column
            operator = here.text
        return QueryError(what, column, _advice(operator))


def _advice(operator: str) -> str:
    if operator in ("AND", "OR", "NOT"):
        return (
            f"add a word there, remove {operator}, or write {operator.lower()} in small letters for the word"
        )
    return "add a word there, or remove it"


def _side_by_side(left: Node, right: Node) -> tuple[Node, Node]:
    if isinstance(left, Word) and isinstance(right, Word):
        return replace(left, after=right.text), replace(right, before=left.text)
    return left, right


def _holds_without_words(node: Node) -> bool:
    """Tell whether the query holds for a text in which none of its words occurs."""
    match node:
        case And(parts):
            return all(map(_holds_without_words, parts))
        case Or(parts):
            return any(map(_holds_without_words, parts))
        case Not(part):
            return not _holds_without_words(part)
        case _:
            return False


def _first_not(node: Node) -> int:
    """Return the column of the NOT because of which the query holds without words."""
    match node:
        case And(parts) | Or(parts):
            return _first_not(next(filter(_holds_without_words, parts)))
        case Not(_, column):
            return column
        case Word(_, column) | Phrase(_, column):
            return column
