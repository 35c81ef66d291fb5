"""Groups of terms that a query refers to by name, and how large they may make it."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType

from monitor.errors import QueryError
from monitor.match.lexer import Token
from monitor.match.nodes import Near, Node, Regex
from monitor.match.terms import AS_WRITTEN, shown

Groups = Mapping[str, Sequence[str]]
NO_GROUPS: Groups = MappingProxyType({})

# Of a query with its groups written out. The characters bound the time, however the groups refer to others.
MOST_TERMS = 10_000
_MOST_CHARACTERS = 1_000_000
# Each may take a hundredth of a second to compile.
MOST_REGEXES = 50


class Budget:
    """What is left of the size of a query, its groups written out."""

    def __init__(self) -> None:
        self._characters = _MOST_CHARACTERS
        self._terms = MOST_TERMS
        self._regexes = MOST_REGEXES

    def text(self, text: str) -> None:
        """Take away a text that is to be read. Raises QueryError."""
        self._characters -= len(text)
        if self._characters < 0:
            what = f"with its groups the query has more than {_MOST_CHARACTERS:,} characters"
            raise QueryError(what, 1, "make the groups smaller, or make it several rules")

    def term(self, term: Node, column: int) -> None:
        """Take away a term that stands at `column`. Raises QueryError."""
        self._terms -= len(term.parts) if isinstance(term, Near) else 1
        self._regexes -= isinstance(term, Regex)
        if self._terms < 0 or self._regexes < 0:
            most = f"{MOST_TERMS:,} terms" if self._terms < 0 else f"{MOST_REGEXES} regular expressions"
            what = f"with its groups the query has more than {most}"
            raise QueryError(what, column, "make it several rules")


def group_terms(name: Token, groups: Groups, trail: tuple[str, ...]) -> Sequence[str]:
    """Return the terms of the group that a query names, within the groups of `trail`. Raises QueryError."""
    if name.text not in groups:
        raise _unknown(name, groups)
    if name.text in trail:
        circle = ", ".join(f"@{shown(part)}" for part in (*trail[trail.index(name.text) :], name.text))
        what = f"the group @{shown(name.text)} contains itself ({circle})"
        raise QueryError(what, name.column, "take one of them out of the other")
    if not groups[name.text]:
        raise QueryError(f"the group @{shown(name.text)} has no terms", name.column, "add some, or remove it")
    return groups[name.text]


def _unknown(name: Token, groups: Groups) -> QueryError:
    close = get_close_matches(name.text[:40], groups, n=1)
    advice = f"did you mean @{close[0]}? " if close else "add it to [groups]; "
    return QueryError(f"there is no group @{shown(name.text)}", name.column, advice + AS_WRITTEN)
