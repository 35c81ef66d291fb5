"""Which rules to look at for an entry: those of whose anchors it has one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from monitor.match.anchors import Anchors, Need
from monitor.match.clauses import Condition
from monitor.match.compile import Compiler
from monitor.match.fields import TITLE, WORDING, fields
from monitor.match.listing import Listing, Twofold
from monitor.match.nodes import Node
from monitor.match.reading import Reading
from monitor.match.scope import watches_all
from monitor.match.undecided import Undecided
from monitor.model import FullText, Rule

_IN_WORDING = frozenset({TITLE, WORDING})


class Listed(NamedTuple):
    """A rule, its place among all rules, and the tree of its query."""

    number: int
    rule: Rule
    node: Node


@dataclass(slots=True, eq=False)
class Compiled:
    """A rule and its query. `everywhere`: it watches all feeds."""

    rule: Rule
    test: Condition
    everywhere: bool


class Index:
    """Rules whose words are of one language, to be found by number."""

    def __init__(self, language: str, listed: Iterable[Listed]) -> None:
        compiler = Compiler(language)
        self.rules = {
            number: Compiled(rule, compiler.test(node, fields(rule.fields)), watches_all(rule))
            for number, rule, node in listed
        }
        self.scoped = frozenset(number for number, rule in self.rules.items() if not rule.everywhere)
        anchors = Anchors(language, compiler.numbers, compiler.popularity)
        self._vocabulary = compiler.vocabulary
        self._needed = Listing(compiler.vocabulary)
        self._twofold = Twofold(compiler.vocabulary.size)
        self._undecided = Undecided(compiler.vocabulary)
        self._always: set[int] = set()  # those that read each page
        for number, compiled in self.rules.items():
            self._add(number, anchors.needs(compiled.test))
        # By itself: what is asked for together is then close together in memory.
        for number, compiled in self.rules.items():
            if compiled.rule.full_text is FullText.AUTO:
                self._undecided.add(number, compiled.test, anchors)
            elif compiled.rule.full_text is FullText.ALWAYS:
                self._always.add(number)

    def needed(self, reading: Reading) -> set[int]:
        """Return the rules that may hold for an entry."""
        return self._needed.met(reading) | self._twofold.met(reading.found(WORDING, self._vocabulary))

    def undecided(self, reading: Reading) -> tuple[set[int], set[int]]:
        """Return the rules that the page may decide, should they not hold: those it does, and those to be asked."""
        sure, unsure = self._undecided.met(reading)
        return sure, unsure | self._always

    def _add(self, number: int, needs: Sequence[Need]) -> None:
        if len(needs) > 1 and _IN_WORDING.issuperset(zone for zone, _ in chain(*needs[:2])):
            one, other = ([anchor for _, anchors in need for anchor in anchors] for need in needs[:2])
            self._twofold.add(number, one, other)
        else:
            self._needed.add(number, needs)
