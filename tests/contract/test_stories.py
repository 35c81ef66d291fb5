"""What any store promises about stories: stored with their entries or not at all, and read back as decided."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.model import (
    ArticleDecision,
    ArticleRecord,
    ArticleState,
    Entry,
    Ground,
    Guard,
    Likeness,
    Match,
    NewEntry,
    Objection,
    PlannedDelivery,
    Progress,
    Reason,
    StoryDecision,
    WantedArticle,
    Withheld,
)
from monitor.store import Reader, Store, open_to_read
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import LEASE, alert_of, claim, claim_messages, feed_spec, poll_record, watch

HOUR = timedelta(hours=1)
BEGINS = StoryDecision(story=None)
DESK = (PlannedDelivery("desk", ("storms",)),)


def alike(entry_id: int, *objections: Objection) -> Likeness:
    return Likeness(
        entry_id=entry_id,
        title=0.71,
        summary=0.5,
        shared=("storm", "köln"),
        ground=Ground.SUMMARY,
        objections=objections,
    )


def joins(entry_id: int) -> StoryDecision:
    """Return the decision that an entry joins a story, though it might have been another one."""
    stopped = alike(entry_id, Objection(Guard.FIGURES, "numbers differ: 7 / 27"))
    return StoryDecision(story=entry_id, nearest=alike(entry_id), stopped=(stopped,))


def entry(name: str, story: StoryDecision | None, *matches: Match, told: bool = False) -> NewEntry:
    return NewEntry(
        entry=Entry(title=name, link=f"https://news.example/{name}"),
        keys=(name,),
        matches=matches or (Match("storms", ()),),
        deliveries=DESK if told else (),
        story=story,
    )


@pytest.fixture
def reader(database: Database, store: Store) -> Iterator[Reader]:
    with open_to_read(database.url, "db") as reader:
        yield reader


async def poll(store: Store, feed: str, *entries: NewEntry, now: datetime = NOON) -> None:
    """Commit a poll of `feed`, one of three that are watched."""
    await watch(store, *(replace(feed_spec(name), name=f"Feed {name}") for name in "abc"))
    feeds = {one.url: one for one in await claim(store, now)}
    record = poll_record(
        feeds.pop(feed_spec(feed).url), *entries, polled_at=now, next_poll_at=now + 100 * HOUR
    )
    await store.commit_poll(record)
    for other in feeds.values():  # given back
        await store.commit_poll(poll_record(other, polled_at=now, next_poll_at=now))


async def test_a_story_is_read_back_as_it_was_decided(store: Store, reader: Reader) -> None:
    await poll(store, "a", entry("first", BEGINS, told=True))
    withheld = Match("storms", (), withheld=Withheld.STORY)
    update = Match("wind", (), progress=Progress.STAGE)
    await poll(store, "b", entry("rain", None), entry("second", joins(1), withheld, update), now=NOON + HOUR)
    story = await store.story_of(3)
    assert story is not None
    assert story == await store.story_of(1) == reader.story(1)
    assert story.id == 1
    first, second = story.members
    assert (first.stored.entry.title, first.joined_at, first.decision) == ("first", NOON, BEGINS)
    assert first.matches == (Match("storms", ()),)
    assert (second.stored.id, second.stored.feed_name, second.joined_at) == (3, "Feed b", NOON + HOUR)
    assert second.decision == joins(1)
    assert second.matches == (withheld, update)
    assert await store.story_of(2) is None
    (rain,) = reader.find("rain")
    assert reader.history(rain).story is None
    assert reader.history(second.stored).story == story


async def test_entries_of_one_poll_are_known_by_their_place_in_it(store: Store) -> None:
    await poll(store, "a", entry("before", None))
    await poll(store, "b", entry("one", None), entry("two", BEGINS), entry("three", joins(-2)))
    story = await store.story_of(4)
    assert story is not None
    assert [member.stored.entry.title for member in story.members] == ["two", "three"]
    assert story.members[1].decision == joins(3)


async def test_polls_that_share_a_transaction_keep_their_stories_apart(store: Store) -> None:
    await watch(store, *(feed_spec(name) for name in "ab"))
    first, second = await claim(store)
    records = [
        poll_record(first, entry("begins", BEGINS), entry("joins", joins(-1))),
        poll_record(second, entry("other", None), entry("begins", BEGINS), entry("joins", joins(-2))),
    ]
    await asyncio.gather(*map(store.commit_poll, records))
    stories = [await store.story_of(number) for number in (2, 5)]
    assert [[one.stored.id for one in story.members] for story in stories if story] == [[1, 2], [4, 5]]


async def test_stories_that_began_are_told_once_and_those_of_the_window_after_a_start(store: Store) -> None:
    await poll(store, "a", entry("old", BEGINS))
    await poll(store, "b", entry("new", BEGINS), entry("joins", joins(1)), now=NOON + 80 * HOUR)
    last, begun = await store.stories_begun(0, NOON + HOUR)
    assert [one.entry.title for one in begun] == ["new"]
    assert await store.stories_begun(last, NOON) == (last, [])
    await poll(store, "c", entry("newest", BEGINS), now=NOON + 81 * HOUR)
    last, begun = await store.stories_begun(last, NOON)
    assert [one.entry.title for one in begun] == ["newest"]
    assert await store.stories_begun(last, NOON) == (last, [])


async def test_the_newest_entries_leave_baselines_out(store: Store) -> None:
    await poll(store, "a", replace(entry("baseline", None), baseline=True), entry("old", None))
    await poll(store, "b", *(entry(f"{n}", None) for n in range(3)), now=NOON + HOUR)
    titles = [one.entry.title for one in await store.newest_entries(NOON, 10)]
    assert titles == ["2", "1", "0", "old"]
    assert len(await store.newest_entries(NOON, 2)) == 2
    assert len(await store.newest_entries(NOON + HOUR, 10)) == 3


async def test_the_newest_stories_come_first(store: Store, reader: Reader) -> None:
    await poll(store, "a", entry("old", BEGINS))
    await poll(store, "b", entry("new", BEGINS), entry("joins", joins(1)), now=NOON + HOUR)
    assert [[one.stored.id for one in story.members] for story in reader.stories(None, 10)] == [[2], [1, 3]]
    assert [story.id for story in reader.stories(NOON + HOUR, 10)] == [2]
    assert [story.id for story in reader.stories(None, 1)] == [2]


async def test_an_alert_names_the_other_feeds_that_had_the_story_when_it_is_sent(store: Store) -> None:
    await poll(store, "a", entry("first", BEGINS, told=True), entry("again", joins(-1)))
    await poll(store, "b", entry("second", joins(1), Match("storms", ()), told=True), now=NOON + HOUR)
    await poll(store, "c", entry("third", joins(1)), now=NOON + 2 * HOUR)
    first, second = await claim_messages(store, "desk", now=NOON + 3 * HOUR)
    assert alert_of(first).outlets == ("Feed b", "Feed c")
    assert alert_of(second).outlets == ("Feed a", "Feed c")


async def test_a_page_brings_its_address_and_its_story(store: Store) -> None:
    wanted = WantedArticle("news.example", ("storms",))
    open_ = replace(entry("open", None), matches=(), article=wanted)
    await poll(store, "a", entry("first", BEGINS), open_)
    (article,) = await store.claim_due_articles(NOON, limit=1, lease=LEASE)
    record = ArticleRecord(
        entry_id=article.entry_id,
        lease=article.lease,
        tried_at=NOON + HOUR,
        reason=Reason.OK,
        detail="",
        decision=ArticleDecision(ArticleState.DONE, NOON + HOUR),
        text="A hurricane.",
        url="https://news.example/behind",
        story=joins(1),
    )
    await store.commit_article(record)
    story = await store.story_of(2)
    assert story is not None
    member = story.members[1]
    assert (member.joined_at, member.stored.page_url) == (NOON + HOUR, "https://news.example/behind")


async def test_a_poll_that_fails_leaves_no_story_behind(store: Store, database: Database) -> None:
    twice = replace(entry("told", BEGINS), deliveries=DESK * 2)
    with pytest.raises(IntegrityError):
        await poll(store, "a", twice)
    assert (database.counts()["story_member"], database.counts()["entry"]) == (0, 0)
