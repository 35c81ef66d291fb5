"""The parts of a query, ready to be held against an entry: true, false, or what a page might make of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, Protocol

from monitor.match.finders import MOST_HITS, Finder, WordFinder
from monitor.match.pattern import single_pattern
from monitor.match.reading import HEADLINES, Reading
from monitor.model import Hit, TextField


class Test(Protocol):
    """A part of a query."""

    def holds(self, reading: Reading) -> bool:
        """Tell whether it is true of the fields together."""

    def hits(self, reading: Reading, *, wanted: bool) -> Iterator[Hit]:
        """Yield where the words stand that made it come out as `wanted`."""

    def may_become(self, reading: Reading, *, wanted: bool) -> bool:
        """Tell whether some text of the page, which isn't there yet, could make it come out as `wanted`.

        The text can only add words: what a query asks for may be there, what it excludes and has been
        found stays, and the other fields are what they are. So this is Kleene's three-valued logic with
        the text as the unknown.
        """

    def is_named(self, reading: Reading, *, wanted: bool) -> bool:
        """Tell whether title or summary holds one of the words that speak for it coming out as `wanted`."""


class Beside(NamedTuple):
    """The word that two make which are written side by side: `cease fire` also means `ceasefire`."""

    term: str
    keys: tuple[str, ...]
    language: str

    def finder(self) -> Finder:
        """Return what finds the word where a text writes it as one."""
        return WordFinder(self.term, single_pattern(self.keys, self.language))


@dataclass(frozen=True, slots=True)
class Term:
    """A term that one of `fields` holds, or a word that it makes with one of the words `beside` it."""

    finder: Finder
    fields: tuple[TextField, ...]
    beside: tuple[Beside, ...] = ()

    def holds(self, reading: Reading) -> bool:
        return self._is_in(reading, self.fields)

    def hits(self, reading: Reading, *, wanted: bool) -> Iterator[Hit]:
        if not wanted:
            return
        for field in self.fields:
            for text in reading.texts(field):
                for finder in (self.finder, *(beside.finder() for beside in self.beside)):
                    for start, end in islice(finder.spans(text), MOST_HITS):
                        yield Hit(field, text.offset + start, text.offset + end, finder.term)

    def may_become(self, reading: Reading, *, wanted: bool) -> bool:
        if wanted and TextField.TEXT in self.fields:
            return True
        return self.holds(reading) is wanted

    def is_named(self, reading: Reading, *, wanted: bool) -> bool:
        return wanted and self._is_in(reading, [field for field in self.fields if field in HEADLINES])

    def _is_in(self, reading: Reading, fields: Sequence[TextField]) -> bool:
        for field in fields:
            for text in reading.texts(field):
                if self.finder.is_in(text):
                    return True
                for beside in self.beside:
                    if text.has(beside.keys, beside.language):
                        return True
        return False


@dataclass(frozen=True, slots=True)
class Several:
    """All parts (`every`) or at least one of them."""

    parts: tuple[Test, ...]
    every: bool

    def holds(self, reading: Reading) -> bool:
        return (all if self.every else any)(part.holds(reading) for part in self.parts)

    def hits(self, reading: Reading, *, wanted: bool) -> Iterator[Hit]:
        for part in self.parts:
            if part.holds(reading) is wanted:
                yield from part.hits(reading, wanted=wanted)

    def may_become(self, reading: Reading, *, wanted: bool) -> bool:
        # That not all hold takes one that doesn't (De Morgan).
        return (all if self.every is wanted else any)(
            part.may_become(reading, wanted=wanted) for part in self.parts
        )

    def is_named(self, reading: Reading, *, wanted: bool) -> bool:
        return any(part.is_named(reading, wanted=wanted) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Opposite:
    """The part doesn't hold."""

    part: Test

    def holds(self, reading: Reading) -> bool:
        return not self.part.holds(reading)

    def hits(self, reading: Reading, *, wanted: bool) -> Iterator[Hit]:
        return self.part.hits(reading, wanted=not wanted)

    def may_become(self, reading: Reading, *, wanted: bool) -> bool:
        return self.part.may_become(reading, wanted=not wanted)

    def is_named(self, reading: Reading, *, wanted: bool) -> bool:
        return self.part.is_named(reading, wanted=not wanted)
