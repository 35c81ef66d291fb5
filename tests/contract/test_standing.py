"""What the metrics are told of any store."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.model import (
    Activity,
    Decision,
    DeliveryState,
    FeedState,
    Reason,
    SendOutcome,
    SendStatus,
    Standing,
)
from monitor.store import Store, open_to_read
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    HOUR,
    attempt_record,
    claim,
    claim_messages,
    claim_one,
    feed_spec,
    new_entry,
    poll,
    poll_record,
    settle,
    watch,
)

MINUTE = HOUR / 60
REFUSED: dict[str, Any] = {
    "outcome": SendOutcome(SendStatus.REFUSED),
    "decision": Decision(DeliveryState.DEAD),
}


def standing(database: Database, now: datetime = NOON) -> Standing:
    with open_to_read(database.url, "db") as reader:
        return reader.standing(now)


async def test_a_new_database_holds_nothing(store: Store, database: Database) -> None:
    found = standing(database)
    assert found.size > 10_000
    assert replace(found, size=0) == Standing(
        deliveries={}, waiting_since={}, feeds={}, overdue=0, due_since=None, articles=0, entries=0, size=0
    )


async def test_deliveries_are_counted_by_channel_and_state_unless_they_are_over(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    await poll(store, *(new_entry(f"{n}", "desk", "mail", "late") for n in range(4)))
    await settle(store, "late", state=DeliveryState.HELD, bundle="quiet", due_at=NOON + HOUR)
    sent, dead, failed, _ = await claim_messages(store, "desk")
    again = Decision(DeliveryState.FAILED, NOON + HOUR)
    await store.record_attempt(attempt_record(sent))
    await store.record_attempt(attempt_record(dead, **REFUSED))
    await store.record_attempt(attempt_record(failed, outcome=SendOutcome(SendStatus.FAILED), decision=again))
    assert standing(database).deliveries == {
        ("desk", DeliveryState.PENDING): 1,
        ("desk", DeliveryState.FAILED): 1,
        ("desk", DeliveryState.DEAD): 1,
        ("late", DeliveryState.HELD): 4,
        ("mail", DeliveryState.PENDING): 4,
    }


async def test_dead_deliveries_that_the_owner_knows_of_still_count(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"))
    (message,) = await claim_messages(store, "desk")
    await store.record_attempt(attempt_record(message, **REFUSED))
    database.write("UPDATE delivery SET reported = TRUE")
    assert standing(database).deliveries == {("desk", DeliveryState.DEAD): 1}


async def test_a_channel_waits_since_its_oldest_delivery_was_made_or_revived(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec("a"), feed_spec("b"))
    for feed, at in zip(await claim(store), (NOON, NOON + HOUR), strict=True):
        name = feed.url[-1]
        await store.commit_poll(poll_record(feed, new_entry(name, "desk", f"only-{name}"), polled_at=at))
    assert standing(database).waiting_since == {"desk": NOON, "only-a": NOON, "only-b": NOON + HOUR}
    await settle(store, "only-a")
    (message,) = await claim_messages(store, "only-a")
    await store.record_attempt(attempt_record(message, **REFUSED))
    assert "only-a" not in standing(database).waiting_since
    await store.retry_deliveries(NOON + 2 * HOUR, ["only-a"])
    assert standing(database).waiting_since["only-a"] == NOON + 2 * HOUR


async def test_feeds_in_use_are_counted_by_how_they_do(store: Store, database: Database) -> None:
    names = ("well", "failing", "gone", "stale", "new", "paused")
    specs = [replace(feed_spec(name), enabled=name != "paused") for name in names]
    await store.sync_feeds(specs, [NOON + (HOUR if spec.url.endswith("new") else 0 * HOUR) for spec in specs])
    busy = Activity(last_new_at=NOON - 1000 * HOUR, entries=200, days=10, longest=HOUR)
    outcomes: dict[str, dict[str, Any]] = {
        "well": {},
        "failing": {"reason": Reason.DNS, "failures": 1},
        "gone": {"reason": Reason.GONE, "failures": 1},
        "stale": {"activity": busy},
    }
    for feed in await claim(store):
        await store.commit_poll(poll_record(feed, **outcomes[feed.url.rpartition("/")[2]]))
    assert standing(database).feeds == {
        FeedState.OK: 1,
        FeedState.FAILING: 1,
        FeedState.GONE: 1,
        FeedState.STALE: 1,
        FeedState.NEW: 1,
    }


async def test_a_feed_is_overdue_when_nobody_has_polled_it_for_a_minute(
    store: Store, database: Database
) -> None:
    specs = [feed_spec(name) for name in ("a", "b", "c", "gone")]
    await store.sync_feeds(specs, [NOON, NOON + MINUTE, NOON + HOUR, NOON])
    database.write("UPDATE feed SET reason = 'gone' WHERE url LIKE '%gone'")
    late = standing(database, NOON + MINUTE)
    assert (late.overdue, late.due_since) == (1, NOON)
    await claim_one(store, NOON + MINUTE / 2)
    later = standing(database, NOON + 1.5 * MINUTE)
    assert (later.overdue, later.due_since) == (0, NOON + MINUTE)
    assert standing(database, NOON - MINUTE).due_since is None


async def test_entries_are_counted_and_so_are_the_pages_that_rules_wait_for(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1"), new_entry("2"))
    database.write(
        "INSERT INTO article (entry_id, host, rules, state, detail, attempts)"
        " VALUES (1, 'a.example', '[]', 'pending', '', 0), (2, 'a.example', '[]', 'done', '', 1)"
    )
    found = standing(database)
    assert (found.entries, found.articles) == (2, 1)
