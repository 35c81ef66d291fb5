"""What any store promises about the health of feeds and the notices to their owner."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from monitor.model import (
    Activity,
    FeedHealth,
    Notice,
    NoticeRecord,
    Reason,
    Review,
    Told,
    Trouble,
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
    watch,
)


async def health(store: Store) -> tuple[FeedHealth, ...]:
    feeds, _ = await store.read_health()
    return tuple(feeds)


async def fail(store: Store, now: datetime, failures: int) -> None:
    await poll(store, now=now, reason=Reason.DNS, detail="no such host", failures=failures)


def notice(*told: Told, channels: tuple[str, ...] = ("ops",), at: datetime = NOON) -> NoticeRecord:
    review = Review(subject="Feed fails", lines=("one", "<two> ’"), told=told)
    return NoticeRecord(created_at=at, review=review, channels=channels)


async def test_a_new_feed_has_no_health_yet(store: Store) -> None:
    await watch(store, replace(feed_spec("a"), name="Ay"))
    (feed,) = await health(store)
    assert feed == FeedHealth(id=feed.id, name="Ay", host="feeds.example")


async def test_it_is_known_since_when_a_feed_fails_or_works(store: Store) -> None:
    await watch(store, feed_spec())
    since: list[Any] = []
    failures = 0
    for hour, works in enumerate([True, True, False, False, True, True, False]):
        now = NOON + hour * HOUR
        failures = 0 if works else failures + 1
        await (poll(store, now=now) if works else fail(store, now, failures))
        (feed,) = await health(store)
        assert feed.since is not None
        since.append((feed.since - NOON) // HOUR)
    assert since == [0, 0, 2, 2, 4, 4, 6]


async def test_a_feed_that_never_worked_fails_since_its_first_poll(store: Store) -> None:
    await watch(store, feed_spec())
    for hour in range(3):
        await fail(store, NOON + hour * HOUR, hour + 1)
    (feed,) = await health(store)
    assert (feed.since, feed.polled_at, feed.succeeded_at) == (NOON, NOON + 2 * HOUR, None)
    assert (feed.reason, feed.detail, feed.failures) == (Reason.DNS, "no such host", 3)


async def test_what_is_usual_is_kept_through_polls_without_news(store: Store) -> None:
    known = Activity(last_new_at=NOON, entries=12.5, days=3.25, longest=HOUR)
    await watch(store, feed_spec())
    await poll(store, new_entry("1"), activity=known)
    await poll(store, now=NOON + HOUR, reason=Reason.NOT_MODIFIED)
    await fail(store, NOON + 2 * HOUR, 1)
    (feed,) = await health(store)
    (claimed,) = await claim(store, NOON + 9 * HOUR)
    assert feed.activity == claimed.activity == known


async def test_a_feed_out_of_use_is_nobodys_trouble(store: Store) -> None:
    await watch(store, feed_spec("a"), feed_spec("b"))
    await watch(store, feed_spec("b"))
    assert [feed.name for feed in await health(store)] == ["https://feeds.example/b"]


async def test_a_notice_becomes_a_delivery_to_each_owner_that_is_sent_like_any_other(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    (feed,) = await health(store)
    assert await store.commit_notice(notice(Told(feed.id, Trouble.FAILING, None), channels=("ops", "mail")))
    (delivery,) = await claim_messages(store, "ops")
    assert isinstance(delivery.about, Notice)
    assert delivery.about == Notice(
        id=delivery.about.id, created_at=NOON, subject="Feed fails", lines=("one", "<two> ’")
    )
    assert (delivery.deliveries[0].attempts, delivery.deliveries[0].since) == (0, NOON)
    await store.record_attempt(attempt_record(delivery))
    assert [one.channel for one in await claim_messages(store, "ops", "mail")] == ["mail"]
    assert database.counts()["notice"] == 1


async def test_notices_and_alerts_are_told_in_one_order(store: Store) -> None:
    await watch(store, feed_spec())
    (feed,) = await health(store)
    await store.commit_notice(notice(Told(feed.id, Trouble.FAILING, None), channels=("desk",)))
    await poll(store, new_entry("1", "desk"))
    claimed = await claim_messages(store, "desk")
    assert [type(delivery.about).__name__ for delivery in claimed] == ["Notice", "Alert"]


async def test_what_the_owner_was_told_is_known_from_then_on(store: Store) -> None:
    await watch(store, feed_spec("a"), feed_spec("b"))
    first, second = await health(store)
    assert (await store.read_health())[1] is None
    assert await store.commit_notice(notice(Told(first.id, Trouble.FAILING, None)))
    told, untold = await health(store)
    assert (told.trouble, told.told_at) == (Trouble.FAILING, NOON)
    assert (untold.trouble, untold.told_at) == (None, None)
    assert (await store.read_health())[1] == NOON

    again = notice(Told(first.id, None, NOON), Told(second.id, Trouble.STALE, None), at=NOON + HOUR)
    assert await store.commit_notice(again)
    assert [(feed.trouble, feed.told_at) for feed in await health(store)] == [
        (None, NOON + HOUR),
        (Trouble.STALE, NOON + HOUR),
    ]


async def test_without_an_owner_a_notice_is_remembered_and_sent_to_nobody(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    (feed,) = await health(store)
    assert await store.commit_notice(notice(Told(feed.id, Trouble.FAILING, None), channels=()))
    assert (await health(store))[0].trouble is Trouble.FAILING
    assert (database.counts()["notice"], database.counts()["delivery"]) == (1, 0)


async def test_of_daemons_that_look_at_once_only_one_tells(database: Database) -> None:
    stores = [await Store.open(database.url, label="db", exclusive=False) for _ in range(4)]
    await watch(stores[0], *[feed_spec(f"{n}") for n in range(1_500)])
    told = [Told(feed.id, Trouble.OUTAGE, None) for feed in await health(stores[0])]
    done = await asyncio.gather(*[store.commit_notice(notice(*told)) for store in stores])
    assert sorted(done) == [False, False, False, True]
    assert (database.counts()["notice"], database.counts()["delivery"]) == (1, 1)
    assert {feed.trouble for feed in await health(stores[0])} == {Trouble.OUTAGE}
    for store in stores:
        await store.close()


async def test_a_notice_of_a_feed_that_was_taken_out_meanwhile_is_not_stored(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec("a"), feed_spec("b"))
    told = [Told(feed.id, Trouble.FAILING, None) for feed in await health(store)]
    await watch(store, feed_spec("b"))
    assert not await store.commit_notice(notice(*told))
    assert database.counts()["notice"] == 0
    assert (await health(store))[0].trouble is None


async def test_a_delivery_is_about_an_alert_or_a_notice_and_never_both(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    (feed,) = await health(store)
    await store.commit_notice(notice(Told(feed.id, Trouble.FAILING, None)))
    await poll(store, new_entry("1", "desk"))
    for change in ("alert_id = NULL", "alert_id = 1, notice_id = 1"):
        with pytest.raises(Exception, match=r"(?i)check constraint"):
            database.write(f"UPDATE delivery SET {change} WHERE channel = 'desk'")
