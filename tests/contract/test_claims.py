"""What any store promises about which deliveries go in one message, and when a channel may be told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from monitor.model import (
    Alert,
    Bulletin,
    ChannelPace,
    ClaimedMessage,
    Decision,
    DeliveryState,
    GroupState,
    Occasion,
    SendOutcome,
    SendStatus,
    Settled,
    Unsettled,
)
from monitor.store import Store
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    HOUR,
    alert_of,
    attempt_record,
    channel,
    claim_messages,
    feed_spec,
    new_entry,
    poll,
    settle,
    watch,
)

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
FAILED = SendOutcome(SendStatus.FAILED, "HTTP 503")
HELD: dict[str, Any] = {"state": DeliveryState.HELD, "due_at": NOON + HOUR}


async def waiting(store: Store, count: int, *names: str) -> None:
    """Store as many alerts, told in these channels, and nobody has settled them yet."""
    await watch(store, feed_spec())
    await poll(store, *[new_entry(f"{n}", *(names or ("desk",))) for n in range(count)])


def bulletin_of(message: ClaimedMessage) -> Bulletin:
    assert isinstance(message.about, Bulletin)
    return message.about


def told(message: ClaimedMessage) -> list[str]:
    return [alert.entry.title for alert in bulletin_of(message).alerts]


async def test_what_is_new_is_settled_once_and_before_anything_is_claimed(store: Store) -> None:
    await waiting(store, 2)
    desk = [channel("desk")]
    assert await store.claim_messages(NOON, desk, lease=HOUR) == []
    new = await store.unsettled_deliveries(NOON, ["desk"], limit=10)
    assert [(one.channel, one.rules, one.bundle, one.created_at) for one in new] == [
        ("desk", ("storms",), None, NOON)
    ] * 2
    assert [one.about.entry.title for one in new if isinstance(one.about, Alert)] == ["Storm 0", "Storm 1"]
    await settle(store, "desk")
    assert await settle(store, "desk", now=NOON + HOUR) == []
    assert await store.unsettled_deliveries(NOON, ["desk"], limit=10) == []


async def test_what_is_settled_is_not_settled_anew_by_a_worker_that_comes_late(
    store: Store, database: Database
) -> None:
    await waiting(store, 1)
    (late,) = await store.unsettled_deliveries(NOON, ["desk"], limit=10)
    await settle(store, "desk")
    await store.settle_deliveries([settled(late, state=DeliveryState.SUPPRESSED, silence=1)])
    assert len(await claim_messages(store, "desk")) == 1
    assert database.rows("SELECT silence_id FROM delivery") == [(None,)]


async def test_what_is_held_is_settled_again_when_its_time_has_come(store: Store) -> None:
    await waiting(store, 2)
    await settle(store, "desk", **HELD, bundle="quiet", detail="quiet hours until 13:00")
    assert await claim_messages(store, "desk", now=NOON + HOUR - SECOND) == []
    due = await store.unsettled_deliveries(NOON + HOUR, ["desk"], limit=10)
    assert [one.bundle for one in due] == ["quiet", "quiet"]
    await settle(store, "desk", now=NOON + HOUR, bundle="quiet")
    (message,) = await store.claim_messages(NOON + HOUR, [channel("desk")], lease=HOUR)
    assert (message[0].occasion, len(message[0].deliveries)) == (Occasion.QUIET, 2)


async def test_what_is_hidden_is_neither_due_nor_lost(store: Store, database: Database) -> None:
    await waiting(store, 1)
    await settle(store, "desk", state=DeliveryState.SUPPRESSED, silence=7, detail="silence 7: a drill")
    assert await claim_messages(store, "desk", now=NOON + 9 * HOUR) == []
    rows = database.rows("SELECT state, silence_id, detail, next_attempt_at FROM delivery")
    assert rows == [("suppressed", 7, "silence 7: a drill", None)]


async def test_a_bundle_goes_in_one_message_the_most_important_and_newest_first(store: Store) -> None:
    await waiting(store, 3)
    new = await store.unsettled_deliveries(NOON, ["desk"], limit=10)
    await store.settle_deliveries(
        [settled(one, bundle="group:", importance=place == 1) for place, one in enumerate(new)]
    )
    (message,) = await claim_messages(store, "desk")
    assert told(message) == ["Storm 1", "Storm 2", "Storm 0"]
    bulletin = bulletin_of(message)
    assert (bulletin.occasion, bulletin.total, bulletin.rules) == (Occasion.GROUP, 3, {"storms": 3})
    assert bulletin.since == NOON
    assert [delivery.id for delivery in message.deliveries] == [one.id for one in new]


async def test_of_a_large_bundle_all_are_counted_and_some_are_read(store: Store) -> None:
    await waiting(store, 130)
    await settle(store, "desk", bundle="digest")
    (message,) = await claim_messages(store, "desk")
    bulletin = bulletin_of(message)
    assert (bulletin.total, len(bulletin.alerts), len(message.deliveries)) == (130, 100, 130)
    await store.record_attempt(attempt_record(message))
    assert await claim_messages(store, "desk", now=NOON + HOUR) == []


async def test_one_alone_in_its_group_is_told_like_any_other_and_a_digest_of_one_stays_one(
    store: Store,
) -> None:
    await waiting(store, 1, "desk", "mail", "night")
    for name, bundle in (("desk", "group:"), ("mail", "digest"), ("night", "quiet")):
        await settle(store, name, bundle=bundle)
    desk, mail, night = await claim_messages(store, "desk", "mail", "night")
    assert (desk.occasion, alert_of(desk).entry.title) == (Occasion.ALONE, "Storm 0")
    assert (mail.occasion, told(mail)) == (Occasion.DIGEST, ["Storm 0"])
    assert (night.occasion, told(night)) == (Occasion.QUIET, ["Storm 0"])


async def test_what_stands_behind_a_bundle_waits_for_its_turn(store: Store) -> None:
    await waiting(store, 4)
    new = await store.unsettled_deliveries(NOON, ["desk"], limit=10)
    bundles = ("", "group:", "", "group:")
    await store.settle_deliveries([settled(one, bundle=name) for one, name in zip(new, bundles, strict=True)])
    (first,) = await claim_messages(store, "desk")
    assert alert_of(first).entry.title == "Storm 0"
    await store.record_attempt(attempt_record(first))
    (second,) = await claim_messages(store, "desk")
    assert told(second) == ["Storm 3", "Storm 1"]
    await store.record_attempt(attempt_record(second))
    (third,) = await claim_messages(store, "desk")
    assert alert_of(third).entry.title == "Storm 2"


async def test_a_group_is_known_by_when_it_is_due_and_when_it_was_sent(store: Store) -> None:
    key = ("desk", "group:")
    assert await store.read_groups([key]) == {key: GroupState()}
    await waiting(store, 1)
    await settle(store, "desk", **HELD, bundle="group:")
    assert await store.read_groups([key]) == {key: GroupState(due_at=NOON + HOUR)}
    await settle(store, "desk", now=NOON + HOUR, bundle="group:")
    (message,) = await claim_messages(store, "desk", now=NOON + HOUR)
    await store.record_attempt(attempt_record(message, attempted_at=NOON + HOUR))
    assert await store.read_groups([key]) == {key: GroupState(sent_at=NOON + HOUR)}


async def test_a_channel_that_rests_is_not_told_until_then(store: Store) -> None:
    await waiting(store, 2, "desk", "mail")
    gap = channel("desk", gap=MINUTE)
    desk, mail, _ = await claim_messages(store, gap, "mail")
    await store.record_attempt(attempt_record(desk, pace=ChannelPace(rest_until=NOON + MINUTE)))
    assert await claim_messages(store, gap, now=NOON + MINUTE - SECOND) == []
    (second,) = await claim_messages(store, gap, now=NOON + MINUTE)
    assert (alert_of(second).entry.title, second.pace.rest_until) == ("Storm 1", NOON + MINUTE)
    await store.record_attempt(attempt_record(mail))


async def test_the_last_message_that_fits_into_the_hour_holds_all_that_waits(store: Store) -> None:
    desk = channel("desk", max_per_hour=4)
    await waiting(store, 6)
    new = await store.unsettled_deliveries(NOON, ["desk"], limit=10)
    bundles = ("", "", "group:", "", "quiet", "")
    await store.settle_deliveries([settled(one, bundle=name) for one, name in zip(new, bundles, strict=True)])
    (first,) = await claim_messages(store, desk)
    assert alert_of(first).entry.title == "Storm 0"
    one_more = replace(first.pace, full_at=NOON + 20 * MINUTE)
    await store.record_attempt(attempt_record(first, pace=one_more))
    (summary,) = await claim_messages(store, desk)
    assert (summary.occasion, bulletin_of(summary).total) == (Occasion.OVERFLOW, 4)
    assert told(summary) == ["Storm 5", "Storm 3", "Storm 2", "Storm 1"]
    await store.record_attempt(attempt_record(summary, pace=replace(one_more, full_at=NOON + 40 * MINUTE)))
    assert await claim_messages(store, desk) == []
    (quiet,) = await claim_messages(store, desk, now=NOON + 20 * MINUTE)
    assert (quiet.occasion, told(quiet)) == (Occasion.QUIET, ["Storm 4"])


async def test_a_single_message_is_no_summary_however_little_room_there_is(store: Store) -> None:
    await waiting(store, 2)
    await settle(store, "desk", bundle="group:")
    (message,) = await claim_messages(store, channel("desk", max_per_hour=1))
    assert message.occasion is Occasion.GROUP


async def test_when_a_channel_is_well_again_all_that_failed_are_due(store: Store) -> None:
    await waiting(store, 2)
    later = Decision(DeliveryState.FAILED, NOON + 9 * HOUR)
    bad = ChannelPace(failures=1, rest_until=NOON)
    first, second = await claim_messages(store, "desk")
    await store.record_attempt(
        attempt_record(first, outcome=FAILED, decision=later, pace=bad, gives_back=True)
    )
    assert second.lease == first.lease
    (second,) = await claim_messages(store, "desk", now=NOON + MINUTE)
    well = ChannelPace(rest_until=NOON + MINUTE)
    await store.record_attempt(attempt_record(second, attempted_at=NOON + MINUTE, pace=well))
    (again,) = await claim_messages(store, "desk", now=NOON + MINUTE)
    assert (again.deliveries[0].id, again.pace.failures) == (first.deliveries[0].id, 0)


async def test_a_channel_that_has_failed_is_tried_with_one_message(store: Store) -> None:
    await waiting(store, 3)
    first, *_ = await claim_messages(store, "desk")
    later = Decision(DeliveryState.FAILED, NOON + HOUR)
    bad = ChannelPace(failures=1, rest_until=NOON)
    await store.record_attempt(
        attempt_record(first, outcome=FAILED, decision=later, pace=bad, gives_back=True)
    )
    assert len(await claim_messages(store, "desk", now=NOON + SECOND)) == 1


async def test_of_a_message_some_deliveries_may_die_while_others_are_tried_again(
    store: Store, database: Database
) -> None:
    await waiting(store, 2)
    await settle(store, "desk", bundle="digest")
    (message,) = await claim_messages(store, "desk")
    decisions = (Decision(DeliveryState.DEAD), Decision(DeliveryState.FAILED, NOON + HOUR))
    await store.record_attempt(attempt_record(message, outcome=FAILED, decisions=decisions))
    rows = database.rows("SELECT state, detail, attempts FROM delivery ORDER BY id")
    assert rows == [("dead", "HTTP 503", 1), ("failed", "", 1)]
    (again,) = await claim_messages(store, "desk", now=NOON + HOUR)
    assert (told(again), again.deliveries[0].attempts) == (["Storm 1"], 1)


async def test_what_is_revived_lives_anew_and_its_attempts_go_on_counting(
    store: Store, database: Database
) -> None:
    await waiting(store, 1)
    (message,) = await claim_messages(store, "desk")
    await store.record_attempt(attempt_record(message, outcome=FAILED, decision=Decision(DeliveryState.DEAD)))
    revived = "2026-11-24 12:00:00+00:00" if database.kind == "postgresql" else "2026-11-24 12:00:00.000000"
    database.write(
        f"UPDATE delivery SET state = 'pending', revived_at = '{revived}', next_attempt_at = '{revived}'"
    )
    tomorrow = NOON + 24 * HOUR
    (again,) = await claim_messages(store, "desk", now=tomorrow)
    assert (again.deliveries[0].attempts, again.deliveries[0].since) == (0, tomorrow)
    await store.record_attempt(attempt_record(again, attempted_at=tomorrow))
    assert database.rows("SELECT number FROM attempt ORDER BY number") == [(1,), (2,)]


def settled(one: Unsettled, **changes: Any) -> Settled:
    values: dict[str, Any] = {"state": DeliveryState.PENDING, "bundle": "", "due_at": NOON} | changes
    return Settled(delivery_id=one.id, **values)
