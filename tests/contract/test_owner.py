"""What any store promises about deliveries that nobody got, and about what comes by the clock."""

from datetime import datetime, timedelta

from monitor.model import (
    Bulletin,
    DeadChannel,
    Decision,
    DeliveryState,
    Notice,
    NoticeRecord,
    Occasion,
    Review,
    SendOutcome,
    SendStatus,
    Timer,
)
from monitor.store import Store
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    HOUR,
    alert_of,
    attempt_record,
    claim_messages,
    feed_spec,
    new_entry,
    poll,
    settle,
    watch,
)

MINUTE = timedelta(minutes=1)
DEAD = Decision(DeliveryState.DEAD)
REFUSED = SendOutcome(SendStatus.REFUSED, "HTTP 404: no_service")
FAILED = SendOutcome(SendStatus.FAILED, "HTTP 503")


async def waiting(store: Store, count: int, *names: str) -> None:
    await watch(store, feed_spec())
    await poll(store, *[new_entry(f"{n}", *names) for n in range(count)])


async def give_up(store: Store, *names: str) -> None:
    for message in await claim_messages(store, *names):
        await store.record_attempt(attempt_record(message, outcome=REFUSED, decision=DEAD))


def notice(*channels: str, now: datetime = NOON) -> NoticeRecord:
    review = Review(subject="2 messages to desk given up", lines=("why",), told=())
    return NoticeRecord(created_at=now, review=review, channels=channels)


async def test_the_owner_is_told_once_of_what_is_dead(store: Store) -> None:
    await waiting(store, 2, "desk", "mail")
    await give_up(store, "desk")
    (dead,) = await store.read_dead(NOON)
    assert dead == DeadChannel(channel="desk", deliveries=dead.deliveries, detail="HTTP 404: no_service")
    assert len(dead.deliveries) == 2
    assert await store.commit_dead(notice("ops"), [dead])
    assert not await store.commit_dead(notice("ops"), [dead])
    (message,) = await claim_messages(store, "ops")
    assert isinstance(message.about, Notice)
    assert message.about.subject == "2 messages to desk given up"
    assert await store.read_dead(NOON + 9 * HOUR) == []


async def test_a_channel_that_goes_on_refusing_is_told_of_once_an_hour(store: Store) -> None:
    await waiting(store, 1, "desk", "mail")
    await give_up(store, "desk")
    await store.commit_dead(notice("ops"), await store.read_dead(NOON))
    await give_up(store, "mail")
    assert await store.read_dead(NOON + HOUR - MINUTE) == []
    assert [one.channel for one in await store.read_dead(NOON + HOUR)] == ["mail"]


async def test_a_notice_that_is_dead_makes_no_other(store: Store, database: Database) -> None:
    await waiting(store, 1, "ops")
    await give_up(store, "ops")
    await store.commit_dead(notice("ops"), await store.read_dead(NOON))
    await give_up(store, "ops")
    assert database.rows("SELECT count(*) FROM delivery WHERE state = 'dead'") == [(2,)]
    assert await store.read_dead(NOON + 9 * HOUR) == []


async def escalate(store: Store, now: datetime, after: timedelta = 15 * MINUTE) -> int:
    return await store.escalate("desk", ["mail", "oncall"], since=now - after, now=now)


async def test_what_waits_too_long_is_told_to_others_once_and_to_nobody_twice(
    store: Store, database: Database
) -> None:
    await waiting(store, 1, "desk", "mail")
    await settle(store, "desk", "mail")
    assert await escalate(store, NOON + 15 * MINUTE - MINUTE) == 0
    assert await escalate(store, NOON + 15 * MINUTE) == 1
    assert await escalate(store, NOON + 9 * HOUR) == 0
    (message,) = await claim_messages(store, "oncall", now=NOON + 15 * MINUTE)
    assert alert_of(message).escalated_from == "desk"
    assert message.deliveries[0].since == NOON + 15 * MINUTE
    assert database.rows("SELECT channel FROM delivery ORDER BY id") == [("desk",), ("mail",), ("oncall",)]


async def test_what_is_dead_is_escalated_at_once_and_what_fails_as_of_its_first_try(store: Store) -> None:
    await waiting(store, 2, "desk")
    dead, failing = await claim_messages(store, "desk")
    await store.record_attempt(attempt_record(dead, outcome=REFUSED, decision=DEAD))
    later = Decision(DeliveryState.FAILED, NOON + HOUR)
    await store.record_attempt(attempt_record(failing, outcome=FAILED, decision=later))
    assert await escalate(store, NOON) == 2
    assert await escalate(store, NOON + 14 * MINUTE) == 0
    assert await escalate(store, NOON + 15 * MINUTE) == 2
    assert await store.read_dead(NOON + HOUR) == []


