"""Rules against entries: which hold, and where the words stand that made them hold."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from monitor.match.groups import NO_GROUPS, Groups
from monitor.match.nodes import And, Node, Not, Or, Phrase, Word
from monitor.match.parser import parse_query
from monitor.match.pattern import Pattern, phrase_pattern, word_patterns
from monitor.match.text import Text
from monitor.model import Entry, FullText, Hit, Match, Rule, TextField

# Of each word and field. A text that repeats a word more often shows nothing more by it.
_MOST_HITS = 100

Fields = tuple[tuple[TextField, Text], ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What title and summary say, in the order of the rules.

    `matches` are the rules that hold. `open` names those that the text of the entry's page is to decide.
    """

    matches: tuple[Match, ...]
    open: tuple[str, ...]


class Matcher:
    """Rules, compiled. Each entry is read once, however many rules there are."""

    def __init__(self, rules: Sequence[Rule], groups: Groups) -> None:
        self._rules = tuple(_compiled(rule, groups) for rule in rules)

    def judge(self, entry: Entry, tags: frozenset[str], full_text: FullText = FullText.AUTO) -> Verdicts:
        """Hold an entry, of a feed with these tags and this `full_text`, against every rule.

        A rule is true, false whatever the page may say, or open. Whether an open one is worth the page
        follows from FullText.
        """
        rules = tuple(self._rules_for(tags))
        if not rules:
            return Verdicts((), ())
        fields = _fields(entry)
        forms = _forms(fields)
        matches: list[Match] = []
        undecided: list[str] = []
        for compiled in rules:
            if compiled.may_hold(forms) and compiled.test.holds(fields):
                matches.append(Match(compiled.rule.name, _hits(compiled.test, fields)))
            elif compiled.wants_text(fields, forms, full_text):
                undecided.append(compiled.rule.name)
        return Verdicts(tuple(matches), tuple(undecided))

    def match(
        self, entry: Entry, tags: frozenset[str], text: str = "", only: Collection[str] | None = None
    ) -> tuple[Match, ...]:
        """Return the rules that hold for an entry and the text of its page, in the order of the rules.

        With `only`, rules of other names are left out.
        """
        fields = (*_fields(entry), (TextField.TEXT, Text(text)))
        forms = _forms(fields)
        return tuple(
            Match(compiled.rule.name, _hits(compiled.test, fields))
            for compiled in self._rules_for(tags)
            if (only is None or compiled.rule.name in only)
            and compiled.may_hold(forms)
            and compiled.test.holds(fields)
        )

    def _rules_for(self, tags: frozenset[str]) -> Iterator["_Compiled"]:
        return (compiled for compiled in self._rules if not compiled.rule.tags or compiled.rule.tags & tags)


def _fields(entry: Entry) -> Fields:
    return ((TextField.TITLE, Text(entry.title)), (TextField.SUMMARY, Text(entry.summary)))


def _forms(fields: Fields) -> frozenset[str]:
    return frozenset().union(*(text.forms for _, text in fields))


def compile_rules(rules: Sequence[Rule], groups: Groups = NO_GROUPS) -> Matcher:
    """Return the matcher of `rules`. Raises QueryError for the first query that can't be read."""
    return Matcher(rules, groups)


class _Test(Protocol):
    def holds(self, fields: Fields) -> bool:
        """Tell whether this part of the query is true of the fields together."""

    def hits(self, fields: Fields, *, wanted: bool) -> Iterator[Hit]:
        """Yield where the words stand that made this part come out as `wanted`."""

    def may_become(self, fields: Fields, *, wanted: bool) -> bool:
        """Tell whether some further text could make this part come out as `wanted`.

        More text can only add words: what a query asks for may be there, what it excludes and has been
        found stays. So this is Kleene's three-valued logic with the further text as the unknown.
        """

    def is_named(self, fields: Fields, *, wanted: bool) -> bool:
        """Tell whether one of the words stands there that speak for this part coming out as `wanted`."""


@dataclass(frozen=True, slots=True)
class _AnyPattern:
    patterns: tuple[Pattern, ...]

    def holds(self, fields: Fields) -> bool:
        return next(self._found(fields), None) is not None

    def hits(self, fields: Fields, *, wanted: bool) -> Iterator[Hit]:
        return self._found(fields) if wanted else iter(())

    def may_become(self, fields: Fields, *, wanted: bool) -> bool:
        return wanted or not self.holds(fields)

    def is_named(self, fields: Fields, *, wanted: bool) -> bool:
        return wanted and self.holds(fields)

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

    def may_become(self, fields: Fields, *, wanted: bool) -> bool:
        # That not all hold takes one that doesn't (De Morgan).
        return (all if self.every is wanted else any)(
            part.may_become(fields, wanted=wanted) for part in self.parts
        )

    def is_named(self, fields: Fields, *, wanted: bool) -> bool:
        return any(part.is_named(fields, wanted=wanted) for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Opposite:
    part: _Test

    def holds(self, fields: Fields) -> bool:
        return not self.part.holds(fields)

    def hits(self, fields: Fields, *, wanted: bool) -> Iterator[Hit]:
        return self.part.hits(fields, wanted=not wanted)

    def may_become(self, fields: Fields, *, wanted: bool) -> bool:
        return self.part.may_become(fields, wanted=not wanted)

    def is_named(self, fields: Fields, *, wanted: bool) -> bool:
        return self.part.is_named(fields, wanted=not wanted)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A rule and its query. Of the forms in `needs` one must be in an entry for which the query holds.

    One of the forms in `asked` must be in an entry that holds any word the query asks for.
    """

    rule: Rule
    needs: frozenset[str] | None
    asked: frozenset[str]
    test: _Test

    def may_hold(self, forms: frozenset[str]) -> bool:
        return self.needs is None or not self.needs.isdisjoint(forms)

    def wants_text(self, fields: Fields, forms: frozenset[str], feed: FullText) -> bool:
        """Tell whether the page is to be read for this rule, which title and summary don't fulfil."""
        wishes = (feed, self.rule.full_text)
        if FullText.NEVER in wishes:
            return False
        if FullText.ALWAYS not in wishes and (
            self.asked.isdisjoint(forms) or not self.test.is_named(fields, wanted=True)
        ):
            return False
        return self.test.may_become(fields, wanted=True)


def _compiled(rule: Rule, groups: Groups) -> _Compiled:
    query = parse_query(rule.query, groups)
    return _Compiled(rule, _needs(query), frozenset(_asked(query, wanted=True)), _compile(query))


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


def _asked(node: Node, *, wanted: bool) -> Iterator[str]:
    """Yield the forms with which the words begin that must be there for `node` to come out as `wanted`."""
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _asked(part, wanted=wanted)
        case Not(part):
            yield from _asked(part, wanted=not wanted)
        case Phrase():
            yield from phrase_pattern(node).beginnings if wanted else ()
        case Word():
            for pattern in word_patterns(node) if wanted else ():
                yield from pattern.beginnings


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
