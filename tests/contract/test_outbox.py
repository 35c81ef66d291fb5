"""What any store promises about deliveries: each stays until it was sent or given up, one worker at a time."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from monitor.errors import LeaseLost
from monitor.model import (
    ClaimedMessage,
    Decision,
    DeliveryState,
    Entry,
    Hit,
    Match,
    NewEntry,
    PlannedDelivery,
    SendOutcome,
    SendStatus,
    TextField,
)
from monitor.store import Store
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    HOUR,
    LEASE,
    alert_of,
    attempt_record,
    claim_messages,
    claim_queues,
    feed_spec,
    new_entry,
    poll,
    watch,
)

SECOND = timedelta(seconds=1)
LATER = Decision(DeliveryState.FAILED, NOON + HOUR)
DEAD = Decision(DeliveryState.DEAD)
REFUSED = SendOutcome(SendStatus.REFUSED, "channel_not_found")


async def test_a_committed_alert_is_due_at_once_in_each_of_its_channels(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk", "mail"))
    claimed = await claim_messages(store, "desk", "mail")
    assert [(one.channel, one.deliveries[0].attempts) for one in claimed] == [("desk", 0), ("mail", 0)]
    assert len({alert_of(message).id for message in claimed}) == 1


async def test_an_entry_without_deliveries_is_told_to_nobody(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1"))
    assert await claim_messages(store, "desk") == []
    assert (database.counts()["match"], database.counts()["alert"]) == (1, 0)


async def test_a_delivery_holds_what_its_message_is_made_of(store: Store) -> None:
    in_title, in_summary = Hit(TextField.TITLE, 0, 5), Hit(TextField.SUMMARY, 3, 9)
    matches = (
        Match("zebra", (in_title, in_summary)),
        Match("mail only", (in_title,)),
        Match("ant", (in_title,)),
    )
    deliveries = (
        PlannedDelivery("desk", ("zebra", "ant")),
        PlannedDelivery("mail", ("mail only",)),
    )
    entry = Entry(
        guid="1", title="Storm in town", summary="A storm", authors=("Ann", "Bob"), categories=("x",)
    )
    await watch(store, feed_spec())
    await poll(store, NewEntry(entry=entry, keys=("1",), matches=matches, deliveries=deliveries))
    (delivery,) = await claim_messages(store, "desk")
    alert = alert_of(delivery)
    assert alert.entry == entry
    assert alert.matches == (matches[0], matches[2])
    assert (alert.feed_url, alert.created_at) == ("https://feeds.example/a", NOON)


@pytest.mark.parametrize(
    ("configured", "title", "shown"),
    [
        ("BBC", "BBC News", "BBC"),
        (None, "BBC News", "BBC News"),
        (None, "", "https://feeds.example/a"),
        (None, None, "https://feeds.example/a"),
    ],
)
async def test_a_feed_is_called_by_its_configured_name_else_its_title_else_its_address(
    store: Store, configured: str | None, title: str | None, shown: str
) -> None:
    await watch(store, replace(feed_spec(), name=configured))
    await poll(store, new_entry("1", "desk"), feed_title=title)
    (delivery,) = await claim_messages(store, "desk")
    assert alert_of(delivery).feed_name == shown


async def test_a_delivery_is_leased_to_one_worker_until_the_lease_ends(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"))
    (first,) = await claim_messages(store, "desk")
    assert first.leased_until == NOON + LEASE
    assert await claim_messages(store, "desk", now=NOON + LEASE - SECOND) == []
    (second,) = await claim_messages(store, "desk", now=NOON + LEASE)
    assert second.deliveries == first.deliveries
    with pytest.raises(LeaseLost, match=f"delivery {first.deliveries[0].id}"):
        await store.record_attempt(attempt_record(first))
    await store.record_attempt(attempt_record(second))


async def test_the_oldest_of_a_channel_come_first_and_a_few_at_a_time(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, *[new_entry(f"{n}", "desk", "mail") for n in range(25)])
    desk, mail = await claim_queues(store, "desk", "mail")
    assert titles(desk) == titles(mail) == [f"Storm {n}" for n in range(20)]
    assert await claim_queues(store, "desk", "mail") == []
    for message in desk:
        await store.record_attempt(attempt_record(message))
    (rest,) = await claim_queues(store, "desk", "mail")
    assert titles(rest) == [f"Storm {n}" for n in range(20, 25)]


async def test_what_was_claimed_behind_a_failure_is_given_back_and_keeps_its_place(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, *[new_entry(f"{n}", "desk") for n in range(3)])
    (queue,) = await claim_queues(store, "desk")
    await store.record_attempt(attempt_record(queue[0], outcome=REFUSED, decision=LATER, gives_back=True))
    assert titles(await claim_messages(store, "desk")) == ["Storm 1", "Storm 2"]


async def test_what_is_done_meanwhile_is_done_once_also_for_attempts_that_are_recorded_again(
    store: Store,
) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk", "mail"))
    messages = await claim_messages(store, "desk", "mail")
    done: list[str] = []
    lost = [replace(message, lease="another") for message in messages[1:]]
    records = [attempt_record(message) for message in [*messages[:1], *lost]]
    told = await asyncio.gather(
        *(store.record_attempt(one, partial(done.append, one.message.channel)) for one in records),
        return_exceptions=True,
    )
    assert [type(one) for one in told] == [type(None), LeaseLost]
    assert done == ["desk", "mail"]


async def test_deliveries_of_a_channel_that_is_not_configured_wait_for_it(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk", "gone"))
    assert [delivery.channel for delivery in await claim_messages(store, "desk", "other")] == ["desk"]
    assert await claim_messages(store) == []
    assert [delivery.channel for delivery in await claim_messages(store, "gone")] == ["gone"]


async def test_a_sent_delivery_is_never_due_again(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"))
    (delivery,) = await claim_messages(store, "desk")
    await store.record_attempt(attempt_record(delivery))
    assert await claim_messages(store, "desk", now=NOON + 100 * HOUR) == []
    with pytest.raises(LeaseLost):
        await store.record_attempt(attempt_record(delivery))


async def test_a_delivery_that_was_given_up_is_never_due_again(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"))
    (delivery,) = await claim_messages(store, "desk")
    await store.record_attempt(attempt_record(delivery, outcome=REFUSED, decision=DEAD))
    assert await claim_messages(store, "desk", now=NOON + 100 * HOUR) == []


async def test_a_failed_delivery_comes_back_when_it_was_told_to_and_counts(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"))
    (delivery,) = await claim_messages(store, "desk")
    await store.record_attempt(attempt_record(delivery, outcome=REFUSED, decision=LATER))
    assert await claim_messages(store, "desk", now=NOON + HOUR - SECOND) == []
    (again,) = await claim_messages(store, "desk", now=NOON + HOUR)
    assert (again.deliveries[0].id, again.deliveries[0].attempts) == (delivery.deliveries[0].id, 1)


async def test_one_channel_failing_leaves_the_other_alone(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk", "mail"))
    desk, mail = await claim_messages(store, "desk", "mail")
    await store.record_attempt(attempt_record(mail))
    await store.record_attempt(attempt_record(desk, outcome=REFUSED, decision=LATER))
    (again,) = await claim_messages(store, "desk", "mail", now=NOON + HOUR)
    assert again.deliveries[0].id == desk.deliveries[0].id


async def test_every_attempt_is_kept(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"))
    (first,) = await claim_messages(store, "desk")
    await store.record_attempt(attempt_record(first, outcome=REFUSED, decision=LATER))
    (second,) = await claim_messages(store, "desk", now=NOON + HOUR)
    await store.record_attempt(attempt_record(second, attempted_at=NOON + HOUR))
    rows = database.rows("SELECT delivery_id, number, status, detail FROM attempt ORDER BY number")
    (delivery,) = first.deliveries
    assert rows == [(delivery.id, 1, "refused", "channel_not_found"), (delivery.id, 2, "sent", "")]


def titles(messages: Sequence[ClaimedMessage]) -> list[str]:
    return [alert_of(message).entry.title for message in messages]
