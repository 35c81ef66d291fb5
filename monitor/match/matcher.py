"""Rules against entries: which hold, and where the words stand that made them hold."""

import gc
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from monitor.match.clauses import Condition
from monitor.match.explain import explained
from monitor.match.groups import NO_GROUPS
from monitor.match.hits import in_order
from monitor.match.index import Compiled, Index, Listed
from monitor.match.parser import parse_query
from monitor.match.presearch import Presearch, may_hold, presearch
from monitor.match.reading import Reading
from monitor.match.scope import watches
from monitor.match.stems import known_language
from monitor.model import Clause, Entry, FullText, Match, Origin, Rule

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RuleFault:
    """A rule that couldn't be held against an entry, and why, in one line. It is a fault of news-monitor."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What an entry says, in the order of the rules.

    `matches` are the rules that hold. `open` names those that the text of the entry's page is to decide.
    `failed` are those of which nothing is known.
    """

    matches: tuple[Match, ...] = ()
    open: tuple[str, ...] = ()
    failed: tuple[RuleFault, ...] = ()


class Matcher:
    """Rules, compiled. Each entry is read once, however many rules there are."""

    def __init__(self, listed: Sequence[Listed], languages: Collection[str] = ()) -> None:
        self._listed = {rule.rule.name: rule for rule in listed}
        self._names = [rule.rule.name for rule in listed]
        by_language: defaultdict[str | None, list[Listed]] = defaultdict(list)
        for rule in listed:
            language = rule.rule.language
            by_language[language and known_language(language)].append(rule)
        # Words of rules without a language are read in that of the feed.
        self._following = by_language.pop(None, [])
        self._own = tuple(Index(language, own) for language, own in by_language.items() if language)
        self._by_feed: dict[str, Index] = {}
        for tag in languages:
            self._index(known_language(tag))

    def judge(self, entry: Entry, origin: Origin) -> Verdicts:
        """Hold an entry of a feed against every rule.

        A rule is true, false whatever the page may say, or open. Whether an open one is worth the page
        follows from FullText.
        """
        reading = Reading(entry, origin)
        trial = _Trial(reading)
        undecided: list[int] = []
        for index in self._indexes(origin):
            trial.match(index, index.needed(reading))
            undecided.extend(trial.open(index))
        return trial.verdicts(map(self._names.__getitem__, sorted(undecided)))

    def match(
        self, entry: Entry, origin: Origin, text: str = "", only: Collection[str] | None = None
    ) -> Verdicts:
        """Hold an entry and the text of its page against every rule; nothing is open then.

        With `only`, rules of other names are left out.
        """
        reading = Reading(entry, origin, text)
        trial = _Trial(reading)
        for index in self._indexes(origin):
            if only is None:
                trial.match(index, index.needed(reading))
            else:
                numbers = (self._listed[name].number for name in only if name in self._listed)
                trial.match(index, [number for number in numbers if number in index.rules])
        return trial.verdicts()

    def explain(self, rule: str, entry: Entry, origin: Origin, text: str | None = None) -> Clause:
        """Return the query of a rule with what holds of it and where. `text` None: the page isn't there.

        Raises KeyError for a rule that isn't known.
        """
        listed = self._listed[rule]
        language = listed.rule.language or origin.language
        return explained(listed.rule, listed.node, known_language(language), Reading(entry, origin, text))

    def concerns(self, rule: str, origin: Origin) -> bool:
        """Tell whether a rule may hold for an entry of a feed, as far as the feed itself tells.

        Raises KeyError for a rule that isn't known.
        """
        _, test = self._test(rule, origin)
        return watches(self._listed[rule].rule, origin) and may_hold(test, Reading(Entry(), origin))

    def presearch(self, rule: str, origins: Iterable[Origin]) -> Presearch | None:
        """Return what an entry of one of these feeds must be filed under for a rule to hold; None: perhaps nothing.

        Raises KeyError for a rule that isn't known.
        """
        return presearch(dict(self._test(rule, origin) for origin in origins).items())

    def _test(self, rule: str, origin: Origin) -> tuple[str, Condition]:
        """Return the test of a rule for entries of a feed, and the language of its words."""
        listed = self._listed[rule]
        language = known_language(listed.rule.language or origin.language)
        index = next(index for index in self._indexes(origin) if listed.number in index.rules)
        return language, index.rules[listed.number].test

    def _indexes(self, origin: Origin) -> Iterator[Index]:
        yield from self._own
        if self._following:
            yield self._index(known_language(origin.language))

    def _index(self, language: str) -> Index:
        if language not in self._by_feed:
            with _uncollected():
                self._by_feed[language] = Index(language, self._following)
        return self._by_feed[language]


