"""Which entries may alert, and which channels are told."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.alert import may_alert, plan_deliveries
from monitor.model import FIRST_POLL_ALERT, FIRST_POLL_SILENT, Entry, Match, PlannedDelivery, Rule

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize("age", [None, timedelta(0), timedelta(days=3650), timedelta(days=-1)])
def test_after_the_first_poll_every_new_entry_may_alert(age: timedelta | None) -> None:
    entry = Entry(published_at=None if age is None else NOW - age)

    assert may_alert(entry, baseline=False, first_poll=FIRST_POLL_SILENT, now=NOW)


@pytest.mark.parametrize(
    ("first_poll", "age", "expected"),
    [
        (FIRST_POLL_SILENT, timedelta(0), False),
        (FIRST_POLL_SILENT, timedelta(days=-1), False),
        (FIRST_POLL_SILENT, None, False),
        (FIRST_POLL_ALERT, timedelta(days=3650), True),
        (FIRST_POLL_ALERT, None, True),
        (DAY, timedelta(hours=23), True),
        (DAY, DAY, True),
        (DAY, timedelta(hours=25), False),
        (DAY, timedelta(hours=-1), True),
        (DAY, None, False),
        (timedelta(days=100_000_000), timedelta(days=3650), True),
    ],
)
def test_at_the_first_poll_only_recent_entries_may_alert(
    first_poll: timedelta, age: timedelta | None, expected: bool
) -> None:
    entry = Entry(published_at=None if age is None else NOW - age)

    assert may_alert(entry, baseline=True, first_poll=first_poll, now=NOW) is expected


def _rules(**channels: tuple[str, ...]) -> dict[str, Rule]:
    return {name: Rule(name=name, query="x", channels=told) for name, told in channels.items()}


def test_each_channel_gets_one_delivery_however_many_rules_name_it() -> None:
    rules = _rules(first=("mail", "desk"), second=("desk", "night"), third=("night",))

    planned = plan_deliveries([Match("second", ()), Match("first", ()), Match("third", ())], rules)

    assert planned == (
        PlannedDelivery("desk", ("second", "first")),
        PlannedDelivery("night", ("second", "third")),
        PlannedDelivery("mail", ("first",)),
    )


def test_a_channel_named_twice_by_a_rule_is_told_once() -> None:
    assert plan_deliveries([Match("r", ())], _rules(r=("desk", "desk"))) == (PlannedDelivery("desk", ("r",)),)


def test_without_matches_nobody_is_told() -> None:
    assert plan_deliveries([], _rules(r=("desk",))) == ()
