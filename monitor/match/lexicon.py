"""What the words of texts are filed under, in one language, remembered from text to text.

A word here is what stands between two blanks, in small letters: `cease-fire,` or `u.s.`. Tokens that make one
word together stand within such a word, or at the ends of two, so that each can be analysed by itself, once:
the same few thousand words make up most of the news.
"""

from collections.abc import Callable
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from monitor.match.analysis import analyse, glue, is_joinable, is_plain, is_spaceless, joins
from monitor.match.keys import filed_keys
from monitor.match.stems import stem

_MOST_WORDS = 1 << 17
_LONGEST_WORD = 64
# Around a word of letters, these change nothing about it.
_PUNCTUATION = ".,;:!?()[]\"'“”‘’„«»…"
_POSSESSIVE = ("'s", "’s")
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


class Filed(NamedTuple):
    """What a word is filed under.

    `left` and `right` make a key with a neighbour, on its left and on its right. `terms` are its tokens and what
    they make together, folded. One that is nothing but a token and punctuation has that from `start` on, `size`
    long.
    """

    keys: tuple[str, ...]
    left: str
    right: str
    terms: tuple[str, ...]
    start: int = 0
    size: int = 0


_NOTHING = Filed((), _CLOSED, _CLOSED, ())


class Lexicon:
    """What words are filed under in one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.words: Memory[Filed] = Memory(self._filed)

    def _filed(self, word: str) -> Filed:
        core = word.strip(_PUNCTUATION)
        bare = core[:-2] if core.endswith(_POSSESSIVE) else core
        if is_plain(bare):  # most are
            return self._filed_plainly(word, core, bare)
        analysis = analyse(word)
        tokens = analysis.tokens
        if not tokens:
            return _NOTHING
        keys = dict.fromkeys(key for _, _, key in filed_keys(word, analysis, self._language))
        terms = [token.term for token in tokens] + [joined for _, _, joined in joins(tokens)]
        left, right = self._left(tokens[-1].term, analysis.tail), self._right(tokens[0].term, tokens[0].gap)
        return Filed(tuple(keys), left, right, tuple(dict.fromkeys(terms)))

    def _filed_plainly(self, word: str, core: str, term: str) -> Filed:
        key = stem(term, self._language)
        joinable = is_joinable(term)
        left = term if joinable and word.endswith(core) else _CLOSED
        right = key if joinable and word.startswith(core) else _CLOSED
        return Filed((key,), left, right, (term,), word.index(term), len(term))

    def _left(self, term: str, tail: str) -> str:
        if is_spaceless(term):
            return _CLOSED if glue(tail) else term
        return _CLOSED if tail or not is_joinable(term) else term

    def _right(self, term: str, gap: str) -> str:
        if is_spaceless(term):
            return _CLOSED if glue(gap) else term
        return _CLOSED if gap or not is_joinable(term) else stem(term, self._language)


# How many tokens a word has.
word_sizes: Memory[int] = Memory(lambda word: len(analyse(word).tokens))


@cache
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language; there is one of each."""
    return Lexicon(language)
