"""What two words side by side make: `cease fire` is also the word `ceasefire`, 停火 is found by its two characters."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from monitor.match.analysis import cuts, is_joinable
from monitor.match.stems import stem_all

_Numbers = tuple[int, ...]
# Sorts after all that may follow the beginning of a word.
_LAST = "\U0010ffff"


class Apart:
    """Anchors, by number, that a text may have as two words. All are added before the first is asked for.

    As which words one may be written is found out when a text has the first of them: most are never met.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._words: dict[str, _Numbers] = {}
        self._pairs: dict[str, dict[str, _Numbers]] = {}

    def add_word(self, form: str, number: _Numbers) -> None:
        """Add a folded word, wherever it may be cut."""
        self._words[form] = self._words.get(form, ()) + number

    def add_pair(self, left: str, right: str, number: _Numbers) -> None:
        """Add two words, by what they are filed under as the left and the right one."""
        pairs = self._pairs.setdefault(left, {})
        pairs[right] = pairs.get(right, ()) + number

    def behind(self, left: str) -> Mapping[str, _Numbers]:
        """Return what a word makes with those behind it, by what these are filed under."""
        found = dict(self._pairs.get(left, {}))
        words = self._sorted[bisect_left(self._sorted, left) : bisect_left(self._sorted, left + _LAST)]
        rights = [right for word in words if is_joinable(right := word[len(left) :])]
        for right, key in zip(rights, stem_all(rights, self._language), strict=True):
            found[key] = found.get(key, ()) + self._words[left + right]
        return found

    @cached_property
    def rights(self) -> AbstractSet[str]:
        """What a word is filed under that makes something with one before it."""
        pairs = {right for pairs in self._pairs.values() for right in pairs}
        halves = {right for word in self._words for _, right in cuts(word)}
        return pairs.union(stem_all(list(halves), self._language))

    @cached_property
    def _sorted(self) -> Sequence[str]:
        return sorted(self._words)
