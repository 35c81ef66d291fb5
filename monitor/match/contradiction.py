"""Can a query hold for any entry at all?

It is written out as the ways in which it can come true (its disjunctive normal form), each a set of terms
that must be there and of others that must not. It can't hold when each way contradicts itself.
"""

from collections.abc import Collection, Sequence
from itertools import chain
from typing import NamedTuple

from monitor.match.analysis import analyse
from monitor.match.fold import fold
from monitor.match.nodes import And, Exact, In, Near, Node, Not, Or, Phrase, Prefix, Regex, Word
from monitor.match.printer import print_query
from monitor.model import TextField

# A tenth of a second. What takes more is not looked into.
_MOST_COMPARED = 100_000

_Term = Word | Phrase | Prefix | Exact | Regex | Near


class _Claim(NamedTuple):
    """That a term is in a field (None: in any that the rule looks into), or that it is not."""

    field: TextField | None
    term: _Term
    holds: bool

    def __str__(self) -> str:
        return print_query(self.term if self.field is None else In(self.field, self.term, 0))


class Contradiction(NamedTuple):
    """Why a query can't hold, and where in it."""

    column: int
    what: str
    advice: str


_Way = tuple[_Claim, ...]


class _TooMany(Exception):
    """The query has too many ways to look into."""


def contradiction(query: Node, fields: Collection[TextField]) -> Contradiction | None:
    """Return a contradiction because of which the query holds for no entry, None when it may hold.

    Words without a field of their own are looked for in `fields`.
    """
    ways = _Ways(fields)
    try:
        possible = ways.of(query, holds=True)
    except _TooMany:
        return None
    return None if possible else ways.found


class _Ways:
    """Writes queries out; `found` is the first contradiction that was met."""

    def __init__(self, fields: Collection[TextField]) -> None:
        self._fields = fields
        self._compared = 0
        self.found: Contradiction | None = None

    def of(self, node: Node, *, holds: bool, field: TextField | None = None) -> list[_Way]:
        """Return the ways in which `node` comes out as `holds`. Raises _TooMany."""
        match node:
            case Not(part):
                return self.of(part, holds=not holds, field=field)
            case In(own, part):
                return self.of(part, holds=holds, field=own)
            case And(parts) | Or(parts):
                each = [self.of(part, holds=holds, field=field) for part in parts]
                # That not all hold takes one that doesn't (De Morgan).
                return self._together(each) if isinstance(node, And) is holds else list(chain(*each))
            case _:
                return [(_Claim(field, node, holds),)]

    def _together(self, parts: Sequence[list[_Way]]) -> list[_Way]:
        ways: list[_Way] = [()]
        for part in parts:
            ways = [(*way, *more) for way in ways for more in part if self._agree(way, more)]
        return ways

    def _agree(self, way: _Way, more: _Way) -> bool:
        self._compared += len(way) * len(more)
        if self._compared > _MOST_COMPARED:
            raise _TooMany
        for one in way:
            for other in more:
                if clash := self._clash(one, other):
                    self.found = self.found or clash
                    return False
        return True

    def _clash(self, one: _Claim, other: _Claim) -> Contradiction | None:
        if one.holds and other.holds:
            return _two_languages(one, other)
        asked, excluded = (one, other) if one.holds else (other, one)
        if not asked.holds or not self._implies(asked, excluded):
            return None
        what = f"{asked} is asked for, and {excluded} is excluded"
        column = max(asked.term.column, excluded.term.column)
        return Contradiction(column, what, "leave one of them out, or write OR where either is enough")

    def _implies(self, asked: _Claim, other: _Claim) -> bool:
        """Tell whether `other` is there wherever `asked` is."""
        inside = asked.field is other.field or (other.field is None and asked.field in self._fields)
        return inside and _is_found_with(asked.term, other.term)


def _is_found_with(term: _Term, other: _Term) -> bool:
    """Tell whether every text with `term` has `other`. False: not necessarily."""
    if term == other:
        return True
    if not isinstance(term, Word | Phrase | Exact) or not isinstance(other, Word | Phrase):
        return False
    if isinstance(term, Word) and (isinstance(other, Phrase) or term.before or term.after):
        # Its inflected forms are no phrase; with its neighbours it is found within longer words.
        return False
    # A word in quotes is found bare as well, but several are another matter: bare they are apart.
    return fold(term.text) == fold(other.text) and len(analyse(term.text).tokens) == 1


def _two_languages(one: _Claim, other: _Claim) -> Contradiction | None:
    if not one.field is other.field is TextField.LANG:
        return None
    if not (isinstance(one.term, Word) and isinstance(other.term, Word)):
        return None
    first, second = (fold(claim.term.text) for claim in (one, other) if isinstance(claim.term, Word))
    if first.partition("-")[0] == second.partition("-")[0]:
        return None
    column = max(one.term.column, other.term.column)
    return Contradiction(column, f"no entry is both {one} and {other}", f"write ({one} OR {other})")