def compile_rules(
    rules: Sequence[Rule],
    groups: Mapping[str, Sequence[str]] = NO_GROUPS,
    languages: Collection[str] = (),
) -> Matcher:
    """Return the matcher of `rules`, whose queries may name `groups`.

    `languages` are those of the feeds, as far as they are known; others are made ready when they are first
    met. Raises QueryError for the first query that can't be read.
    """
    with _uncollected():
        listed = [Listed(number, rule, parse_query(rule.query, groups)) for number, rule in enumerate(rules)]
        return Matcher(listed, languages)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold garbage collection back: all that is built here stays, and a fifth of the time would go into looking for what doesn't."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            # Both together count all there is as old, so that the next of many quick collections isn't a long one.
            gc.freeze()
            gc.unfreeze()
        if enabled:
            gc.enable()


class _Trial:
    """What comes of the rules that are held against one entry."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._matches: dict[int, Match] = {}
        self._failed: dict[int, RuleFault] = {}

    def match(self, index: Index, numbers: Iterable[int]) -> None:
        """Find out which of the rules hold."""
        for number in numbers:
            compiled = index.rules[number]
            if compiled.everywhere or watches(compiled.rule, self._reading.origin):
                match = self._ask(number, compiled, self._match)
                if match is not None:
                    self._matches[number] = match

    def open(self, index: Index) -> set[int]:
        """Return the rules that the page is to decide."""
        wish = self._reading.origin.full_text
        if wish is FullText.NEVER:
            return set()
        settled = self._matches.keys() | self._failed.keys()
        if wish is FullText.ALWAYS:
            sure, unsure = set[int](), set(index.rules)
        else:
            sure, unsure = index.undecided(self._reading)
        sure -= settled
        origin = self._reading.origin
        sure -= {number for number in sure & index.scoped if not watches(index.rules[number].rule, origin)}
        unsure -= sure | settled
        sure.update(number for number in unsure if self._ask(number, index.rules[number], self._wants_text))
        return sure

    def verdicts(self, undecided: Iterable[str] = ()) -> Verdicts:
        matches = (self._matches[number] for number in sorted(self._matches))
        return Verdicts(
            tuple(matches), tuple(undecided), tuple(self._failed[number] for number in sorted(self._failed))
        )

    def _ask(
        self, number: int, compiled: Compiled, question: Callable[[Compiled], Answer | None]
    ) -> Answer | None:
        try:
            return question(compiled)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - one rule's fault, told under its name; the others go on
            detail = " ".join(f"{type(error).__name__}: {error}".split())
            self._failed[number] = RuleFault(compiled.rule.name, detail)
            return None

    def _match(self, compiled: Compiled) -> Match | None:
        if not compiled.test.holds(self._reading):
            return None
        return Match(compiled.rule.name, in_order(compiled.test.hits(self._reading, wanted=True)))

    def _wants_text(self, compiled: Compiled) -> bool:
        """Tell whether the page is to be read for a rule that title and summary don't fulfil."""
        rule, test, reading = compiled.rule, compiled.test, self._reading
        wishes = (rule.full_text, reading.origin.full_text)
        if FullText.NEVER in wishes or not watches(rule, reading.origin):
            return False
        if FullText.ALWAYS not in wishes and not test.is_named(reading, wanted=True):
            return False
        return test.may_become(reading, wanted=True)
