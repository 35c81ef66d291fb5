"""What any store promises about pruning: what is old goes, what waits or is needed stays, and nothing is new again."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from monitor.match.presearch import Token
from monitor.model import (
    Among,
    ArticleDecision,
    ArticleRecord,
    ArticleState,
    ChangedEntry,
    Decision,
    DeliveryState,
    Entry,
    Keep,
    KnownEntry,
    Match,
    NewEntry,
    NoticeRecord,
    Part,
    Place,
    PlannedDelivery,
    PollRun,
    PruneReport,
    Reason,
    Report,
    Review,
    Rule,
    Silence,
    StoryDecision,
    Tombstone,
    WantedArticle,
)
from monitor.pipeline.prune import Prune
from monitor.store import Reader, Store, open_to_read
from monitor.store import prune as prune_store
from monitor.store.engine import open_engine, read_url
from tests.support.clock import NOON, ManualClock
from tests.support.database import Database
from tests.support.plans import plans
from tests.support.polls import (
    HOUR,
    LEASE,
    attempt_record,
    claim_messages,
    feed_spec,
    new_entry,
    poll,
    settle,
    watch,
)

DAY = timedelta(days=1)
KEEP = Keep(
    entries=10 * DAY,
    alerts=30 * DAY,
    attempts=20 * DAY,
    texts=5 * DAY,
    revisions=10 * DAY,
    polls=10 * DAY,
    seen=60 * DAY,
)
MANY = 450


async def prune(store: Store, now: datetime, keep: Keep = KEEP) -> Counter[Part]:
    """Prune once and return what was taken out."""
    reports: list[Report] = []

    async def pause(_: timedelta) -> None:
        await asyncio.sleep(0)

    await Prune(store=store, clock=ManualClock(now), pause=pause, observe=reports.append)(keep)
    (report,) = reports
    assert isinstance(report, PruneReport)
    return +Counter(report.pruned)


@pytest.fixture
def reader(database: Database, store: Store) -> Iterator[Reader]:
    with open_to_read(database.url, "db") as reader:
        yield reader


async def take_in(store: Store, *entries: NewEntry, at: datetime = NOON, **changes: Any) -> None:
    """Poll the feed, which lists these entries and no others."""
    await poll(store, *entries, now=at, listed_on=at.date(), **changes)


async def send(store: Store, at: datetime = NOON, **changes: Any) -> None:
    for message in await claim_messages(store, "desk", now=at):
        await store.record_attempt(attempt_record(message, attempted_at=at, **changes))


def titles(database: Database) -> list[str]:
    return [title for (title,) in database.rows("SELECT title FROM entry ORDER BY id")]


async def test_an_entry_goes_with_its_matches_and_stays_known(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await take_in(store, new_entry("1"))
    await take_in(store, new_entry("2"), at=NOON + 11 * DAY)
    pruned = await prune(store, NOON + 12 * DAY)
    assert (pruned[Part.ENTRIES], titles(database)) == (1, ["Storm 2"])
    assert database.rows("SELECT entry_id FROM match") == [(2,)]
    known = await store.known_entries(1, ["guid:1", "guid:2"])
    assert known == {"guid:1": 1, "guid:2": 2}
    first, second = (await store.read_entries([1, 2])).values()
    assert {type(first), type(second)} == {KnownEntry, Tombstone}
    matches = dict.fromkeys((1, 2), Match("floods", ()))
    assert await store.add_past_alerts("floods", ["desk"], matches, NOON + 12 * DAY) == 1


async def test_what_a_feed_still_lists_stays_however_old_it_is(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await take_in(store, new_entry("1"), new_entry("2"))
    await take_in(store, new_entry("3"), at=NOON + 11 * DAY, listed=(1,))
    await prune(store, NOON + 300 * DAY)
    assert titles(database) == ["Storm 1", "Storm 3"]


async def test_an_entry_that_comes_back_between_two_listings_is_listed(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    await take_in(store, new_entry("1"))
    await take_in(store, new_entry("2"), at=NOON + 9 * DAY)
    await poll(store, now=NOON + 10 * DAY, listed=(1,))
    await prune(store, NOON + 300 * DAY)
    assert titles(database) == ["Storm 1", "Storm 2"]


async def test_the_number_of_an_entry_is_never_given_again(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await take_in(store, new_entry("1"), new_entry("2"))
    await take_in(store, at=NOON + 11 * DAY)
    await prune(store, NOON + 12 * DAY)
    await take_in(store, new_entry("3"), at=NOON + 13 * DAY)
    assert await store.known_entries(1, ["guid:1", "guid:2", "guid:3"]) == {
        "guid:1": 1,
        "guid:2": 2,
        "guid:3": 3,
    }


async def test_what_is_kept_forever_stays(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await take_in(store, new_entry("1", "desk"))
    await send(store)
    await take_in(store, at=NOON + DAY)
    before = database.counts()
    assert await prune(store, NOON + 9_000 * DAY, Keep()) == {}
    assert database.counts() == before


async def test_an_alert_keeps_its_entry_and_goes_with_all_that_came_of_it(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    await take_in(store, new_entry("1", "desk"))
    await send(store)
    await take_in(store, new_entry("2", "desk"), at=NOON + DAY)
    await send(store, NOON + DAY)
    assert await prune(store, NOON + 29 * DAY) == {Part.ATTEMPTS: 2}
    assert await prune(store, NOON + 31 * DAY) == {Part.ALERTS: 1, Part.ENTRIES: 1}
    assert [database.counts()[table] for table in ("alert", "delivery", "attempt", "match")] == [1, 1, 0, 1]


@pytest.mark.parametrize("state", ["pending", "held", "failed"])
async def test_what_waits_to_be_told_stays_with_all_that_it_needs(
    store: Store, database: Database, state: str
) -> None:
    await watch(store, feed_spec())
    await take_in(store, wanting("1", "desk"), new_entry("2", "desk"))
    await read(store, "The storm")
    if state == "failed":
        await send(store, decision=Decision(DeliveryState.FAILED, NOON + DAY))
    else:
        due_at = NOON + 999 * DAY
        await settle(store, "desk", state=DeliveryState(state), bundle="digest", due_at=due_at)
    await take_in(store, at=NOON + DAY)
    before = database.counts()
    await prune(store, NOON + 300 * DAY)
    assert database.counts() == before
    assert database.rows("SELECT text FROM article") == [("The storm",)]


async def test_a_page_that_is_still_to_be_read_keeps_its_entry(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await take_in(store, wanting("1"), new_entry("2"))
    await take_in(store, at=NOON + DAY)
    await prune(store, NOON + 300 * DAY)
    assert titles(database) == ["Storm 1", "Storm 2"]


async def test_the_text_of_a_page_goes_first_and_when_is_noted(
    store: Store, database: Database, reader: Reader
) -> None:
    await watch(store, feed_spec())
    await take_in(store, wanting("1", "desk"))
    await read(store, "The storm")
    await send(store)
    assert await prune(store, NOON + 4 * DAY) == {}
    assert await prune(store, NOON + 6 * DAY) == {Part.TEXTS: 1}
    (found,) = reader.find("1")
    article = reader.history(found).article
    assert article is not None
    assert (found.text, article.state, article.pruned_at) == (None, ArticleState.DONE, NOON + 6 * DAY)
    assert await prune(store, NOON + 7 * DAY) == {}


async def test_what_goes_is_no_longer_filed_under_its_words(store: Store, reader: Reader) -> None:
    await watch(store, feed_spec())
    await take_in(store, wanting("1"))
    await read(store, "A hurricane")
    await take_in(store, new_entry("2"), at=NOON + DAY)
    for at, filed in ((NOON + DAY, (1, 2)), (NOON + 6 * DAY, (0, 2)), (NOON + 11 * DAY, (0, 1))):
        await prune(store, at)
        while await store.file_entries([]):
            pass
        assert tuple(count_filed(reader, word) for word in ("hurricane", "storm")) == filed


def count_filed(reader: Reader, word: str) -> int:
    with reader.candidates(Token(word), Among()) as candidates:
        return candidates.count()


async def test_revisions_polls_attempts_and_notices_go_by_their_own_times(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    run = PollRun(began_at=NOON, ended_at=NOON, reason=Reason.OK, detail="", entries=1)
    await take_in(store, new_entry("1"), ended=(run,), runs=1)
    edit = ChangedEntry(entry_id=1, entry=Entry(title="Flood"))
    await take_in(store, at=NOON + DAY, changes=(edit,), listed=(1,))
    for _ in range(2):
        await notify(store)
        await send(store)
    counted = {Part.REVISIONS: 1, Part.POLLS: 1}
    assert await prune(store, NOON + 11 * DAY) == counted
    assert await prune(store, NOON + 21 * DAY) == {Part.ATTEMPTS: 2}
    assert await prune(store, NOON + 31 * DAY) == {Part.NOTICES: 1}
    assert [database.counts()[table] for table in ("revision", "poll_run", "notice", "delivery")] == [
        *(0, 0, 1, 1)
    ]


async def test_rule_versions_stay_as_long_as_an_entry_of_their_time(
    store: Store, database: Database, reader: Reader
) -> None:
    await watch(store, feed_spec())
    for at, query in ((NOON, "storm"), (NOON + 5 * DAY, "flood"), (NOON + 20 * DAY, "truce")):
        await store.sync_rules([Rule(name="r", query=query, channels=("desk",))], at)
    await take_in(store, new_entry("1"), at=NOON + 2 * DAY)
    await take_in(store, new_entry("2"), at=NOON + 11 * DAY)
    assert await prune(store, NOON + 12 * DAY) == {}
    assert await prune(store, NOON + 13 * DAY) == {Part.ENTRIES: 1, Part.RULES: 1}
    version = reader.rule("r", NOON + 11 * DAY)
    assert version is not None
    assert version.rule.query == "flood"


async def test_a_silence_that_is_over_goes_with_the_alerts_of_its_time(
    store: Store, database: Database, reader: Reader
) -> None:
    await watch(store, feed_spec())
    await take_in(store, entry_of_a_story("1", None), entry_of_a_story("2", None))
    for until, story in ((NOON + DAY, 1), (NOON + 40 * DAY, None)):
        await store.add_silence(
            Silence(id=0, created_at=NOON, until=until, reason="drill", story=story, rule="r")
        )
    await take_in(store, new_entry("3"), at=NOON + DAY)
    await prune(store, NOON + 30 * DAY)
    assert titles(database) == ["Storm 1", "Storm 2", "Storm 3"], "a silence names 1; 2 is the newest member"
    assert await prune(store, NOON + 32 * DAY) == {Part.SILENCES: 1}
    assert await prune(store, NOON + 33 * DAY) == {Part.ENTRIES: 1}
    assert [silence.id for silence in reader.silences(None)] == [2]


async def test_the_first_entry_of_a_story_stays_as_long_as_another_does(
    store: Store, database: Database, reader: Reader
) -> None:
    await watch(store, feed_spec())
    told = entry_of_a_story("2", StoryDecision(story=1), told=True)
    await take_in(store, entry_of_a_story("1", None))
    await take_in(store, told, entry_of_a_story("3", StoryDecision(story=1)), at=NOON + DAY)
    await take_in(store, entry_of_a_story("4", None, told=True), at=NOON + 2 * DAY)
    await send(store, NOON + 2 * DAY)
    await take_in(store, at=NOON + 3 * DAY)
    await prune(store, NOON + 20 * DAY)
    story = reader.story(2)
    assert story is not None
    assert [(story.id, member.stored.entry.title) for member in story.members] == [
        (1, "Storm 1"),
        (1, "Storm 2"),
    ]
    await prune(store, NOON + 40 * DAY)
    await prune(store, NOON + 40 * DAY)
    assert titles(database) == ["Storm 4"]


async def test_an_identity_is_forgotten_long_after_its_feed_has_listed_it_for_the_last_time(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    await take_in(store, new_entry("1"))
    await take_in(store, new_entry("2"), at=NOON + 11 * DAY)
    await prune(store, NOON + 12 * DAY)
    await take_in(store, at=NOON + 40 * DAY, listed=(1,))
    await take_in(store, at=NOON + 50 * DAY, listed=(2,))
    await prune(store, NOON + 100 * DAY)
    assert await store.known_entries(1, ["guid:1"]) == {"guid:1": 1}
    assert await prune(store, NOON + 101 * DAY) == {Part.SEEN: 1, Part.KEYS: 1}
    assert await store.known_entries(1, ["guid:1", "guid:2"]) == {"guid:2": 2}


async def test_what_a_feed_lists_again_is_known_though_it_hasn_t_changed_for_years(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    await take_in(store, new_entry("1"))
    await take_in(store, new_entry("2"), at=NOON + 11 * DAY)
    await prune(store, NOON + 12 * DAY)
    await take_in(store, at=NOON + 40 * DAY, listed=(1, 2))
    await prune(store, NOON + 3_000 * DAY)
    assert await store.known_entries(1, ["guid:1"]) == {"guid:1": 1}
    # Out of use, nobody knows what it lists.
    await watch(store)
    await prune(store, NOON + 3_000 * DAY)
    assert await store.known_entries(1, ["guid:1"]) == {}


async def test_a_feed_that_goes_on_under_another_address_takes_its_tombstones_along(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec("a"))
    await take_in(store, new_entry("1"), baseline=True)
    await take_in(store, new_entry("2"), at=NOON + 11 * DAY)
    await prune(store, NOON + 12 * DAY)
    await watch(store, feed_spec("b"), due=NOON + 13 * DAY)
    await take_in(store, at=NOON + 13 * DAY, predecessor=1, listed=(1, 2))
    assert database.rows("SELECT feed_id, entry_id FROM tombstone") == [(2, 1)]
    assert database.rows("SELECT listed_on FROM tombstone")[0][0] in ("2026-12-06", date(2026, 12, 6))


async def test_what_would_be_pruned_is_counted_without_touching_it(
    store: Store, database: Database, reader: Reader
) -> None:
    await fill(store)
    before = database.counts()
    now = NOON + 31 * DAY
    parts = (Part.TEXTS, Part.ATTEMPTS, Part.ALERTS, Part.ENTRIES, Part.SEEN)
    counted = {part: reader.prunable(part, KEEP, now) for part in parts}
    assert database.counts() == before
    pruned = await prune(store, now)
    assert counted == {part: pruned[part] for part in parts}
    assert pruned[Part.ENTRIES] == MANY - 1


async def test_a_step_takes_out_a_few_rows_and_polls_go_on_between_two(
    store: Store, database: Database
) -> None:
    await fill(store)
    steps: list[int] = []
    waited: list[int] = []

    async def keep_polling() -> None:
        while True:
            before = len(steps)
            await store.known_entries(1, ["guid:1"])
            waited.append(len(steps) - before)

    polling = asyncio.create_task(keep_polling())
    pruner = Prune(store=store, clock=ManualClock(NOON + 31 * DAY), pause=rest, observe=lambda _: None)
    async for _, count in pruner.steps(KEEP):
        steps.append(count)
    polling.cancel()
    assert max(steps) <= 500
    assert len(waited) >= len(steps) / 2
    assert max(waited) <= 2


# Where each part is entered: before all of its rows, though not at the very beginning.
EARLY = NOON - 9 * DAY
ENTERED: dict[Part, Place] = {
    **dict.fromkeys((Part.TEXTS, Part.ALERTS, Part.NOTICES, Part.ENTRIES), (EARLY, 0)),
    **dict.fromkeys((Part.REVISIONS, Part.ATTEMPTS), (EARLY, 0, 0)),
    **dict.fromkeys((Part.SILENCES, Part.RULES), (0,)),
    Part.POLLS: (0, 0),
    Part.SEEN: (EARLY.date(), 0),
    Part.KEYS: (0, ""),
}


async def test_a_step_searches_indexes_and_scans_no_table(store: Store, database: Database) -> None:
    await fill(store)
    engine = open_engine(read_url(database.url, "db"))
    told: list[str] = []
    for part in Part:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":  # which would rather scan tables as small as these
                connection.execute(text("SET LOCAL enable_seqscan = off"))
            with plans(connection) as some:
                step = prune_store.step(connection, part, KEEP, NOON + 99 * DAY, ENTERED[part])
        told += some
        assert step.pruned or part not in (Part.ATTEMPTS, Part.ALERTS, Part.ENTRIES, Part.SEEN, Part.KEYS)
    engine.dispose()
    scans = [line for line in told if "SCAN" in line or "Seq Scan" in line]
    assert scans == []
    assert any("ix_entry_first_seen_at" in line for line in told)


async def test_several_workers_prune_at_once(database: Database) -> None:
    stores = await asyncio.gather(*[Store.open(database.url, label="db", exclusive=False) for _ in range(3)])
    await fill(stores[0])
    pruned = await asyncio.gather(*[prune(store, NOON + 31 * DAY) for store in stores])
    together = sum(pruned, Counter[Part]()) + await prune(stores[0], NOON + 31 * DAY)
    await asyncio.gather(*[store.close() for store in stores])
    assert (together[Part.ALERTS], together[Part.ENTRIES]) == (MANY - 1, MANY - 1)
    assert database.counts()["entry"] == 1
    assert database.rows("SELECT count(*) FROM tombstone") == [(MANY - 1,)]


async def rest(_: timedelta) -> None:
    await asyncio.sleep(0.001)


async def fill(store: Store) -> None:
    """Store many entries, each with an alert that was sent; on the next day none of them is listed."""
    await watch(store, feed_spec())
    await take_in(store, *(new_entry(str(number), "desk") for number in range(MANY)))
    await settle(store, "desk", bundle="digest")
    await send(store)
    await take_in(store, at=NOON + DAY)


def wanting(name: str, *channels: str) -> NewEntry:
    planned = tuple(PlannedDelivery(channel, ("storms",)) for channel in channels)
    return NewEntry(
        entry=Entry(guid=name, title=f"Storm {name}", link=f"https://news.example/{name}"),
        keys=(f"guid:{name}",),
        matches=(Match("storms", ()),) if channels else (),
        deliveries=planned,
        article=WantedArticle("news.example", ("floods",)),
    )


def entry_of_a_story(name: str, decision: StoryDecision | None, *, told: bool = False) -> NewEntry:
    return NewEntry(
        entry=Entry(title=f"Storm {name}"),
        keys=(name,),
        matches=(Match("storms", ()),),
        deliveries=(PlannedDelivery("desk", ("storms",)),) if told else (),
        story=decision or StoryDecision(story=None),
    )


async def read(store: Store, text: str) -> None:
    (article,) = await store.claim_due_articles(NOON, limit=9, lease=LEASE)
    done = ArticleDecision(ArticleState.DONE, NOON + HOUR)
    await store.commit_article(
        ArticleRecord(
            entry_id=article.entry_id,
            lease=article.lease,
            tried_at=NOON,
            reason=Reason.OK,
            detail="",
            decision=done,
            text=text,
        )
    )


async def notify(store: Store) -> None:
    review = Review(subject="a feed fails", lines=(), told=())
    await store.commit_notice(NoticeRecord(created_at=NOON, review=review, channels=("desk",)))