async def test_what_is_held_or_sent_is_not_escalated(store: Store) -> None:
    await waiting(store, 1, "desk")
    await settle(store, "desk", state=DeliveryState.HELD, bundle="quiet", due_at=NOON + HOUR)
    assert await escalate(store, NOON + 2 * HOUR) == 0
    await settle(store, "desk", now=NOON + HOUR, bundle="quiet")
    (message,) = await claim_messages(store, "desk", now=NOON + HOUR)
    await store.record_attempt(attempt_record(message))
    assert await escalate(store, NOON + 9 * HOUR) == 0


async def test_a_timer_runs_from_when_it_is_wanted_and_comes_once_each_time(store: Store) -> None:
    assert await store.due_timers({"alive": NOON + HOUR}, NOON) == []
    assert await store.due_timers({"alive": NOON + 9 * HOUR}, NOON + HOUR - MINUTE) == []
    (timer,) = await store.due_timers({"alive": NOON + 9 * HOUR}, NOON + HOUR)
    assert timer == Timer(name="alive", since=NOON, due_at=NOON + HOUR)
    record = notice("ops", now=NOON + HOUR)
    assert await store.commit_alive(record, timer, NOON + 2 * HOUR)
    assert not await store.commit_alive(record, timer, NOON + 2 * HOUR)
    (again,) = await store.due_timers({"alive": NOON + 3 * HOUR}, NOON + 2 * HOUR)
    assert again == Timer(name="alive", since=NOON + HOUR, due_at=NOON + 2 * HOUR)
    assert len(await claim_messages(store, "ops", now=NOON + HOUR)) == 1


async def test_a_timer_that_is_no_longer_wanted_begins_anew_when_it_is(store: Store) -> None:
    await store.due_timers({"alive": NOON + HOUR}, NOON)
    await store.due_timers({}, NOON)
    assert await store.due_timers({"alive": NOON + 9 * HOUR}, NOON + 2 * HOUR) == []


async def digest_timer(store: Store) -> Timer:
    """Return the timer of a digest of noon that was waited for since an hour before."""
    await store.due_timers({"digest": NOON}, NOON - HOUR)
    (timer,) = await store.due_timers({"digest": NOON}, NOON)
    return timer


async def test_an_empty_digest_is_a_message_without_alerts(store: Store) -> None:
    timer = await digest_timer(store)
    assert await store.add_empty_digest("desk", timer, now=NOON, due_at=NOON + HOUR)
    assert not await store.add_empty_digest("desk", timer, now=NOON, due_at=NOON + HOUR)
    (message,) = await claim_messages(store, "desk")
    assert message.about == Bulletin(
        occasion=Occasion.DIGEST, alerts=(), total=0, rules={}, since=NOON - HOUR
    )
    assert message.deliveries[0].since == NOON
    await store.record_attempt(attempt_record(message))
    assert await claim_messages(store, "desk", now=NOON + HOUR) == []


async def test_no_empty_digest_is_added_to_one_that_is_due_or_sent(store: Store) -> None:
    timer = await digest_timer(store)
    await waiting(store, 1, "desk", "mail", "later")
    for name, due_at in (("desk", NOON), ("mail", NOON), ("later", NOON + HOUR)):
        await settle(store, name, state=DeliveryState.HELD, bundle="digest", due_at=due_at)
    await settle(store, "mail", bundle="digest")
    (message,) = await claim_messages(store, "mail")
    await store.record_attempt(attempt_record(message))
    added = [
        await store.add_empty_digest(name, timer, now=NOON, due_at=NOON) for name in ("desk", "mail", "later")
    ]
    assert added == [False, False, True]


async def test_the_word_that_all_is_well_counts_what_was_done_since(store: Store) -> None:
    await waiting(store, 3, "desk", "mail")
    sent, *_ = await claim_messages(store, "desk")
    await store.record_attempt(attempt_record(sent))
    doings = await store.read_doings(NOON)
    assert (doings.feeds, doings.failing, doings.entries, doings.alerts) == (1, 0, 3, 3)
    assert (doings.told, doings.waiting, doings.held, doings.dead) == (1, 5, 0, 0)
    later = await store.read_doings(NOON + HOUR)
    assert (later.entries, later.alerts, later.told) == (0, 0, 0)
    assert await store.backlog() == (5, 0)
