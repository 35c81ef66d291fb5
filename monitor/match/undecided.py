"""Which rules the page of an entry may decide: title and summary have one of their words, and no more.

Of most rules this is told by sets alone: all that they ask for may also stand in the page, and what they exclude
is a word. Of the others it is told which to ask, and they answer themselves.
"""

from functools import cache

from monitor.match.anchors import Anchors, asked
from monitor.match.clauses import Condition, Opposite, Several, Term
from monitor.match.fields import WORDING, Fields
from monitor.match.listing import Listing
from monitor.match.reading import Reading
from monitor.match.vocabulary import Vocabulary


class Undecided:
    """Rules, of which none holds for the entries that are asked about."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._named, self._barred, self._perhaps = (Listing(vocabulary) for _ in range(3))

    def add(self, number: int, test: Condition, anchors: Anchors) -> None:
        """Add a rule by its number, under what `anchors` choose."""
        if _holds_when_named(test):
            return
        named: list[Term] = []
        barred: list[Term] = []
        if not _is_plain(test, named, barred):
            self._perhaps.add(number, anchors.early(test))
            return
        for term in named:
            listing = self._named if term.sought.certain else self._perhaps
            listing.add(number, anchors.of_term(term, term.where.headlines))
        for term in barred:
            self._barred.add(number, anchors.of_term(term, term.where))

    def met(self, reading: Reading) -> tuple[set[int], set[int]]:
        """Return the rules that are open for the feeds they watch, and those that are to be asked."""
        sure, unsure = self._named.met(reading), self._perhaps.met(reading)
        barred = self._barred.met(reading)
        sure -= barred
        unsure -= barred
        return sure, unsure


def _holds_when_named(test: Condition) -> bool:
    """Tell whether each of the words that are asked for is enough."""
    return isinstance(test, Term) or (
        isinstance(test, Several) and not test.every and all(map(_holds_when_named, test.parts))
    )


def _is_plain(test: Condition, named: list[Term], barred: list[Term], *, bars: bool = True) -> bool:
    """Tell whether the page may make `test` hold, unless one of the words is there that it excludes.

    Those that it asks for are added to `named`, the others to `barred`.
    """
    match test:
        case Term():
            named.append(test)
            return _has_wording(test.where)
        case Several():
            bars = bars and test.every
            for part in test.parts:  # noqa: SIM110 - loops: this is done with each rule, and is twice as quick
                if not _is_plain(part, named, barred, bars=bars):
                    return False
            return True
        case Opposite() if bars and _is_bar(test):
            barred.extend(asked(test, wanted=False))
            return True
        case _:
            return False


@cache
def _has_wording(where: Fields) -> bool:
    return set(WORDING.names) <= set(where.names)


def _is_bar(test: Condition) -> bool:
    """Tell whether `test` excludes words that are there wherever their anchors are."""
    match test:
        case Opposite(Term() as term):
            return term.sought.certain and term.where is WORDING
        case Opposite(Several(parts, every=False)):
            return all(_is_bar(Opposite(part)) for part in parts)
        case _:
            return False
