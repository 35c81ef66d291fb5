"""The stories of the window, in memory, and which of them a new entry may belong to."""

from collections import Counter, defaultdict
from datetime import datetime
from heapq import heappop, heappush, nlargest
from math import log

from monitor.story.decision import WINDOW, Decision, decide
from monitor.story.outline import Outline

_BEST = 12

# A word of which no more than this many stories tell leads to them; commoner ones only add to what rarer found.
_RARE = 200
_LEAST_LEADING = 3

# As if so many entries had been seen before, in which each word stood so often: with few entries all words weigh
# about the same, and no single entry changes a weight by much.
_PRIOR_ENTRIES = 1_000
_PRIOR_COUNT = 2


class StoryIndex:
    """The window of the last 72 hours. It holds the first entry of each story, and counts the words of all.

    It is rebuilt from the stored entries at the start: add them in any order. One that is there stays as it was.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._ages: list[tuple[datetime, int]] = []
        self._counted: dict[int, tuple[str, ...]] = {}
        self._firsts: dict[int, Outline] = {}
        self._telling: defaultdict[str, set[int]] = defaultdict(set)
        self._linked: defaultdict[str, set[int]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._counted)

    def decide(self, new: Outline) -> Decision:
        """Find the story of `new`, which isn't added by this."""
        return decide(new, self.candidates(new), self.weigh)

    def add(self, outline: Outline, *, first: bool) -> None:
        """Take an entry into the window: as the first one of a story, or only to count its words."""
        if outline.entry_id in self._counted:
            return
        words = _words(outline)
        self._counted[outline.entry_id] = words
        self._counts.update(words)
        heappush(self._ages, (outline.at, outline.entry_id))
        if not first:
            return
        self._firsts[outline.entry_id] = outline
        for term in outline.headline.terms:
            self._telling[term].add(outline.entry_id)
        if outline.link:
            self._linked[outline.link].add(outline.entry_id)

    def expire(self, now: datetime) -> None:
        """Forget what is older than the window."""
        while self._ages and self._ages[0][0] < now - WINDOW:
            self._forget(heappop(self._ages)[1])

    def weigh(self, term: str) -> float:
        """Return what a word tells: the logarithm of how rare it is."""
        return log((len(self._counted) + _PRIOR_ENTRIES) / (self._counts.get(term, 0) + _PRIOR_COUNT))

    def candidates(self, new: Outline) -> list[Outline]:
        """Return the stories that `new` may belong to: those with its link, and the dozen that share most."""
        size = len(new.headline.terms)
        shared = self._shared(new)
        best = nlargest(_BEST, shared, key=lambda one: (shared[one] / (size + self._size(one)), -one))
        linked = self._linked.get(new.link, ()) if new.link else ()
        return [self._firsts[one] for one in dict.fromkeys((*linked, *best))]

    def _shared(self, new: Outline) -> dict[int, float]:
        """Return the weight of the words that stories share with `new`, for those that share a rare one."""
        known = sorted((term for term in new.headline.terms if term in self._telling), key=self._spread)
        rare = sum(self._spread(term) <= _RARE for term in known)
        shared: dict[int, float] = {}
        for place, term in enumerate(known):
            stories, weight = self._telling[term], self.weigh(term)
            if place < max(rare, _LEAST_LEADING):
                shared.update((one, shared.get(one, 0.0) + weight) for one in stories)
            else:
                shared.update((one, shared[one] + weight) for one in shared.keys() & stories)
        return shared

    def _spread(self, term: str) -> int:
        return len(self._telling[term])

    def _size(self, entry_id: int) -> int:
        return len(self._firsts[entry_id].headline.terms)

    def _forget(self, entry_id: int) -> None:
        words = self._counted.pop(entry_id)
        self._counts.subtract(words)
        for word in words:
            if not self._counts[word]:
                del self._counts[word]
        if (outline := self._firsts.pop(entry_id, None)) is None:
            return
        for term in outline.headline.terms:
            _discard(self._telling, term, entry_id)
        if outline.link:
            _discard(self._linked, outline.link, entry_id)


def _words(outline: Outline) -> tuple[str, ...]:
    return outline.body or outline.headline.terms


def _discard(ids: dict[str, set[int]], word: str, entry_id: int) -> None:
    ids[word].discard(entry_id)
    if not ids[word]:
        del ids[word]
