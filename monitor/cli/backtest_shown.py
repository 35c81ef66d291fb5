"""What a backtest has found, for people and for programs."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from monitor.cli import output
from monitor.cli.output import Cell, Column, Grid
from monitor.cli.shown import entry_as_json, say_entry
from monitor.moments import lasting, spoken

if TYPE_CHECKING:
    from monitor.backtest import Backtest, Change, RuleReport, Sample

_LONGEST_BAR = 40
_MOST_DAYS = 31
_DAY = timedelta(days=1)


def say(test: "Backtest", now: datetime, zone: tzinfo) -> None:
    """Print a backtest: one rule with its days, several as a table, then what changes."""
    report = test.report
    span = _span(test, now)
    looked = f"{output.count(report.entries, 'entry')} of the last {lasting(span)}" if report.entries else ""
    output.say(f"looked through {looked or 'nothing: no entry of the watched feeds is stored for that time'}")
    if test.unwatched:
        output.say(
            f"left out: {output.count(test.unwatched, 'entry')} of feeds that are not in the configuration"
        )
    output.say()
    if len(report.rules) == 1:
        _say_rule(next(iter(report.rules.values())), span, now, zone)
    else:
        _say_table(report.rules.values(), span, now, zone)
    if test.difference:
        for change in test.difference.rules.values():
            _say_change(change, now, zone)


def as_json(test: "Backtest", now: datetime) -> dict[str, object]:
    """Return a backtest as JSON has it; days are local dates."""
    span = _span(test, now)
    found: dict[str, object] = {
        "entries": test.report.entries,
        "began_at": test.report.began_at,
        "unwatched": test.unwatched,
        "rules": [_rule_as_json(rule, span) for rule in test.report.rules.values()],
    }
    if test.difference:
        found["changes"] = [_change_as_json(change) for change in test.difference.rules.values()]
    return found


def _span(test: "Backtest", now: datetime) -> timedelta:
    began = test.report.began_at
    return max(now - began, _DAY) if began else _DAY


def _per_day(rule: "RuleReport", span: timedelta) -> float:
    return rule.alerts / (span / _DAY)


def _notes(rule: "RuleReport") -> Iterator[str]:
    if rule.floods:
        yield f"would flood: up to {rule.busiest_hour} alerts within an hour"
    if not (rule.alerts or rule.withheld or rule.open):
        yield "never matched"
    if rule.open:
        yield f"{output.count(rule.open, 'entry')} open: their pages were not read"


def _say_rule(rule: "RuleReport", span: timedelta, now: datetime, zone: tzinfo) -> None:
    output.say(f"{rule.rule}: {output.count(rule.alerts, 'alert')}, {_per_day(rule, span):.1f} a day")
    for note in _notes(rule):
        output.say(f"  note: {note}")
    for why, number in rule.withheld.most_common():
        output.say(f"  matched, but not told: {number:,} ({why.value.replace('_', ' ')})")
    most = max(rule.days.values(), default=1)
    for day in sorted(rule.days)[-_MOST_DAYS:]:
        bar = "█" * max(1, round(rule.days[day] / most * _LONGEST_BAR))
        output.say(f"  {day}  {rule.days[day]:>5,}  {bar}")
    _say_samples("the last ones", reversed(rule.samples), now, zone)


def _say_table(rules: Iterable["RuleReport"], span: timedelta, now: datetime, zone: tzinfo) -> None:
    grid = Grid(
        [
            Column("Rule"),
            Column("Alerts", right=True),
            Column("A day", right=True),
            Column("Busiest day", right=True),
            Column("Last"),
            Column("Note"),
        ]
    )
    for rule in rules:
        grid.rows.append(
            [
                Cell(rule.rule),
                Cell(f"{rule.alerts:,}"),
                Cell(f"{_per_day(rule, span):.1f}"),
                Cell(f"{max(rule.days.values(), default=0):,}"),
                Cell(spoken(rule.last_at, now, zone)),
                Cell("; ".join(_notes(rule)), style="yellow"),
            ]
        )
    grid.say()


def _say_change(change: "Change", now: datetime, zone: tzinfo) -> None:
    output.say()
    output.say(
        f"{change.rule}: {_doing(change.kept, 'alert stays', 'alerts stay')}, "
        f"{_doing(change.vanished, 'vanishes', 'vanish')}, {_doing(change.appeared, 'appears', 'appear')}"
    )
    _say_samples("these vanish", change.vanished_samples, now, zone)
    _say_samples("these appear", change.appeared_samples, now, zone)


def _doing(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _say_samples(head: str, samples: Iterable["Sample"], now: datetime, zone: tzinfo) -> None:
    for place, sample in enumerate(samples):
        output.say()
        if place == 0:
            output.say(f"{head}:")
        stored = sample.stored
        where = f"{stored.feed_name}, {spoken(stored.first_seen_at, now, zone)}, entry {stored.id}"
        say_entry(stored.entry, sample.match.hits, where, text=stored.text or "")


def _rule_as_json(rule: "RuleReport", span: timedelta) -> dict[str, object]:
    return {
        "rule": rule.rule,
        "alerts": rule.alerts,
        "per_day": round(_per_day(rule, span), 2),
        "busiest_hour": rule.busiest_hour,
        "floods": rule.floods,
        "open": rule.open,
        "withheld": {why.value: number for why, number in rule.withheld.items()},
        "days": {str(day): number for day, number in sorted(rule.days.items())},
        "last_at": rule.last_at,
        "samples": [_sample_as_json(sample) for sample in rule.samples],
    }


def _change_as_json(change: "Change") -> dict[str, object]:
    return {
        "rule": change.rule,
        "kept": change.kept,
        "vanished": change.vanished,
        "appeared": change.appeared,
        "vanished_samples": [_sample_as_json(sample) for sample in change.vanished_samples],
        "appeared_samples": [_sample_as_json(sample) for sample in change.appeared_samples],
    }


def _sample_as_json(sample: "Sample") -> dict[str, object]:
    stored = sample.stored
    shown = entry_as_json(stored.entry, sample.match.hits, text=stored.text or "")
    return {"entry": stored.id, "feed": stored.feed_url, "first_seen_at": stored.first_seen_at, **shown}
