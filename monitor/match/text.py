"""A text that many rules look into: closely only at the words where the index has found something."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from monitor.match.analysis import Token
from monitor.match.lexicon import Filed, lexicon, word_sizes
from monitor.match.pattern import Pattern
from monitor.match.stretch import Found, Stretch

# Blanks that set off thousands, and no words; of the same length as what they are replaced by.
_IN_NUMBER = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d)")
_WORD = re.compile(r"\S+")
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
    """One value of a field, which begins at `offset` of the field. `is_name`: it is a host or a language."""

    __slots__ = (
        "_flat",
        "_looked_at",
        "_numbers",
        "_starts",
        "_whole",
        "is_name",
        "offset",
        "raw",
        "words",
    )

    def __init__(self, raw: str, offset: int = 0, *, is_name: bool = False) -> None:
        self.raw = raw
        self.offset = offset
        self.is_name = is_name
        # Small letters are as many as the capitals, but for this one.
        self._flat = raw.replace("İ", "I").lower()
        if not raw.isascii() and ("\u00a0" in raw or "\u2009" in raw or "\u202f" in raw):
            self._flat = _IN_NUMBER.sub("'", self._flat)
        self.words = self._flat.split()
        # Of most texts no more is asked for; the rest is made when it is.
        self._whole: dict[str, Stretch] = {}
        self._looked_at = 0
        self._starts: Sequence[int] = ()
        self._numbers: list[int] = []

    def find(self, pattern: Pattern, starts: Iterable[int]) -> Iterator[Place]:
        """Yield each place where `pattern` is found, beginning with one of the words with the numbers `starts`."""
        filed = lexicon(pattern.language).words
        unsure: list[int] = []
        for number in sorted(set(starts)):
            word = filed[self.words[number]]
            if pattern.single and word.size and word.keys[0] in pattern.beginnings:
                yield self._plain(number, word)
            else:
                unsure.append(number)
        if not unsure:  # mostly
            return
        for number, stretch in self._stretches(unsure, 2 * len(pattern.steps), pattern.language):
            yield from self._found(number, stretch, stretch.find(pattern))

    def find_prefix(self, prefix: str, language: str, starts: Iterable[int]) -> Iterator[Place]:
        """Yield each place of a word that begins with `prefix`, one of those with the numbers `starts`."""
        for number, stretch in self._stretches(sorted(set(starts)), 1, language):
            yield from self._found(number, stretch, stretch.find_prefix(prefix))

    def _plain(self, number: int, word: Filed) -> Place:
        """Return the place of a word that is one token."""
        start = self._span(number)[0] + word.start
        token = Token(word.terms[0], 0, word.size, "")
        return Place(start, start + word.size, number, 0, (token,), start)

    def _span(self, number: int) -> tuple[int, int]:
        if not self._starts:
            self._starts = self._find_starts()
        start = self._starts[number] + number
        return start, start + len(self.words[number])

    def _find_starts(self) -> Sequence[int]:
        """Return where each word starts, less its number, for the blanks before it."""
        starts = list(accumulate(map(len, self.words), initial=0))
        if starts[-1] + len(self.words) - 1 == len(self._flat):  # mostly: one blank between two
            return starts
        return [word.start() - number for number, word in enumerate(_WORD.finditer(self._flat))]

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
    def _found(word: int, stretch: Stretch, found: Iterable[Found]) -> Iterator[Place]:
        for start, end, first, after in found:
            yield Place(start, end, word, first, stretch.tokens[first:after], stretch.start)
