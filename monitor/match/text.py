"""A text that many rules look into: by its keys first, and more closely only where those are found."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice
from operator import add, itemgetter
from typing import NamedTuple

from monitor.match.analysis import Token
from monitor.match.keys import halves
from monitor.match.lexicon import Filed, lexicon, word_sizes
from monitor.match.pattern import Pattern
from monitor.match.stretch import Found, Stretch

_WORD = re.compile(r"\S+")
# Blanks that set off thousands, and no words; of the same length as what they are replaced by.
_IN_NUMBER = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d)")
# Code points that are analysed at once sooner than in pieces.
_SHORT = 100


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

    __slots__ = (
        "_by_key",
        "_filed",
        "_flat",
        "_keys",
        "_looked_at",
        "_numbers",
        "_pairs",
        "_spans",
        "_terms",
        "_whole",
        "offset",
        "raw",
        "words",
    )

    def __init__(self, raw: str, offset: int = 0) -> None:
        self.raw = raw
        self.offset = offset
        # Small letters are as many as the capitals, but for this one.
        self._flat = raw.replace("İ", "I").lower()
        if not raw.isascii() and any(blank in raw for blank in "\u00a0\u2009\u202f"):
            self._flat = _IN_NUMBER.sub("'", self._flat)
        self.words = self._flat.split()
        self._filed: dict[str, list[Filed]] = {}
        self._keys: dict[str, set[str]] = {}
        self._by_key: dict[str, dict[str, list[int]]] = {}
        self._looked_at = 0
        self._terms: dict[str, list[str]] = {}
        self._pairs: dict[str, set[str]] = {}
        self._whole: dict[str, Stretch] = {}
        self._spans: list[tuple[int, int]] = []
        self._numbers: list[int] = []

    def filed(self, language: str) -> list[Filed]:
        """Return what each word is filed under."""
        filed = self._filed.get(language)
        if filed is None:
            filed = self._filed[language] = list(map(lexicon(language).words.__getitem__, self.words))
        return filed

    def pairs(self, language: str) -> set[str]:
        """Return the keys that words have together with the next."""
        pairs = self._pairs.get(language)
        if pairs is None:
            pairs = self._pairs[language] = set(_pairs(self.filed(language)))
        return pairs

    def keys(self, language: str) -> set[str]:
        """Return the keys that words have by themselves."""
        keys = self._keys.get(language)
        if keys is None:
            keys = self._keys[language] = set(chain.from_iterable(map(itemgetter(0), self.filed(language))))
        return keys

    def has(self, keys: Collection[str], language: str) -> bool:
        """Tell whether the text has one of `keys`."""
        return not self.keys(language).isdisjoint(keys) or self._has_pair(keys, language)

    def _has_pair(self, keys: Collection[str], language: str) -> bool:
        own = self.keys(language)
        # Mostly there is no need to know the pairs.
        if not any(right in own for _, right in map(halves, keys)):
            return False
        return not self.pairs(language).isdisjoint(keys)

    def find(self, pattern: Pattern) -> Iterator[Place]:
        """Yield each place where `pattern` is found."""
        language = pattern.language
        if not self.has(pattern.beginnings, language):
            return
        filed, numbers = self.filed(language), self._numbers_of(language)
        unsure: set[int] = set()
        for number in sorted({number for key in pattern.beginnings for number in numbers.get(key, ())}):
            if pattern.single and filed[number].size:
                yield self._plain(number, filed[number])
            else:
                unsure.add(number)
        if self._has_pair(pattern.beginnings, language):
            unsure.update(number for number, pair in enumerate(_pairs(filed)) if pair in pattern.beginnings)
        for word, stretch in self._stretches(sorted(unsure), 2 * len(pattern.steps), language):
            yield from self._places(word, stretch, stretch.find(pattern))

    def _numbers_of(self, language: str) -> dict[str, list[int]]:
        """Return the numbers of the words under each key."""
        numbers = self._by_key.get(language)
        if numbers is None:
            numbers = self._by_key[language] = defaultdict(list)
            for number, word in enumerate(self.filed(language)):
                for key in word.keys:
                    numbers[key].append(number)
        return numbers

    def _plain(self, number: int, word: Filed) -> Place:
        """Return the place of a word that is one token."""
        start = self._span(number)[0] + word.start
        token = Token(word.terms[0], 0, word.size, "")
        return Place(start, start + word.size, number, 0, (token,), start)

    def _span(self, number: int) -> tuple[int, int]:
        if not self._spans:
            self._spans = [found.span() for found in _WORD.finditer(self._flat)]
        return self._spans[number]

    def has_prefix(self, prefix: str, language: str) -> bool:
        """Tell whether one of the words begins with `prefix`."""
        terms = self._terms.get(language)
        if terms is None:
            terms = sorted(set(chain.from_iterable(map(itemgetter(3), self.filed(language)))))
            self._terms[language] = terms
        place = bisect_left(terms, prefix)
        return place < len(terms) and terms[place].startswith(prefix)

    def find_prefix(self, prefix: str, language: str) -> Iterator[Place]:
        """Yield each place of a word that begins with `prefix`."""
        if not self.has_prefix(prefix, language):
            return
        beginning = {
            word
            for word, filed in dict(zip(self.words, self.filed(language), strict=True)).items()
            if any(term.startswith(prefix) for term in filed.terms)
        }
        starts = [number for number, word in enumerate(self.words) if word in beginning]
        for word, stretch in self._stretches(starts, 1, language):
            yield from self._places(word, stretch, stretch.find_prefix(prefix))

    def written(self, place: Place) -> str:
        """Return the tokens of `place` as they were given."""
        return "".join(self.raw[place.base + token.start : place.base + token.end] for token in place.tokens)

    def token_number(self, place: Place) -> int:
        """Return how many tokens there are before `place`."""
        if not self._numbers:
            self._numbers = list(accumulate(map(word_sizes.__getitem__, self.words), initial=0))
        return self._numbers[place.word] + place.first

    def _stretches(self, starts: Sequence[int], size: int, language: str) -> Iterator[tuple[int, Stretch]]:
        """Yield the analysis of each place that may be of interest, and the number of its first word.

        When they come to more than the text, it is analysed as a whole, once.
        """
        whole = self._whole.get(language)
        places = [(self._span(word), self._end(word, size)) for word in (starts if whole is None else ())]
        self._looked_at += sum(end - start for (start, _), end in places)
        if starts and whole is None and self._looked_at > len(self._flat) + _SHORT:
            whole = self._whole[language] = Stretch(self._flat, language)
        if starts and whole is not None:
            yield 0, whole
            return
        for word, ((start, until), end) in zip(starts, places, strict=True):
            yield word, Stretch(self._flat[start:end], language, start, until)

    def _end(self, word: int, size: int) -> int:
        """Return where `size` words with tokens end that begin with the number `word`."""
        while size and word < len(self.words):
            size -= word_sizes[self.words[word]] > 0
            word += 1
        return self._span(word - 1)[1]

    @staticmethod
    def _places(word: int, stretch: Stretch, found: Iterable[Found]) -> Iterator[Place]:
        for start, end, first, after in found:
            yield Place(start, end, word, first, stretch.tokens[first:after], stretch.start)


def _pairs(filed: Sequence[Filed]) -> Iterator[str]:
    return map(add, map(itemgetter(1), filed), map(itemgetter(2), islice(filed, 1, None)))
