"""A title -> its significant words, and what of it may set two titles apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.match.analysis import Token
from monitor.story.reading import Word, read
from monitor.story.sense import Sense, sense
from monitor.story.trim import core
from monitor.story.words.lexicon import Lexicon

_QUESTION_MARKS = "?？؟"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What is compared of a title. All words are folded, and stand as one of their kind.

    `terms` are the significant words, each once, numbers among them; `figures` the numbers,
    `dates` the weekdays and months, `nations` the countries, `names` the words with a capital letter where
    that means something; `states` are "axis/state"; `aspects` "death", "reaction", "plan"; `format` the word
    that gives it away as a live blog, round-up or column, or "". `unspaced`: mostly pairs of characters.
    """

    terms: tuple[str, ...]
    figures: frozenset[str]
    dates: frozenset[str]
    nations: frozenset[str]
    names: frozenset[str]
    states: frozenset[str]
    aspects: frozenset[str]
    negated: bool
    asks: bool
    format: str
    unspaced: bool


def headline(title: str, tokens: Sequence[Token], lexicon: Lexicon) -> Headline:
    """Read a title, whose tokens are given, in the language of `lexicon`."""
    start, end, section = core(title, lexicon)
    words = list(read(title, [token for token in tokens if start <= token.start and token.end <= end]))
    senses = [sense(word, lexicon) for word in words]
    terms = tuple(dict.fromkeys(one.term for one in senses if one.term))
    pairs = [(one.term, following.term) for one, following in pairwise(words)]
    return Headline(
        terms=terms,
        figures=frozenset(one.term for one in senses if one.is_number),
        dates=_found(one.date for one in senses),
        nations=_found(one.nation for one in senses),
        names=_names(words, senses, lexicon),
        states=_found(one.state for one in senses) | _found(lexicon.states.pair(*pair) for pair in pairs),
        aspects=_found(one.aspect for one in senses) | _found(lexicon.aspects.pair(*pair) for pair in pairs),
        negated=any(one.negates for one in senses),
        asks=any(mark in title for mark in _QUESTION_MARKS),
        format=section or _format(tokens, lexicon),
        unspaced=2 * sum(map(_is_pair, terms)) > len(terms),
    )


def _names(words: Sequence[Word], senses: Sequence[Sense], lexicon: Lexicon) -> frozenset[str]:
    """Return the words that are names, as far as capital letters tell: not in German, in Title Case, or in front."""
    told = [(one.term, word.form) for one, word in zip(senses, words, strict=True) if one.term]
    names = frozenset(term for term, form in told[1:] if form[0].isupper())
    lower = sum(len(form) > 3 and form[0].islower() for _, form in told)
    return frozenset() if lexicon.nouns_are_capital or lower < min(2, len(names)) else names


def _format(tokens: Sequence[Token], lexicon: Lexicon) -> str:
    text = f" {' '.join(token.term for token in tokens)} "
    return next((phrase for phrase in lexicon.formats if f" {phrase} " in text), "")


def _is_pair(term: str) -> bool:
    return len(term) == 2 and not term.isascii() and term == term.upper()


def _found(meanings: Iterable[str | None]) -> frozenset[str]:
    return frozenset(meaning for meaning in meanings if meaning)
