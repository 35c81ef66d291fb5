"""What any store promises about feeds: which are due, and who may poll them."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from monitor.errors import LeaseLost
from monitor.model import NO_VALIDATORS, ClaimedFeed, Reason, Validators
from monitor.store import Store
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import HOUR, LEASE, claim, claim_one, feed_spec, new_entry, poll, poll_record, watch

SECOND = timedelta(seconds=1)


async def test_a_new_feed_is_due_at_its_first_poll_time_and_not_before(store: Store) -> None:
    await store.sync_feeds([feed_spec("a"), feed_spec("b")], [NOON, NOON + HOUR])
    assert await claim(store, NOON - SECOND) == []
    assert names(await claim(store, NOON)) == ["a"]


async def test_a_claimed_feed_carries_what_the_next_request_needs(store: Store) -> None:
    await watch(store, feed_spec())
    first = await claim_one(store)
    assert (first.validators, first.body_hash, first.baselined) == (NO_VALIDATORS, None, False)
    validators = Validators('W/"é"', "yesterday, they said")
    await store.commit_poll(poll_record(first, validators=validators, body_hash="b1", baseline=True))
    later = await claim_one(store, NOON + HOUR)
    assert (later.validators, later.body_hash, later.baselined) == (validators, "b1", True)


async def test_a_failed_poll_keeps_the_validators_and_counts(store: Store) -> None:
    await watch(store, feed_spec())
    validators = Validators("etag", "date")
    await poll(store, validators=validators, body_hash="b1", baseline=True)
    await poll(store, now=NOON + HOUR, reason=Reason.TIMEOUT, detail="30 s", failures=1)
    feed = await claim_one(store, NOON + 2 * HOUR)
    assert (feed.validators, feed.body_hash, feed.failures, feed.baselined) == (validators, "b1", 1, True)


async def test_validators_the_server_stopped_sending_are_forgotten(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, validators=Validators("etag", "date"))
    await poll(store, now=NOON + HOUR, validators=NO_VALIDATORS)
    assert (await claim_one(store, NOON + 2 * HOUR)).validators == NO_VALIDATORS


async def test_a_feed_is_leased_to_one_worker_until_the_lease_ends(store: Store) -> None:
    await watch(store, feed_spec())
    first = await claim_one(store)
    assert await claim(store, NOON + LEASE - SECOND) == []
    second = await claim_one(store, NOON + LEASE)
    assert second.lease != first.lease


async def test_whoever_lost_the_lease_stores_nothing(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    late = await claim_one(store)
    current = await claim_one(store, NOON + LEASE)
    with pytest.raises(LeaseLost, match=f"feed {late.id}"):
        await store.commit_poll(poll_record(late, new_entry("late", "desk")))
    assert database.counts() == dict.fromkeys(database.counts(), 0) | {"feed": 1}
    await store.commit_poll(poll_record(current, new_entry("current", "desk")))
    assert database.rows("SELECT guid FROM entry") == [("current",)]


async def test_a_slow_worker_whose_feed_nobody_else_took_still_records_its_poll(store: Store) -> None:
    await watch(store, feed_spec())
    feed = await claim_one(store)
    await store.commit_poll(poll_record(feed, new_entry("1"), polled_at=NOON + 2 * LEASE))
    assert await store.known_entries(feed.id, ["guid:1"])


async def test_a_poll_is_recorded_once(store: Store) -> None:
    await watch(store, feed_spec())
    feed = await claim_one(store)
    await store.commit_poll(poll_record(feed, new_entry()))
    with pytest.raises(LeaseLost):
        await store.commit_poll(poll_record(feed, new_entry()))


async def test_the_longest_due_feeds_come_first(store: Store) -> None:
    await store.sync_feeds([feed_spec(name) for name in "abc"], [NOON, NOON - HOUR, NOON - 2 * HOUR])
    assert names(await claim(store, limit=2)) == ["c", "b"]
    assert names(await claim(store, limit=2)) == ["a"]


async def test_a_host_never_has_more_leases_than_allowed(store: Store) -> None:
    crowded = [feed_spec(f"{n}", host) for host in ("one.example", "two.example") for n in range(4)]
    await watch(store, *crowded, feed_spec("only", "three.example"))
    first = await claim(store, per_host=2)
    assert hosts(first) == {"one.example": 2, "two.example": 2, "three.example": 1}
    assert await claim(store, per_host=2) == []
    done = next(feed for feed in first if "two.example" in feed.url)
    await store.commit_poll(poll_record(done))
    assert hosts(await claim(store, per_host=2)) == {"two.example": 1}


async def test_a_host_with_many_due_feeds_leaves_room_for_the_others(store: Store) -> None:
    crowd = [feed_spec(f"{n}", "big.example") for n in range(50)]
    small = feed_spec("small", "small.example")
    await store.sync_feeds([*crowd, small], [NOON - HOUR] * 50 + [NOON])
    assert hosts(await claim(store, limit=2, per_host=1)) == {"big.example": 1, "small.example": 1}


async def test_leases_that_ran_out_no_longer_count_against_their_host(store: Store) -> None:
    await watch(store, feed_spec("a"), feed_spec("b"))
    assert names(await claim(store, per_host=1)) == ["a"]
    assert len(await claim(store, NOON + LEASE, per_host=1)) == 1


async def test_a_closed_store_gives_its_leases_back(database: Database) -> None:
    store = await Store.open(database.url, label="first")
    await watch(store, feed_spec())
    assert await claim(store)
    await store.close()
    again = await Store.open(database.url, label="again")
    assert await claim(again)
    await again.close()


async def test_a_feed_that_left_the_configuration_is_not_polled(store: Store) -> None:
    await watch(store, feed_spec("a"), feed_spec("b"))
    await watch(store, feed_spec("b"))
    assert names(await claim(store)) == ["b"]
    await watch(store)
    assert await claim(store, NOON + LEASE) == []


async def test_a_feed_that_left_and_came_back_remembers_its_entries(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1"), baseline=True, validators=Validators("etag"))
    await watch(store)
    await watch(store, feed_spec(), due=NOON + 3 * HOUR)
    assert await claim(store, NOON + 2 * HOUR) == []
    feed = await claim_one(store, NOON + 3 * HOUR)
    assert (feed.baselined, feed.validators) == (True, Validators("etag"))
    assert await store.known_entries(feed.id, ["guid:1"])


async def test_leaving_and_coming_back_does_not_make_a_feed_due_earlier(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, reason=Reason.RATE_LIMITED, failures=1, next_poll_at=NOON + 6 * HOUR)
    await watch(store)
    await watch(store, feed_spec(), due=NOON + HOUR)
    assert await claim(store, NOON + 5 * HOUR) == []
    assert await claim(store, NOON + 6 * HOUR)


async def test_a_restart_keeps_the_schedule(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store)
    await watch(store, feed_spec(), due=NOON)
    assert await claim(store, NOON + HOUR - SECOND) == []
    assert await claim(store, NOON + HOUR)


async def test_a_poll_that_ends_after_its_feed_left_is_still_recorded(store: Store) -> None:
    await watch(store, feed_spec())
    feed = await claim_one(store)
    await watch(store)
    await store.commit_poll(poll_record(feed, new_entry("1")))
    assert await store.known_entries(feed.id, ["guid:1"])


async def test_more_feeds_than_one_statement_can_name_are_synced(store: Store) -> None:
    await watch(store, *[feed_spec(f"{n}") for n in range(2500)])
    await watch(store, feed_spec("7"))
    assert names(await claim(store, limit=5000, per_host=5000)) == ["7"]


def names(feeds: Sequence[ClaimedFeed]) -> list[str]:
    return [feed.url.rpartition("/")[2] for feed in feeds]


def hosts(feeds: Sequence[ClaimedFeed]) -> Counter[str | None]:
    return Counter(urlsplit(feed.url).hostname for feed in feeds)
