"""What any store remembers of feeds so that their servers are asked politely."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import (
    NO_FRESHNESS,
    NO_MEMORY,
    NO_VALIDATORS,
    FeedMemory,
    Freshness,
    Move,
    PublisherHints,
    Reason,
    Rhythm,
    Secret,
    Validators,
)
from monitor.store import Store
from tests.support.clock import NOON
from tests.support.polls import HOUR, LEASE, claim, claim_one, feed_spec, new_entry, poll, poll_record, watch

MEMORY = FeedMemory(
    served_at=NOON - HOUR,
    freshness=Freshness("max-age=600", "Mon, 23 Nov 2026 13:00:00 GMT"),
    hints=PublisherHints(
        refresh=timedelta(minutes=90), base=NOON, skip_hours=frozenset({0, 23}), skip_days=frozenset({6})
    ),
    move=Move(Secret("https://new.example/feed?token=1"), 2, NOON - HOUR, settled=False),
)
RHYTHM = Rhythm(as_of=NOON, hours=12.5, counts=(0.25, 3.0) * 84, recent=1.5, expected=0.75)


async def test_what_is_remembered_of_a_server_comes_back(store: Store) -> None:
    await watch(store, feed_spec())
    first = await claim_one(store)
    assert (first.memory, first.rhythm, first.reached) == (NO_MEMORY, None, False)
    behind = Validators('"1"', None, Secret("https://new.example/feed?token=1"))
    await store.commit_poll(
        poll_record(first, validators=behind, memory=MEMORY, rhythm=RHYTHM, weights=(0.5,) * 8)
    )
    later = await claim_one(store, NOON + HOUR)
    assert (later.memory, later.rhythm, later.validators) == (MEMORY, RHYTHM, behind)
    assert later.reached


async def test_a_poll_replaces_what_it_brings_and_leaves_the_rest_as_it_is(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(
        store, memory=MEMORY, rhythm=RHYTHM, validators=Validators('"1"', url=Secret("https://a.example"))
    )
    await poll(store, now=NOON + HOUR, validators=Validators('"2"'), body_hash="b2")
    feed = await claim_one(store, NOON + 2 * HOUR)
    assert (feed.memory, feed.rhythm, feed.validators) == (MEMORY, RHYTHM, Validators('"2"'))
    await store.commit_poll(poll_record(feed, next_poll_at=NOON + 3 * HOUR, memory=NO_MEMORY))
    feed = await claim_one(store, NOON + 3 * HOUR)
    assert (feed.memory, feed.validators, feed.body_hash) == (NO_MEMORY, Validators('"2"'), "b2")


async def test_another_address_under_the_same_name_forgets_the_server_and_keeps_the_entries(
    store: Store,
) -> None:
    spec = feed_spec()
    await watch(store, spec)
    behind = Validators('"1"', "yesterday", Secret("https://new.example/feed"))
    await poll(store, new_entry("1"), validators=behind, memory=MEMORY)
    await watch(store, spec)
    (same,) = await claim(store, NOON + HOUR)
    assert (same.validators, same.memory) == (behind, MEMORY)
    await watch(store, replace(spec, request_url=Secret("https://elsewhere.example/")))
    (other,) = await claim(store, NOON + HOUR + LEASE)
    assert other.validators == NO_VALIDATORS
    assert other.memory == replace(MEMORY, freshness=NO_FRESHNESS, move=None)
    assert await store.known_entries(other.id, ["guid:1"])


async def test_what_documents_say_of_their_feed_comes_back(store: Store) -> None:
    await watch(store, feed_spec())
    first = await claim_one(store)
    assert (first.title, first.language) == ("", None)
    await store.commit_poll(poll_record(first, feed_title="World", language="de"))
    await poll(store, now=NOON + HOUR, reason=Reason.NOT_MODIFIED)
    later = await claim_one(store, NOON + 2 * HOUR)
    assert (later.title, later.language) == ("World", "de")


async def test_the_weights_of_active_feeds_are_known(store: Store) -> None:
    await watch(store, feed_spec("a"), feed_spec("b"), feed_spec("c"))
    weighed = (0.5, 1.0) * 4
    for feed in await claim(store):
        rhythm = None if feed.url.endswith("c") else RHYTHM
        await store.commit_poll(poll_record(feed, rhythm=rhythm, weights=weighed))
    await watch(store, feed_spec("b"), feed_spec("c"))
    assert {url: tuple(given) for url, given in (await store.feed_weights()).items()} == {
        feed_spec("b").url: weighed
    }


async def test_a_feed_that_is_gone_is_not_claimed_until_it_is_taken_out_and_put_in_again(
    store: Store,
) -> None:
    await watch(store, feed_spec())
    await poll(store, reason=Reason.GONE, failures=1)
    await watch(store, feed_spec())
    assert await claim(store, NOON + 1000 * HOUR) == []
    await watch(store)
    await watch(store, feed_spec(), due=NOON + HOUR)
    assert await claim(store, NOON + HOUR)


@pytest.mark.parametrize("asked", [1, 2])
async def test_a_host_rests_once_two_of_its_feeds_were_asked_to_wait(store: Store, asked: int) -> None:
    here = [feed_spec(name, "busy.example") for name in "abc"]
    await watch(store, *here, feed_spec("d", "other.example"))
    until = [NOON + 5 * HOUR, NOON + 3 * HOUR]
    for feed, end in zip((await claim(store, limit=2))[:asked], until, strict=False):
        await store.commit_poll(
            poll_record(feed, reason=Reason.RATE_LIMITED, failures=1, next_poll_at=end, retry_until=end)
        )
    due = [feed.url[-1] for feed in await claim(store, NOON + LEASE)]
    assert sorted(due) == (["b", "c", "d"] if asked == 1 else ["d"])
    later = await claim(store, NOON + 3 * HOUR + timedelta(minutes=5))
    assert "c" in [feed.url[-1] for feed in later]


async def test_a_poll_that_was_under_way_joins_the_rest_of_its_host(store: Store) -> None:
    await watch(store, *[feed_spec(name) for name in "abc"])
    *refused, late = await claim(store)
    end = NOON + 5 * HOUR
    for feed in refused:
        await store.commit_poll(
            poll_record(feed, reason=Reason.RATE_LIMITED, failures=1, next_poll_at=end, retry_until=end)
        )
    await store.commit_poll(poll_record(late))
    assert await claim(store, end - timedelta(seconds=1)) == []
    assert len(await claim(store, end + timedelta(minutes=6))) == 3


async def test_a_host_whose_waiting_time_is_over_is_as_any_other(store: Store) -> None:
    await watch(store, feed_spec("a"), feed_spec("b"))
    for feed in await claim(store):
        await store.commit_poll(
            poll_record(feed, reason=Reason.RATE_LIMITED, next_poll_at=NOON + HOUR, retry_until=NOON + HOUR)
        )
    for feed in await claim(store, NOON + 2 * HOUR):
        done = {"polled_at": NOON + 2 * HOUR, "next_poll_at": NOON + 3 * HOUR}
        await store.commit_poll(poll_record(feed, **done))
    assert len(await claim(store, NOON + 3 * HOUR)) == 2
