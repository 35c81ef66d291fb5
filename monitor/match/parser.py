"""A query's tokens into a tree, by operator precedence.

Pratt's method ("Top down operator precedence", 1973): an operand, then operators as long as they bind at
least as tightly as the caller asks. A field binds the term or group after it, NEAR binds tighter than NOT,
NOT than AND, AND than OR; operands side by side are joined by AND.
"""

import re
from itertools import accumulate

from monitor.errors import QueryError
from monitor.match.checks import near_part, refuse_what_only_excludes
from monitor.match.groups import NO_GROUPS, Budget, Groups, group_terms
from monitor.match.lexer import LONGEST_QUERY, Kind, Token, tokenise
from monitor.match.nodes import And, In, Near, Node, Not, Or, Word
from monitor.match.terms import shown
from monitor.model import TextField

# Parentheses, NOT and groups inside one another. Far beyond what anybody can read, far below Python's stack.
DEEPEST = 50

_POWER = {Kind.OR: 1, Kind.AND: 2, Kind.NEAR: 4}
_LOOSEST, _TIGHTER_THAN_NOT = 1, 4
_OPERANDS = (Kind.TERM, Kind.OPEN, Kind.NOT, Kind.FIELD, Kind.GROUP)
_OPERATORS = (Kind.AND, Kind.OR, Kind.NOT, Kind.NEAR)
_BINDABLE = (Kind.TERM, Kind.OPEN, Kind.GROUP)
# Nothing but words, as most queries are. No operator has small letters.
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+(?: [A-Z]?[a-z0-9]+)*")


def parse_query(text: str, groups: Groups = NO_GROUPS) -> Node:
    """Return the tree of a query. Raises QueryError with what is wrong, the column and what to write.

    `groups` are the terms of each name, fragments of a query themselves: ``@name`` stands for (one OR other).
    """
    if len(text) <= LONGEST_QUERY and _WORDS.fullmatch(text):
        return _words(text)
    return _Parser(text, groups, Budget()).query()


class _MistakeInGroup(QueryError):
    """Names the group and the term already, however many groups refer to it."""


