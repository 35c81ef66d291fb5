"""What any store promises to those who look for entries: what the matcher says of each, at any moment."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest

from monitor.app.search import search
from monitor.config import Settings
from monitor.errors import QueryError
from monitor.match import compile_rules, origin_of_stored
from monitor.model import (
    ArticleDecision,
    ArticleRecord,
    ArticleState,
    ChangedEntry,
    Entry,
    EntryWish,
    FeedSpec,
    Found,
    Match,
    NewEntry,
    Reason,
    Rule,
    StoryDecision,
    WantedArticle,
)
from monitor.store import Reader, Store, open_to_read
from monitor.store.engine import open_engine, read_url
from monitor.store.search import filing
from tests.support.clock import NOON, ManualClock
from tests.support.database import Database
from tests.support.polls import HOUR, LEASE, claim, claim_one, feed_spec, poll, poll_record, watch
from tests.unit.match.random_rules import GAPS, THEMES

CLOCK = ManualClock()
WORLD = replace(feed_spec("world"), name="World News", tags=frozenset({"world"}))
SPORT = replace(feed_spec("sport"), name="Sport", tags=frozenset({"sport"}))


@pytest.fixture
def reader(database: Database, store: Store) -> Iterator[Reader]:
    with open_to_read(database.url, "db") as reader:
        yield reader


def settings(*feeds: FeedSpec, **groups: list[str]) -> Settings:
    return cast("Settings", SimpleNamespace(feeds=feeds, groups=groups))


def look(reader: Reader, query: str = "", *feeds: FeedSpec, **wish: Any) -> Found:
    return search(reader, settings(*feeds), EntryWish(query=query, **wish), clock=CLOCK, patience=None)


def titles(found: Found) -> list[str]:
    return [one.stored.entry.title for one in found.entries]


def new(title: str, *matched: str, **changes: Any) -> NewEntry:
    entry = Entry(guid=title, title=title, **changes.pop("entry", {}))
    return NewEntry(
        entry=entry, keys=(f"guid:{title}",), matches=tuple(Match(rule, ()) for rule in matched), **changes
    )


async def file_all(store: Store, *languages: str) -> None:
    while await store.file_entries(languages):
        pass


async def test_an_entry_is_found_at_once_and_after_it_is_filed(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, new("Truce in Gaza"), new("Rain in Rome"))
    for _ in range(2):
        found = look(reader, "truces")
        assert titles(found) == ["Truce in Gaza"]
        assert [(hit.start, hit.end, hit.term) for hit in found.entries[0].hits] == [(0, 5, "truces")]
        assert (found.count, found.complete) == (1, True)
        await file_all(store)


async def test_what_was_filed_is_no_longer_looked_through(
    store: Store, reader: Reader, database: Database
) -> None:
    await watch(store, feed_spec())
    await poll(store, *(new(f"Rain {number}") for number in range(120)), new("Truce"))
    assert look(reader, "truce").looked_at == 121
    await file_all(store)
    assert database.rows("SELECT count(*) FROM search_unfiled") == [(0,)]
    assert look(reader, "truce").looked_at == 1
    assert look(reader, "storm").looked_at == 0


async def test_long_texts_are_filed_a_few_at_a_time(store: Store, reader: Reader, database: Database) -> None:
    await watch(store, feed_spec())
    await poll(store, *(new(f"Truce {number}", entry={"summary": "long " * 15_000}) for number in range(5)))
    assert await store.file_entries([])
    assert database.rows("SELECT count(*) FROM search_unfiled") == [(2,)]
    assert look(reader, "truce").count == 5
    await file_all(store)
    assert (look(reader, "truce").count, look(reader, "storm").looked_at) == (5, 0)


async def test_an_edited_entry_is_found_by_its_new_words_alone(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, new("Truce in Gaza"))
    await file_all(store)
    edited = ChangedEntry(entry_id=1, entry=Entry(title="Fighting in Gaza"))
    await poll(store, now=NOON + HOUR, changes=(edited,))
    for _ in range(2):
        assert titles(look(reader, "fighting")) == ["Fighting in Gaza"]
        assert titles(look(reader, "truce")) == []
        await file_all(store)


async def test_an_entry_is_found_by_the_text_of_its_page(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, new("Storm", article=WantedArticle("news.example", ("storms",))))
    await file_all(store)
    (article,) = await store.claim_due_articles(NOON, limit=1, lease=LEASE)
    await store.commit_article(
        ArticleRecord(
            entry_id=1,
            lease=article.lease,
            tried_at=NOON,
            reason=Reason.OK,
            detail="",
            decision=ArticleDecision(ArticleState.DONE, NOON + HOUR),
            text="A hurricane over Oslo.",
        )
    )
    for _ in range(2):
        assert titles(look(reader, "hurricane")) == ["Storm"]
        await file_all(store)


async def test_forgotten_entries_leave_the_index(store: Store, reader: Reader, database: Database) -> None:
    await watch(store, feed_spec())
    await poll(store, new("Old truce"), new("New truce"))
    await file_all(store)
    engine = open_engine(read_url(database.url, "db"))
    with engine.begin() as connection:
        filing.forget(connection, [1])
    engine.dispose()
    assert titles(look(reader, "truce")) == ["New truce"]
    assert look(reader, "old").looked_at == 0


async def test_all_is_found_that_the_matcher_finds_and_nothing_else(store: Store, reader: Reader) -> None:
    chance = Random(18)
    feeds = {"en": "en", "fr": "fr", "ru": "ru", "xx": None}
    await watch(store, *map(feed_spec, feeds))
    for feed in await claim(store):
        language = feeds[feed.url.rpartition("/")[2]]
        entries = [
            new(_text(chance, 5), entry={"summary": _text(chance, 12), "link": _link(chance)})
            for _ in range(60)
        ]
        await store.commit_poll(poll_record(feed, *entries, language=language))
    for _ in range(3):  # some are filed then, and some aren't
        await store.file_entries(["en"])
    stored = list(reader.entries_since(NOON))
    assert len(stored) == 240
    matched = 0
    for number in range(150):
        query = _query(chance)
        language = chance.choice([None, None, "en", "fr", "de", "none"])
        try:
            matcher = compile_rules([Rule(name="r", query=query, channels=(), language=language)])
        except QueryError:
            continue
        expected = [
            one.id
            for one in reversed(stored)
            if matcher.match(one.entry, origin_of_stored(one, None), one.text or "").matches
        ]
        found = look(reader, query, language=language, limit=1_000)
        assert [one.stored.id for one in found.entries] == expected, query
        assert found.count == len(expected)
        matched += bool(expected)
        if number == 75:
            await file_all(store, "en", "fr")
    assert matched > 50


def _text(chance: Random, most: int) -> str:
    words = chance.choice(THEMES).split()
    return "".join(chance.choice(words) + chance.choice(GAPS) for _ in range(chance.randint(1, most))).strip()


def _link(chance: Random) -> str:
    return chance.choice(
        ["https://www.bbc.co.uk/news/cease-fire-1", "https://xbbc.co.uk/", "http://1.000.example/"]
    )


def _query(chance: Random) -> str:
    one, two, three = (chance.choice(chance.choice(THEMES).split()) for _ in range(3))
    if chance.random() < 0.7:
        one, two, three = (chance.choice(chance.choice([THEMES[0], THEMES[1]]).split()) for _ in range(3))
    return chance.choice(
        [
            *(one, f"{one} {two}", f"{one} OR {two}", f"{one} -{two}", f'"{one} {two}"', f'="{one}"'),
            *(f'"{one} {two}"~3', f"{one} NEAR/2 ({two} OR {three})", f"title:{one}", f"({one} {two}) OR {three}"),
            *(f"{one[:3]}*", f"/{one[:3]}/", "site:bbc.co.uk", "lang:fr", f"{one} lang:en", "feed:fr", "site:1.000.example"),
        ]
    )  # fmt: skip


async def test_words_are_found_in_a_language_that_nobody_has_asked_in_before(
    store: Store, reader: Reader, database: Database
) -> None:
    await watch(store, feed_spec())
    await poll(store, new("Zwei Häuser brennen"), new("Ein Haus"))
    await file_all(store)
    assert database.rows("SELECT language FROM search_language") == [("en",)]
    assert titles(look(reader, "haus", language="de")) == ["Ein Haus", "Zwei Häuser brennen"]
    await poll(store, new("Storm"), now=NOON + HOUR)
    await file_all(store, "de")
    assert titles(look(reader, "haus", language="de")) == ["Ein Haus", "Zwei Häuser brennen"]
    assert ("de", "haus", "hauser") in database.rows("SELECT language, stem, token FROM search_form")


async def test_the_newest_come_first_a_page_at_a_time(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, *(new(f"Truce {number}") for number in range(130)))
    await file_all(store)
    seen, before = [], None
    for _ in range(3):
        found = look(reader, "truce", limit=50, before=before)
        seen += titles(found)
        before = found.before
    assert seen == [f"Truce {number}" for number in range(129, -1, -1)]
    assert before is None
    assert titles(look(reader, limit=2, before=100)) == ["Truce 98", "Truce 97"]


@pytest.mark.parametrize("query", ["", "storm"])
async def test_only_what_is_wished_for_is_shown(store: Store, reader: Reader, query: str) -> None:
    await watch(store, WORLD, SPORT)
    feeds = {feed.url: feed for feed in await claim(store)}
    first = new("Storm in Oslo", "storms", story=StoryDecision(story=None))
    await store.commit_poll(poll_record(feeds[WORLD.url], first, new("Storm in Rome")))
    await store.commit_poll(
        poll_record(
            feeds[SPORT.url],
            new("Storm stops play", "sport", story=StoryDecision(story=1)),
            polled_at=NOON + HOUR,
        )
    )
    await file_all(store)

    def seen(**wish: Any) -> list[str]:
        return titles(look(reader, query, WORLD, SPORT, **wish))

    assert seen() == ["Storm stops play", "Storm in Rome", "Storm in Oslo"]
    assert seen(feeds=frozenset({"Sport"})) == ["Storm stops play"]
    assert seen(tags=frozenset({"world"})) == ["Storm in Rome", "Storm in Oslo"]
    assert seen(tags=frozenset({"none"})) == []
    assert seen(rule="storms") == ["Storm in Oslo"]
    assert seen(story=1) == ["Storm stops play", "Storm in Oslo"]
    assert seen(since=NOON + HOUR) == ["Storm stops play"]
    assert seen(until=NOON + HOUR) == ["Storm in Rome", "Storm in Oslo"]
    assert seen(since=NOON + 2 * HOUR) == []
    (found,) = look(reader, query, rule="sport").entries
    assert [match.rule for match in found.matches] == ["sport"]


async def test_what_is_configured_of_a_feed_counts(store: Store, reader: Reader) -> None:
    await watch(store, WORLD)
    await poll(store, new("Zwei Häuser"))
    await file_all(store)
    german = replace(WORLD, extras=replace(WORLD.extras, language="de-AT"))
    assert titles(look(reader, "haus", WORLD)) == []
    assert titles(look(reader, "haus", german)) == ["Zwei Häuser"]
    assert titles(look(reader, "lang:de", german)) == ["Zwei Häuser"]


async def test_counting_ends_when_the_time_is_over_and_says_so(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await poll(store, *(new(f"Truce {number}" if number % 2 else "Truces") for number in range(200)))
    await file_all(store)
    wish = EntryWish(query='"truce"', limit=5)
    hasty = search(reader, settings(), wish, clock=_Hasty(), patience=timedelta(seconds=1))
    assert len(hasty.entries) == 5
    assert not hasty.complete
    assert hasty.looked_at < hasty.candidates == 100
    assert hasty.count == 100
    regex = replace(wish, query="/Truce 7$/")
    found = search(reader, settings(), regex, clock=_Hasty(), patience=timedelta(seconds=1))
    assert (found.entries, found.complete, found.candidates) == ((), False, 200)
    assert titles(search(reader, settings(), regex, clock=CLOCK, patience=None)) == ["Truce 7"]


class _Hasty(ManualClock):
    """Each look at it takes most of a second."""

    def monotonic(self) -> float:
        self.advance(timedelta(seconds=0.6))
        return super().monotonic()


async def test_a_query_that_cannot_be_read_is_told(reader: Reader) -> None:
    with pytest.raises(QueryError, match="column 1"):
        look(reader, "(truce")


async def test_an_empty_database_has_nothing(reader: Reader) -> None:
    assert look(reader, "truce") == look(reader) == Found(entries=(), matched=0, looked_at=0, candidates=0)


async def test_hostile_words_are_only_words(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    hostile = [
        "'; DROP TABLE entry; --",
        '"truce" OR "x" NOT NEAR(a b)',
        "㏂ ⑴ ﷺ ½",
        "\\' & | ! :* <->",
        "x" * 5_000,
        "é" * 70,
        "a_b_c",
    ]
    await poll(store, *map(new, hostile))
    await file_all(store)
    assert titles(look(reader, "drop table")) == hostile[:1]
    assert titles(look(reader, "½")) == [hostile[2]]
    assert titles(look(reader, "é" * 70)) == [hostile[5]]
    assert titles(look(reader, "x" * 5_000)) == [hostile[4]]
    assert titles(look(reader, '"near a b"')) == [hostile[1]]
    assert titles(look(reader, '"a b c"')) == [hostile[6]]


async def test_an_entry_that_changes_while_it_is_filed_is_filed_anew(
    store: Store, reader: Reader, database: Database
) -> None:
    await watch(store, feed_spec())
    await poll(store, new("Truce"))
    other = await Store.open(database.url, label="db", exclusive=False)
    feed = await claim_one(store, NOON + HOUR)
    edited = ChangedEntry(entry_id=1, entry=Entry(title="Fighting"))
    record = poll_record(feed, polled_at=NOON + HOUR, changes=(edited,))
    await asyncio.gather(other.file_entries(["en"]), store.commit_poll(record))
    await other.close()
    assert titles(look(reader, "fighting")) == ["Fighting"]
    await file_all(store)
    assert titles(look(reader, "fighting")) == ["Fighting"]
