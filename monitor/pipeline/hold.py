"""match | plan deliveries: a poll's new and changed entries, held against the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from monitor.alert import hopeful, plan
from monitor.article import wanted_article
from monitor.match import Matcher, Verdicts
from monitor.model import (
    ChangedEntry,
    Entry,
    FeedSpec,
    KnownEntry,
    Match,
    NewEntry,
    OnChange,
    Origin,
    PlannedDelivery,
    Rule,
    WantedArticle,
    Withheld,
)
from monitor.pipeline.faults import RuleFaults
from monitor.pipeline.sift import FreshEntry

Planned = tuple[tuple[Match, ...], tuple[PlannedDelivery, ...]]


@dataclass(frozen=True, slots=True)
class Watch:
    """What to poll and what to look for; `zone` is where the clock hangs that rules go by."""

    feeds: Mapping[str, FeedSpec]
    rules: Mapping[str, Rule]
    matcher: Matcher
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The entries of one poll of a feed. `mass`: so many have changed that it's the feed that has."""

    watch: Watch
    origin: Origin
    baseline: bool
    mass: bool
    now: datetime
    faults: RuleFaults

    def new_entry(self, fresh: FreshEntry) -> NewEntry:
        """Return a new entry as it goes into the store."""
        entry = fresh.entry
        verdicts = self._judge(entry)
        matches, deliveries = self._plan(entry, verdicts.matches, held=fresh.held)
        hoped, _ = self._plan(entry, [Match(name, ()) for name in verdicts.open], held=fresh.held)
        return NewEntry(
            entry=entry,
            keys=fresh.keys,
            matches=matches,
            deliveries=deliveries,
            baseline=self.baseline,
            held=fresh.held,
            article=_wanted(entry, hoped),
        )

    def changed_entry(self, known: KnownEntry, entry: Entry) -> ChangedEntry:
        """Return a known entry that says something else, with what that makes true for the first time."""
        verdicts = self._judge(entry)
        first = [match for match in verdicts.matches if match.rule not in known.matched]
        matches, deliveries = self._plan_change(entry, first)
        hoped, _ = self._plan_change(
            entry, [Match(name, ()) for name in verdicts.open if name not in known.matched]
        )
        again = [match for match in verdicts.matches if match.rule in known.matched]
        return ChangedEntry(
            entry_id=known.id,
            entry=entry,
            matches=(*again, *matches),
            deliveries=deliveries,
            article=_wanted(entry, hoped),
        )

    def _judge(self, entry: Entry) -> Verdicts:
        verdicts = self.watch.matcher.judge(entry, self.origin)
        self.faults.tell(verdicts.failed)
        return verdicts

    def _plan_change(self, entry: Entry, matches: Sequence[Match]) -> Planned:
        rules = self.watch.rules
        deaf = [match for match in matches if rules[match.rule].on_change is OnChange.NEVER]
        told, deliveries = self._plan(
            entry, [match for match in matches if match not in deaf], held=self.mass
        )
        return (*told, *_withheld(deaf, Withheld.CHANGED)), deliveries

    def _plan(self, entry: Entry, matches: Sequence[Match], *, held: bool) -> Planned:
        if not matches:  # as of most entries
            return (), ()
        if held:
            return _withheld(matches, Withheld.RESET), ()
        return plan(
            matches,
            self.watch.rules,
            entry=entry,
            baseline=self.baseline,
            first_poll=self.watch.feeds[self.origin.url].first_poll,
            now=self.now,
            zone=self.watch.zone,
        )


def _withheld(matches: Sequence[Match], why: Withheld) -> tuple[Match, ...]:
    return tuple(replace(match, withheld=why) for match in matches)


def _wanted(entry: Entry, hoped: Sequence[Match]) -> WantedArticle | None:
    """Return the page to be read for those open rules that would alert if they held."""
    return wanted_article(entry, hopeful(hoped))
