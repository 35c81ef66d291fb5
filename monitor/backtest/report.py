"""What a Replay has told, counted rule by rule, and what differs between two of them."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from monitor.backtest.replay import Alerted, Replay, Told
from monitor.model import Match, StoredEntry, Withheld

# More than a person reads: within an hour, and on one day.
FLOOD_IN_HOUR = 20
FLOOD_IN_DAY = 100

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sample:
    """An entry that a rule tells, and what matches in it."""

    stored: StoredEntry
    match: Match


@dataclass(slots=True)
class RuleReport:
    """What one rule tells. `open` counts the entries that only their pages could decide.

    `days` counts alerts by local date, `busiest_hour` the most within an hour. `samples` are the last ones.
    """

    rule: str
    alerts: int = 0
    open: int = 0
    withheld: Counter[Withheld] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    busiest_hour: int = 0
    last_at: datetime | None = None
    samples: deque[Sample] = field(default_factory=deque)

    @property
    def floods(self) -> bool:
        """Tell whether the rule tells more than anybody reads."""
        return self.busiest_hour > FLOOD_IN_HOUR or max(self.days.values(), default=0) > FLOOD_IN_DAY


class Report:
    """Counts by rule, for `rules`; keeps the last `samples` alerts of each.

    `entries` were looked at, the first of them seen at `began_at`.
    """

    def __init__(self, rules: Iterable[str], zone: tzinfo, samples: int) -> None:
        self.rules = {name: RuleReport(name, samples=deque(maxlen=samples)) for name in rules}
        self.entries = 0
        self.began_at: datetime | None = None
        self._zone = zone
        self._last_hour: dict[str, deque[datetime]] = {name: deque() for name in self.rules}

    def add(self, stored: StoredEntry, told: Told) -> None:
        """Count one entry; they come in the order of their first sight."""
        self.entries += 1
        self.began_at = self.began_at or stored.first_seen_at
        for alerted in told.alerts:
            self._add_alert(stored, alerted)
        for match in told.withheld:
            if match.withheld is not None:
                self.rules[match.rule].withheld[match.withheld] += 1
        for name in told.open:
            self.rules[name].open += 1

    def _add_alert(self, stored: StoredEntry, alerted: Alerted) -> None:
        rule = self.rules[alerted.match.rule]
        rule.alerts += 1
        rule.days[alerted.at.astimezone(self._zone).date()] += 1
        rule.last_at = alerted.at
        rule.samples.append(Sample(stored, alerted.match))
        hour = self._last_hour[rule.rule]
        hour.append(alerted.at)
        while alerted.at - hour[0] > _HOUR:
            hour.popleft()
        rule.busiest_hour = max(rule.busiest_hour, len(hour))


@dataclass(slots=True)
class Change:
    """How the alerts of one rule differ: how many stay, and the first of those that vanish or appear."""

    rule: str
    kept: int = 0
    vanished: int = 0
    appeared: int = 0
    vanished_samples: list[Sample] = field(default_factory=list)
    appeared_samples: list[Sample] = field(default_factory=list)


class Difference:
    """What changes between two Replays of the same entries, for the rules in `rules` (those of both)."""

    def __init__(self, rules: Iterable[str], samples: int) -> None:
        self.rules = {name: Change(name) for name in rules}
        self._samples = samples

    def add(self, stored: StoredEntry, before: Told, after: Told) -> None:
        """Compare what one entry leads to."""
        old = {alerted.match.rule: alerted.match for alerted in before.alerts}
        new = {alerted.match.rule: alerted.match for alerted in after.alerts}
        for rule in old.keys() & new.keys():
            self.rules[rule].kept += 1
        for rule in old.keys() - new.keys():
            change = self.rules[rule]
            change.vanished += 1
            self._keep(change.vanished_samples, Sample(stored, old[rule]))
        for rule in new.keys() - old.keys():
            change = self.rules[rule]
            change.appeared += 1
            self._keep(change.appeared_samples, Sample(stored, new[rule]))

    def _keep(self, samples: list[Sample], sample: Sample) -> None:
        if len(samples) < self._samples:
            samples.append(sample)


class Backtest:
    """Holds stored entries against the rules of `after`, and compares with those of `before`.

    Of entries whose feeds `after` doesn't watch it counts only how many there are, in `unwatched`.
    """

    def __init__(self, after: Replay, before: Replay | None, samples: int) -> None:
        self._after = after
        self._before = before
        self.report = Report(after.rules, after.zone, samples)
        self.difference = Difference({*after.rules, *before.rules}, samples) if before else None
        self.unwatched = 0

    def add(self, stored: StoredEntry) -> Told:
        """Take in one entry, and return what it leads to; they come in the order of their first sight."""
        told = self._after(stored)
        if self._after.watches(stored):
            self.report.add(stored, told)
        else:
            self.unwatched += 1
        if self._before and self.difference:
            self.difference.add(stored, self._before(stored), told)
        return told
