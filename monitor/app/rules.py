"""Configured rules, held against what they have matched. Commands, page and API show the same."""

from dataclasses import dataclass
from datetime import datetime

from monitor.config import Settings
from monitor.model import Priority, Rule
from monitor.store import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule, how many entries it matched on each of the last days (the oldest first), and when it did last within these."""

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


def rule_views(settings: Settings, reader: Reader, since: datetime, days: int) -> list[RuleView]:
    """Return the configured rules, in the order of the configuration, with `days` days from `since` on. Raises StoreError."""
    counts = reader.matches_per_day(since, days)
    last = reader.last_matches(since)
    nothing = (0,) * days
    return [
        _view(rule, tuple(counts.get(rule.name, nothing)), last.get(rule.name)) for rule in settings.rules
    ]


def _view(rule: Rule, per_day: tuple[int, ...], last_match_at: datetime | None) -> RuleView:
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
    )
