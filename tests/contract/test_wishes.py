"""What any store promises to those who wish something of a feed."""

from datetime import timedelta

from monitor.model import Reason
from monitor.store import Store
from tests.support.clock import NOON
from tests.support.polls import HOUR, claim, claim_one, feed_spec, new_entry, poll, poll_record, watch

MINUTE = timedelta(minutes=1)


async def test_a_feed_that_is_wanted_now_is_due_now(store: Store) -> None:
    spec = feed_spec()
    await watch(store, spec)
    await poll(store)
    assert await claim(store, NOON + MINUTE) == []
    assert await store.poll_now([spec.url, "https://unknown.example/"], NOON + MINUTE) == [spec.url]
    await claim_one(store, NOON + MINUTE)


async def test_a_feed_that_is_being_polled_is_not_polled_once_more(store: Store) -> None:
    spec = feed_spec()
    await watch(store, spec)
    await claim_one(store)
    assert await store.poll_now([spec.url], NOON) == []


async def test_a_server_that_asked_for_patience_is_left_alone(store: Store) -> None:
    spec = feed_spec()
    await watch(store, spec)
    await poll(
        store, reason=Reason.HTTP_CLIENT_ERROR, failures=1, retry_until=NOON + HOUR, next_poll_at=NOON + HOUR
    )
    assert await store.poll_now([spec.url], NOON + MINUTE) == []
    await store.pause_feeds([spec.url], NOON + MINUTE)
    assert await store.resume_feeds([spec.url], NOON + 2 * MINUTE) == [spec.url]
    assert await claim(store, NOON + HOUR - MINUTE) == []
    await claim_one(store, NOON + HOUR)


async def test_a_feed_that_is_gone_is_tried_again(store: Store) -> None:
    spec = feed_spec()
    await watch(store, spec)
    await poll(store, reason=Reason.GONE, failures=1)
    assert await claim(store, NOON + 2 * HOUR) == []
    assert await store.poll_now([spec.url], NOON + 2 * HOUR) == [spec.url]
    await claim_one(store, NOON + 2 * HOUR)


async def test_a_paused_feed_is_not_claimed_and_nobody_is_told_of_it(store: Store) -> None:
    spec, other = feed_spec("a"), feed_spec("b")
    await watch(store, spec, other)
    assert await store.pause_feeds([spec.url], NOON) == [spec.url]
    assert await store.pause_feeds([spec.url], NOON + MINUTE) == []
    assert [feed.url for feed in await claim(store, NOON + HOUR)] == [other.url]
    watched, _ = await store.read_health()
    assert [feed.name for feed in watched] == [other.url]
    assert await store.poll_now([spec.url], NOON) == []


async def test_a_pause_outlasts_a_restart_and_an_edit_of_the_configuration(store: Store) -> None:
    spec = feed_spec()
    await watch(store, spec)
    await store.pause_feeds([spec.url], NOON)
    await store.sync_feeds([spec], [NOON])
    assert await claim(store, NOON + HOUR) == []


async def test_a_poll_under_way_is_stored_although_its_feed_was_paused(store: Store) -> None:
    spec = feed_spec()
    await watch(store, spec)
    claimed = await claim_one(store)
    await store.pause_feeds([spec.url], NOON)
    await store.commit_poll(poll_record(claimed, new_entry("e")))
    assert await claim(store, NOON + 2 * HOUR) == []
    assert await store.resume_feeds([spec.url], NOON + 2 * HOUR) == [spec.url]
    await claim_one(store, NOON + 2 * HOUR)
