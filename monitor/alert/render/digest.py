"""The alerts of a digest: by rule, then by story."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, tzinfo

from monitor.alert.excerpt import one_line
from monitor.alert.graphemes import cut
from monitor.alert.render.alert import card, row
from monitor.alert.render.page import Block, Heading
from monitor.model import Alert, Bulletin

_LONGEST_RULE = 80

# Alerts of one story, the newest first.
Told = Sequence[Alert]


def stories(alerts: Sequence[Alert]) -> list[Told]:
    """Return the alerts of each story, the story that was told last first."""
    found: dict[tuple[str, int], list[Alert]] = {}
    for alert in sorted(alerts, key=lambda alert: alert.created_at, reverse=True):
        key = ("alert", alert.id) if alert.story is None else ("story", alert.story)
        found.setdefault(key, []).append(alert)
    return list(found.values())


def digest_blocks(bulletin: Bulletin, zone: tzinfo, today: date, width: int | None) -> Iterator[Block]:
    """Yield each rule, the most important first, and its stories, excerpts up to `width` code points.

    A story is its newest alert, and a row for each that went before; without `width` it is one row. One that
    several rules tell stands below the first of them.
    """
    by_rule: dict[str, list[Told]] = {alert.matches[0].rule: [] for alert in bulletin.alerts}
    for story in stories(bulletin.alerts):
        by_rule[story[0].matches[0].rule].append(story)
    for rule, told in by_rule.items():
        if told:
            yield Heading(_heading(rule, bulletin.rules[rule]))
        for story in told:
            yield from _story(story, zone, today, width)


def _heading(rule: str, alerts: int) -> str:
    return f"{cut(one_line(rule), _LONGEST_RULE)}: {alerts} {'alert' if alerts == 1 else 'alerts'}"


def _story(story: Told, zone: tzinfo, today: date, width: int | None) -> Iterator[Block]:
    newest, *earlier = story
    if width is None:
        yield row(newest, zone, today, count=len(story))
        return
    lead = card(newest, zone, width, today)
    yield replace(lead, rules="") if len(newest.matches) == 1 else lead
    for alert in earlier:
        yield row(alert, zone, today)
