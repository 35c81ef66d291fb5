"""What any store tells of deliveries, and how those that were given up live anew."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from monitor.model import DeliveryState, DeliveryWish, ListedDelivery, NoticeRecord, Review
from monitor.store import Reader, Store, open_to_read
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import HOUR, feed_spec, new_entry, poll, watch

MINUTE = timedelta(minutes=1)
ALL = DeliveryWish()


@pytest.fixture
def reader(database: Database, store: Store) -> Iterator[Reader]:
    with open_to_read(database.url, "db") as reader:
        yield reader


def fail(database: Database, delivery: int, *at: datetime, state: str = "failed") -> None:
    """Have a delivery fail at these times, the channel's failures since its last success."""
    for number, when in enumerate(at, start=1):
        database.write(
            "INSERT INTO attempt (delivery_id, number, attempted_at, status, detail)"
            f" VALUES ({delivery}, {number}, {stored(database, when)}, 'failed', 'try {number}')"
        )
    database.write(f"UPDATE delivery SET state = '{state}', attempts = {len(at)} WHERE id = {delivery}")


def pace(database: Database, channel: str, failures: int, rest_until: datetime) -> None:
    database.write(
        f"INSERT INTO channel (name, failures, rest_until) VALUES ('{channel}', {failures}, {stored(database, rest_until)})"
    )


def stored(database: Database, at: datetime) -> str:
    """Return a moment as the database writes it."""
    return f"'{at:%Y-%m-%d %H:%M:%S}.000000{'' if database.kind == 'sqlite' else '+00'}'"


async def three(store: Store) -> None:
    """Tell of three entries: the first in two channels, the last for another rule."""
    await watch(store, feed_spec())
    await poll(
        store,
        new_entry("1", "desk", "mail"),
        new_entry("2", "desk"),
        new_entry("3", "desk", rules=("rain", 'a "b" c')),
    )


def ids(reader: Reader, wish: DeliveryWish = ALL, now: datetime = NOON) -> list[int]:
    return [one.id for one in reader.deliveries(wish, now)]


async def test_deliveries_are_listed_with_what_there_is_to_know_of_them(
    store: Store, reader: Reader, database: Database
) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"))
    (first,) = reader.deliveries(ALL, NOON)
    assert first == ListedDelivery(
        id=first.id,
        channel="desk",
        rules=("storms",),
        state=DeliveryState.PENDING,
        sending=False,
        title="Storm 1",
        link=None,
        entry=first.entry,
        created_at=NOON,
        published_at=None,
        seen_at=NOON,
        sent_at=None,
        attempts=0,
        next_attempt_at=NOON,
        rests_until=None,
        detail="",
        error="",
        escalated_from=None,
    )
    fail(database, first.id, NOON, NOON + MINUTE)
    (again,) = reader.deliveries(ALL, NOON)
    assert (again.state, again.attempts, again.error) == (DeliveryState.FAILED, 2, "try 2")
    pace(database, "desk", 2, NOON + HOUR)
    assert [reader.deliveries(ALL, now)[0].rests_until for now in (NOON, NOON + HOUR)] == [
        NOON + HOUR,
        None,
    ]


async def test_a_notice_is_listed_by_its_subject(store: Store, reader: Reader) -> None:
    review = Review(subject="a feed fails", lines=("one",), told=())
    await store.commit_notice(NoticeRecord(created_at=NOON, review=review, channels=("ops",)))
    (notice,) = reader.deliveries(ALL, NOON)
    assert (notice.title, notice.entry, notice.created_at, notice.rules) == ("a feed fails", None, NOON, ())


async def test_the_newest_come_first_and_as_many_as_are_wanted(store: Store, reader: Reader) -> None:
    await three(store)
    shown = reader.deliveries(DeliveryWish(limit=2), NOON)
    assert [one.title for one in shown] == ["Storm 3", "Storm 2"]


