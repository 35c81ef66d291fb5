"""What any store remembers of a feed's polls, and of matches."""

from datetime import datetime
from typing import Any

import pytest

from monitor.health import follow
from monitor.model import Hit, Match, NewEntry, PlannedDelivery, PollRun, Reason, TextField, Withheld
from monitor.store import Store, read_history
from monitor.store.history import MOST_RUNS
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    HOUR,
    alert_of,
    claim_messages,
    claim_one,
    feed_spec,
    new_entry,
    poll_record,
    watch,
)


async def polled(store: Store, now: datetime, *entries: NewEntry, **changes: Any) -> None:
    """Poll the one feed as the pipeline does."""
    feed = await claim_one(store, now)
    values: dict[str, Any] = {"polled_at": now, "next_poll_at": now + HOUR} | changes
    record = poll_record(feed, *entries, **values)
    poll = PollRun(
        began_at=now,
        ended_at=now,
        reason=record.reason,
        detail=record.detail,
        entries=len(entries),
        baseline=record.baseline,
    )
    run, ended = follow(feed.run, poll)
    await store.commit_poll(
        poll_record(feed, *entries, **values, run=run, ended=ended, runs=feed.runs + len(ended))
    )


async def history(database: Database, limit: int = 100) -> list[tuple[int, Reason, int, int]]:
    """Return of each run, the newest first: hours from noon to its begin, reason, polls, entries."""
    runs = await read_history(database.url, label="db", feed=feed_spec().url, limit=limit)
    return [((run.began_at - NOON) // HOUR, run.reason, run.polls, run.entries) for run in runs]


async def test_polls_are_told_as_runs_the_newest_first(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    assert await history(database) == []
    await polled(store, NOON, new_entry("1"), baseline=True)
    assert await history(database) == [(0, Reason.OK, 1, 1)]
    for hour in (1, 2):
        await polled(store, NOON + hour * HOUR, reason=Reason.NOT_MODIFIED)
    assert await history(database) == [(1, Reason.NOT_MODIFIED, 2, 0), (0, Reason.OK, 1, 1)]
    await polled(store, NOON + 3 * HOUR, new_entry("2"), new_entry("3"))
    await polled(store, NOON + 4 * HOUR, reason=Reason.DNS, detail="no such host", failures=1)
    assert await history(database) == [
        (4, Reason.DNS, 1, 0),
        (3, Reason.OK, 1, 2),
        (1, Reason.NOT_MODIFIED, 2, 0),
        (0, Reason.OK, 1, 1),
    ]
    assert len(await history(database, limit=2)) == 2
    failed, news, quiet, first = await read_history(database.url, label="db", feed=feed_spec().url, limit=9)
    assert (failed.detail, quiet.ended_at, first.baseline, news.baseline) == (
        "no such host",
        NOON + 2 * HOUR,
        True,
        False,
    )
    seen = database.rows("SELECT first_seen_at FROM entry JOIN poll_run ON first_seen_at = began_at")
    assert len(seen) == 3  # so that each entry can be told its poll


async def test_unchanged_polls_add_no_row(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    for hour in range(20):
        await polled(store, NOON + hour * HOUR, reason=Reason.NOT_MODIFIED)
    assert database.counts()["poll_run"] == 0
    assert await history(database) == [(0, Reason.NOT_MODIFIED, 20, 0)]


async def test_a_run_goes_on_after_a_restart(database: Database) -> None:
    for hour in (0, 1):
        store = await Store.open(database.url, label="db")
        await watch(store, feed_spec())
        await polled(store, NOON + hour * HOUR)
        await store.close()
    assert await history(database) == [(0, Reason.OK, 2, 0)]


async def test_of_each_feed_only_the_last_runs_are_kept(store: Store, database: Database) -> None:
    await watch(store, feed_spec("b"))
    await polled(store, NOON, new_entry("b"))
    await watch(store, feed_spec())
    for hour in range(MOST_RUNS + 5):
        await polled(store, NOON + hour * HOUR, new_entry(str(hour)))
    kept = await history(database, limit=2 * MOST_RUNS)
    assert [hour for hour, *_ in kept] == list(range(MOST_RUNS + 4, 4, -1))
    assert database.rows("SELECT count(*) FROM poll_run") == [
        (MOST_RUNS + 1,)
    ]  # the other feed's is still there


async def test_that_a_feed_was_gone_is_still_told_when_it_is_put_in_again(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    await polled(store, NOON, reason=Reason.GONE, detail="410", failures=1)
    await watch(store)
    await watch(store, feed_spec(), due=NOON + HOUR)
    assert await history(database) == [(0, Reason.GONE, 1, 0)]
    await polled(store, NOON + HOUR)
    assert await history(database) == [(1, Reason.OK, 1, 0), (0, Reason.GONE, 1, 0)]


async def test_a_feed_nobody_knows_has_no_history(store: Store, database: Database) -> None:
    assert await read_history(database.url, label="db", feed="https://none.example", limit=9) == ()


@pytest.mark.parametrize("withheld", [None, *Withheld])
async def test_a_match_comes_back_with_its_terms_and_why_it_told_nobody(
    store: Store, withheld: Withheld | None
) -> None:
    hits = (Hit(TextField.TITLE, 0, 5, "Storm"), Hit(TextField.SITE, 0, 4, 'site:"über"'))
    match = Match("storms", hits, withheld)
    entry = new_entry("1")
    told = NewEntry(
        entry=entry.entry,
        keys=entry.keys,
        matches=(match,),
        deliveries=(PlannedDelivery("desk", ("storms",)),),
    )
    await watch(store, feed_spec())
    await polled(store, NOON, told)
    (delivery,) = await claim_messages(store, "desk")
    assert alert_of(delivery).matches == (match,)


async def test_hits_stored_before_they_had_terms_are_read(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await polled(store, NOON, new_entry("1", "desk"))
    database.write("""UPDATE match SET hits = '[["title", 0, 5]]'""")
    (delivery,) = await claim_messages(store, "desk")
    assert alert_of(delivery).matches[0].hits == (Hit(TextField.TITLE, 0, 5),)
