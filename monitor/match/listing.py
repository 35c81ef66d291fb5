"""Rules by field and anchor."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

from monitor.match.anchors import Place
from monitor.match.fields import Fields
from monitor.match.reading import Reading
from monitor.match.vocabulary import Vocabulary


class Listing:
    """Numbers of rules under their anchors, and of those that have none."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._everywhere: set[int] = set()
        self._of_fields: defaultdict[Fields, dict[int, list[int]]] = defaultdict(dict)

    def add(self, number: int, places: Iterable[Place] | None) -> None:
        """Put a rule under anchors; without any (None), it is to be looked at everywhere."""
        if places is None:
            self._everywhere.add(number)
        for zone, anchor in places or ():
            self._of_fields[zone].setdefault(self._vocabulary.number(anchor), []).append(number)

    def met(self, reading: Reading) -> set[int]:
        """Return the rules of whose anchors an entry has one, and those without."""
        met = set(self._everywhere)
        for zone, rules in self._of_fields.items():
            found = rules.keys() & reading.found(zone, self._vocabulary)
            met.update(chain.from_iterable(map(rules.__getitem__, found)))
        return met