async def test_they_are_found_by_state_channel_rule_and_time(
    store: Store, reader: Reader, database: Database
) -> None:
    await three(store)
    last, second, mail, first = ids(reader)
    fail(database, first, NOON, state="dead")
    assert ids(reader, DeliveryWish(state=DeliveryState.DEAD)) == [first]
    assert ids(reader, DeliveryWish(channels=("mail", "none"))) == [mail]
    assert ids(reader, DeliveryWish(rule="storms")) == [second, mail, first]
    assert ids(reader, DeliveryWish(rule='a "b" c')) == [last]
    assert ids(reader, DeliveryWish(rule="b")) == ids(reader, DeliveryWish(rule="r_in")) == []
    assert ids(reader, DeliveryWish(since=NOON)) == [last, second, mail, first]
    assert ids(reader, DeliveryWish(since=NOON + MINUTE)) == []


async def test_one_that_is_leased_is_being_sent(store: Store, reader: Reader, database: Database) -> None:
    await three(store)
    last, *others = ids(reader)
    until = stored(database, NOON + HOUR)
    database.write(f"UPDATE delivery SET lease = 'me', lease_until = {until} WHERE id = {last}")
    (sending,) = reader.deliveries(DeliveryWish(sending=True), NOON)
    assert (sending.id, sending.sending) == (last, True)
    assert ids(reader, DeliveryWish(state=DeliveryState.PENDING)) == others
    assert ids(reader, DeliveryWish(sending=True), NOON + HOUR) == []


async def test_the_dead_live_anew_and_their_channel_rests_no_longer(
    store: Store, reader: Reader, database: Database
) -> None:
    await three(store)
    last, _, mail, first = ids(reader)
    fail(database, first, NOON, state="dead")
    fail(database, mail, NOON, state="dead")
    fail(database, last, NOON)
    pace(database, "desk", 3, NOON + HOUR)
    pace(database, "mail", 3, NOON + HOUR)
    now = NOON + MINUTE
    assert await store.retry_deliveries(now, ["desk"]) == [(first, "desk")]
    assert ids(reader, DeliveryWish(state=DeliveryState.DEAD)) == [mail]
    ((rest, revived, due),) = database.rows(
        "SELECT rest_until, revived_at, next_attempt_at FROM channel JOIN delivery ON channel = name"
        f" WHERE delivery.id = {first}"
    )
    assert (rest, revived) == (None, due)
    assert database.rows("SELECT count(*) FROM channel WHERE rest_until IS NULL") == [(1,)]
    assert await store.retry_deliveries(now, ["desk"]) == []


async def test_only_what_failed_is_tried_again_and_nothing_that_is_being_sent(
    store: Store, reader: Reader, database: Database
) -> None:
    await three(store)
    last, second, mail, first = ids(reader)
    fail(database, first, NOON)
    fail(database, second, NOON, state="sent")
    fail(database, mail, NOON, state="dead")
    fail(database, last, NOON, state="dead")
    until = stored(database, NOON + HOUR)
    database.write(f"UPDATE delivery SET lease = 'me', lease_until = {until} WHERE id = {last}")
    wanted = [first, second, mail, last, 999]
    assert await store.retry_deliveries(NOON, ["desk"], wanted) == [(first, "desk")]
    assert await store.retry_deliveries(NOON, ["mail", "desk"], wanted) == [(mail, "mail")]


async def test_a_channel_fails_since_its_first_try_after_a_success(
    store: Store, reader: Reader, database: Database
) -> None:
    await three(store)
    _, second, mail, first = ids(reader)
    fail(database, first, NOON, NOON + 5 * MINUTE)
    fail(database, second, NOON + 3 * MINUTE)
    fail(database, mail, NOON, state="dead")
    pace(database, "desk", 2, NOON + HOUR)
    pace(database, "mail", 1, NOON + HOUR)
    assert await store.failing_channels(["desk", "mail", "none"]) == {"desk": NOON + 3 * MINUTE}
    assert await store.failing_channels([]) == {}
    database.write("UPDATE channel SET failures = 0")
    assert await store.failing_channels(["desk", "mail"]) == {}
