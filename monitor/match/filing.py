"""Under which words an entry is filed in a database, so that `monitor.match.presearch` finds it again.

What a database calls a word is ours: tokens of letters and digits, folded, of which both databases make nothing
more. Words that a hyphen ties are filed as one as well, characters of spaceless scripts in pairs as well, hosts
by their names. Where a word stands isn't kept: whoever finds an entry holds the query against it.

The stems of a word depend on the language in which somebody asks, so they aren't filed. They are told of the
words as `written`, for each language once.

Whoever changes what comes out here has all stored entries filed anew, by a migration: tests/unit/match/test_filed.py tells.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from monitor.match.analysis import Analysis, Token, analyse, as_written, glue, is_plain, is_spaceless, joins
from monitor.match.finders import domains
from monitor.match.fold import fold
from monitor.match.lexicon import Memory
from monitor.match.reading import host_of
from monitor.match.stems import stems
from monitor.match.text import Text
from monitor.model import Entry, TextField

# The fields whose words are filed. Hosts are filed by their names; feeds are few, and asked themselves.
FILED = frozenset({TextField.TITLE, TextField.SUMMARY, TextField.TEXT, TextField.AUTHOR, TextField.CATEGORY})
# Entries that have too many words for a database are filed under this one alone: they may have any.
EVERY_WORD = "\ue000"
_MOST_CHARACTERS = 100_000
# Characters by which a word is filed; what begins alike is told apart afterwards.
_LONGEST = 64
# Of longer ones no stems are known; nobody asks for them.
_LONGEST_WRITTEN = 500

# A few letters are signs and blanks when they are folded (㏂, ﷺ), and no database has those in a word.
_SIGNS = re.compile(r"[^\w\x80-\U0010ffff]|_")


class Filing(NamedTuple):
    """The tokens under which an entry is filed, and its words as they are written, in small letters."""

    tokens: frozenset[str]
    written: frozenset[str]


class _Word(NamedTuple):
    """What stands between two blanks. `first` and `last`: characters that make a pair with those of its neighbours."""

    tokens: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    first: str = ""
    last: str = ""


def file_entry(entry: Entry, text: str = "") -> Filing:
    """Return under what an entry and the text of its page are filed."""
    values = [entry.title, entry.summary, text, *entry.authors, *entry.categories]
    texts = [Text(value).words for value in values if value]
    words = list(map(_words.__getitem__, set(chain.from_iterable(texts))))
    tokens = set(chain.from_iterable(word.tokens for word in words))
    tokens.update(token_of(pair) for of_text in texts for pair in _pairs_over_blanks(of_text))
    tokens.update(token_of(name) for _, name in domains(host_of(entry.link)))
    tokens.discard("")
    if sum(map(len, tokens)) > _MOST_CHARACTERS:
        return Filing(frozenset({EVERY_WORD}), frozenset())
    return Filing(frozenset(tokens), frozenset(chain.from_iterable(word.written for word in words)))


def token_of(term: str) -> str:
    """Return the token under which a folded term, or a host's name, is filed; "" when nothing is left of it."""
    return term[:_LONGEST] if is_plain(term) else _SIGNS.sub("", term)[:_LONGEST]


def stems_of(written: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield (stem, token) of a word, but where the token is the stem's own."""
    token = token_of(fold(written))
    for stem in stems(written, language):
        if token_of(stem) != token:
            yield stem, token


def _read(word: str) -> _Word:
    if is_plain(word):  # most are
        return _Word((token_of(word),), _known((word,)))
    analysis = analyse(word)
    if not analysis.tokens:
        return _Word()
    written = dict.fromkeys(
        [as_written(word, token) for token in analysis.tokens]
        + [joined for _, _, joined in joins(analysis.tokens)]
    )
    tokens = [token_of(fold(each)) for each in written]
    tokens += [token_of(pair) for pair in _pairs(analysis.tokens)]
    return _Word(tuple(tokens), _known(written), *_ends(analysis))


def _known(written: Iterable[str]) -> tuple[str, ...]:
    return tuple(each for each in written if len(each) <= _LONGEST_WRITTEN)


def _pairs_over_blanks(words: Sequence[str]) -> Iterator[str]:
    for left, right in pairwise(words):
        if not (left.isascii() or right.isascii()) and (last := _words[left].last):
            first = _words[right].first
            if first:
                yield last + first


def _pairs(tokens: Sequence[Token]) -> Iterator[str]:
    for left, right in pairwise(tokens):
        if is_spaceless(left.term) and is_spaceless(right.term) and not glue(right.gap):
            yield left.term + right.term


def _ends(analysis: Analysis) -> tuple[str, str]:
    first, last = analysis.tokens[0], analysis.tokens[-1]
    return (
        first.term if is_spaceless(first.term) and not glue(first.gap) else "",
        last.term if is_spaceless(last.term) and not glue(analysis.tail) else "",
    )


_words: Memory[_Word] = Memory(_read)
