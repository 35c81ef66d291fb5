"""Which rules to look at for an entry: those of whose anchors it has one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from monitor.match.anchors import Anchors, Place, asked
from monitor.match.clauses import Condition, Several, Term
from monitor.match.compile import Compiler
from monitor.match.fields import WORDING, Fields, fields
from monitor.match.finders import Anchor, WordFinder
from monitor.match.nodes import Node
from monitor.match.posts import Post, Posts, Roles
from monitor.match.reading import Reading
from monitor.match.scope import watches_all
from monitor.model import FullText, Rule, TextField

_NAMES = (TextField.SITE, TextField.LANG)


class Listed(NamedTuple):
    """A rule, its place among all rules, and the tree of its query."""

    number: int
    rule: Rule
    node: Node


class Met(NamedTuple):
    """Rules by number: those that may hold, those of which a word is there, those that need a second look."""

    needed: set[int]
    named: set[int]
    perhaps: set[int]


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
        lists = _Lists()
        for number, compiled in self.rules.items():
            lists.add(number, compiled, anchors)
        self._everywhere = Post(*map(tuple, lists.everywhere))
        self._posts = {field: Posts(language, roles) for field, roles in lists.of_fields.items()}

    def met(self, reading: Reading, *, only_needed: bool = False) -> Met:
        """Return the rules that an entry may concern. `named` and `perhaps` are for title and summary alone."""
        met = Met(set(self._everywhere.needed), set(), set(self._everywhere.perhaps))
        for zone, posts in self._posts.items():
            for field, text in reading.texts(zone):
                found = posts.met(text)
                if field in _NAMES:
                    found |= posts.met_by_name(text.raw)
                for post in found:
                    met.needed.update(post.needed)
                    if not only_needed and field is not TextField.TEXT:
                        met.named.update(post.named)
                        met.perhaps.update(post.perhaps)
        return met


class _Lists:
    """Numbers of rules, by field and anchor. Without an anchor, a rule is to be looked at everywhere."""

    def __init__(self) -> None:
        self.everywhere = Roles([], [], [])
        self.of_fields: defaultdict[Fields, defaultdict[Anchor, Roles]] = defaultdict(
            lambda: defaultdict(lambda: Roles([], [], []))
        )

    def add(self, number: int, compiled: Compiled, anchors: Anchors) -> None:
        """List a rule for what must be there, and for what it asks to be read on."""
        for place in anchors.needed(compiled.test) or (None,):
            self._at(place).needed.append(number)
        if compiled.rule.full_text is FullText.ALWAYS:
            self.everywhere.perhaps.append(number)
        elif compiled.rule.full_text is FullText.AUTO:
            for term in asked(compiled.test):
                self._add_asked(number, term, anchors, simple=compiled.simple and compiled.everywhere)

    def _add_asked(self, number: int, term: Term, anchors: Anchors, *, simple: bool) -> None:
        if not term.where.headlines.names:
            return
        # The keys alone say that the word is there.
        certain = simple and isinstance(term.finder, WordFinder) and term.finder.pattern.single
        for place in anchors.of_term(term, term.where.headlines) or (None,):
            roles = self._at(place)
            (roles.named if certain else roles.perhaps).append(number)

    def _at(self, place: Place | None) -> Roles:
        return self.everywhere if place is None else self.of_fields[place.zone][place.anchor]


def _compiled(compiler: Compiler, rule: Rule, node: Node) -> Compiled:
    test = compiler.test(node, fields(rule.fields))
    return Compiled(rule, test, watches_all(rule), _is_simple(test))


def _is_simple(test: Condition) -> bool:
    if isinstance(test, Several):
        return all(map(_is_simple, test.parts))
    return isinstance(test, Term) and set(WORDING.names) <= set(test.where.names)
