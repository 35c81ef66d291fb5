"""What commands ask of the decisions, held against what is stored."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from monitor.app.ask import open_history
from monitor.backtest import Backtest, Replay, RuleReport
from monitor.clock import SystemClock
from monitor.config import Settings
from monitor.explain import Explanation, explain_entry
from monitor.match import compile_rules
from monitor.model import EntryHistory, Rule, StoredEntry

# What `flooding` looks at: enough to tell, and done in a second or two.
RECENT = timedelta(days=2)
MOST_RECENT = 20_000


def explain(
    settings: Settings, which: str, rules: Sequence[Rule]
) -> tuple[tuple[StoredEntry, ...], Explanation | None]:
    """Look for an entry by number, link or title; return what fits, and when it is one, what became of it.

    Raises StoreError.
    """
    with open_history(settings) as history:
        found = history.find(which)
        if len(found) != 1:
            return found, None
        past = history.history(found[0], [rule.name for rule in rules])
    return found, explained(settings, past, rules, SystemClock().now())


def explained(settings: Settings, past: EntryHistory, rules: Sequence[Rule], now: datetime) -> Explanation:
    """Return what became of an entry with these rules."""
    spec = next((feed for feed in settings.feeds if feed.url == past.stored.feed_url), None)
    matcher = compile_rules(rules, settings.groups)
    channels = {channel.name: channel for channel in settings.channels}
    return explain_entry(past, spec, rules, matcher, settings.timezone, channels=channels, now=now)


def flooding(settings: Settings, now: datetime) -> tuple[RuleReport, ...]:
    """Return the rules that would have flooded with the entries of the last days.

    Raises StoreError, also when there is no database yet.
    """
    replay = Replay(settings.rules, settings.groups, settings.feeds, settings.timezone)
    test = Backtest(replay, None, samples=0)
    with open_history(settings) as history:
        for stored in islice(history.entries_since(now - RECENT), MOST_RECENT):
            test.add(stored)
    return tuple(report for report in test.report.rules.values() if report.floods)
