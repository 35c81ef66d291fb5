"""What is stored of entries, for those who ask later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import (
    Decision,
    DeliveryState,
    Entry,
    Match,
    NewEntry,
    Reason,
    SendOutcome,
    SendStatus,
)
from monitor.store import Reader, Store, open_to_read
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import HOUR, attempt_record, claim_messages, feed_spec, new_entry, poll, watch

DAY = timedelta(days=1)


@pytest.fixture
def reader(database: Database, store: Store) -> Iterator[Reader]:
    with open_to_read(database.url, "db") as reader:
        yield reader


def news(title: str, link: str | None = None, **changes: object) -> NewEntry:
    entry = Entry(guid=title.lower(), title=title, link=link)
    return replace(new_entry(title), entry=entry, keys=(f"guid:{title}",), **changes)  # type: ignore[arg-type]  # any field


async def test_entries_come_in_the_order_in_which_they_were_seen(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, news("Old"), now=NOON)
    await poll(store, news("First"), news("Second"), now=NOON + DAY, feed_title="A news")
    found = list(reader.entries_since(NOON + HOUR))
    assert [each.entry.title for each in found] == ["First", "Second"]
    assert {(each.feed_url, each.feed_name, each.first_seen_at) for each in found} == {
        ("https://feeds.example/a", "A news", NOON + DAY)
    }
    assert reader.count_since(NOON + HOUR) == 2
    assert list(reader.entries_since(NOON + 2 * DAY)) == []


async def test_more_entries_than_are_read_at_once_come_each_once(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, *(news(f"Entry {number}") for number in range(1_201)))
    assert [each.entry.title for each in reader.entries_since(NOON)] == [
        f"Entry {number}" for number in range(1_201)
    ]


@pytest.mark.parametrize(
    "which",
    [
        "https://news.example/truce",
        "http://www.news.example/truce/?utm_source=x",
        "truce holds",
        "a truce",
    ],
)
async def test_an_entry_is_found_by_link_in_any_spelling_and_by_a_part_of_its_title(
    store: Store, reader: Reader, which: str
) -> None:
    await watch(store, feed_spec())
    await poll(
        store, news("A truce holds", "https://news.example/truce"), news("Rain", "https://news.example/rain")
    )
    (found,) = reader.find(which)
    assert found.entry.title == "A truce holds"
    assert [again.id for again in reader.find(str(found.id))] == [found.id]


async def test_what_fits_several_entries_finds_the_newest_first(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, *(news(f"100% storm {number}") for number in range(12)))
    found = reader.find("100% STORM")
    assert [each.entry.title for each in found] == [f"100% storm {number}" for number in range(11, 1, -1)]
    assert reader.find("100_ storm") == ()
    assert reader.find("https://news.example/") == ()


async def test_the_history_of_an_entry_holds_what_came_of_it(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk", "mail", rules=("storms", "weather")))
    (desk,) = await claim_messages(store, "desk")
    refused = SendOutcome(SendStatus.FAILED, "the server answered 500")
    again = Decision(DeliveryState.FAILED, NOON + HOUR)
    await store.record_attempt(attempt_record(desk, outcome=refused, decision=again))
    (desk,) = await claim_messages(store, "desk", now=NOON + HOUR)
    await store.record_attempt(attempt_record(desk, attempted_at=NOON + HOUR))
    (stored,) = reader.find("Storm 1")
    history = reader.history(stored)
    assert history.keys == ("guid",)
    assert [match.rule for match in history.matches] == ["storms", "weather"]
    assert history.article is None
    first, second = history.deliveries
    assert (first.channel, first.rules, first.state) == ("desk", ("storms", "weather"), DeliveryState.SENT)
    assert [(each.attempted_at, each.status, each.detail) for each in first.attempts] == [
        (NOON, SendStatus.FAILED, "the server answered 500"),
        (NOON + HOUR, SendStatus.SENT, ""),
    ]
    assert (second.channel, second.state, second.attempts) == ("mail", DeliveryState.PENDING, ())


async def test_past_alerts_go_only_to_channels_that_were_never_told(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk"), new_entry("2"), new_entry("3", "desk", "mail"))
    ids = [each.id for each in reader.entries_since(NOON)]
    assert reader.untold(ids, ["desk", "mail"]) == {ids[0]: ("mail",), ids[1]: ("desk", "mail")}
    matches = {entry_id: Match("late", ()) for entry_id in ids}
    assert await store.add_past_alerts("late", ["desk", "mail"], matches, NOON + DAY) == 2
    assert reader.untold(ids, ["desk", "mail"]) == {}
    assert await store.add_past_alerts("late", ["desk", "mail"], matches, NOON + DAY) == 0
    waiting = await claim_messages(store, "mail", now=NOON + DAY)
    assert [message.deliveries[0].since for message in waiting] == [NOON, NOON + DAY, NOON + DAY]


async def test_a_failed_poll_is_no_history(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, reason=Reason.DNS, failures=1)
    assert reader.count_since(NOON) == 0
