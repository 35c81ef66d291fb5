"""`explain`: why did, or didn't, a rule tell of an entry?"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import output
from monitor.cli.completing import rule_names
from monitor.cli.ending import FAILED, GOOD, WRONG
from monitor.cli.feeds import unknown
from monitor.cli.options import DEFAULT_CONFIG, Config, Json, load
from monitor.model import Clause, StoredEntry
from monitor.moments import lasting

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.explain import Explanation, RuleExplanation, Stage

Which = Annotated[
    str, typer.Argument(metavar="ENTRY", help="The entry's number, its link, or a part of its title.")
]
OneRule = Annotated[
    str | None,
    typer.Option(
        "--rule", "-r", metavar="RULE", autocompletion=rule_names, help="Only this rule, in detail."
    ),
]


def explain(
    which: Which, rule: OneRule = None, config: Config = DEFAULT_CONFIG, as_json: Json = False
) -> int:
    """Tell why an entry did, or didn't, lead to an alert.

    Shows every stage, from the poll that found it to the last attempt to send.

    Example: news-monitor explain https://example.org/news/truce --rule ukraine-ceasefire
    """
    from monitor.app import past

    settings = load(config)
    rules = [each for each in settings.rules if rule in (None, each.name)]
    if not rules and rule is not None:
        output.complain(unknown("rule", rule, [each.name for each in settings.rules]))
        return WRONG
    found, explanation = past.explain(settings, which, rules)
    if explanation is None:
        complain_of(which, found, settings)
        return FAILED
    if as_json:
        output.say_json(_as_json(explanation))
    else:
        _say(explanation, in_detail=rule is not None)
    return GOOD


def complain_of(which: str, found: tuple[StoredEntry, ...], settings: "Settings") -> None:
    """Say that `which` means no entry, or several."""
    if not found:
        kept = settings.keep.entries
        until = f"; entries are kept for {lasting(kept)} ([keep] in the configuration)" if kept else ""
        output.complain(
            f"no stored entry has the number, link or title {which!r}{until}; see: news-monitor match WORDS --since 30d"
        )
        return
    output.complain(f"several entries fit {which!r}; give the number of one:")
    for stored in found:
        seen = stored.first_seen_at.astimezone(settings.timezone)
        output.complain(f"  {stored.id}  {seen:%Y-%m-%d %H:%M}  {stored.feed_name}: {stored.entry.title}")


def _say(explanation: "Explanation", *, in_detail: bool) -> None:
    stored = explanation.stored
    output.say(stored.entry.title or "(no title)")
    for line in (stored.entry.link, f"entry {stored.id}"):
        if line:
            output.say(f"  {line}")
    _say_stages(explanation.stages)
    for told in explanation.rules:
        output.say()
        _say_rule(told, in_detail=in_detail)


def _say_rule(told: "RuleExplanation", *, in_detail: bool) -> None:
    output.say(f"{told.rule}: {told.fate}")
    _say_stages(told.stages)
    if in_detail and told.clause is not None:
        output.say("  clauses:")
        _say_clause(told.clause, depth=2)


def _say_stages(stages: "Iterable[Stage]") -> None:
    for stage in stages:
        output.say(f"  {stage.name + ':':<11} {stage.said}")
        for line in stage.more:
            output.say(f"  {'':<12}{line}")


def _say_clause(clause: Clause, depth: int) -> None:
    output.say(f"{'  ' * depth}{'+' if clause.holds else '-'} {clause.text}")
    for part in clause.parts:
        _say_clause(part, depth + 1)


def _as_json(explanation: "Explanation") -> dict[str, object]:
    stored = explanation.stored
    return {
        "entry": stored.id,
        "title": stored.entry.title,
        "link": stored.entry.link,
        "feed": stored.feed_url,
        "first_seen_at": stored.first_seen_at,
        "stages": [asdict(stage) for stage in explanation.stages],
        "rules": [asdict(rule) for rule in explanation.rules],
    }
