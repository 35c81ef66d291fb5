"""Rules by anchor."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import chain

from monitor.match.anchors import Need
from monitor.match.fields import Fields
from monitor.match.reading import Reading
from monitor.match.vocabulary import Vocabulary


class Listing:
    """Numbers of rules under the anchors of what they need, and of those that need nothing known."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._everywhere: set[int] = set()
        self._of_fields: defaultdict[Fields, dict[int, list[int]]] = defaultdict(dict)

    def add(self, number: int, needs: Sequence[Need]) -> None:
        """Put a rule under the anchors of the first of its needs; without any, it is to be looked at everywhere."""
        if not needs:
            self._everywhere.add(number)
            return
        for zone, anchors in needs[0]:
            of_zone = self._of_fields[zone]
            for anchor in anchors:
                of_zone.setdefault(anchor, []).append(number)

    def met(self, reading: Reading) -> set[int]:
        """Return the rules of whose anchors an entry has one, and those without."""
        met = set(self._everywhere)
        for zone, rules in self._of_fields.items():
            found = rules.keys() & reading.found(zone, self._vocabulary)
            met.update(chain.from_iterable(map(rules.__getitem__, found)))
        return met


class Twofold:
    """Numbers of rules that need two words, under the one with the other beside it. Each has several anchors.

    `anchors` is how many there are.
    """

    def __init__(self, anchors: int) -> None:
        # By anchor, side by side: the other word of a rule, and the rule.
        self._others: list[tuple[int, ...]] = [()] * anchors
        self._rules: list[tuple[int, ...]] = [()] * anchors

    def add(self, number: int, one: Collection[int], other: Collection[int]) -> None:
        """Put a rule under each anchor of one word that it needs; `other` are those of another."""
        rest = tuple([anchor for anchor in other if anchor not in one])
        for anchor in one:
            # What the two make together is enough by itself.
            others = (anchor,) if anchor in other else rest
            self._others[anchor] += others
            self._rules[anchor] += (number,) * len(others)

    def met(self, found: set[int]) -> set[int]:
        """Return the rules of which both words are among those that were found."""
        met: set[int] = set()
        for anchor, others in zip(found, map(self._others.__getitem__, found), strict=True):
            # Most words are there without another of the rule.
            if others and not found.isdisjoint(others):
                rules = zip(others, self._rules[anchor], strict=True)
                met.update(number for other, number in rules if other in found)
        return met
