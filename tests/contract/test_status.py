"""What `status` is told by any store."""

from dataclasses import replace

import pytest

from monitor.errors import SchemaTooNew, StoreError
from monitor.model import (
    Activity,
    ChannelStatus,
    Decision,
    DeliveryState,
    FeedState,
    FeedStatus,
    Reason,
    SendOutcome,
    SendStatus,
    StoreStatus,
)
from monitor.store import Store, read_recent, read_status
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
    poll_record,
    watch,
)


async def test_a_new_database_has_nothing_to_tell(store: Store, database: Database) -> None:
    size = await store.size()
    assert size.file > 100_000
    empty = StoreStatus(feeds=(), channels=(), entries=0, alerts=0, size=size)
    assert await read_status(database.url, label="db") == empty


async def test_feeds_are_shown_by_address_with_how_their_last_poll_went(
    store: Store, database: Database
) -> None:
    await watch(store, replace(feed_spec("b"), name="Bee"), feed_spec("a"), feed_spec("gone"))
    await watch(store, replace(feed_spec("b"), name="Bee"), feed_spec("a"))
    for feed in await claim(store):
        known = Activity(last_new_at=NOON, entries=20, days=10, longest=HOUR)
        entries = (new_entry("1"), new_entry("2"))
        await store.commit_poll(poll_record(feed, *entries, feed_title="A news", activity=known))
    feed = next(feed for feed in await claim(store, NOON + HOUR) if feed.url.endswith("/a"))
    failed = poll_record(
        feed,
        polled_at=NOON + HOUR,
        reason=Reason.DNS,
        detail="no such host",
        failures=1,
        next_poll_at=NOON + 2 * HOUR,
    )
    await store.commit_poll(failed)
    status = await read_status(database.url, label="db")
    assert status.feeds == (
        FeedStatus(
            url="https://feeds.example/a",
            name="A news",
            reason=Reason.DNS,
            detail="no such host",
            failures=1,
            entries=2,
            polled_at=NOON + HOUR,
            succeeded_at=NOON,
            next_poll_at=NOON + 2 * HOUR,
            newest_at=NOON,
            state=FeedState.FAILING,
            since=NOON + HOUR,
            silent_since=NOON,
            per_day=2,
        ),
        FeedStatus(
            url="https://feeds.example/b",
            name="Bee",
            reason=Reason.OK,
            detail="",
            failures=0,
            entries=2,
            polled_at=NOON,
            succeeded_at=NOON,
            next_poll_at=NOON + HOUR,
            newest_at=NOON,
            state=FeedState.OK,
            since=NOON,
            silent_since=NOON,
            per_day=2,
        ),
    )
    assert (status.entries, status.alerts) == (4, 0)


async def test_a_feed_that_was_never_polled_has_no_reason(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    (feed,) = (await read_status(database.url, label="db")).feeds
    assert (feed.state, feed.reason, feed.polled_at, feed.entries) == (FeedState.NEW, None, None, 0)


async def test_a_feed_that_is_not_enabled_is_kept_aside_with_its_history(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec("a"), replace(feed_spec("b"), enabled=False))
    await poll(store, new_entry("1"))
    await watch(store, replace(feed_spec("a"), enabled=False), replace(feed_spec("b"), enabled=False))
    assert await claim(store, NOON + 100 * HOUR) == []
    status = await read_status(database.url, label="db")
    assert status.feeds == ()
    aside = [(feed.state, feed.entries) for feed in status.retired]
    assert aside == [(FeedState.PAUSED, 1), (FeedState.PAUSED, 0)]


async def test_a_feed_that_answers_and_is_silent_for_too_long_is_stale(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    known = Activity(last_new_at=NOON, entries=20, days=10, longest=HOUR)
    await poll(store, new_entry("1"), activity=known)
    states = []
    for hours in (71, 73):
        now = NOON + hours * HOUR
        await poll(store, now=now, reason=Reason.NOT_MODIFIED)
        (feed,) = (await read_status(database.url, label="db")).feeds
        states.append(feed.state)
    assert states == [FeedState.OK, FeedState.STALE]


async def test_channels_are_counted_by_state_with_the_last_success_and_the_last_problem(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    await poll(store, *[new_entry(f"{n}", "desk") for n in range(4)], new_entry("m", "mail"))
    deliveries = await claim_messages(store, "desk")
    problems = [
        (SendOutcome(SendStatus.FAILED, "HTTP 500"), Decision(DeliveryState.FAILED, NOON + HOUR)),
        (SendOutcome(SendStatus.REFUSED, "HTTP 404"), Decision(DeliveryState.DEAD)),
        (SendOutcome(SendStatus.SENT), Decision(DeliveryState.SENT)),
    ]
    for n, (outcome, decision) in enumerate(problems):
        await store.record_attempt(
            attempt_record(deliveries[n], attempted_at=NOON + n * HOUR, outcome=outcome, decision=decision)
        )
    status = await read_status(database.url, label="db")
    assert status.channels == (
        ChannelStatus(
            name="desk",
            pending=1,
            failed=1,
            sent=1,
            dead=1,
            last_sent_at=NOON + 2 * HOUR,
            last_error="HTTP 404",
        ),
        ChannelStatus(name="mail", pending=1),
    )
    assert status.alerts == 5


async def test_a_database_of_a_newer_version_is_not_read(store: Store, database: Database) -> None:
    database.write("UPDATE alembic_version SET version_num = '9999'")
    database.write("UPDATE compatibility SET works_with = '9999'")
    with pytest.raises(StoreError, match=r"^db: has schema 9999"):
        await read_status(database.url, label="db")
    with pytest.raises(SchemaTooNew, match=r"^db: has schema 9999.*install the newer version"):
        await Store.open(database.url, label="db", exclusive=False)


async def test_feeds_out_of_use_are_told_apart(store: Store, database: Database) -> None:
    await watch(store, feed_spec("b"))
    await poll(store, new_entry("1"))
    await watch(store, feed_spec("a"))
    status = await read_status(database.url, label="db")
    assert [feed.url for feed in status.feeds] == ["https://feeds.example/a"]
    assert [(feed.url, feed.entries) for feed in status.retired] == [("https://feeds.example/b", 1)]


async def test_the_entries_of_a_feed_that_came_last_are_told_with_their_rules(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec("a"), feed_spec("b"))
    for feed in await claim(store):
        entries = [new_entry(f"{feed.url[-1]}{number}", rules=("storms", "floods")) for number in range(5)]
        await store.commit_poll(poll_record(feed, *entries))
    recent = await read_recent(database.url, label="db", feed="https://feeds.example/a", limit=2)
    assert [(entry.title, entry.first_seen_at, entry.rules) for entry in recent] == [
        ("Storm a4", NOON, ("floods", "storms")),
        ("Storm a3", NOON, ("floods", "storms")),
    ]
    assert await read_recent(database.url, label="db", feed="https://feeds.example/none", limit=2) == ()
