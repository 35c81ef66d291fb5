"""All that the rules of an index look for, by number, and what of it is in a text: each word is looked up once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import NamedTuple

from monitor.match.finders import Anchor, Kind, domains
from monitor.match.keys import asked_keys, halves
from monitor.match.lexicon import Memory, lexicon
from monitor.match.text import Text


class _Known(NamedTuple):
    """What is looked for of a word: by itself, and what it is as the left and the right one of two, "" for nothing."""

    numbers: tuple[int, ...]
    left: str
    right: str


class Vocabulary:
    """Anchors, whose keys are of one language. They are numbered before the first text is looked at."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._words = lexicon(language).words
        self._size = 0
        self._keys: dict[str, tuple[int, ...]] = {}
        self._prefixes: dict[str, tuple[int, ...]] = {}
        self._parts: dict[str, tuple[int, ...]] = {}
        self._of_kind = {
            Kind.KEY: self._keys,
            Kind.WORD: self._keys,
            Kind.PREFIX: self._prefixes,
            Kind.PART: self._parts,
        }
        self._longest_prefix = 0
        # The halves of the keys that two words have together.
        self._lefts: set[str] = set()
        self._rights: set[str] = set()
        self._known: Memory[_Known | None] = Memory(self._read)

    def add(self, anchor: Anchor) -> int:
        """Return the number of an anchor, a new one."""
        number = (self._size,)
        self._size += 1
        kind, names = anchor
        if kind is Kind.WORD:
            names = tuple(chain.from_iterable(asked_keys(name, self._language) for name in names))
        known = self._of_kind[kind]
        for name in names:
            others = known.setdefault(name, number)
            if others is not number:
                known[name] = others + number
            elif known is self._keys:
                left, right = halves(name)
                if right:
                    self._lefts.add(left)
                    self._rights.add(right)
        if kind is Kind.PREFIX:
            self._longest_prefix = max(self._longest_prefix, *map(len, names))
        return number[0]

    def found(self, texts: Iterable[Text]) -> set[int]:
        """Return the numbers of the anchors of which some texts have a name."""
        found: set[int] = set()
        for text in texts:
            left = ""  # what the word before is as the left one of two
            # There may be 10,000 texts a second, and of most words nothing is looked for.
            for known in map(self._known.__getitem__, text.words):
                if known is None:
                    left = ""
                    continue
                numbers, following, right = known
                if numbers:
                    found.update(numbers)
                if left and right and (of_both := self._keys.get(left + right)):
                    found.update(of_both)
                left = following
            for part, numbers in self._parts.items():
                if part in text.raw:
                    found.update(numbers)
        return found

    def beginnings(self, text: Text) -> Mapping[int, Sequence[int]]:
        """Return which words of a text, by their numbers, begin what is found under each number of an anchor."""
        beginnings: defaultdict[int, list[int]] = defaultdict(list)
        left = ""
        for place, known in enumerate(map(self._known.__getitem__, text.words)):
            if known is None:
                left = ""
                continue
            numbers, following, right = known
            for number in numbers:
                beginnings[number].append(place)
            for number in self._keys.get(left + right, ()) if left and right else ():
                beginnings[number].append(place - 1)
            left = following
        return beginnings

    def found_by_name(self, name: str) -> AbstractSet[int]:
        """Return the numbers of the anchors of which a host or a language is one."""
        return {number for _, known in domains(name) for number in self._keys.get(known, ())}

    def _read(self, word: str) -> _Known | None:
        filed = self._words[word]
        found = [self._keys[key] for key in filed.keys if key in self._keys]
        for term in filed.terms if self._prefixes else ():
            beginnings = (term[:size] for size in range(1, min(len(term), self._longest_prefix) + 1))
            found.extend(self._prefixes[prefix] for prefix in beginnings if prefix in self._prefixes)
        left = filed.left if filed.left in self._lefts else ""
        right = filed.right if filed.right in self._rights else ""
        if not (found or left or right):
            return None
        return _Known(found[0] if len(found) == 1 else tuple(chain.from_iterable(found)), left, right)
