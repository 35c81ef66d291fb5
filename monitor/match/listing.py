"""Rules by field and anchor."""

from collections import defaultdict
from collections.abc import Sequence
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
        for zone, anchor in needs[0]:
            self._of_fields[zone].setdefault(anchor, []).append(number)

    def met(self, reading: Reading) -> set[int]:
        """Return the rules of whose anchors an entry has one, and those without."""
        met = set(self._everywhere)
        for zone, rules in self._of_fields.items():
            found = rules.keys() & reading.found(zone, self._vocabulary)
            met.update(chain.from_iterable(map(rules.__getitem__, found)))
        return met
