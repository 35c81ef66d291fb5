"""What any store promises when the clock that all was planned by is put back."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import (
    QUIET_BUNDLE,
    ChannelPace,
    Decision,
    DeliveryState,
    Role,
    SendOutcome,
    SendStatus,
    Worker,
)
from monitor.store import Store
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    HOUR,
    attempt_record,
    claim,
    claim_messages,
    feed_spec,
    new_entry,
    poll,
    settle,
    watch,
)

MORNING = NOON - 4 * HOUR
FAILED = SendOutcome(SendStatus.FAILED, "HTTP 500")


async def check_in(store: Store, at: datetime) -> None:
    await store.check_in(
        Worker(
            id=store.worker,
            host="a.example",
            pid=1,
            role=Role.ALL,
            version="1",
            setup="s",
            began_at=at,
            seen_at=at,
        )
    )


async def test_feeds_are_polled_when_they_would_have_been(store: Store) -> None:
    await watch(store, feed_spec("a"))
    await poll(store, new_entry("1"))
    await check_in(store, NOON)

    await check_in(store, MORNING)
    assert await claim(store, MORNING + HOUR - timedelta(seconds=1)) == []
    assert len(await claim(store, MORNING + HOUR)) == 1


async def test_a_daemon_that_starts_knows_it_by_the_last_poll(store: Store) -> None:
    await watch(store, feed_spec("a"))
    await poll(store, new_entry("1"))

    await check_in(store, MORNING)
    assert len(await claim(store, MORNING + HOUR)) == 1


async def test_workers_that_share_a_database_bring_it_forward_once(store: Store, database: Database) -> None:
    await watch(store, feed_spec("a"))
    await poll(store, new_entry("1"))
    other = await Store.open(database.url, label="db", exclusive=False)
    for one in (store, other):
        await check_in(one, NOON)

    for one in (store, other, store):
        await check_in(one, MORNING)
    assert await claim(store, MORNING + HOUR / 2) == []
    await other.close()


async def test_a_worker_that_stopped_while_it_checked_in_is_only_late(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec("a"))
    await poll(store, new_entry("1"))
    other = await Store.open(database.url, label="db", exclusive=False)
    await check_in(store, NOON)

    for late in (MORNING, NOON - HOUR):
        await check_in(other, late)
    assert await claim(store, NOON - HOUR / 2) == []
    await other.close()


async def test_what_failed_is_tried_again_when_it_would_have_been(store: Store) -> None:
    await watch(store, feed_spec("a"))
    await poll(store, new_entry("1", "desk"))
    (message,) = await claim_messages(store, "desk")
    later, rest = (
        Decision(DeliveryState.FAILED, NOON + HOUR),
        ChannelPace(rest_until=NOON + HOUR / 2, failures=1),
    )
    await store.record_attempt(attempt_record(message, outcome=FAILED, decision=later, pace=rest))
    await check_in(store, NOON)

    await check_in(store, MORNING)
    assert await claim_messages(store, "desk", now=MORNING + HOUR / 4) == []
    (again,) = await claim_messages(store, "desk", now=MORNING + HOUR)
    assert again.pace == replace(rest, rest_until=MORNING + HOUR / 2)


async def test_quiet_hours_end_by_what_the_clock_shows(store: Store) -> None:
    await watch(store, feed_spec("a"))
    await poll(store, new_entry("1", "desk"))
    await settle(store, "desk", state=DeliveryState.HELD, bundle=QUIET_BUNDLE, due_at=NOON + HOUR)
    await check_in(store, NOON)

    await check_in(store, MORNING)
    assert await store.unsettled_deliveries(NOON, ["desk"], limit=9) == []
    assert len(await store.unsettled_deliveries(NOON + HOUR, ["desk"], limit=9)) == 1
