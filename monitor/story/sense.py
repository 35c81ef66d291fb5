"""A word -> what it is compared as, and what else it tells."""

from collections.abc import Iterable
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from monitor.story.reading import Word
from monitor.story.words.lexicon import Lexicon

# Words that begin with the same five letters are one: "Syria" and "Syrian", "elects" and "election", in every
# language that inflects at the end. On headlines it did better than Snowball's stems (docs/adr/0008).
_STEM = 5

# The pronoun is "us".
_UNITED_STATES = ("US", "USA")


class Sense(NamedTuple):
    """What a word is compared as, "" for one without a topic of its own; and what the lexicon has of it."""

    term: str
    nation: str | None = None
    date: str | None = None
    state: str | None = None
    aspect: str | None = None
    is_number: bool = False
    negates: bool = False


def sense(word: Word, lexicon: Lexicon) -> Sense:
    """Return what `word` means."""
    if word.is_number:
        return Sense(word.term, is_number=True)
    if word.form in _UNITED_STATES:
        return Sense("us", nation="us")
    return _looked_up(word.term, lexicon)


def terms(words: Iterable[Word], lexicon: Lexicon) -> tuple[str, ...]:
    """Return what `words` are compared as, each once."""
    return tuple(dict.fromkeys(term for word in words if (term := sense(word, lexicon).term)))


# The words of the news are few, and looking one up takes as long as all the rest.
@lru_cache(maxsize=16_384)
def _looked_up(word: str, lexicon: Lexicon) -> Sense:
    if (number := lexicon.numbers.get(word)) is not None:
        return Sense(number, is_number=True)
    nation, date = lexicon.nations.get(word), lexicon.dates.get(word)
    negates = word in lexicon.negations
    if nation is not None:
        term = nation
    elif date is not None or negates or word in lexicon.function:
        term = ""
    else:
        term = lexicon.same.get(word) or word[:_STEM]
    return Sense(
        intern(term),
        nation=nation,
        date=date,
        state=lexicon.states.get(word),
        aspect=lexicon.aspects.get(word),
        negates=negates,
    )
