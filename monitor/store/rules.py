"""The versions of rules: what each of them was, and when, as text that is the same for the same rule."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from monitor.model import (
    FullText,
    GroupBy,
    Grouping,
    OnChange,
    Priority,
    Rule,
    RuleVersion,
    StoryMode,
    TextField,
    Window,
)
from monitor.store import articles
from monitor.store.engine import Turn, take_turn
from monitor.store.tables import IN_FORCE, RULE_VERSION

Groups = Mapping[str, Sequence[str]]

# A name that isn't one, such as "@home" in quotation marks, does no harm.
_GROUP = re.compile(r"@([\w-]+)")
# The name stands beside the definition, and tests decide nothing.
_LEFT_OUT = frozenset({"name", "tests"})
_USUAL = {field.name: field.default for field in fields(Rule) if field.name not in _LEFT_OUT}


def sync(connection: Connection, rules: Sequence[Rule], groups: Groups, now: datetime) -> None:
    """Make `rules` those in force; see Store.sync_rules."""
    take_turn(connection, Turn.SYNC_RULES)
    wanted = {rule.name: definition(rule, groups) for rule in rules}
    stored = select(RULE_VERSION.c.id, RULE_VERSION.c.name, RULE_VERSION.c.definition).where(IN_FORCE)
    rows = connection.execute(stored).all()
    unchanged = {row.name for row in rows if wanted.get(row.name) == row.definition}
    for row in rows:
        if row.name not in unchanged:
            connection.execute(update(RULE_VERSION).where(RULE_VERSION.c.id == row.id).values(until=now))
    new = [
        {"name": name, "definition": text, "since": now}
        for name, text in wanted.items()
        if name not in unchanged
    ]
    if new:
        connection.execute(insert(RULE_VERSION), new)
    if any(row.name not in wanted for row in rows):
        articles.forget(connection, wanted)


def in_force(connection: Connection, name: str, at: datetime) -> RuleVersion | None:
    """Return the rule of that name as it was `at` then; None when there was none."""
    then = (
        select(RULE_VERSION)
        .where(RULE_VERSION.c.name == name, RULE_VERSION.c.since <= at)
        .where(or_(IN_FORCE, RULE_VERSION.c.until > at))
        .order_by(RULE_VERSION.c.id.desc())
        .limit(1)
    )
    row = connection.execute(then).one_or_none()
    return _read(row) if row else None


def definition(rule: Rule, groups: Groups) -> str:
    """Return all that decides in a rule, as JSON. What is as by default is left out.

    So a version of the program that knows one option more doesn't change every rule.
    """
    told = {name: value for name, usual in _USUAL.items() if (value := getattr(rule, name)) != usual}
    used = _used(rule.query, groups)
    return _TEXT.encode(told | ({"groups": used} if used else {}))


def _used(query: str, groups: Groups) -> dict[str, list[str]]:
    """Return the groups that a query names, and those that their terms name."""
    used: dict[str, list[str]] = {}
    waiting = [query]
    while waiting:
        for name in _GROUP.findall(waiting.pop()):
            if name in groups and name not in used:
                used[name] = list(groups[name])
                waiting += groups[name]
    return used


def _plain(value: object) -> object:
    match value:
        case frozenset():
            return sorted(value)
        case datetime() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Window():
            return [value.days, value.start, value.end]
        case Grouping():
            return [value.wait, value.interval, value.by]
    raise TypeError(type(value).__name__)


_TEXT = json.JSONEncoder(default=_plain, ensure_ascii=False, sort_keys=True)


def _window(stored: Sequence[Any]) -> Window:
    days, start, end = stored
    return Window(frozenset(days), time.fromisoformat(start), time.fromisoformat(end))


def _grouping(stored: Sequence[Any]) -> Grouping:
    wait, interval, by = stored
    return Grouping(
        wait=timedelta(seconds=wait), interval=timedelta(seconds=interval), by=frozenset(map(GroupBy, by))
    )


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "channels": tuple,
    "feeds": frozenset,
    "not_feeds": frozenset,
    "tags": frozenset,
    "not_tags": frozenset,
    "fields": lambda stored: frozenset(map(TextField, stored)),
    "priority": Priority,
    "not_before": datetime.fromisoformat,
    "active": lambda stored: tuple(map(_window, stored)),
    "max_age": lambda stored: timedelta(seconds=stored),
    "full_text": FullText,
    "story": StoryMode,
    "on_change": OnChange,
    "grouping": _grouping,
    "suppresses": frozenset,
}


def _read(row: Any) -> RuleVersion:
    stored = json.loads(row.definition)
    groups = {name: tuple(terms) for name, terms in stored.pop("groups", {}).items()}
    told = {name: _READERS[name](value) if name in _READERS else value for name, value in stored.items()}
    return RuleVersion(rule=Rule(name=row.name, **told), groups=groups, since=row.since, until=row.until)
