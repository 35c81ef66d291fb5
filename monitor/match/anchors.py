"""Under which anchors a rule stands: the rarest of which an entry must have one for the rule to hold.

The presearcher of Lucene's monitor. Of an AND one part is enough; an OR needs the anchors of all its parts.
How rare a word is in the news isn't known when rules are read. Long words are rarer than short ones, and what
many rules ask for is more common than what one does.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from monitor.match.clauses import Condition, Opposite, Several, Term
from monitor.match.fields import WORDING, Fields, fields
from monitor.match.finders import Anchor, Finder, Kind
from monitor.model import TextField

# A third of all the words that are written, and some of which news is made.
_COMMON = frozenset(
    "the of to in and a for on is that with as it at by he from was said be has his are an have but not its"  # noqa: SIM905 - words read best as words
    " will who they after this had their were which more been or about new over out up would what than when"
    " could first people year years one two year's government president minister police state world country"
    " against into also says report former national officials news".split()
)
_RARITY = {1: 200.0, 2: 100.0, 3: 50.0, 4: 20.0, 5: 8.0, 6: 4.0, 7: 2.0}
_OF_COMMON = 500.0
_OF_PARTS = 1_000.0
# Beside its words, what an entry says of itself: the feed and the language say it of very many.
_OF_ZONES = {
    fields((TextField.SITE,)): 100.0,
    fields((TextField.FEED,)): 100.0,
    fields((TextField.LANG,)): 10_000.0,
}


class Place(NamedTuple):
    """An anchor, and where it is: in the title, in title, summary and text together, or in another field."""

    zone: Fields
    anchor: Anchor


# None: they aren't known.
_Places = tuple[Place, ...] | None


class Anchors:
    """Chooses anchors for rules by how common each is, as far as the rules themselves tell."""

    def __init__(self, language: str, tests: Iterable[Condition]) -> None:
        self._language = language
        self._options: dict[int, tuple[tuple[Anchor, ...], ...]] = {}
        self._popularity: Counter[tuple[str, ...]] = Counter()
        for test in tests:
            for term in terms(test):
                for option in self._options_of(term.finder):
                    self._popularity.update(anchor.names for anchor in option)

    def needed(self, test: Condition, *, wanted: bool = True, early: bool = False) -> _Places:
        """Return places of which an entry has one if `test` comes out as `wanted`; None: perhaps it has none.

        `early`: the page isn't there yet, and may have whatever is looked for in it.
        """
        match test:
            case Term():
                unknown = not wanted or (early and test.where.with_text)
                return None if unknown else self.of_term(test, test.where)
            case Opposite(part):
                return self.needed(part, wanted=not wanted, early=early)
            case Several(parts, every):
                needs = [self.needed(part, wanted=wanted, early=early) for part in parts]
                return self._rarest(needs) if every is wanted else _together(needs)
            case _:
                raise TypeError(test)

    def early(self, test: Condition) -> _Places:
        """Return places of which an entry has one if title or summary name a rule that the page may decide."""
        named = _together([self.of_term(term, term.where.headlines) for term in asked(test)])
        return self._rarest([named, self.needed(test, early=True)])

    def of_term(self, term: Term, where: Fields) -> _Places:
        """Return places of which an entry has one that holds `term` in one of some fields."""
        zones = _zones(where)
        if not zones:
            return ()
        choices = (
            tuple(Place(zone, anchor) for zone in zones for anchor in option)
            for option in self._options_of(term.finder)
        )
        best = min(choices, key=self._cost, default=None)
        if best is None:
            return None
        return best + tuple(
            Place(zone, Anchor(Kind.KEY, beside.keys)) for zone in zones for beside in term.beside
        )

    def _rarest(self, needs: Sequence[_Places]) -> _Places:
        return min((need for need in needs if need is not None), key=self._cost, default=None)

    def _options_of(self, finder: Finder) -> tuple[tuple[Anchor, ...], ...]:
        options = self._options.get(id(finder))
        if options is None:
            options = self._options[id(finder)] = tuple(finder.options(self._language))
        return options

    def _cost(self, places: tuple[Place, ...]) -> float:
        return sum(map(self._cost_of, places))

    def _cost_of(self, place: Place) -> float:
        zone, (kind, names) = place
        name = names[0]
        if kind is Kind.PART:
            return _OF_PARTS
        rarity = _OF_COMMON if name in _COMMON else _RARITY.get(len(name), 1.0)
        if not name.isascii() and len(name) > 1:
            rarity = min(rarity, 4.0)
        return rarity * self._popularity[names] + _OF_ZONES.get(zone, 0.0)


def terms(test: Condition) -> Iterator[Term]:
    """Yield the terms of a test."""
    match test:
        case Term():
            yield test
        case Opposite(part):
            yield from terms(part)
        case Several(parts):
            for part in parts:
                yield from terms(part)


def asked(test: Condition, *, wanted: bool = True) -> Iterator[Term]:
    """Yield the terms that speak for `test` coming out as `wanted`."""
    match test:
        case Term() if wanted:
            yield test
        case Opposite(part):
            yield from asked(part, wanted=not wanted)
        case Several(parts):
            for part in parts:
                yield from asked(part, wanted=wanted)


def _together(needs: Sequence[_Places]) -> _Places:
    known = [need for need in needs if need is not None]
    return tuple(dict.fromkeys(chain.from_iterable(known))) if len(known) == len(needs) else None


def _zones(where: Fields) -> Sequence[Fields]:
    """Return the fields that are looked through together. A title is short, and says what an entry is about."""
    if where.names == (TextField.TITLE,):
        return (where,)
    zones = (WORDING if field in WORDING.names else fields((field,)) for field in where.names)
    return tuple(dict.fromkeys(zones))
