"""What the words of texts are filed under, in one language, remembered from text to text.

A word here is what stands between two blanks, in small letters: `cease-fire,` or `u.s.`. Tokens that make one
word together stand within such a word, or at the ends of two, so that each can be analysed by itself, once:
the same few thousand words make up most of the news.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import islice
from operator import add
from typing import Generic, TypeVar

from monitor.match.analysis import analyse, glue, is_joinable, is_spaceless
from monitor.match.keys import filed_keys
from monitor.match.stems import stem

_MOST_WORDS = 1 << 16
_LONGEST_WORD = 64
# Around a word of letters, these change nothing about it.
_PUNCTUATION = ".,;:!?()[]\"'“”‘’„«»…"
# No key has it: an end of a word that nothing can be joined to.
_CLOSED = "\n"

Value = TypeVar("Value")


class Memory(dict[str, Value], Generic[Value]):
    """What has been found out about words, for the words seen most recently."""

    def __init__(self, find_out: Callable[[str], Value]) -> None:
        super().__init__()
        self._find_out = find_out
        self._older: dict[str, Value] = {}

    def __missing__(self, word: str) -> Value:
        value = self._older[word] if word in self._older else self._find_out(word)
        if len(word) <= _LONGEST_WORD:
            if len(self) >= _MOST_WORDS // 2:
                self._older = dict(self)
                self.clear()
            self[word] = value
        return value


class Lexicon:
    """The keys of words in one language, and of words side by side."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.keys: Memory[tuple[str, ...]] = Memory(self._keys)
        self._left: Memory[str] = Memory(self._left_half)
        self._right: Memory[str] = Memory(self._right_half)

    def pairs(self, words: Sequence[str]) -> Iterable[str]:
        """Yield for each word but the last the key that it has together with the next, if there is one."""
        left, right = self._left.__getitem__, self._right.__getitem__
        return map(add, map(left, words), map(right, islice(words, 1, None)))

    def _keys(self, word: str) -> tuple[str, ...]:
        core = word.strip(_PUNCTUATION)
        if core.isascii() and core.isalnum():  # most are
            return (stem(core, self._language),)
        return tuple({key: None for _, _, key in filed_keys(word, analyse(word), self._language)})

    def _left_half(self, word: str) -> str:
        analysis = analyse(word)
        if not analysis.tokens:
            return _CLOSED
        term = analysis.tokens[-1].term
        if is_spaceless(term):
            return _CLOSED if glue(analysis.tail) else term
        return _CLOSED if analysis.tail or not is_joinable(term) else f"{term}-"

    def _right_half(self, word: str) -> str:
        tokens = analyse(word).tokens
        if not tokens:
            return _CLOSED
        term, _, _, gap = tokens[0]
        if is_spaceless(term):
            return _CLOSED if glue(gap) else term
        return _CLOSED if gap or not is_joinable(term) else stem(term, self._language)


# How many tokens a word has.
word_sizes: Memory[int] = Memory(lambda word: len(analyse(word).tokens))


@cache
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language; there is one of each."""
    return Lexicon(language)
