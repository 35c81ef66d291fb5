"""Words near one another, in any order."""

import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from monitor.match.finders import Begins, Options, PlacesFinder, Span
from monitor.match.text import Text


class _Spot(NamedTuple):
    """Where a part was found: the tokens, which part it is, and the span."""

    first: int
    after: int
    part: int
    span: Span


@dataclass(frozen=True, slots=True)
class NearFinder:
    """A stretch that holds one of each of `parts` (of whose finders one is enough), and `distance` words besides.

    One word may stand for two parts that both find it.
    """

    term: str
    parts: tuple[tuple[PlacesFinder, ...], ...]
    distance: int

    def spans(self, text: Text, begins: Begins) -> Iterator[Span]:
        spots: list[_Spot] = []
        for part in range(len(self.parts)):
            of_part = tuple(self._spots(text, part, begins(part)))
            if not of_part:
                return
            spots.extend(of_part)
        seen: set[Span] = set()
        for stretch in self._stretches(sorted(spots)):
            for spot in stretch:
                if spot.span not in seen:
                    seen.add(spot.span)
                    yield spot.span

    def options(self) -> Options:
        for part in self.parts:
            choices = [next(finder.options()) for finder in part]
            yield tuple(anchor for choice in choices for anchor in choice)

    def _spots(self, text: Text, part: int, starts: Sequence[int]) -> Iterator[_Spot]:
        for finder in self.parts[part]:
            for place in finder.places(text, starts):
                first = text.token_number(place)
                yield _Spot(first, first + len(place.tokens), part, place[:2])

    def _stretches(self, spots: Sequence[_Spot]) -> Iterator[list[_Spot]]:
        """Yield the spots of each stretch that is short enough, the shortest from where it begins."""
        parts = range(len(self.parts))
        longest = (max(spot.after - spot.first for spot in spots if spot.part == part) for part in parts)
        reach = self.distance + sum(longest)
        last = -1
        for place, (spot, end) in enumerate(zip(spots, self._ends(spots), strict=True)):
            if spot.first != last and end - spot.first <= reach:
                beyond = bisect_left(spots, spot.first + reach, key=attrgetter("first"))
                yield self._shortest(spot.first, spots[place:beyond])
            last = spot.first

    def _ends(self, spots: Sequence[_Spot]) -> Sequence[int]:
        """Return for each spot where the first stretch ends that begins there and has one of each part."""
        far = sys.maxsize
        ends = [
            list(accumulate((spot.after if spot.part == part else far for spot in reversed(spots)), min))
            for part in range(len(self.parts))
        ]
        return [max(of_parts) for of_parts in zip(*ends, strict=True)][::-1]

    def _shortest(self, begin: int, spots: Sequence[_Spot]) -> list[_Spot]:
        """Return the spots of the shortest stretch from `begin` that is short enough, none without one."""
        within = sorted(spots, key=attrgetter("after"))
        sizes = [0] * len(self.parts)
        for count, (first, after, part, _) in enumerate(within, 1):
            sizes[part] = max(sizes[part], after - first)
            if all(sizes) and after - begin - sum(sizes) <= self.distance:
                return within[:count]
        return []
