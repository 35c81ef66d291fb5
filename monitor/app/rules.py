"""Configured rules, held against what they have matched. Commands, page and API show the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.app.days import last_days
from monitor.config import Settings, rule_toml
from monitor.match import lint
from monitor.model import AlertWish, ListedAlert, Priority, Rule, RuleTest
from monitor.store import Reader

# So many days are looked at, of which today is the last.
DAYS = 14
_LAST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule, how many entries it matched on each of the last days (the oldest first), and when it did last within these.

    `tests` is how many it has: all hold, for a configuration in which one fails isn't taken over. `notes` is what its
    query says and hardly means.
    """

    name: str
    query: str
    channels: tuple[str, ...]
    tags: tuple[str, ...]
    feeds: tuple[str, ...]
    language: str | None
    priority: Priority
    tests: int
    per_day: tuple[int, ...]
    matched: int
    last_match_at: datetime | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDetail:
    """A rule, as it is written (`toml`), with its tests and its last alerts, the newest first."""

    rule: RuleView
    toml: str
    tests: tuple[RuleTest, ...]
    alerts: tuple[ListedAlert, ...]


def rule_views(settings: Settings, reader: Reader, now: datetime) -> list[RuleView]:
    """Return the configured rules, in the order of the configuration. Raises StoreError."""
    return _views(settings, settings.rules, reader, now)


def rule_detail(settings: Settings, reader: Reader, now: datetime, name: str) -> RuleDetail | None:
    """Return all that there is to see of a rule, None when none has this name. Raises StoreError."""
    found = [rule for rule in settings.rules if rule.name == name]
    if not found:
        return None
    (view,) = _views(settings, found, reader, now)
    alerts, _ = reader.alerts(AlertWish(rule=name, limit=_LAST))
    return RuleDetail(rule=view, toml=rule_toml(found[0]), tests=found[0].tests, alerts=tuple(alerts))


def _views(settings: Settings, rules: Sequence[Rule], reader: Reader, now: datetime) -> list[RuleView]:
    since = last_days(DAYS, now, settings.timezone).since
    counts, last = reader.matches_per_day(since, DAYS), reader.last_matches(since)
    nothing = (0,) * DAYS
    return [
        _view(rule, settings.groups, tuple(counts.get(rule.name, nothing)), last.get(rule.name))
        for rule in rules
    ]


def _view(
    rule: Rule,
    groups: Mapping[str, tuple[str, ...]],
    per_day: tuple[int, ...],
    last_match_at: datetime | None,
) -> RuleView:
    notes = lint(rule.query, groups, language=rule.language, fields=rule.fields)
    return RuleView(
        name=rule.name,
        query=rule.query,
        channels=rule.channels,
        tags=tuple(sorted(rule.tags)),
        feeds=tuple(sorted(rule.feeds)),
        language=rule.language,
        priority=rule.priority,
        tests=len(rule.tests),
        per_day=per_day,
        matched=sum(per_day),
        last_match_at=last_match_at,
        notes=tuple(f"column {note.column}: {note.what}; {note.advice}".rstrip("; ") for note in notes),
    )
