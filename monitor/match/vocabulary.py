"""All that the rules of an index look for, by number, and what of it is in a text: each word is looked up once."""

from collections.abc import Set as AbstractSet
from itertools import chain, compress, islice
from operator import itemgetter
from typing import NamedTuple

from monitor.match.finders import Anchor, Kind, domains
from monitor.match.keys import halves
from monitor.match.lexicon import Memory, lexicon
from monitor.match.text import Text


class _Known(NamedTuple):
    """What is looked for of a word: by itself, and what it is as the left and the right one of two, "" for nothing."""

    numbers: tuple[int, ...]
    left: str
    right: str


_UNKNOWN = _Known((), "", "")
_NUMBERS, _LEFT = itemgetter(0), itemgetter(1)


class Vocabulary:
    """Anchors, whose keys are of one language. They are numbered before the first text is looked at."""

    def __init__(self, language: str) -> None:
        self._words = lexicon(language).words
        # Their numbers, from 0.
        self.anchors: dict[Anchor, int] = {}
        self._keys: dict[str, tuple[int, ...]] = {}
        self._prefixes: dict[str, tuple[int, ...]] = {}
        self._parts: dict[str, tuple[int, ...]] = {}
        self._of_kind = {Kind.KEY: self._keys, Kind.PREFIX: self._prefixes, Kind.PART: self._parts}
        self._longest_prefix = 0
        # The halves of the keys that two words have together.
        self._lefts: set[str] = set()
        self._rights: set[str] = set()
        self._known: Memory[_Known] = Memory(self._read)

    def number(self, anchor: Anchor) -> int:
        """Return the number of an anchor, a new one when it is the first time that it is asked for."""
        number = self.anchors.get(anchor)
        if number is None:
            number = self.anchors[anchor] = len(self.anchors)
            self._add(anchor, (number,))
        return number

    def found(self, text: Text) -> set[int]:
        """Return the numbers of the anchors of which a text has a name."""
        # Mostly in C: there may be 10,000 texts a second.
        known = list(map(self._known.__getitem__, text.words))
        found = set(chain.from_iterable(map(_NUMBERS, known)))
        for left, right in compress(zip(known, islice(known, 1, None), strict=False), map(_LEFT, known)):
            if right.right and (numbers := self._keys.get(left.left + right.right)):
                found.update(numbers)
        for part, numbers in self._parts.items():
            if part in text.raw:
                found.update(numbers)
        return found

    def found_by_name(self, name: str) -> AbstractSet[int]:
        """Return the numbers of the anchors of which a host or a language is one."""
        return {number for _, known in domains(name) for number in self._keys.get(known, ())}

    def _add(self, anchor: Anchor, number: tuple[int]) -> None:
        known = self._of_kind[anchor.kind]
        for name in anchor.names:
            known[name] = known[name] + number if name in known else number
        if anchor.kind is Kind.KEY:
            for left, right in filter(any, map(halves, anchor.names)):
                self._lefts.add(left)
                self._rights.add(right)
        elif anchor.kind is Kind.PREFIX:
            self._longest_prefix = max(self._longest_prefix, *map(len, anchor.names))

    def _read(self, word: str) -> _Known:
        filed = self._words[word]
        found = [self._keys[key] for key in filed.keys if key in self._keys]
        for term in filed.terms if self._prefixes else ():
            beginnings = (term[:size] for size in range(1, min(len(term), self._longest_prefix) + 1))
            found.extend(self._prefixes[prefix] for prefix in beginnings if prefix in self._prefixes)
        left = filed.left if filed.left in self._lefts else ""
        right = filed.right if filed.right in self._rights else ""
        if not (found or left or right):
            return _UNKNOWN
        return _Known(found[0] if len(found) == 1 else tuple(chain.from_iterable(found)), left, right)
