"""Who shares a database, and what becomes of what a silent one holds."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.app.presence import agree_on_time
from monitor.clock import SharedClock, SystemClock
from monitor.health import SILENT
from monitor.model import Role, Worker
from monitor.store import Store, read_status
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import LEASE, claim, claim_one, feed_spec, poll_record, watch

SECOND = timedelta(seconds=1)


def worker_of(store: Store, role: Role = Role.ALL) -> Worker:
    return Worker(
        id=store.worker,
        host="a.example",
        pid=1,
        role=role,
        version="1",
        setup="s",
        began_at=NOON,
        seen_at=NOON,
    )


async def test_a_worker_is_listed_from_its_first_sign_of_life_until_it_ends(database: Database) -> None:
    store = await Store.open(database.url, label="db", exclusive=False)
    assert (await read_status(database.url, label="db")).workers == ()

    me = worker_of(store, Role.POLL)
    await store.check_in(me)
    later = replace(me, seen_at=NOON + 20 * SECOND)
    await store.check_in(later)
    assert (await read_status(database.url, label="db")).workers == (later,)

    await store.close()
    assert (await read_status(database.url, label="db")).workers == ()


async def test_what_a_silent_worker_holds_is_given_to_others_once(database: Database) -> None:
    silent, other = [await Store.open(database.url, label="db", exclusive=False) for _ in range(2)]
    await watch(silent, feed_spec())
    held = await claim_one(silent)
    await silent.check_in(worker_of(silent))

    at = NOON + SILENT - SECOND
    assert await other.check_in(replace(worker_of(other), seen_at=at)) == []
    assert await claim(other, at) == []
    lost = await other.check_in(replace(worker_of(other), seen_at=NOON + SILENT))
    assert [one.id for one in lost] == [silent.worker]
    assert await other.check_in(replace(worker_of(other), seen_at=NOON + 2 * SILENT)) == []
    assert [feed.id for feed in await claim(other, NOON + SILENT)] == [held.id]
    await silent.close()
    await other.close()


async def test_a_worker_that_was_given_up_is_one_again_when_it_is_heard_of(database: Database) -> None:
    silent, other = [await Store.open(database.url, label="db", exclusive=False) for _ in range(2)]
    await silent.check_in(worker_of(silent))
    await other.check_in(replace(worker_of(other), seen_at=NOON + SILENT))

    await silent.check_in(replace(worker_of(silent), seen_at=NOON + SILENT))
    known = (await read_status(database.url, label="db")).workers
    assert [worker.lost_at for worker in known] == [None, None]
    await silent.close()
    await other.close()


async def test_a_lost_worker_is_shown_for_a_day(database: Database) -> None:
    lost, other = [await Store.open(database.url, label="db", exclusive=False) for _ in range(2)]
    await lost.check_in(worker_of(lost))
    at = NOON + SILENT
    await other.check_in(replace(worker_of(other), seen_at=at))
    for late, shown in ((timedelta(days=1) - SECOND, 2), (timedelta(days=1), 1)):
        await other.check_in(replace(worker_of(other), seen_at=at + late))
        assert len((await read_status(database.url, label="db")).workers) == shown
    await lost.close()
    await other.close()


async def test_a_daemon_that_has_the_database_to_itself_forgets_those_before_it(database: Database) -> None:
    killed = await Store.open(database.url, label="db", exclusive=False)
    await killed.check_in(worker_of(killed))
    if database.kind == "sqlite":
        store = await Store.open(database.url, label="db")
        assert (await read_status(database.url, label="db")).workers == ()
        await store.close()
    else:
        assert len((await read_status(database.url, label="db")).workers) == 1
    await killed.close()


async def test_only_a_database_that_is_shared_has_a_clock_for_all(database: Database, store: Store) -> None:
    told = await store.read_clock()
    assert (told is not None) is store.is_shared is (database.kind == "postgresql")
    assert told is None or told.utcoffset() == timedelta(0)


async def test_a_feed_that_is_left_to_others_is_due_still(store: Store) -> None:
    await watch(store, feed_spec())
    feed = await claim_one(store)
    await store.leave_feed(feed.id, feed.lease)
    again = await claim_one(store)

    await store.leave_feed(feed.id, feed.lease)  # its lease is over: nothing is done
    await store.commit_poll(poll_record(again))


async def test_feeds_that_only_others_know_are_left_alone(store: Store) -> None:
    await watch(store, *[feed_spec(f"{n}") for n in range(20)])
    first, second = await claim(store, limit=2)
    for feed in (first, second):
        await store.leave_feed(feed.id, feed.lease)

    claimed = await store.claim_due_feeds(
        NOON, limit=19, per_host=99, lease=LEASE, strange={first.id, second.id}
    )
    assert len(claimed) == 18
    assert {first.id, second.id}.isdisjoint(feed.id for feed in claimed)


class Slow(SharedClock):
    """One that is five minutes behind."""

    def now(self) -> datetime:
        return super().now() - timedelta(minutes=5)


async def test_a_clock_that_is_wrong_is_put_right_by_the_database_that_is_shared(store: Store) -> None:
    slow = Slow()
    await agree_on_time(store, slow)
    behind = SystemClock().now() - slow.now()
    assert (abs(behind) < timedelta(minutes=1)) is store.is_shared
