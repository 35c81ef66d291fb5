"""Who is to be told of an entry, and why not the others?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from monitor.alert.inhibit import inhibited
from monitor.alert.windows import is_active
from monitor.model import (
    FIRST_POLL_ALERT,
    FIRST_POLL_SILENT,
    Entry,
    Match,
    PlannedDelivery,
    Rule,
    Withheld,
)


def may_alert(entry: Entry, *, baseline: bool, first_poll: timedelta, now: datetime) -> bool:
    """Tell whether a new entry may alert at all.

    Entries of a feed's first poll (`baseline`) may when they were published within `first_poll`. One
    without a date may be years old, so that it alerts only when all of them do.
    """
    if not baseline or first_poll == FIRST_POLL_ALERT:
        return True
    if first_poll == FIRST_POLL_SILENT or entry.published_at is None:
        return False
    return now - entry.published_at <= first_poll


def plan(
    matches: Sequence[Match],
    rules: Mapping[str, Rule],
    *,
    entry: Entry,
    baseline: bool,
    first_poll: timedelta,
    now: datetime,
    zone: tzinfo,
    seen_at: datetime | None = None,
) -> tuple[tuple[Match, ...], tuple[PlannedDelivery, ...]]:
    """Return the matches of an entry, each with why it tells nobody (`withheld`), and the deliveries of the others.

    `rules` holds the rules by name. How old an entry is counts as of `seen_at`, when it was first seen (`now`
    unless given): no news gets old while its page is waited for. One without a date is new when it is
    first seen. `not_before` and `active` count as of `now`, the moment of the alert. What these leave is told, but
    where a more specific rule tells as well (`inhibited`).

    There is one delivery a channel, in the order in which the matching rules first name them; each lists its
    own rules in the order of `matches`.
    """
    seen_at = seen_at or now
    silent = not may_alert(entry, baseline=baseline, first_poll=first_poll, now=seen_at)
    age = seen_at - (entry.published_at or seen_at)
    timely = [
        replace(
            match,
            withheld=Withheld.BASELINE if silent else _withheld(rules[match.rule], age, now, zone),
        )
        for match in matches
    ]
    planned = inhibited(timely, rules)
    return planned, deliveries(planned, rules)


def deliveries(matches: Sequence[Match], rules: Mapping[str, Rule]) -> tuple[PlannedDelivery, ...]:
    """Return the deliveries of the matches that tell; see `plan`."""
    told: dict[str, dict[str, None]] = {}
    for match in matches:
        for channel in rules[match.rule].channels if match.withheld is None else ():
            told.setdefault(channel, {})[match.rule] = None
    return tuple(PlannedDelivery(channel, tuple(own)) for channel, own in told.items())


def _withheld(rule: Rule, age: timedelta, now: datetime, zone: tzinfo) -> Withheld | None:
    if rule.max_age is not None and age > rule.max_age:
        return Withheld.TOO_OLD
    if rule.not_before is not None and now < rule.not_before:
        return Withheld.NOT_YET
    return None if is_active(rule.active, now, zone) else Withheld.INACTIVE
