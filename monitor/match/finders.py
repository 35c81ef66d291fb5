"""Finders: how each kind of term of a query is looked for in one text."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import NamedTuple, Protocol

from monitor.match.analysis import is_plain
from monitor.match.pattern import Pattern, make_pattern, passed, spaceless_pairs
from monitor.match.regex import Expression
from monitor.match.text import Place, Text

# Of each term and text. A text that repeats a word more often shows nothing more by it.
MOST_HITS = 100

Span = tuple[int, int]
# At which words of a text, by their numbers, something of the set of anchors with a number begins.
Begins = Callable[[int], Sequence[int]]


class Kind(StrEnum):
    """How an anchor is looked up: under a key, as a word that is asked for, as the beginning of one, or in the text."""

    KEY = "key"
    WORD = "word"
    PREFIX = "prefix"
    PART = "part"


class Anchor(NamedTuple):
    """A text that a term is found in has one of `names`."""

    kind: Kind
    names: tuple[str, ...]


# Sets of anchors; there are several ways to choose them.
Options = Iterator[tuple[Anchor, ...]]


class Finder(Protocol):
    """A term of a query, made ready to be looked for."""

    @property
    def term(self) -> str:
        """What was written in the query."""

    def spans(self, text: Text, begins: Begins) -> Iterator[Span]:
        """Yield where it is found, in code points of `text`; `begins` are told for each set of `options`."""

    def options(self) -> Options:
        """Yield sets of anchors; a text in which the term is found has one of each set.

        What is made of words begins with one of the first set, each part of a NEAR with one of its own.
        """


class PlacesFinder(Finder, Protocol):
    """A term that is made of words."""

    def places(self, text: Text, starts: Iterable[int]) -> Iterator[Place]:
        """Yield where it is found, with the tokens, at some of the words with the numbers `starts`."""


@dataclass(slots=True)
class WordFinder:
    """A word or a phrase. Its pattern is made when it is first asked for: most are never met."""

    term: str
    text: str
    language: str
    _pattern: Pattern | None = None

    @property
    def pattern(self) -> Pattern:
        """How it is found."""
        if self._pattern is None:
            self._pattern = make_pattern(self.text, self.language)
        return self._pattern

    def spans(self, text: Text, begins: Begins) -> Iterator[Span]:
        return (place[:2] for place in self.places(text, begins(0)))

    def places(self, text: Text, starts: Iterable[int]) -> Iterator[Place]:
        return text.find(self.pattern, starts) if starts else iter(())

    def options(self) -> Options:
        if is_plain(self.text):  # most are
            yield (Anchor(Kind.WORD, (self.text,)),)
            return
        for forms in passed(self.text):
            yield tuple(Anchor(Kind.WORD, (form,)) for form in forms)
        for pair in spaceless_pairs(self.text):
            yield (Anchor(Kind.KEY, (pair,)),)


@dataclass(frozen=True, slots=True)
class ExactFinder:
    """A word or a phrase whose letters are written in just this way."""

    term: str
    letters: str
    words: WordFinder

    def spans(self, text: Text, begins: Begins) -> Iterator[Span]:
        return (place[:2] for place in self.places(text, begins(0)))

    def places(self, text: Text, starts: Iterable[int]) -> Iterator[Place]:
        return (
            place for place in self.words.places(text, starts) if letters(text.written(place)) == self.letters
        )

    def options(self) -> Options:
        return self.words.options()


@dataclass(frozen=True, slots=True)
class PrefixFinder:
    """The words that begin with `prefix`, a folded one."""

    term: str
    prefix: str
    language: str

    def spans(self, text: Text, begins: Begins) -> Iterator[Span]:
        return (place[:2] for place in self.places(text, begins(0)))

    def places(self, text: Text, starts: Iterable[int]) -> Iterator[Place]:
        return text.find_prefix(self.prefix, self.language, starts)

    def options(self) -> Options:
        yield (Anchor(Kind.PREFIX, (self.prefix,)),)


@dataclass(frozen=True, slots=True)
class RegexFinder:
    """A regular expression; `part` is in every text that it matches, "" when that isn't known."""

    term: str
    expression: Expression
    part: str

    def spans(self, text: Text, begins: Begins) -> Iterator[Span]:
        # To search is quicker than to say where, and mostly comes to nothing.
        if self.part not in text.raw or self.expression.search(text.raw) is None:
            return
        for found in islice(self.expression.finditer(text.raw), MOST_HITS):
            yield found.start(), found.end()

    def options(self) -> Options:
        if self.part:
            yield (Anchor(Kind.PART, (self.part,)),)


@dataclass(frozen=True, slots=True)
class DomainFinder:
    """The host, or a domain it is in: `bbc.co.uk` of www.bbc.co.uk. A name without a dot is any part of it."""

    term: str
    domain: str
    prefix: bool = False

    def spans(self, text: Text, begins: Begins) -> Iterator[Span]:
        for start, name in domains(text.raw):
            if name.startswith(self.domain) if self.prefix else name == self.domain:
                yield start, start + len(self.domain)

    def options(self) -> Options:
        if not self.prefix:
            yield (Anchor(Kind.KEY, (self.domain,)),)


@dataclass(frozen=True, slots=True)
class LanguageFinder:
    """A language, by the first part of its tag."""

    term: str
    tag: str

    def spans(self, text: Text, begins: Begins) -> Iterator[Span]:
        if text.raw == self.tag:
            yield 0, len(self.tag)

    def options(self) -> Options:
        yield (Anchor(Kind.KEY, (self.tag,)),)


def domains(host: str) -> Iterator[tuple[int, str]]:
    """Yield the names by which a host is known, and where they begin: the domains it is in, and its parts."""
    start = 0
    for label in host.split("."):
        yield start, label
        if len(label) < len(host) - start:
            yield start, host[start:]
        start += len(label) + 1


def letters(written: str) -> str:
    """Return the letters and digits of `written`, in ordinary width."""
    whole = unicodedata.normalize("NFKC", written)
    return "".join(character for character in whole if unicodedata.category(character)[0] in "LMN")
