"""`rules list` and `rules show`: what the rules find, and what there is to say of them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.completing import rule_names
from monitor.cli.ending import GOOD, WRONG
from monitor.cli.feeds import unknown
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.cli.output import Cell, Column, Grid
from monitor.moments import spoken

if TYPE_CHECKING:
    from monitor.app.rules import RuleDetail, RuleView

_WEEK = 7

Which = Annotated[
    str,
    typer.Argument(
        metavar="RULE", autocompletion=rule_names, help="The name of the rule, as rules list shows it."
    ),
]


def list_rules(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """List the configured rules: what each matched, a day of the last week and in 14 days, and when it did last.

    Its tests hold, for a configuration in which one fails is refused. What a query says and hardly means stands below.

    Example: news-monitor rules list
    """
    from monitor.app import ask
    from monitor.app.rules import rule_views
    from monitor.clock import SystemClock

    settings, now = load(config), SystemClock().now()
    with ask.open_history(settings) as history:
        rules = rule_views(settings, history, now)
    if as_json:
        output.say_json([asdict(rule) for rule in rules])
        return GOOD
    _grid(rules, now, settings.timezone).say()
    output.say()
    output.say(output.count(len(rules), "rule"))
    for rule in rules:
        for note in rule.notes:
            output.say(f"note: {rule.name}, {note}")
    return GOOD


def show_rule(which: Which, config: Config = DEFAULT_CONFIG, as_json: Json = False) -> int:
    """Show one rule: what it matched on each of the last days, its tests, its last alerts, and how it is written.

    Example: news-monitor rules show ukraine-ceasefire
    """
    from monitor.app import ask
    from monitor.app.rules import rule_detail
    from monitor.clock import SystemClock

    settings, now = load(config), SystemClock().now()
    with ask.open_history(settings) as history:
        detail = rule_detail(settings, history, now, which)
    if detail is None:
        output.complain(unknown("rule", which, [rule.name for rule in settings.rules]))
        return WRONG
    if as_json:
        output.say_json(asdict(detail))
    else:
        _say_detail(detail, now, settings.timezone)
    return GOOD


def _grid(rules: Sequence["RuleView"], now: datetime, zone: tzinfo) -> Grid:
    columns = [
        Column("Rule", note="Query"),
        Column("A day", right=True),
        Column("14 days", right=True),
        Column("Last match"),
    ]
    grid = Grid([*columns, Column("Tests"), Column("Channels")])
    for rule in rules:
        grid.rows.append(
            [
                Cell(rule.name, rule.query),
                Cell(f"{sum(rule.per_day[-_WEEK:]) / _WEEK:,.1f}"),
                Cell(f"{rule.matched:,}"),
                Cell(_last(rule, now, zone)),
                Cell(_tests(rule)),
                Cell(", ".join(rule.channels)),
            ]
        )
    return grid


def _say_detail(detail: "RuleDetail", now: datetime, zone: tzinfo) -> None:
    rule = detail.rule
    output.say(rule.query)
    output.say()
    facts = [
        ("matched", f"{rule.matched:,} in 14 days, by day: {' '.join(map(str, rule.per_day))}"),
        ("last match", _last(rule, now, zone)),
        ("channels", ", ".join(rule.channels)),
        ("tests", _tests(rule)),
        *(("note", note) for note in rule.notes),
    ]
    for name, value in facts:
        output.say(f"{name + ':':<11} {value}")
    output.say()
    for line in detail.toml.splitlines():
        output.say(f"  {line}")
    output.say()
    for alert in detail.alerts:
        output.say(f"{alert.id}  {spoken(alert.created_at, now, zone)}  {alert.title or '(no title)'}")
    if not detail.alerts:
        output.say("It has told nobody yet.")


def _last(rule: "RuleView", now: datetime, zone: tzinfo) -> str:
    return spoken(rule.last_match_at, now, zone) if rule.last_match_at else "none in 14 days"


def _tests(rule: "RuleView") -> str:
    return f"{rule.tests} hold{'s' if rule.tests == 1 else ''}" if rule.tests else "none"
