"""Anchors, and the numbers of the rules under each of them."""

from collections.abc import Mapping, Sequence
from itertools import chain

from monitor.match.finders import Anchor, Kind, domains
from monitor.match.lexicon import Memory, left_half, lexicon
from monitor.match.text import Text

# No rule has this number. Few texts have a word with which an anchor of two words begins; the others are
# spared their pairs.
_BEGINS_PAIR = -1


class Posts:
    """The rules under the anchors of one field, or of title, summary and text together."""

    def __init__(self, language: str, rules: Mapping[Anchor, Sequence[int]]) -> None:
        self._language = language
        self._words = lexicon(language).words
        self._keys: dict[str, tuple[int, ...]] = {}
        self._prefixes: dict[str, tuple[int, ...]] = {}
        self._parts: dict[str, tuple[int, ...]] = {}
        of_kind = {Kind.PREFIX: self._prefixes, Kind.PART: self._parts}
        for (kind, names), numbers in rules.items():
            known = of_kind.get(kind, self._keys)
            own = tuple(numbers)
            for name in names:
                known[name] = known[name] + own if name in known else own
        self._longest_prefix = max(map(len, self._prefixes), default=0)
        self._lefts = frozenset(map(left_half, self._keys))
        self._of_word: Memory[tuple[int, ...]] = Memory(self._read)

    def met(self, text: Text) -> set[int]:
        """Return the rules of whose anchors a text has one."""
        # Three steps, all in C but for words that haven't been seen before: there may be 10,000 texts a second.
        met = set(chain.from_iterable(map(self._of_word.__getitem__, text.words)))
        if _BEGINS_PAIR in met:
            met.discard(_BEGINS_PAIR)
            for key in self._keys.keys() & text.pairs(self._language):
                met.update(self._keys[key])
        for part, numbers in self._parts.items():
            if part in text.raw:
                met.update(numbers)
        return met

    def met_by_name(self, name: str) -> set[int]:
        """Return the rules of whose anchors a host or a language has one."""
        return {number for _, known in domains(name) for number in self._keys.get(known, ())}

    def _read(self, word: str) -> tuple[int, ...]:
        """Return the rules of a word, with _BEGINS_PAIR when together with the next it may have some more."""
        filed = self._words[word]
        found = [self._keys[key] for key in filed.keys if key in self._keys]
        for term in filed.terms if self._prefixes else ():
            beginnings = (term[:size] for size in range(1, min(len(term), self._longest_prefix) + 1))
            found.extend(self._prefixes[prefix] for prefix in beginnings if prefix in self._prefixes)
        if filed.left in self._lefts:
            found.append((_BEGINS_PAIR,))
        return found[0] if len(found) == 1 else tuple(chain.from_iterable(found))
