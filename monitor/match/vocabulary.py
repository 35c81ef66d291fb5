"""All that the rules of an index look for, by number, and what of it is in a text: each word is looked up once."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from monitor.match.apart import Apart
from monitor.match.finders import Anchor, Kind, domains
from monitor.match.fold import fold
from monitor.match.keys import TIE, halves
from monitor.match.lexicon import Memory, lexicon
from monitor.match.stems import stems
from monitor.match.text import Text

_Numbers = tuple[int, ...]


# What is looked for of a word: by itself, and with a word behind it, by the right of that; its own right, "" for nothing.
_Known = tuple[_Numbers, Mapping[str, _Numbers], str]

_NOTHING: Mapping[str, _Numbers] = {}


class Sight:
    """What of a vocabulary is in a text: the numbers `found`, and at which words each begins.

    `known` is what is looked for of each word, `elsewhere` what was found in another way than by words.
    """

    __slots__ = ("_beginnings", "_known", "found")

    def __init__(self, known: Sequence[_Known | None], elsewhere: Iterable[_Numbers]) -> None:
        self._known = known
        self._beginnings: Mapping[int, Sequence[int]] | None = None
        self.found = found = set(chain.from_iterable(elsewhere))
        waiting = _NOTHING  # what the word before makes with this one
        # There may be 10,000 texts a second, and of most words nothing is looked for.
        for word in known:
            if word is None:
                waiting = _NOTHING
                continue
            numbers, behind, right = word
            if right and right in waiting:
                numbers += waiting[right]
            for number in numbers:  # mostly one: to call update takes longer
                found.add(number)
            waiting = behind

    def begins(self, numbers: Sequence[int]) -> Sequence[int]:
        """Return at which words of the text, by their numbers, something begins that has one of `numbers`."""
        if self._beginnings is None:
            self._beginnings = self._find_beginnings()
        return [place for number in numbers for place in self._beginnings.get(number, ())]

    def _find_beginnings(self) -> Mapping[int, Sequence[int]]:
        beginnings: dict[int, list[int]] = {}
        waiting = _NOTHING
        for place, word in enumerate(self._known):
            if word is None:
                waiting = _NOTHING
                continue
            numbers, behind, right = word
            for number in numbers:
                if number in beginnings:
                    beginnings[number].append(place)
                else:
                    beginnings[number] = [place]
            if right and right in waiting:
                for number in waiting[right]:
                    beginnings.setdefault(number, []).append(place - 1)
            waiting = behind
        return beginnings


class Vocabulary:
    """Anchors, whose keys are of one language. They are numbered before the first text is looked at."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._filed = lexicon(language).words
        self.size = 0
        # Words that are asked for, by the stem of what is written without accents.
        self._words: dict[str, _Numbers] = {}
        self._keys: dict[str, _Numbers] = {}
        self._prefixes: dict[str, _Numbers] = {}
        self._parts: dict[str, _Numbers] = {}
        self._apart = Apart(language)
        self._longest_prefix = 0
        self._known: Memory[_Known | None] = Memory(self._read)

    def add(self, anchor: Anchor) -> int:
        """Return the number of an anchor, a new one."""
        number = (self.size,)
        self.size += 1
        for name in anchor.names:
            self._add(anchor.kind, name, number)
        return number[0]

    def _add(self, kind: Kind, name: str, number: _Numbers) -> None:
        match kind:
            case Kind.WORD:
                bare, *full = stems(name, self._language)
                _append(self._words, bare, number)
                for key in full:
                    _append(self._keys, key, number)
                self._apart.add_word(fold(name), number)
            case Kind.KEY:
                _append(self._keys, name, number)
                if pair := halves(name):
                    self._apart.add_pair(*pair, number)
            case Kind.PREFIX:
                _append(self._prefixes, name, number)
                self._longest_prefix = max(self._longest_prefix, len(name))
            case Kind.PART:
                _append(self._parts, name, number)

    def look(self, text: Text) -> Sight:
        """Return what is in a text."""
        elsewhere = [numbers for part, numbers in self._parts.items() if part in text.raw]
        if text.is_name:
            elsewhere += [self._keys[name] for _, name in domains(text.raw) if name in self._keys]
        return Sight(list(map(self._known.__getitem__, text.words)), elsewhere)

    def _read(self, word: str) -> _Known | None:
        filed = self._filed[word]
        found = [self._words.get(key.removesuffix(TIE), ()) + self._keys.get(key, ()) for key in filed.keys]
        for term in filed.terms if self._prefixes else ():
            beginnings = (term[:size] for size in range(1, min(len(term), self._longest_prefix) + 1))
            found.extend(self._prefixes[prefix] for prefix in beginnings if prefix in self._prefixes)
        numbers = found[0] if len(found) == 1 else tuple(chain.from_iterable(found))
        behind = self._apart.behind(filed.left) or _NOTHING
        right = filed.right if filed.right in self._apart.rights else ""
        return (numbers, behind, right) if numbers or behind or right else None


def _append(known: dict[str, _Numbers], name: str, number: _Numbers) -> None:
    others = known.setdefault(name, number)
    if others is not number:
        known[name] = others + number
