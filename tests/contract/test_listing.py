"""What any store answers to those who look through alerts, stories and deliveries."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.model import (
    AlertWish,
    DeliveryState,
    DeliveryWish,
    Entry,
    Hit,
    Match,
    NewEntry,
    PlannedDelivery,
    StoryDecision,
    Telling,
    TextField,
    Withheld,
)
from monitor.store import Reader, Store, open_to_read
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import HOUR, claim, feed_spec, new_entry, poll_record, watch

DAY = timedelta(days=1)


@pytest.fixture
def reader(database: Database, store: Store) -> Iterator[Reader]:
    with open_to_read(database.url, "db") as reader:
        yield reader


def entry(title: str, *channels: str, rule: str = "storms", summary: str = "", **more: Any) -> NewEntry:
    return NewEntry(
        entry=Entry(title=title, summary=summary, link="https://news.example/1"),
        keys=(title,),
        matches=(Match(rule, (Hit(TextField.TITLE, 0, 5),)), Match("late", (), Withheld.TOO_OLD)),
        deliveries=tuple(PlannedDelivery(channel, (rule,)) for channel in channels or ("desk",)),
        **more,
    )


async def tell(store: Store, feed: str, *entries: NewEntry, day: int = 0) -> None:
    """Poll `feed`, a or b, on a day after the first."""
    now = NOON + day * DAY
    await watch(store, replace(feed_spec("a"), name="Gazette"), feed_spec("b"))
    claimed = {one.url: one for one in await claim(store, now)}
    polled = claimed.pop(feed_spec(feed).url)
    await store.commit_poll(poll_record(polled, *entries, polled_at=now, next_poll_at=now + HOUR))
    for other in claimed.values():  # given back
        await store.commit_poll(poll_record(other, polled_at=now, next_poll_at=now))


def titles(reader: Reader, **wish: Any) -> list[str]:
    found, _ = reader.alerts(AlertWish(**wish))
    return [alert.title for alert in found]


async def four(store: Store) -> None:
    """Tell of four entries on four days, the second and the third of one story."""
    await tell(store, "a", entry("one", summary="Rain in KÖLN, 50% sure", rule="rain"))
    await tell(store, "a", entry("two", "desk", "mail", story=StoryDecision(story=None)), day=1)
    await tell(store, "b", entry("three", story=StoryDecision(story=2)), day=2)
    await tell(store, "b", entry("Four snow_storms"), day=3)


async def test_an_alert_is_listed_with_all_that_people_ask_of_it(store: Store, reader: Reader) -> None:
    await four(store)
    (alert,), more = reader.alerts(AlertWish(before=4, limit=1))
    assert more == 3
    assert (alert.id, alert.entry, alert.title, alert.created_at) == (3, 3, "three", NOON + 2 * DAY)
    assert (alert.feed, alert.feed_name) == (feed_spec("b").url, feed_spec("b").url)
    assert (alert.story, alert.outlets) == (2, ("Gazette", feed_spec("b").url))
    assert alert.rules == ("storms",)
    assert [match.rule for match in alert.matches] == ["late", "storms"]
    assert alert.told == (Telling("desk", DeliveryState.PENDING, None),)
    assert reader.alert(3) == alert
    assert reader.alert(99) is None


async def test_alerts_are_found_by_rule_feed_channel_story_and_time(store: Store, reader: Reader) -> None:
    await four(store)
    assert titles(reader) == ["Four snow_storms", "three", "two", "one"]
    assert titles(reader, rule="rain") == ["one"]
    assert titles(reader, rule="late") == []  # it told nobody
    assert titles(reader, feed="Gazette") == titles(reader, feed=feed_spec("a").url) == ["two", "one"]
    assert titles(reader, feeds=(feed_spec("b").url, "x")) == ["Four snow_storms", "three"]
    assert titles(reader, feeds=()) == []
    assert titles(reader, channels=("mail", "x")) == ["two"]
    assert titles(reader, story=2) == ["three", "two"]
    assert titles(reader, since=NOON + 2 * DAY) == ["Four snow_storms", "three"]
    assert titles(reader, until=NOON + DAY) == ["one"]
    assert titles(reader, since=NOON + DAY, until=NOON + 2 * DAY) == ["two"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("köln", "RAIN"), ["one"]),
        (("Köln",), ["one"]),
        (("köln", "snow"), []),
        (("50%",), ["one"]),
        (("0%s",), []),
        (("snow_",), ["Four snow_storms"]),
        (("t_o",), []),
        (("o",), ["Four snow_storms", "two", "one"]),
    ],
)
async def test_alerts_are_found_by_words(
    store: Store, reader: Reader, words: tuple[str, ...], found: list[str]
) -> None:
    await four(store)
    assert titles(reader, words=words) == found


async def test_they_come_page_by_page(store: Store, reader: Reader) -> None:
    await four(store)
    seen, before = [], None
    for _ in range(2):
        found, before = reader.alerts(AlertWish(before=before, limit=2))
        seen += [alert.id for alert in found]
    assert (seen, before) == ([4, 3, 2, 1], None)


async def test_alerts_are_counted_between_moments(store: Store, reader: Reader) -> None:
    await four(store)
    days = [NOON + day * DAY for day in range(-1, 4)]
    assert reader.alerts_between(AlertWish(), days) == [0, 1, 1, 1]
    second = timedelta(seconds=1)
    assert reader.alerts_between(AlertWish(), [NOON - second, NOON + 3 * DAY, NOON + 3 * DAY + second]) == [
        3,
        1,
    ]
    wish = AlertWish(rule="rain", since=NOON + DAY, limit=1, before=1)
    assert reader.alerts_between(wish, days) == [0, 1, 0, 0]


async def test_stories_come_page_by_page(store: Store, reader: Reader) -> None:
    for day in range(3):
        await tell(store, "a", entry(f"{day}", story=StoryDecision(story=None)), day=day)
    assert [story.id for story in reader.stories(None, 2)] == [3, 2]
    assert [story.id for story in reader.stories(None, 2, before=2)] == [1]
    assert reader.stories(None, 2, before=99) == []


async def test_deliveries_come_page_by_page_and_are_counted_by_state(
    store: Store, reader: Reader, database: Database
) -> None:
    await watch(store, feed_spec())
    feed = (await claim(store))[0]
    await store.commit_poll(poll_record(feed, *(new_entry(f"{n}", "desk", "mail") for n in range(2))))
    database.write("UPDATE delivery SET state = 'dead' WHERE id = 1")
    later = "2026-11-23 13:00:00.000000" + ("" if database.kind == "sqlite" else "+00")
    database.write(f"UPDATE delivery SET lease = 'me', lease_until = '{later}' WHERE id = 2")
    found = reader.deliveries(DeliveryWish(before=3, limit=1), NOON)
    assert [one.id for one in found] == [2]
    assert reader.delivery_counts(DeliveryWish(), NOON) == {"dead": 1, "sending": 1, "pending": 2}
    only = DeliveryWish(channels=("desk",), state=DeliveryState.DEAD)
    assert reader.delivery_counts(only, NOON) == {"dead": 1, "pending": 1}


async def test_the_tries_of_deliveries(store: Store, reader: Reader, database: Database) -> None:
    await watch(store, feed_spec())
    feed = (await claim(store))[0]
    await store.commit_poll(poll_record(feed, new_entry("1", "desk", "mail")))
    at = "2026-11-23 12:00:00.000000" + ("" if database.kind == "sqlite" else "+00")
    for number, status in ((2, "refused"), (1, "failed")):
        database.write(
            "INSERT INTO attempt (delivery_id, number, attempted_at, status, detail)"
            f" VALUES (1, {number}, '{at}', '{status}', 'try {number}')"
        )
    tried = reader.attempts([1, 2])
    assert [(one.status.value, one.detail, one.attempted_at) for one in tried[1]] == [
        ("failed", "try 1", NOON),
        ("refused", "try 2", NOON),
    ]
    assert 2 not in tried