class _Parser:
    """Reads one text; terms of groups are read by parsers of their own, within `field`, `depth` deep."""

    def __init__(
        self,
        text: str,
        groups: Groups,
        budget: Budget,
        *,
        trail: tuple[str, ...] = (),
        field: TextField | None = None,
        depth: int = 0,
    ) -> None:
        self._tokens = tuple(tokenise(text))
        budget.text(text)
        self._place = 0
        self._groups = groups
        self._budget = budget
        self._trail = trail
        self._field = field
        self._depth = depth

    def query(self) -> Node:
        if self._peek().kind is Kind.END:
            advice = "write the words to look for, such as Ukraine ceasefire"
            raise QueryError("the query is empty", 1, advice)
        node = self._expression(_LOOSEST)
        if self._peek().kind is Kind.CLOSE:
            what = "this parenthesis closes nothing"
            raise QueryError(what, self._peek().column, "remove it, or write ( before")
        refuse_what_only_excludes(node)
        return node

    def _peek(self) -> Token:
        return self._tokens[self._place]

    def _take(self) -> Token:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _expression(self, power: int) -> Node:
        """Parse an operand and all operators after it that bind with `power` or more."""
        first = self._peek()
        left = self._operand()
        while (operator := self._operator()) is not None and _POWER[operator] >= power:
            left = self._near(left, first) if operator is Kind.NEAR else self._chain(left, operator)
        return left

    def _operator(self) -> Kind | None:
        kind = self._peek().kind
        if kind in _OPERANDS:
            return Kind.AND
        return kind if kind in _POWER else None

    def _chain(self, left: Node, operator: Kind) -> Node:
        """Parse `left op b op c ...` as one flat node."""
        parts = [left]
        while self._operator() is operator:
            beside = self._peek().kind is Kind.TERM and self._tokens[self._place - 1].kind is Kind.TERM
            if self._peek().kind is operator:
                self._take()
            right = self._expression(_POWER[operator] + 1)
            if beside:
                parts[-1], right = _side_by_side(parts[-1], right)
            parts.append(right)
        return And(tuple(parts)) if operator is Kind.AND else Or(tuple(parts))

    def _near(self, left: Node, first: Token) -> Node:
        """Parse `left NEAR b NEAR c ...` as one flat node."""
        parts = [near_part(left, first.column)]
        near = self._peek()
        while self._peek().kind is Kind.NEAR:
            again = self._take()
            if again.distance != near.distance:
                advice = f"write {near.text} here too, or join two NEARs with AND"
                raise QueryError("words in a row have one distance", again.column, advice)
            column = self._peek().column
            parts.append(near_part(self._operand(), column))
        return Near(tuple(parts), near.distance, near.column)

    def _operand(self) -> Node:
        token = self._peek()
        if token.kind not in _OPERANDS:
            raise self._missing_operand()
        self._take()
        if token.term is not None:
            self._budget.term(token.term, token.column)
            return token.term
        self._depth += 1
        if self._depth > DEEPEST:
            what = f"more than {DEEPEST} parentheses or NOTs inside one another"
            raise QueryError(what, token.column, "remove those that change nothing, or make it several rules")
        node = self._compound(token)
        self._depth -= 1
        return node

    def _compound(self, token: Token) -> Node:
        """Parse the rest of what `token` begins."""
        if token.kind is Kind.OPEN:
            return self._parenthesis(token)
        if token.kind is Kind.NOT:
            return Not(self._expression(_TIGHTER_THAN_NOT), token.column)
        if token.kind is Kind.FIELD:
            return self._in_field(token)
        return self._group(token)

    def _parenthesis(self, opening: Token) -> Node:
        if self._peek().kind is Kind.CLOSE:
            advice = "write words between them, or remove them"
            raise QueryError("the parentheses are empty", opening.column, advice)
        node = None if self._peek().kind is Kind.END else self._expression(_LOOSEST)
        if node is None or self._peek().kind is not Kind.CLOSE:
            advice = "write ) where the group ends"
            raise QueryError("the parenthesis is never closed", opening.column, advice)
        self._take()
        return node

    def _in_field(self, name: Token) -> Node:
        if self._field is not None:
            what = f"{name.text}: stands inside of {self._field}:, and no word is in both"
            raise QueryError(what, name.column, "leave one of them out")
        following = self._peek()
        if following.kind not in _BINDABLE:
            sign = ":" if following.kind is Kind.FIELD else ""
            what = f"{name.text}: can't stand before {shown(following.text)}{sign}"
            advice = f"write {name.text}:truce or {name.text}:(...), and -{name.text}:truce to exclude"
            raise QueryError(what, following.column, advice)
        self._field = TextField(name.text)
        part = self._operand()
        self._field = None
        return In(TextField(name.text), part, name.column)

    def _group(self, name: Token) -> Node:
        """Parse the terms of a group into the node of (one OR other)."""
        terms = group_terms(name, self._groups, self._trail)
        parts = tuple(self._group_term(term, name) for term in terms)
        return parts[0] if len(parts) == 1 else Or(parts)

    def _group_term(self, term: str, name: Token) -> Node:
        trail = (*self._trail, name.text)
        try:
            return _Parser(
                term, self._groups, self._budget, trail=trail, field=self._field, depth=self._depth
            ).query()
        except _MistakeInGroup as error:
            raise _MistakeInGroup(error.what, name.column, error.advice) from None
        except QueryError as error:
            what = f'in the group @{shown(name.text)}, term "{shown(term)}": {error.what}'
            raise _MistakeInGroup(what, name.column, error.advice) from None

    def _missing_operand(self) -> QueryError:
        here = self._peek()
        before = self._tokens[self._place - 1] if self._place else None
        if before is not None and before.kind in _OPERATORS:
            return QueryError(f"{before.text} has nothing after it", before.column, _advice(before))
        return QueryError(f"{here.text} has nothing before it", here.column, _advice(here))


def _advice(operator: Token) -> str:
    if operator.text[0].isalpha():
        small = operator.kind.lower()
        return f"add a word there, remove {operator.text}, or write {small} in small letters for the word"
    return "add a word there, or remove it"


def _words(text: str) -> Node:
    """Return the tree of words with a blank between them."""
    words = text.split(" ")
    columns = accumulate(map(len, words), lambda column, size: column + size + 1, initial=1)
    parts = tuple(map(Word, words, columns, [None, *words], [*words[1:], None]))
    return parts[0] if len(parts) == 1 else And(parts)


def _side_by_side(left: Node, right: Node) -> tuple[Node, Node]:
    if isinstance(left, Word) and isinstance(right, Word):
        followed = Word(left.text, left.column, left.before, right.text)
        return followed, Word(right.text, right.column, left.text)
    return left, right
