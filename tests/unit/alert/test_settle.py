"""When each delivery may be told, with which others, and why it waits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.alert.settle import bundles, settle
from monitor.model import (
    Channel,
    DeliveryState,
    GroupBy,
    Grouping,
    GroupState,
    MessageFormat,
    Priority,
    Rule,
    Secret,
    Settled,
    Silence,
    Unsettled,
    Window,
)
from tests.support.clock import NOON
from tests.unit.alert.unsettled import alert, notice, unsettled

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
BERLIN = ZoneInfo("Europe/Berlin")
ALL = frozenset(range(7))

LUNCH = (Window(ALL, time(12), time(13)),)
GROUPS = Grouping(wait=30 * SECOND, interval=5 * MINUTE)
PLAIN: dict[str, Any] = {}
QUIET = {"quiet_hours": LUNCH}
DIGEST = {"digest": "0 18 * * *"}
GROUPED = {"grouping": GROUPS}

RULES = {
    name: Rule(name=name, query=name, channels=("desk",), priority=priority)
    for name, priority in [("ferry", Priority.NORMAL), ("urgent", Priority.HIGH), ("trivia", Priority.LOW)]
}


def desk(options: Mapping[str, Any]) -> Mapping[str, Channel]:
    return {"desk": Channel(name="desk", url=Secret("console:"), format=MessageFormat.TEXT, **options)}


def settled(
    *waiting: Unsettled,
    channel: Mapping[str, Any] = PLAIN,
    rules: Mapping[str, Rule] = RULES,
    hushed: Mapping[int, Silence] | None = None,
    group: GroupState | None = None,
    now: datetime = NOON,
    zone: tzinfo = UTC,
) -> Sequence[Settled]:
    """Settle deliveries of the channel "desk"; `group` is what is known of each of its groups."""
    wanted = bundles(waiting, channels=desk(channel), rules=rules)
    return settle(
        waiting,
        channels=desk(channel),
        rules=rules,
        hushed=hushed or {},
        groups=dict.fromkeys(wanted, group) if group else {},
        now=now,
        zone=zone,
    )


def pending(bundle: str, *, number: int = 1, **more: Any) -> Settled:
    return Settled(
        delivery_id=number, state=DeliveryState.PENDING, bundle=bundle, **({"due_at": NOON} | more)
    )


def held(bundle: str, due_at: datetime, detail: str, *, number: int = 1) -> Settled:
    return Settled(delivery_id=number, state=DeliveryState.HELD, bundle=bundle, due_at=due_at, detail=detail)


def test_what_nothing_holds_is_told_at_once_and_alone() -> None:
    assert settled(unsettled(), notice(2)) == (pending(""), pending("", number=2))


def test_what_a_silence_hides_is_never_told() -> None:
    silence = Silence(id=3, created_at=NOON, until=NOON + HOUR, reason="known, repair is on its way")
    for channel in (PLAIN, QUIET, DIGEST, GROUPED):
        for bundle in (None, "quiet", "digest", "group:"):
            (fate,) = settled(unsettled(bundle=bundle), channel=channel, hushed={1: silence})
            assert (fate.state, fate.silence) == (DeliveryState.SUPPRESSED, 3)
            assert fate.detail == "silence 3: known, repair is on its way"


def test_quiet_hours_hold_until_they_end() -> None:
    (fate,) = settled(unsettled(), channel=QUIET)
    assert fate == held("quiet", NOON + HOUR, "quiet hours until 13:00")
    assert settled(unsettled(bundle="quiet"), channel=QUIET, now=NOON + HOUR) == (
        pending("quiet", due_at=NOON + HOUR),
    )


def test_quiet_hours_end_by_the_clock_in_the_zone() -> None:
    nights = {"quiet_hours": (Window(ALL, time(22), time(7)), Window(ALL, time(7), time(8)))}
    now = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    (fate,) = settled(unsettled(created_at=now), channel=nights, now=now, zone=BERLIN)
    assert fate.due_at == datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert fate.detail == "quiet hours until 08:00"


def test_quiet_hours_name_the_day_of_a_far_end() -> None:
    weekend = {"quiet_hours": (Window(frozenset({0, 1}), time(0), time(0)),)}
    (fate,) = settled(unsettled(), channel=weekend)
    assert fate.detail == "quiet hours until 2026-11-25 00:00"


def test_quiet_hours_let_through_what_is_urgent_for_one_of_its_rules() -> None:
    both = unsettled(1, "ferry", "urgent")
    assert settled(both, channel=QUIET) == (pending("", importance=1),)
    (fate,) = settled(unsettled(1, "ferry", "trivia"), channel=QUIET)
    assert fate.state is DeliveryState.HELD


def test_quiet_hours_hold_notices_which_go_alone_then() -> None:
    (fate,) = settled(notice(), channel=QUIET | GROUPED | DIGEST)
    assert fate == held("", NOON + HOUR, "quiet hours until 13:00")
    later = settled(notice(bundle=""), channel=QUIET | GROUPED | DIGEST, now=NOON + HOUR)
    assert later == (pending("", due_at=NOON + HOUR),)


def test_quiet_hours_hold_a_group_that_is_due_in_them() -> None:
    waited = unsettled(bundle="group:", created_at=NOON - 10 * SECOND)
    assert settled(waited, channel=QUIET | GROUPED) == (
        held("quiet", NOON + HOUR, "quiet hours until 13:00"),
    )


def test_quiet_hours_that_were_made_longer_hold_what_was_held() -> None:
    longer = {"quiet_hours": (Window(ALL, time(12), time(14)),)}
    (fate,) = settled(unsettled(bundle="quiet"), channel=longer, now=NOON + HOUR)
    assert fate == held("quiet", NOON + 2 * HOUR, "quiet hours until 14:00")


def test_a_digest_takes_everything() -> None:
    urgent = unsettled(2, "urgent")
    fates = settled(unsettled(), urgent, channel=DIGEST | GROUPED)
    assert {(fate.state, fate.bundle, fate.due_at, fate.detail) for fate in fates} == {
        (DeliveryState.HELD, "digest", NOON + 6 * HOUR, "for the digest of 18:00")
    }


def test_a_digest_goes_when_its_time_has_come_whatever_the_hour() -> None:
    both = DIGEST | {"quiet_hours": (Window(ALL, time(17), time(9)),)}
    (fate,) = settled(unsettled(), channel=both)
    assert fate.bundle == "digest"
    now = NOON + 6 * HOUR
    assert settled(unsettled(bundle="digest"), channel=both, now=now) == (pending("digest", due_at=now),)


def test_a_digest_names_its_day_when_it_is_far() -> None:
    (fate,) = settled(unsettled(), channel={"digest": "0 8 * * 5"}, zone=BERLIN)
    assert fate.detail == "for the digest of 2026-11-27 08:00"


def test_a_digest_has_what_came_just_before_it_and_was_settled_late() -> None:
    now = NOON + 6 * HOUR + SECOND
    late = unsettled(created_at=NOON + 6 * HOUR - SECOND)
    assert settled(late, channel=DIGEST, now=now) == (pending("digest", due_at=now),)


def test_a_digest_does_not_move_with_summer_time() -> None:
    for day, hour in ((28, 17), (29, 16)):  # 18:00 in Berlin
        noon = datetime(2026, 3, day, 11, tzinfo=UTC)
        (fate,) = settled(unsettled(created_at=noon), channel=DIGEST, now=noon, zone=BERLIN)
        assert fate.due_at == datetime(2026, 3, day, hour, tzinfo=UTC)


def test_the_first_of_a_group_waits_and_the_next_wait_with_it() -> None:
    soon = NOON + 30 * SECOND
    fates = settled(
        unsettled(1), unsettled(2, created_at=NOON + 9 * SECOND), channel=GROUPED, now=NOON + 10 * SECOND
    )
    said = "gathered until 12:00:30"
    assert fates == (held("group:", soon, said), held("group:", soon, said, number=2))


def test_what_comes_later_goes_with_those_of_its_group_that_wait() -> None:
    due = NOON + 12 * SECOND
    (fate,) = settled(unsettled(), channel=GROUPED, group=GroupState(due_at=due, sent_at=NOON - HOUR))
    assert fate == held("group:", due, "gathered until 12:00:12")


def test_what_joins_a_group_that_is_due_is_due() -> None:
    overdue = GroupState(due_at=NOON - MINUTE)
    assert settled(unsettled(), channel=GROUPED, group=overdue) == (pending("group:"),)


def test_two_messages_of_a_group_have_an_interval_between_them() -> None:
    sent = GroupState(sent_at=NOON - 4 * MINUTE - 59 * SECOND)
    (fate,) = settled(unsettled(), channel=GROUPED, group=sent)
    assert fate == held("group:", NOON + SECOND, "gathered until 12:00:01")


def test_a_group_that_was_still_for_an_interval_begins_anew() -> None:
    (fate,) = settled(unsettled(), channel=GROUPED, group=GroupState(sent_at=NOON - 5 * MINUTE))
    assert fate.due_at == NOON + 30 * SECOND


def test_what_was_settled_late_does_not_wait_longer() -> None:
    late = unsettled(created_at=NOON - MINUTE)
    assert settled(late, channel=GROUPED) == (pending("group:"),)


def test_groups_go_when_their_time_has_come() -> None:
    assert settled(unsettled(bundle="group:"), channel=GROUPED) == (pending("group:"),)


def test_groups_have_no_notices() -> None:
    assert settled(notice(), channel=GROUPED) == (pending(""),)


@pytest.mark.parametrize(
    ("by", "bundle"),
    [
        ({GroupBy.RULE}, "group:rule ferry, trivia"),
        ({GroupBy.STORY}, "group:story 5"),
        ({GroupBy.FEED}, "group:feed https://news.example/rss"),
        (set(GroupBy), "group:rule ferry, trivia; story 5; feed https://news.example/rss"),
    ],
)
def test_groups_are_known_by_what_they_have_in_common(by: set[GroupBy], bundle: str) -> None:
    channel = {"grouping": replace(GROUPS, by=frozenset(by))}
    for rules in (("ferry", "trivia"), ("trivia", "ferry")):
        (fate,) = settled(unsettled(1, *rules, story=5), channel=channel)
        assert fate.bundle == bundle


def test_without_a_story_each_alert_is_a_group() -> None:
    channel = {"grouping": replace(GROUPS, by=frozenset({GroupBy.STORY}))}
    one, other = settled(unsettled(1), unsettled(2), channel=channel)
    assert (one.bundle, other.bundle) == ("group:story alert 1", "group:story alert 2")


def test_groups_of_one_channel_have_times_of_their_own() -> None:
    channel = {"grouping": replace(GROUPS, by=frozenset({GroupBy.FEED}))}
    sports = unsettled(2, about=alert(2, feed="sports"), created_at=NOON + SECOND)
    one, other = settled(unsettled(1), sports, channel=channel, now=NOON + SECOND)
    assert (one.due_at, other.due_at) == (NOON + 30 * SECOND, NOON + 31 * SECOND)


def test_groups_are_those_of_the_first_rule_that_has_some() -> None:
    slow = Grouping(wait=2 * MINUTE, interval=HOUR)
    slower = Grouping(wait=3 * MINUTE, interval=HOUR)
    groupings = {"ferry": None, "urgent": slow, "trivia": slower}
    rules = {name: replace(rule, grouping=groupings[name]) for name, rule in RULES.items()}
    (fate,) = settled(unsettled(1, "ferry", "urgent", "trivia"), channel=GROUPED, rules=rules)
    assert fate.due_at == NOON + 2 * MINUTE
    (fate,) = settled(unsettled(), channel=GROUPED, rules=rules)
    assert fate.due_at == NOON + 30 * SECOND


def test_groups_are_asked_for_where_new_alerts_may_join_them() -> None:
    waiting = [unsettled(1), unsettled(2, bundle="group:"), unsettled(3, bundle="quiet"), notice(4)]
    assert bundles(waiting, channels=desk(GROUPED), rules=RULES) == {("desk", "group:")}
    assert not bundles(waiting, channels=desk(GROUPED | DIGEST), rules=RULES)
    assert not bundles(waiting, channels=desk(PLAIN), rules=RULES)


@pytest.mark.parametrize("bundle", ["quiet", "digest", "group:"])
def test_what_waited_together_is_told_together_though_nothing_would_hold_it_now(bundle: str) -> None:
    assert settled(unsettled(bundle=bundle)) == (pending(bundle),)


@pytest.mark.parametrize("bundle", ["quiet", "group:"])
def test_a_channel_that_has_a_digest_now_keeps_for_it_what_waited(bundle: str) -> None:
    (fate,) = settled(unsettled(bundle=bundle), channel=DIGEST)
    assert fate == held("digest", NOON + 6 * HOUR, "for the digest of 18:00")


def test_a_channel_that_has_no_digest_now_holds_in_quiet_hours_what_waited_for_it() -> None:
    (fate,) = settled(unsettled(bundle="digest"), channel=QUIET)
    assert fate == held("quiet", NOON + HOUR, "quiet hours until 13:00")


def test_a_channel_that_groups_now_gathers_nothing_that_has_waited() -> None:
    assert settled(unsettled(bundle="quiet"), channel=GROUPED) == (pending("quiet"),)


def test_a_configuration_without_its_rule_takes_an_alert_as_a_usual_one() -> None:
    assert settled(unsettled(1, "gone")) == (pending(""),)
    (fate,) = settled(unsettled(1, "gone"), channel=QUIET)
    assert fate.state is DeliveryState.HELD


@pytest.mark.parametrize(
    ("rules", "importance"),
    [(["trivia"], -1), (["trivia", "ferry"], 0), (["ferry", "urgent"], 1), (["gone"], 0)],
)
def test_an_alert_is_as_important_as_the_most_important_of_its_rules(
    rules: list[str], importance: int
) -> None:
    for channel in (PLAIN, DIGEST, GROUPED):
        (fate,) = settled(unsettled(1, *rules), channel=channel)
        assert fate.importance == importance
