"""Builders of what the store is given, with all that a test doesn't care about filled in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.model import (
    Alert,
    AttemptRecord,
    Channel,
    ClaimedFeed,
    ClaimedMessage,
    Decision,
    DeliveryState,
    Entry,
    FeedSpec,
    Hit,
    Match,
    MessageFormat,
    NewEntry,
    PlannedDelivery,
    PollRecord,
    Queue,
    Reason,
    Secret,
    SendOutcome,
    SendStatus,
    Settled,
    TextField,
    Unsettled,
)
from monitor.store import Store
from tests.support.clock import NOON

LEASE = timedelta(minutes=5)
HOUR = timedelta(hours=1)


def feed_spec(name: str = "a", host: str = "feeds.example", **changes: Any) -> FeedSpec:
    url = f"https://{host}/{name}"
    return FeedSpec(url=url, request_url=Secret(url), host=host, **changes)


def new_entry(name: str = "1", *channels: str, rules: Sequence[str] = ("storms",)) -> NewEntry:
    """Return an entry that matched `rules`; with channels it alerts there."""
    return NewEntry(
        entry=Entry(guid=name, title=f"Storm {name}"),
        keys=(f"guid:{name}",),
        matches=tuple(Match(rule, (Hit(TextField.TITLE, 0, 5),)) for rule in rules),
        deliveries=tuple(PlannedDelivery(channel, tuple(rules)) for channel in channels),
    )


def poll_record(feed: ClaimedFeed, *entries: NewEntry, **changes: Any) -> PollRecord:
    """Return what a successful poll at noon changed; the next one is due an hour later."""
    values: dict[str, Any] = {
        "polled_at": NOON,
        "reason": Reason.OK,
        "detail": "",
        "next_poll_at": NOON + HOUR,
        "failures": 0,
        "entries": entries,
    }
    return PollRecord(feed_id=feed.id, lease=feed.lease, **(values | changes))


def attempt_record(message: ClaimedMessage, **changes: Any) -> AttemptRecord:
    """Return an attempt at noon that was accepted; `decision` is that of all deliveries."""
    values: dict[str, Any] = {
        "attempted_at": NOON,
        "outcome": SendOutcome(SendStatus.SENT),
        "pace": message.pace,
    }
    decision = changes.pop("decision", Decision(DeliveryState.SENT))
    decisions = (decision,) * len(message.deliveries)
    return AttemptRecord(message=message, **(values | {"decisions": decisions} | changes))


async def watch(store: Store, *specs: FeedSpec, due: datetime = NOON) -> None:
    await store.sync_feeds(specs, [due] * len(specs))


async def claim(
    store: Store, now: datetime = NOON, *, limit: int = 100, per_host: int = 100
) -> Sequence[ClaimedFeed]:
    return await store.claim_due_feeds(now, limit=limit, per_host=per_host, lease=LEASE)


async def claim_one(store: Store, now: datetime = NOON) -> ClaimedFeed:
    """Claim the one feed that is due."""
    (feed,) = await claim(store, now)
    return feed


async def poll(store: Store, *entries: NewEntry, now: datetime = NOON, **changes: Any) -> None:
    """Claim the one feed that is due and commit a successful poll of it."""
    values = {"polled_at": now, "next_poll_at": now + HOUR} | changes
    await store.commit_poll(poll_record(await claim_one(store, now), *entries, **values))


def alert_of(message: ClaimedMessage) -> Alert:
    """Return the alert that a message is about."""
    assert isinstance(message.about, Alert)
    return message.about


def channel(name: str, **changes: Any) -> Channel:
    values: dict[str, Any] = {"url": Secret("console:"), "format": MessageFormat.CONSOLE} | changes
    return Channel(name=name, **values)


async def settle(store: Store, *channels: str, now: datetime = NOON, **changes: Any) -> Sequence[Unsettled]:
    """Settle all that waits for it: told at once and alone, unless `changes` say otherwise."""
    waiting = await store.unsettled_deliveries(now, channels, limit=10_000)
    values: dict[str, Any] = {"state": DeliveryState.PENDING, "bundle": "", "due_at": now} | changes
    await store.settle_deliveries([Settled(delivery_id=one.id, **values) for one in waiting])
    return waiting


async def claim_queues(
    store: Store, *channels: str | Channel, now: datetime = NOON, lease: timedelta = LEASE
) -> Sequence[Queue]:
    """Settle what waits in these channels and claim what goes next in each."""
    wanted = [channel(one) if isinstance(one, str) else one for one in channels]
    await settle(store, *(one.name for one in wanted), now=now)
    return await store.claim_messages(now, wanted, lease=lease)


async def claim_messages(
    store: Store, *channels: str | Channel, now: datetime = NOON
) -> list[ClaimedMessage]:
    """Do the same, and return all messages that were claimed."""
    return [message for queue in await claim_queues(store, *channels, now=now) for message in queue]
