"""Which rules to look at for an entry: those of whose anchors it has one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from monitor.match.anchors import Anchors, Place, asked
from monitor.match.clauses import Condition, Several, Term
from monitor.match.compile import Compiler
from monitor.match.fields import WORDING, Fields, fields
from monitor.match.finders import Anchor, Kind, PrefixFinder, WordFinder
from monitor.match.nodes import Node
from monitor.match.posts import Posts
from monitor.match.reading import Reading
from monitor.match.scope import watches_all
from monitor.model import FullText, Rule, TextField

_NAMES = (TextField.SITE, TextField.LANG)


class Listed(NamedTuple):
    """A rule, its place among all rules, and the tree of its query."""

    number: int
    rule: Rule
    node: Node


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule and its query.

    `everywhere`: it watches all feeds. `simple`: all of its words may also stand in the page, and none must not.
    """

    rule: Rule
    test: Condition
    everywhere: bool
    simple: bool


class Index:
    """Rules whose words are of one language, to be found by number."""

    def __init__(self, language: str, listed: Iterable[Listed]) -> None:
        compiler = Compiler(language)
        self.rules = {number: _compiled(compiler, rule, node) for number, rule, node in listed}
        anchors = Anchors(language, (compiled.test for compiled in self.rules.values()))
        needed, named, perhaps = _List(), _List(), _List()
        for number, compiled in self.rules.items():
            needed.add(number, anchors.needed(compiled.test))
            if compiled.rule.full_text is FullText.ALWAYS:
                perhaps.add(number, None)
            elif compiled.rule.full_text is FullText.AUTO:
                for term in asked(compiled.test):
                    places = anchors.of_term(term, term.where.headlines)
                    sure = {place for place in places or () if _says_enough(place, term, compiled, language)}
                    named.add(number, sure)
                    perhaps.add(number, places and [place for place in places if place not in sure])
        self._needed, self._named, self._perhaps = (
            each.posted(language) for each in (needed, named, perhaps)
        )

    def needed(self, reading: Reading) -> set[int]:
        """Return the rules that may hold for an entry."""
        return self._needed.met(reading)

    def asked(self, reading: Reading) -> tuple[set[int], set[int]]:
        """Return the rules of which a word is there, and those that need a second look, before the page is."""
        return self._named.met(reading), self._perhaps.met(reading)


class _Posted:
    """Rules under their anchors, and those that have none."""

    def __init__(self, everywhere: Iterable[int], posts: Mapping[Fields, Posts]) -> None:
        self._everywhere = frozenset(everywhere)
        self._posts = posts

    def met(self, reading: Reading) -> set[int]:
        met = set(self._everywhere)
        for zone, posts in self._posts.items():
            for field, text in reading.texts(zone):
                met |= posts.met(text)
                if field in _NAMES:
                    met |= posts.met_by_name(text.raw)
        return met


class _List:
    """Numbers of rules, by field and anchor. Without an anchor, a rule is to be looked at everywhere."""

    def __init__(self) -> None:
        self._everywhere: list[int] = []
        self._of_fields: defaultdict[Fields, defaultdict[Anchor, list[int]]] = defaultdict(
            lambda: defaultdict(list)
        )

    def add(self, number: int, places: Iterable[Place] | None) -> None:
        if places is None:
            self._everywhere.append(number)
        for zone, anchor in places or ():
            self._of_fields[zone][anchor].append(number)

    def posted(self, language: str) -> _Posted:
        posts = {zone: Posts(language, numbers) for zone, numbers in self._of_fields.items()}
        return _Posted(self._everywhere, posts)


def _says_enough(place: Place, term: Term, compiled: Compiled, language: str) -> bool:
    """Tell whether a rule is open for the page as soon as an anchor of `term` is in title or summary."""
    match term.finder:
        case WordFinder(pattern=pattern):
            # What is in quotes stands under the stems of its words, which other forms have too.
            certain = pattern.single and pattern.language == language
        case PrefixFinder():
            certain = place.anchor.kind is Kind.PREFIX
        case _:
            certain = False
    return certain and compiled.simple and compiled.everywhere


def _compiled(compiler: Compiler, rule: Rule, node: Node) -> Compiled:
    test = compiler.test(node, fields(rule.fields))
    return Compiled(rule, test, watches_all(rule), _is_simple(test))


def _is_simple(test: Condition) -> bool:
    if isinstance(test, Several):
        return all(map(_is_simple, test.parts))
    return isinstance(test, Term) and set(WORDING.names) <= set(test.where.names)
