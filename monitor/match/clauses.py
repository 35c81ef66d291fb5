"""The parts of a query, ready to be held against an entry: true, false, or what a page might make of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from monitor.match.fields import Fields
from monitor.match.finders import MOST_HITS, Finder, Span, WordFinder
from monitor.match.pattern import keys_beside, single_pattern
from monitor.match.reading import Reading
from monitor.match.text import Text
from monitor.match.vocabulary import Vocabulary
from monitor.model import Hit


class Condition(Protocol):
    """A part of a query."""

    def holds(self, reading: Reading) -> bool:
        """Tell whether it is true of the fields together."""

    def hits(self, reading: Reading, *, wanted: bool) -> Iterator[Hit]:
        """Yield where the words stand that made it come out as `wanted`, which it does."""

    def may_become(self, reading: Reading, *, wanted: bool) -> bool:
        """Tell whether some text of the page, which isn't there yet, could make it come out as `wanted`.

        The text can only add words: what a query asks for may be there, what it excludes and has been
        found stays, and the other fields are what they are. So this is Kleene's three-valued logic with
        the text as the unknown.
        """

    def is_named(self, reading: Reading, *, wanted: bool) -> bool:
        """Tell whether title or summary holds one of the words that speak for it coming out as `wanted`."""


class Beside(NamedTuple):
    """The word that two make which are written side by side, by number: `cease fire` also means `ceasefire`."""

    left: str
    right: str
    language: str
    number: int

    def finder(self) -> Finder:
        """Return what finds the word where a text writes it as one."""
        term = f"{self.left} {self.right}"
        keys = keys_beside(self.left, self.right, self.language)
        return WordFinder(term, term, self.language, single_pattern(keys, self.language))


@dataclass(slots=True, eq=False)
class Sought:
    """What is looked for by all terms that are written alike.

    Where it is found there is one of each of `needs`, numbers of a vocabulary. That is enough when it is `certain`.
    """

    finder: Finder
    needs: tuple[tuple[int, ...], ...]
    certain: bool


@dataclass(slots=True, eq=False)
class Term:
    """A term that one of the fields holds, or a word that it makes with one of the words `beside` it.

    What it needs are numbers of `vocabulary`.
    """

    sought: Sought
    where: Fields
    vocabulary: Vocabulary
    beside: tuple[Beside, ...] = ()

    def holds(self, reading: Reading) -> bool:
        return self._is_in(reading, self.where)

    def hits(self, reading: Reading, *, wanted: bool) -> Iterator[Hit]:
        if not wanted:
            return
        found = reading.found(self.where, self.vocabulary)
        together = [(word.finder(), ((word.number,),)) for word in self.beside if word.number in found]
        for finder, needs in ((self.sought.finder, self.sought.needs), *together):
            for field, text in reading.texts(self.where):
                for start, end in islice(self._spans(reading, text, finder, needs), MOST_HITS):
                    yield Hit(field, text.offset + start, text.offset + end, finder.term)

    def may_become(self, reading: Reading, *, wanted: bool) -> bool:
        if wanted and self.where.with_text:
            return True
        return self.holds(reading) is wanted

    def is_named(self, reading: Reading, *, wanted: bool) -> bool:
        return wanted and self._is_in(reading, self.where.headlines)

    def _is_in(self, reading: Reading, where: Fields) -> bool:
        # Loops: this is asked more often than anything else, and mostly answered by numbers.
        found = reading.found(where, self.vocabulary)
        for need in self.sought.needs:
            if found.isdisjoint(need):
                break
        else:
            if self.sought.certain or self._is_seen(reading, where):
                return True
        for beside in self.beside:  # noqa: SIM110 - as above
            if beside.number in found:
                return True
        return False

    def _is_seen(self, reading: Reading, where: Fields) -> bool:
        finder, needs = self.sought.finder, self.sought.needs
        return any(
            next(self._spans(reading, text, finder, needs), None) is not None
            for _, text in reading.texts(where)
        )

    def _spans(
        self, reading: Reading, text: Text, finder: Finder, needs: Sequence[Sequence[int]]
    ) -> Iterator[Span]:
        """Yield where `finder` finds something in one of the texts, which often lacks a part of what it needs."""
        sight = reading.sight(text, self.vocabulary)
        if any(map(sight.found.isdisjoint, needs)):
            return iter(())
        return finder.spans(text, lambda place: sight.begins(needs[place]))


@dataclass(slots=True, eq=False)
class Several:
    """All parts (`every`) or at least one of them."""

    parts: tuple[Condition, ...]
    every: bool

    def holds(self, reading: Reading) -> bool:
        for part in self.parts:
            if part.holds(reading) is not self.every:
                return not self.every
        return self.every

    def hits(self, reading: Reading, *, wanted: bool) -> Iterator[Hit]:
        all_are = self.every is wanted  # as of an AND that holds
        for part in self.parts:
            if all_are or part.holds(reading) is wanted:
                yield from part.hits(reading, wanted=wanted)

    def may_become(self, reading: Reading, *, wanted: bool) -> bool:
        # That not all hold takes one that doesn't (De Morgan).
        return (all if self.every is wanted else any)(
            part.may_become(reading, wanted=wanted) for part in self.parts
        )

    def is_named(self, reading: Reading, *, wanted: bool) -> bool:
        return any(part.is_named(reading, wanted=wanted) for part in self.parts)


@dataclass(slots=True, eq=False)
class Opposite:
    """The part doesn't hold."""

    part: Condition

    def holds(self, reading: Reading) -> bool:
        return not self.part.holds(reading)

    def hits(self, reading: Reading, *, wanted: bool) -> Iterator[Hit]:
        return self.part.hits(reading, wanted=not wanted)

    def may_become(self, reading: Reading, *, wanted: bool) -> bool:
        return self.part.may_become(reading, wanted=not wanted)

    def is_named(self, reading: Reading, *, wanted: bool) -> bool:
        return self.part.is_named(reading, wanted=not wanted)
