"""Who is to be told of an entry?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from monitor.model import FIRST_POLL_ALERT, FIRST_POLL_SILENT, Entry, Match, PlannedDelivery, Rule


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


def plan_deliveries(matches: Sequence[Match], rules: Mapping[str, Rule]) -> tuple[PlannedDelivery, ...]:
    """Return one delivery a channel, in the order in which the matching rules first name them.

    `rules` holds the rules by name; each delivery lists its own in the order of `matches`.
    """
    told: dict[str, dict[str, None]] = {}
    for match in matches:
        for channel in rules[match.rule].channels:
            told.setdefault(channel, {})[match.rule] = None
    return tuple(PlannedDelivery(channel, tuple(names)) for channel, names in told.items())
