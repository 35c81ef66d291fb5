"""What the comparison knows of a language: words as data, and how they are looked up."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

_SHORTEST_STEM = 3


class Table:
    """Words, and what each stands for.

    `word*` are all words that begin so, `two_words` two in a row. The most exact entry decides.
    """

    def __init__(self, lines: Mapping[str, str]) -> None:
        """`lines` has the words, folded and separated by blanks, for each thing they stand for."""
        self._words: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        for meaning, words in lines.items():
            for word in words.split():
                kind = self._stems if word.endswith("*") else self._words
                kind[word.removesuffix("*")] = meaning

    def words(self) -> Iterator[str]:
        """Yield the entries, stems without their `*`."""
        yield from (*self._words, *self._stems)

    def meanings(self) -> frozenset[str]:
        """Return all that words stand for."""
        return frozenset((*self._words.values(), *self._stems.values()))

    def get(self, word: str) -> str | None:
        """Return what `word` stands for, None for nothing."""
        if (meaning := self._words.get(word)) is not None:
            return meaning
        for length in range(len(word), _SHORTEST_STEM - 1, -1):
            if (meaning := self._stems.get(word[:length])) is not None:
                return meaning
        return None

    def pair(self, word: str, following: str) -> str | None:
        """Return what two words in a row stand for, beyond what each does."""
        return self._words.get(f"{word}_{following}")


NOTHING = Table({})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lexicon:
    """The words of one language, folded.

    `function`: words without a topic of their own (articles, prepositions, "says").
    `numbers`: number words -> digits. `dates`: weekdays and months -> "weekday/1", "month/12".
    `nations`: countries and what comes from them -> the country.
    `same`: words that headlines use for one another -> one of them.
    `states`: words -> "axis/state"; two states of one axis exclude one another.
    `aspects`: words -> "death", "reaction" or "plan": what one headline tells and another may not.
    `negations`. `formats`: phrases, anywhere in a headline, of live blogs, round-ups and explainers.
    `sections`: the same, but only in front of a colon or bar, or behind a dash or bar at the end.
    `nouns_are_capital`: a capital letter says nothing about a name.
    """

    function: AbstractSet[str]
    numbers: Mapping[str, str]
    dates: Table
    nations: Table = NOTHING
    same: Table = NOTHING
    states: Table = NOTHING
    aspects: Table = NOTHING
    negations: AbstractSet[str] = frozenset()
    formats: tuple[str, ...] = ()
    sections: AbstractSet[str] = frozenset()
    nouns_are_capital: bool = False

    def knows(self, word: str) -> bool:
        """Return whether `word` speaks for this language; the names of countries are alike in many."""
        return (
            word in self.function
            or word in self.numbers
            or any(table.get(word) is not None for table in (self.same, self.states, self.aspects))
        )


def words(text: str) -> frozenset[str]:
    """Return the words of `text`."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """Return the phrases of `text`, one a line or set apart by commas."""
    return tuple(phrase.strip() for line in text.split("\n") for phrase in line.split(",") if phrase.strip())


def numbered(text: str, numbers: Iterable[int]) -> dict[str, str]:
    """Return the words of `text` with their numbers as digits; `a/b` are two words for one number."""
    return {
        word: str(number)
        for number, both in zip(numbers, text.split(), strict=True)
        for word in both.split("/")
    }


def calendar(weekdays: str, months: str) -> Table:
    """Return the table of dates: weekdays from Monday on, months from January on; `a/b` as above, `-` for none.

    None is for a month that is more often another word ("may", "march").
    """
    return Table(
        {f"weekday/{place}": both.replace("/", " ") for place, both in enumerate(weekdays.split(), 1)}
        | {
            f"month/{place}": both.replace("/", " ")
            for place, both in enumerate(months.split(), 1)
            if both != "-"
        }
    )
