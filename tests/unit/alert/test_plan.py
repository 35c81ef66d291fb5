"""Which matches may alert, why the others may not, and which channels are told."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.alert import plan
from monitor.model import (
    FIRST_POLL_ALERT,
    FIRST_POLL_SILENT,
    Entry,
    Hit,
    Match,
    PlannedDelivery,
    Rule,
    TextField,
    Window,
    Withheld,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ALWAYS_BUT_NOW = Window(frozenset(range(7)), time(13), time(12))

Planned = tuple[tuple[Match, ...], tuple[PlannedDelivery, ...]]


def rule(name: str = "r", *channels: str, **options: Any) -> Rule:
    return Rule(name=name, query="x", channels=channels or ("desk",), **options)


def planned(*rules: Rule, age: timedelta | None = None, **circumstances: Any) -> Planned:
    """Return the plan for an entry that all `rules` match; it is no baseline and seen at noon unless said so."""
    entry = Entry(published_at=None if age is None else NOW - age)
    usual: dict[str, Any] = {"baseline": False, "first_poll": FIRST_POLL_SILENT, "now": NOW, "zone": UTC}
    matches = [Match(rule.name, ()) for rule in rules]
    return plan(matches, {rule.name: rule for rule in rules}, entry=entry, **(usual | circumstances))


def withheld(*rules: Rule, age: timedelta | None = None, **circumstances: Any) -> Withheld | None:
    """Return why the one match of an entry tells nobody."""
    (match,), deliveries = planned(*rules, age=age, **circumstances)
    assert (match.withheld is None) is bool(deliveries)
    return match.withheld


@pytest.mark.parametrize("age", [None, timedelta(0), timedelta(days=3650), timedelta(days=-1)])
def test_after_the_first_poll_every_new_entry_alerts(age: timedelta | None) -> None:
    assert withheld(rule(), age=age) is None


@pytest.mark.parametrize(
    ("first_poll", "age", "alerts"),
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
def test_at_the_first_poll_only_recent_entries_alert(
    first_poll: timedelta, age: timedelta | None, alerts: bool
) -> None:
    expected = None if alerts else Withheld.BASELINE

    assert withheld(rule(), age=age, baseline=True, first_poll=first_poll) is expected


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), None),
        (DAY, None),
        (DAY + timedelta(seconds=1), Withheld.TOO_OLD),
        (-HOUR, None),  # dated ahead
        (None, None),  # without a date it is new when it is first seen
    ],
)
def test_a_rule_leaves_out_what_is_older_than_its_max_age(
    age: timedelta | None, expected: Withheld | None
) -> None:
    assert withheld(rule(max_age=DAY), age=age) is expected


def test_an_entry_is_as_old_as_it_was_when_it_was_first_seen() -> None:
    waited: dict[str, Any] = {"now": NOW + 5 * HOUR, "seen_at": NOW}

    assert withheld(rule(max_age=HOUR), age=HOUR, **waited) is None
    assert withheld(rule(max_age=HOUR), age=2 * HOUR, **waited) is Withheld.TOO_OLD
    assert withheld(rule(), age=HOUR, baseline=True, first_poll=HOUR, **waited) is None


@pytest.mark.parametrize(
    ("until", "expected"), [(HOUR, Withheld.NOT_YET), (timedelta(0), None), (-HOUR, None)]
)
def test_a_rule_tells_nothing_before_its_time(until: timedelta, expected: Withheld | None) -> None:
    assert withheld(rule(not_before=NOW + until)) is expected


def test_what_lasts_is_named_before_what_passes() -> None:
    strict = rule(max_age=HOUR, not_before=NOW + HOUR, active=(ALWAYS_BUT_NOW,))

    assert withheld(strict, age=DAY, baseline=True) is Withheld.BASELINE
    assert withheld(strict, age=DAY) is Withheld.TOO_OLD
    assert withheld(strict) is Withheld.NOT_YET
    assert withheld(strict, now=NOW + HOUR, seen_at=NOW) is None


def test_hours_count_when_the_alert_would_go_out_by_the_clock_of_the_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")  # 13:00 there

    assert withheld(rule(active=(ALWAYS_BUT_NOW,)), zone=berlin) is None
    assert withheld(rule(active=(ALWAYS_BUT_NOW,)), zone=UTC) is Withheld.INACTIVE
    assert withheld(rule(active=(ALWAYS_BUT_NOW,)), seen_at=NOW - DAY) is Withheld.INACTIVE


def test_each_rule_is_judged_for_itself() -> None:
    rules = [
        rule("old", "desk", max_age=HOUR),
        rule("new", "desk", "mail"),
        rule("later", "mail", not_before=NOW + DAY),
    ]

    matches, deliveries = planned(*rules, age=DAY)

    assert [match.withheld for match in matches] == [Withheld.TOO_OLD, None, Withheld.NOT_YET]
    assert deliveries == (PlannedDelivery("desk", ("new",)), PlannedDelivery("mail", ("new",)))


def test_a_match_keeps_what_matched_where() -> None:
    match = Match("r", (Hit(TextField.TITLE, 0, 5, "storm"),))

    (kept,), _ = plan(
        [match], {"r": rule()}, entry=Entry(), baseline=True, first_poll=FIRST_POLL_SILENT, now=NOW, zone=UTC
    )

    assert kept == Match("r", match.hits, Withheld.BASELINE)


def test_each_channel_gets_one_delivery_however_many_rules_name_it() -> None:
    _, deliveries = planned(
        rule("second", "desk", "night"), rule("first", "mail", "desk"), rule("third", "night")
    )

    assert deliveries == (
        PlannedDelivery("desk", ("second", "first")),
        PlannedDelivery("night", ("second", "third")),
        PlannedDelivery("mail", ("first",)),
    )


def test_a_channel_named_twice_by_a_rule_is_told_once() -> None:
    _, deliveries = planned(rule("r", "desk", "desk"))

    assert deliveries == (PlannedDelivery("desk", ("r",)),)


def test_without_matches_nobody_is_told() -> None:
    assert planned() == ((), ())
