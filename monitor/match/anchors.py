"""Under which anchors a rule stands: the rarest of which an entry must have one for the rule to hold.

The presearcher of Lucene's monitor. Of an AND one part is enough; an OR needs the anchors of all its parts.
How rare a word is in the news isn't known when rules are read. Long words are rarer than short ones, and what
many rules ask for is more common than what one does.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain

from monitor.match.clauses import Condition, Opposite, Several, Term
from monitor.match.fields import TITLE, WORDING, Fields, fields
from monitor.match.finders import Anchor, Kind
from monitor.match.fold import fold
from monitor.match.stems import stem
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

# Anchors, by their numbers in a vocabulary, and where one of them has to stand: in the title, in title, summary and
# text together, or in another field.
Place = tuple[Fields, tuple[int, ...]]
# An entry has one of them.
Need = tuple[Place, ...]


class Anchors:
    """Chooses anchors for rules by how common each is, as far as the rules themselves tell.

    `popularity` is how many terms ask for each of `numbers`, whose words are of `language`.
    """

    def __init__(self, language: str, numbers: Mapping[Anchor, int], popularity: Mapping[int, int]) -> None:
        self._costs = {
            number: _rarity(anchor, language) * popularity[number] for anchor, number in numbers.items()
        }

    def needs(self, test: Condition, *, wanted: bool = True, early: bool = False) -> Sequence[Need]:
        """Return what an entry has of which `test` comes out as `wanted`, the rarest first; perhaps it has nothing.

        `early`: the page isn't there yet, and may have whatever is looked for in it.
        """
        match test:
            case Term():
                unknown = not wanted or (early and test.where.with_text)
                return () if unknown else self.of_term(test, test.where)
            case Opposite(part):
                return self.needs(part, wanted=not wanted, early=early)
            case Several(parts, every):
                of_parts = [self.needs(part, wanted=wanted, early=early) for part in parts]
                return self._sorted(chain.from_iterable(of_parts)) if every is wanted else _together(of_parts)
            case _:
                raise TypeError(test)

    def early(self, test: Condition) -> Sequence[Need]:
        """Return what an entry has if title or summary name a rule that the page may decide."""
        named = _together([self.of_term(term, term.where.headlines) for term in asked(test)])
        return self._sorted(chain(named, self.needs(test, early=True)))

    def of_term(self, term: Term, where: Fields) -> Sequence[Need]:
        """Return what an entry has that holds `term` in one of some fields."""
        zones = _zones(where)
        if not zones:
            return [()]
        beside = tuple([beside.number for beside in term.beside])
        needs = [tuple([(zone, need + beside) for zone in zones]) for need in term.sought.needs]
        return self._sorted(needs) if len(needs) > 1 else needs

    def _sorted(self, needs: Iterable[Need]) -> Sequence[Need]:
        return sorted(needs, key=self._cost)

    def _cost(self, need: Need) -> float:
        cost = 0.0
        for zone, numbers in need:
            of_zone = _OF_ZONES.get(zone, 0.0)
            for number in numbers:
                cost += self._costs.get(number, 0.0) + of_zone
        return cost


def asked(test: Condition, *, wanted: bool = True) -> Sequence[Term]:
    """Return the terms that speak for `test` coming out as `wanted`."""
    match test:
        case Term():
            return [test] if wanted else ()
        case Opposite(part):
            return asked(part, wanted=not wanted)
        case Several(parts):
            return [term for part in parts for term in asked(part, wanted=wanted)]
        case _:
            raise TypeError(test)


def _together(needs: Sequence[Sequence[Need]]) -> Sequence[Need]:
    """Return what an entry has that has what one of some parts needs."""
    if not all(needs):
        return ()
    together: dict[Fields, dict[int, None]] = {}
    for rarest, *_ in needs:
        for zone, numbers in rarest:
            together.setdefault(zone, {}).update(dict.fromkeys(numbers))
    return [tuple([(zone, tuple(numbers)) for zone, numbers in together.items()])]


def _rarity(anchor: Anchor, language: str) -> float:
    kind, [name, *_] = anchor
    if kind is Kind.PART:
        return _OF_PARTS
    if kind is Kind.WORD:
        # Endings make a word long, and not rare.
        name = fold(name) if fold(name) in _COMMON else stem(fold(name), language)
    rarity = _OF_COMMON if name in _COMMON else _RARITY.get(len(name), 1.0)
    return rarity if name.isascii() or len(name) == 1 else min(rarity, 4.0)


@cache
def _zones(where: Fields) -> Sequence[Fields]:
    """Return the fields that are looked through together. A title is short, and says what an entry is about."""
    if where is TITLE:
        return (where,)
    zones = (WORDING if field in WORDING.names else fields((field,)) for field in where.names)
    return tuple(dict.fromkeys(zones))
