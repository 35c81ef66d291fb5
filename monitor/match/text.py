"""A text that many rules look into: by its keys first, and more closely only where those are found."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

from monitor.match.analysis import Token
from monitor.match.lexicon import lexicon, word_sizes
from monitor.match.pattern import Pattern
from monitor.match.stretch import Found, Stretch

_WORD = re.compile(r"\S+")
# Blanks that set off thousands, and no words; of the same length as what they are replaced by.
_IN_NUMBER = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d)")
# With more places than this, or longer ones, the text is analysed as a whole.
_MANY_PLACES = 30
_LONG_PLACE = 1_000


class Place(NamedTuple):
    """Where something was found: code points of the text as given, and the tokens there.

    Token `first` counts from the beginning of the word with the number `word`; the spans of the tokens count
    from `base`.
    """

    start: int
    end: int
    word: int
    first: int
    tokens: Sequence[Token]
    base: int


class Text:
    """One value of a field, which begins at `offset` of the field."""

    __slots__ = ("_flat", "_keys", "_numbers", "_pairs", "_spans", "_whole", "offset", "raw", "words")

    def __init__(self, raw: str, offset: int = 0) -> None:
        self.raw = raw
        self.offset = offset
        # Small letters are as many as the capitals, but for this one.
        self._flat = raw.replace("İ", "I").lower()
        if not raw.isascii():
            self._flat = _IN_NUMBER.sub("'", self._flat)
        self.words = self._flat.split()
        self._keys: dict[str, set[str]] = {}
        self._pairs: dict[str, set[str]] = {}
        self._whole: dict[str, Stretch] = {}
        self._spans: list[tuple[int, int]] = []
        self._numbers: list[int] = []

    def keys(self, language: str) -> set[str]:
        """Return all that may be looked for in the text."""
        keys = self._keys.get(language)
        if keys is None:
            known = lexicon(language)
            keys = set(chain.from_iterable(map(known.keys.__getitem__, self.words)))
            keys |= self.pairs(language)
            self._keys[language] = keys
        return keys

    def pairs(self, language: str) -> set[str]:
        """Return what words make with the next."""
        pairs = self._pairs.get(language)
        if pairs is None:
            pairs = self._pairs[language] = set(lexicon(language).pairs(self.words))
        return pairs

    def has(self, keys: Iterable[str], language: str) -> bool:
        """Tell whether the text has one of `keys`."""
        return not self.keys(language).isdisjoint(keys)

    def find(self, pattern: Pattern) -> Iterator[Place]:
        """Yield each place where `pattern` is found."""
        if self.has(pattern.beginnings, pattern.language):
            starts = self._words_with(frozenset(pattern.beginnings), pattern.language)
            for word, stretch in self._stretches(starts, 2 * len(pattern.steps), pattern.language):
                yield from self._places(word, stretch, stretch.find(pattern))

    def find_prefix(self, prefix: str, language: str) -> Iterator[Place]:
        """Yield each place of a word, in keys of a `language` without stems, that begins with `prefix`."""
        wanted = {key for key in self.keys(language) if begins(key, prefix)}
        if wanted:
            for word, stretch in self._stretches(self._words_with(wanted, language), 2, language):
                yield from self._places(word, stretch, stretch.find_prefix(prefix))

    def written(self, place: Place) -> str:
        """Return the tokens of `place` as they were given."""
        return "".join(self.raw[place.base + token.start : place.base + token.end] for token in place.tokens)

    def token_number(self, place: Place) -> int:
        """Return how many tokens there are before `place`."""
        if not self._numbers:
            self._numbers = list(accumulate(map(word_sizes.__getitem__, self.words), initial=0))
        return self._numbers[place.word] + place.first

    def _words_with(self, wanted: set[str] | frozenset[str], language: str) -> list[int]:
        """Return the numbers of the words that have one of the keys, by themselves or with the next."""
        known = lexicon(language)
        keys = map(known.keys.__getitem__, self.words)
        pairs = chain(known.pairs(self.words), ("",))
        return [
            number
            for number, (own, pair) in enumerate(zip(keys, pairs, strict=True))
            if pair in wanted or not wanted.isdisjoint(own)
        ]

    def _stretches(self, starts: Sequence[int], size: int, language: str) -> Iterator[tuple[int, Stretch]]:
        """Yield the number of the first word and the analysis of each place that may be of interest."""
        if not self._spans:
            self._spans = [found.span() for found in _WORD.finditer(self._flat)]
        places = [(self._spans[word], self._end(word, size)) for word in starts[:_MANY_PLACES]]
        if len(starts) > _MANY_PLACES or any(end - start > _LONG_PLACE for (start, _), end in places):
            whole = self._whole.get(language)
            if whole is None:
                whole = self._whole[language] = Stretch(self._flat, language)
            yield 0, whole
            return
        for word, ((start, until), end) in zip(starts, places, strict=True):
            yield word, Stretch(self._flat[start:end], language, start, until)

    def _end(self, word: int, size: int) -> int:
        """Return where `size` words with tokens end that begin with the number `word`."""
        while size and word < len(self.words):
            size -= word_sizes[self.words[word]] > 0
            word += 1
        return self._spans[word - 1][1]

    @staticmethod
    def _places(word: int, stretch: Stretch, found: Iterable[Found]) -> Iterator[Place]:
        for start, end, first, after in found:
            yield Place(start, end, word, first, stretch.tokens[first:after], stretch.start)


def begins(key: str, prefix: str) -> bool:
    """Tell whether the word with this key, or the one that two make, begins with `prefix`."""
    return key.startswith(prefix) or key.replace("-", "", 1).startswith(prefix)
