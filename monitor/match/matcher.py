"""Rules against entries: which hold, and where the words stand that made them hold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from monitor.match.nodes import And, Node, Not, Or, Phrase, Word
from monitor.match.parser import parse_query
from monitor.match.pattern import Pattern, phrase_pattern, word_patterns
from monitor.match.text import Text
from monitor.model import Entry, Hit, Match, Rule, TextField

# Of each word and field. A text that repeats a word more often shows nothing more by it.
_MOST_HITS = 100

Fields = tuple[tuple[TextField, Text], ...]


class Matcher:
    """Rules, compiled. `match` reads each entry once, however many rules there are."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(_compiled(rule) for rule in rules)

    def match(self, entry: Entry, tags: frozenset[str]) -> tuple[Match, ...]:
        """Return the rules that hold for an entry of a feed with these tags, in the order of the rules."""
        rules = [compiled for compiled in self._rules if not compiled.rule.tags or compiled.rule.tags & tags]
        if not rules:
            return ()
        fields = ((TextField.TITLE, Text(entry.title)), (TextField.SUMMARY, Text(entry.summary)))
        forms = frozenset().union(*(text.forms for _, text in fields))
        return tuple(
            Match(compiled.rule.name, _hits(compiled.test, fields))
            for compiled in rules
            if compiled.may_hold(forms) and compiled.test.holds(fields)
        )


def compile_rules(rules: Sequence[Rule]) -> Matcher:
    """Return the matcher of `rules`. Raises QueryError for the first query that can't be read."""
    return Matcher(rules)


class _Test(Protocol):
    def holds(self, fields: Fields) -> bool:
        """Tell whether this part of the query is true of the fields together."""

    def hits(self, fields: Fields, *, wanted: bool) -> Iterator[Hit]:
        """Yield where the words stand that made this part come out as `wanted`."""


@dataclass(frozen=True, slots=True)
class _AnyPattern:
    patterns: tuple[Pattern, ...]

    def holds(self, fields: Fields) -> bool:
        return next(self._found(fields), None) is not None

    def hits(self, fields: Fields, *, wanted: bool) -> Iterator[Hit]:
        return self._found(fields) if wanted else iter(())

    def _found(self, fields: Fields) -> Iterator[Hit]:
        for field, text in fields:
            for pattern in self.patterns:
                for start, end in islice(text.find(pattern), _MOST_HITS):
                    yield Hit(field, start, end)


@dataclass(frozen=True, slots=True)
class _Several:
    """All parts (`every`) or at least one of them."""

    parts: tuple[_Test, ...]
    every: bool

    def holds(self, fields: Fields) -> bool:
        return (all if self.every else any)(part.holds(fields) for part in self.parts)

    def hits(self, fields: Fields, *, wanted: bool) -> Iterator[Hit]:
        for part in self.parts:
            if part.holds(fields) is wanted:
                yield from part.hits(fields, wanted=wanted)


@dataclass(frozen=True, slots=True)
class _Opposite:
    part: _Test

    def holds(self, fields: Fields) -> bool:
        return not self.part.holds(fields)

    def hits(self, fields: Fields, *, wanted: bool) -> Iterator[Hit]:
        return self.part.hits(fields, wanted=not wanted)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A rule and its query. Of the forms in `needs` one must be in an entry for which the query holds."""

    rule: Rule
    needs: frozenset[str] | None
    test: _Test

    def may_hold(self, forms: frozenset[str]) -> bool:
        return self.needs is None or not self.needs.isdisjoint(forms)


def _compiled(rule: Rule) -> _Compiled:
    query = parse_query(rule.query)
    return _Compiled(rule, _needs(query), _compile(query))


def _compile(node: Node) -> _Test:
    match node:
        case And(parts):
            return _Several(tuple(map(_compile, parts)), every=True)
        case Or(parts):
            return _Several(tuple(map(_compile, parts)), every=False)
        case Not(part):
            return _Opposite(_compile(part))
        case Phrase():
            return _AnyPattern((phrase_pattern(node),))
        case Word():
            return _AnyPattern(word_patterns(node))


def _needs(node: Node) -> frozenset[str] | None:
    """Return forms of which one must be there for `node` to hold, or None when it may hold without any.

    The term selection of Lucene's monitor: of an AND one part is enough, the longest words being the
    rarest; an OR needs those of all its parts.
    """
    match node:
        case And(parts):
            known = [needs for needs in map(_needs, parts) if needs is not None]
            return max(known, key=lambda forms: min(map(len, forms)), default=None)
        case Or(parts):
            return _needs_of_any(map(_needs, parts))
        case Not():
            return None
        case Phrase():
            return phrase_pattern(node).beginnings
        case Word():
            return _needs_of_any(pattern.beginnings for pattern in word_patterns(node))


def _needs_of_any(parts: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    union: frozenset[str] = frozenset()
    for needs in parts:
        if needs is None:
            return None
        union |= needs
    return union


def _hits(test: _Test, fields: Fields) -> tuple[Hit, ...]:
    found = set(test.hits(fields, wanted=True))
    return tuple(hit for field, _ in fields for hit in _widest(hit for hit in found if hit.field is field))


def _widest(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Yield the hits of one field by position, without those that lie inside another."""
    end = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.end > end:
            yield hit
            end = hit.end
