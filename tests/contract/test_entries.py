"""What any store promises about entries: known once stored, stored whole or not at all, as they were."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from monitor.model import (
    Entry,
    Hit,
    Match,
    NewEntry,
    PlannedDelivery,
    Sighting,
    TextField,
    Validators,
)
from monitor.store import Store
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    HOUR,
    LEASE,
    alert_of,
    claim_messages,
    claim_one,
    feed_spec,
    new_entry,
    poll,
    poll_record,
    watch,
)


async def test_stored_entries_are_known_by_each_of_their_keys(store: Store) -> None:
    await watch(store, feed_spec())
    feed = await claim_one(store)
    keyed = NewEntry(entry=Entry(title="One"), keys=("guid:1", "link:1"))
    await store.commit_poll(poll_record(feed, keyed, new_entry("2")))
    found = await store.known_entries(feed.id, {"guid:1", "link:1", "guid:2", "guid:3"})
    assert set(found) == {"guid:1", "link:1", "guid:2"}
    assert found["guid:1"] == found["link:1"] != found["guid:2"]


async def test_keys_are_known_only_in_their_own_feed(store: Store) -> None:
    await watch(store, feed_spec("a"))
    await poll(store, new_entry("1"))
    await watch(store, feed_spec("b"))
    assert await store.known_entries((await claim_one(store)).id, ["guid:1"]) == {}


async def test_no_keys_are_known_when_none_are_asked_for(store: Store) -> None:
    await watch(store, feed_spec())
    assert await store.known_entries((await claim_one(store)).id, []) == {}


async def test_a_new_key_of_a_known_entry_is_added_to_it(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1"))
    feed = await claim_one(store, NOON + HOUR)
    (entry_id,) = (await store.known_entries(feed.id, ["guid:1"])).values()
    await store.commit_poll(poll_record(feed, sightings=(Sighting(entry_id, ("link:1", "guid:1")),)))
    assert await store.known_entries(feed.id, ["link:1"]) == {"link:1": entry_id}


async def test_a_key_stays_with_the_entry_that_had_it_first(store: Store) -> None:
    await watch(store, feed_spec())
    feed = await claim_one(store)
    twice = [NewEntry(entry=Entry(title=title), keys=("guid:1", title)) for title in ("first", "second")]
    await store.commit_poll(poll_record(feed, *twice))
    found = await store.known_entries(feed.id, ["guid:1", "first"])
    assert found["guid:1"] == found["first"]


async def test_a_document_of_thousands_of_entries_is_stored_and_found_in_order(store: Store) -> None:
    await watch(store, feed_spec())
    feed = await claim_one(store)
    many = [new_entry(f"{n}") for n in range(5000)]
    await store.commit_poll(poll_record(feed, *many))
    found = await store.known_entries(feed.id, [new.keys[0] for new in many])
    ids = [found[new.keys[0]] for new in many]
    assert ids == sorted(set(ids))
    assert len(ids) == 5000


async def test_a_poll_is_stored_whole_or_not_at_all(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    feed = await claim_one(store)
    before = database.rows("SELECT * FROM feed")
    twice_the_same_channel = new_entry("2", "desk", "desk")
    with pytest.raises(IntegrityError):
        await store.commit_poll(
            poll_record(
                feed,
                new_entry("1", "desk"),
                twice_the_same_channel,
                validators=Validators("etag", "date"),
                body_hash="b1",
                baseline=True,
            )
        )
    assert database.counts() == dict.fromkeys(database.counts(), 0) | {"feed": 1}
    assert database.rows("SELECT * FROM feed") == before
    await store.commit_poll(poll_record(feed, new_entry("1", "desk")))
    assert database.counts()["delivery"] == 1


HOSTILE = (
    "'; DROP TABLE feed; -- \" \\ %s %(a)s :a ? {0} $1",
    "Зеленський · 停火协议 · ガザ · \u0627\u0644\u0639\u0631\u0628\u064a\u0629 · ไทย",
    "👩‍👩‍👧‍👦 \U0010ffff \ufffe \ufeff \u2028 a" + "\u0301" * 300,
    "one paragraph\n\nand another\twith a tab",
    "Ω" * 100_000,
)


@pytest.mark.parametrize("words", HOSTILE, ids=["quotes", "scripts", "planes", "lines", "long"])
async def test_text_in_any_script_comes_back_as_it_was(store: Store, words: str) -> None:
    entry = Entry(
        guid=words,
        link="https://example.org/?q=ü&r=%00",
        title=words,
        summary=words,
        authors=(words, ""),
        categories=(words,),
        published_at=NOON,
    )
    rule = words[:100]
    hit = Hit(TextField.SUMMARY, 0, len(words))
    new = NewEntry(
        entry=entry,
        keys=(words[:200],),
        matches=(Match(rule, (hit,)),),
        deliveries=(PlannedDelivery(rule, (rule,)),),
    )
    await watch(store, feed_spec())
    await poll(store, new, detail=words, feed_title=words)
    (delivery,) = await claim_messages(store, rule)
    assert delivery.channel == rule
    assert alert_of(delivery).entry == entry
    assert alert_of(delivery).feed_name == words
    assert alert_of(delivery).matches == (Match(rule, (hit,)),)


async def test_keys_that_differ_in_case_accents_or_blanks_are_different(store: Store) -> None:
    await watch(store, feed_spec())
    feed = await claim_one(store)
    keys = ("a", "A", "á", "a\u0301", "a ", " a")
    await store.commit_poll(poll_record(feed, NewEntry(entry=Entry(), keys=keys)))
    assert set(await store.known_entries(feed.id, keys)) == set(keys)


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30))], ids=["utc", "india"])
async def test_moments_come_back_in_utc(store: Store, zone: timezone) -> None:
    published = datetime(2026, 11, 23, 4, 5, 6, 789, tzinfo=zone)
    told = new_entry("1", "desk")
    entry = Entry(published_at=published, updated_at=published + HOUR)
    await watch(store, feed_spec())
    await poll(store, NewEntry(entry=entry, keys=told.keys, matches=told.matches, deliveries=told.deliveries))
    (delivery,) = await claim_messages(store, "desk")
    read = alert_of(delivery).entry
    assert read.published_at is not None
    assert read.updated_at is not None
    assert (read.published_at, read.updated_at) == (published, published + HOUR)
    assert {read.published_at.tzinfo, read.updated_at.tzinfo} == {UTC}
    assert delivery.deliveries[0].since == alert_of(delivery).created_at == NOON


async def test_a_naive_moment_is_refused_by_an_error_that_quotes_no_entry(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    feed = await claim_one(store)
    naive = NewEntry(entry=Entry(title="hostile words", published_at=NOON.replace(tzinfo=None)), keys=("1",))
    # SQLite's moments are written by a statement that was compiled once, PostgreSQL's by SQLAlchemy.
    refusal = ValueError if database.kind == "sqlite" else StatementError
    with pytest.raises(refusal, match="timezone") as caught:
        await store.commit_poll(poll_record(feed, naive))
    assert "hostile words" not in str(caught.value)
    assert database.counts()["entry"] == 0


async def test_keys_stay_when_the_entry_goes(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", rules=()))
    database.write("DELETE FROM entry")
    feed = await claim_one(store, NOON + HOUR)
    (entry_id,) = (await store.known_entries(feed.id, ["guid:1"])).values()
    assert await store.read_entries([entry_id]) == {}
    await store.commit_poll(poll_record(feed, sightings=(Sighting(entry_id, ("link:1",)),)))
    assert await store.known_entries(feed.id, ["link:1"]) == {"link:1": entry_id}


async def test_entries_of_the_first_poll_are_marked_and_dated(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    old = NewEntry(entry=Entry(title="old"), keys=("old",), baseline=True)
    await poll(store, old, baseline=True)
    await poll(store, NewEntry(entry=Entry(title="new"), keys=("new",)), now=NOON + LEASE + HOUR)
    rows = database.rows("SELECT title FROM entry WHERE baseline ORDER BY id")
    assert rows == [("old",)]
