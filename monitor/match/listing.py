"""Rules by field and anchor, and by what else an entry must have for them."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain

from monitor.match.anchors import Need
from monitor.match.fields import WORDING, Fields
from monitor.match.reading import Reading
from monitor.match.vocabulary import Vocabulary


class Listing:
    """Numbers of rules under the rarest of their needs, and of those that have none."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._everywhere: set[int] = set()
        self._of_fields: defaultdict[Fields, dict[int, list[int]]] = defaultdict(dict)
        # What rules need besides, as far as it is words.
        self._also: dict[int, tuple[int, ...]] = {}

    def add(self, number: int, needs: Sequence[Need]) -> None:
        """Put a rule under the anchors of the first of its needs; without any, it is to be looked at everywhere."""
        if not needs:
            self._everywhere.add(number)
            return
        for zone, anchor in needs[0]:
            self._of_fields[zone].setdefault(anchor, []).append(number)
        if len(needs) > 1 and all(zone is WORDING for zone, _ in needs[1]):
            self._also[number] = tuple(anchor for _, anchor in needs[1])

    def met(self, reading: Reading) -> set[int]:
        """Return the rules of which an entry has what they need, and those that need nothing known."""
        met = set(self._everywhere)
        for zone, rules in self._of_fields.items():
            found = rules.keys() & reading.found(zone, self._vocabulary)
            met.update(chain.from_iterable(map(rules.__getitem__, found)))
        also, found = self._also, reading.found(WORDING, self._vocabulary)
        return {number for number in met if number not in also or not found.isdisjoint(also[number])}
