"""What a rule would find and tell, while it is being written."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from monitor.app.workbench import Trial, try_rule
from monitor.config import Settings
from monitor.model import Entry, NewEntry, Rule, TextField
from monitor.store import Reader, Store, open_to_read
from tests.support.clock import NOON, ManualClock
from tests.support.database import Database
from tests.support.polls import HOUR, claim, feed_spec, poll_record, watch

DAY = timedelta(days=1)
FEEDS = [replace(feed_spec(name), name=f"Feed {name}") for name in "ab"]
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def reader(database: Database, store: Store) -> Iterator[Reader]:
    with open_to_read(database.url, "db") as reader:
        yield reader


def trial(reader: Reader, query: str, clock: ManualClock | None = None, **options: Any) -> Trial:
    settings = cast(
        "Settings", SimpleNamespace(feeds=FEEDS, groups={"calm": ["truce", "ceasefire"]}, timezone=BERLIN)
    )
    days = options.pop("days", 7)
    rule = Rule(name="draft", query=query, channels=("desk",), **options)
    return try_rule(reader, settings, rule, clock=clock or ManualClock(), days=days)


async def publish(store: Store, feed: str, *titles: str, ago: timedelta = HOUR) -> None:
    """Have a feed bring these entries."""
    now = NOON - ago
    await watch(store, *FEEDS, due=NOON - 30 * DAY)
    for claimed in await claim(store, now):
        mine = claimed.url.endswith(f"/{feed}")
        entries = [
            NewEntry(
                entry=Entry(title=title, link=f"https://{feed}.example/{title}"), keys=(f"{ago}{title}",)
            )
            for title in titles
        ]
        record = poll_record(claimed, *(entries if mine else ()), polled_at=now, next_poll_at=now)
        await store.commit_poll(record)


async def test_matches_are_shown_with_what_was_found_in_them(store: Store, reader: Reader) -> None:
    await publish(store, "a", "Truce holds in Gaza", "Rain in Rome")
    tried = trial(reader, "truces")
    (shown,) = tried.shown
    assert (shown.title.text, shown.title.hits) == ("Truce holds in Gaza", ((0, 5),))
    assert shown.found.stored.feed_name == "Feed a"
    assert tried.found is not None
    assert tried.found.complete
    assert (tried.mistake, tried.remarks, tried.estimated, tried.floods) == (None, (), False, False)


async def test_alerts_are_counted_day_by_day_as_stories_tell_them(store: Store, reader: Reader) -> None:
    await publish(store, "a", "An old ceasefire", ago=20 * DAY)
    await publish(store, "a", "Ceasefire agreed in Ukraine after talks", ago=3 * DAY)
    await publish(store, "b", "Ceasefire agreed in Ukraine after long talks", ago=3 * DAY - HOUR)
    await publish(store, "a", "Ceasefire broken near Kharkiv", ago=HOUR)
    tried = trial(reader, "ceasefire", days=5)
    assert [(day.entries, day.alerts) for day in tried.days] == [(0, 0), (2, 1), (0, 0), (0, 0), (1, 1)]
    assert [day.day for day in tried.days][-1] == date(2026, 11, 23)
    assert not tried.estimated
    assert tried.alerts_a_day == pytest.approx(2 / 4.54, abs=0.1)


async def test_a_story_that_began_before_the_first_day_is_not_told_anew(store: Store, reader: Reader) -> None:
    await publish(store, "a", "Ceasefire agreed in Ukraine after talks", ago=1.6 * DAY)
    await publish(store, "b", "Ceasefire agreed in Ukraine after long talks", ago=HOUR)
    tried = trial(reader, "ceasefire", days=1)
    assert [(day.entries, day.alerts) for day in tried.days] == [(1, 0)]
    assert trial(reader, "ceasefire", days=3).alerts_a_day > 0


async def test_a_mistake_is_a_value_and_remarks_stand_beside_what_is_found(
    store: Store, reader: Reader
) -> None:
    wrong = trial(reader, "(truce")
    assert wrong == Trial(mistake=wrong.mistake)
    assert wrong.mistake is not None
    assert (wrong.mistake.column, wrong.mistake.what) == (1, "the parenthesis is never closed")
    assert trial(reader, "").mistake is not None
    await publish(store, "a", "Gaza or truce")
    (remark,) = trial(reader, "gaza or truce").remarks
    assert '"or" is looked for as a word' in remark.what


async def test_groups_and_options_of_the_rule_count(store: Store, reader: Reader) -> None:
    await publish(store, "a", "Truce", "Ceasefire", "Rain")
    assert len(trial(reader, "@calm").shown) == 2
    assert len(trial(reader, "@calm", feeds=frozenset({"Feed b"})).shown) == 0
    assert len(trial(reader, "truces", language="none").shown) == 0
    assert len(trial(reader, "a.example", fields=frozenset({TextField.SITE})).shown) == 3


async def test_what_takes_too_long_is_estimated(store: Store, reader: Reader) -> None:
    for ago in range(5, -1, -1):
        await publish(store, "a", *(f"Truce {number} of {ago}" for number in range(200)), ago=ago * DAY)
    slow = _Slow()
    tried = trial(reader, "truce", slow)
    assert tried.found is not None
    assert not tried.found.complete
    assert tried.found.looked_at < 600
    assert tried.estimated
    assert tried.found.count == 1200
    assert sum(day.entries for day in tried.days) == 1200
    assert tried.floods


class _Slow(ManualClock):
    """Each look at it takes ten milliseconds."""

    def monotonic(self) -> float:
        self.advance(timedelta(milliseconds=10))
        return super().monotonic()


async def test_an_empty_database_tells_nothing(reader: Reader) -> None:
    tried = trial(reader, "truce")
    assert (tried.shown, tried.alerts_a_day, tried.estimated) == ((), 0, False)


async def test_the_rule_to_paste_asks_the_same(reader: Reader) -> None:
    query = r'"peace talks" OR /CVE-\d+/ OR ="O\'Brien" @calm'.replace("\\'", "'")
    written = trial(reader, query, tags=frozenset({"a", "b"})).toml
    [table] = tomllib.loads(written)["rules"]
    assert table == {"name": "draft", "query": query, "channels": ["desk"], "tags": ["a", "b"]}
