"""What any store promises about silences: they are in force for their time, and what they hide is counted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.model import Silence
from monitor.store import Reader, Store, open_to_read
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import HOUR, feed_spec, new_entry, poll, watch

DRILL = Silence(id=0, created_at=NOON, until=NOON + 2 * HOUR, reason="a drill", rule="storms")
SECOND = timedelta(seconds=1)


@pytest.fixture
def reader(database: Database, store: Store) -> Iterator[Reader]:
    with open_to_read(database.url, "db") as reader:
        yield reader


async def numbers(store: Store, now: datetime) -> list[int]:
    return [silence.id for silence in await store.active_silences(now)]


async def test_a_silence_is_in_force_until_its_time_is_over(store: Store, reader: Reader) -> None:
    number = await store.add_silence(DRILL)
    assert await store.active_silences(NOON) == [replace(DRILL, id=number)]
    assert await numbers(store, NOON - SECOND) == []
    assert await numbers(store, NOON + 2 * HOUR - SECOND) == [number]
    assert await numbers(store, NOON + 2 * HOUR) == []
    assert reader.silences(NOON + 2 * HOUR) == []
    assert reader.silences(None) == [replace(DRILL, id=number)]


async def test_all_that_it_names_is_kept(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1"))
    ((entry,),) = [[one.id for one in reader.find("Storm 1")]]
    wanted = replace(DRILL, feed="https://feeds.example/a", story=entry, query='"storm" NOT sea', rule=None)
    number = await store.add_silence(wanted)
    assert await store.active_silences(NOON) == [replace(wanted, id=number)]


async def test_a_silence_that_is_ended_hides_no_more_and_can_not_be_ended_again(
    store: Store, reader: Reader
) -> None:
    first, second = await store.add_silence(DRILL), await store.add_silence(DRILL)
    ended = await store.end_silence(first, NOON + HOUR)
    assert ended == replace(DRILL, id=first, ended_at=NOON + HOUR)
    assert await numbers(store, NOON + HOUR) == [second]
    assert await store.end_silence(first, NOON + HOUR + SECOND) is None
    assert await store.end_silence(second, NOON + 3 * HOUR) is None
    assert await store.end_silence(99, NOON) is None
    assert [silence.id for silence in reader.silences(None)] == [second, first]


async def test_what_a_silence_has_hidden_is_counted(store: Store, database: Database, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk", "mail"), new_entry("2", "desk"))
    first, second = await store.add_silence(DRILL), await store.add_silence(DRILL)
    database.write(f"UPDATE delivery SET state = 'suppressed', silence_id = {first} WHERE channel = 'desk'")
    assert [(silence.id, silence.hidden) for silence in reader.silences(NOON)] == [(second, 0), (first, 2)]
    ended = await store.end_silence(first, NOON)
    assert ended is not None
    assert ended.hidden == 2
