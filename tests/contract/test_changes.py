"""What any store keeps of entries that change, of resets, and of feeds that go on under another address."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from monitor.model import (
    ArticleDecision,
    ArticleRecord,
    ArticleState,
    ChangedEntry,
    Entry,
    Evidence,
    Hit,
    KnownEntry,
    Match,
    PlannedDelivery,
    Reason,
    Reset,
    Revision,
    Sighting,
    TextField,
    WantedArticle,
)
from monitor.store import Store, open_to_read
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

STORM = Entry(guid="1", title="Storm 1", summary="Wind")
HIT = Hit(TextField.TITLE, 0, 5, "storm")


def changed(number: int, **values: Any) -> ChangedEntry:
    entry = replace(STORM, title=f"Storm 1, edit {number}", summary=f"Wind {number}")
    return ChangedEntry(entry_id=1, **({"entry": entry} | values))


def told(rule: str) -> dict[str, Any]:
    return {"matches": (Match(rule, (HIT,)),), "deliveries": (PlannedDelivery("desk", (rule,)),)}


async def test_an_entry_shows_what_it_says_now_and_the_last_twenty_of_what_it_said(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", rules=()))
    for number in range(1, 24):
        await poll(store, now=NOON + number * HOUR, changes=(changed(number),))
    entries = await store.read_entries([1, 2])
    assert entries == {
        1: KnownEntry(
            id=1,
            entry=replace(STORM, title="Storm 1, edit 23", summary="Wind 23"),
            changes=23,
            changed_at=NOON + 23 * HOUR,
        )
    }
    with open_to_read(database.url, "db") as reader:
        revisions = reader.history(reader.find("1")[0], []).revisions
    assert len(revisions) == 20
    assert revisions[0] == Revision(seen_at=NOON + 3 * HOUR, title="Storm 1, edit 3", summary="Wind 3")
    assert revisions[-1].title == "Storm 1, edit 22"


async def test_the_first_revision_is_what_the_entry_said_when_it_came(
    store: Store, database: Database
) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", rules=()))
    await poll(store, now=NOON + HOUR, changes=(changed(1),))
    with open_to_read(database.url, "db") as reader:
        (revision,) = reader.history(reader.find("1")[0], []).revisions
    assert revision == Revision(seen_at=NOON, title="Storm 1", summary="")


async def test_a_change_alerts_for_rules_that_never_held_before_and_says_so(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk", rules=("storms",)))
    known = (await store.read_entries([1]))[1]
    assert isinstance(known, KnownEntry)
    assert known.matched == ("storms",)
    anew = changed(1, matches=(Match("storms", (replace(HIT, end=3),)), Match("wind", (HIT,))))
    both = (PlannedDelivery("desk", ("storms", "wind")),)
    await poll(store, now=NOON + HOUR, changes=(replace(anew, deliveries=both),))
    await poll(store, now=NOON + 2 * HOUR, changes=(replace(anew, deliveries=both),))
    first, second = map(alert_of, await claim_messages(store, "desk", now=NOON + 9 * HOUR))
    assert [match.rule for match in first.matches] == ["storms"]
    assert first.matches[0].hits == (replace(HIT, end=3),)
    assert [match.rule for match in second.matches] == ["wind"]
    assert (first.changed, second.changed) == (False, True)


async def test_words_that_an_edit_took_out_are_not_pointed_at_any_more(store: Store) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", "desk", rules=("storms",)))
    await poll(store, now=NOON + HOUR, changes=(changed(1, entry=replace(STORM, title="S")),))
    (delivery,) = await claim_messages(store, "desk", now=NOON + 9 * HOUR)
    assert alert_of(delivery).matches == (Match("storms", ()),)


async def test_an_edit_and_the_page_that_make_a_rule_true_at_once_tell_it_once(store: Store) -> None:
    await watch(store, feed_spec())
    page = WantedArticle("feeds.example", ("storms",))
    await poll(store, replace(new_entry("1", rules=()), article=page))
    (article,) = await store.claim_due_articles(NOON, limit=1, lease=LEASE)
    await poll(store, now=NOON + HOUR, changes=(changed(1, article=page, **told("storms")),))
    done = ArticleDecision(state=ArticleState.DONE, next_attempt_at=None, host_free_at=NOON)
    await store.commit_article(
        ArticleRecord(
            entry_id=1,
            lease=article.lease,
            tried_at=NOON + HOUR,
            reason=Reason.OK,
            detail="",
            decision=done,
            text="Storm",
            **told("storms"),
        )
    )
    assert len(await claim_messages(store, "desk", now=NOON + 9 * HOUR)) == 1


async def test_evidence_and_resets_come_back_and_stay(store: Store) -> None:
    await watch(store, feed_spec())
    reset = Reset(at=NOON, known=30, held=4)
    await poll(store, evidence=Evidence(guids=2, texts=1), reset=reset)
    await poll(store, now=NOON + HOUR)
    feed = await claim_one(store, NOON + 2 * HOUR)
    assert (feed.evidence, feed.reset) == (Evidence(guids=2, texts=1), reset)
    (health,), _ = await store.read_health()
    assert health.reset == reset


async def test_how_an_entry_was_known_again_is_told(store: Store, database: Database) -> None:
    await watch(store, feed_spec())
    await poll(store, new_entry("1", rules=()), new_entry("2", rules=()), new_entry("3", rules=()))
    seen = (
        Sighting(1, ("guid:7",), "link+title"),
        Sighting(2, ("guid:8",)),
        Sighting(3, ("link:3",), "guid"),
    )
    await poll(store, now=NOON + HOUR, sightings=seen)
    with open_to_read(database.url, "db") as reader:
        found = [reader.find(number)[0].known_by for number in ("1", "2", "3")]
    assert found == ["link+title", "reset", None]


async def test_a_feed_out_of_use_is_found_by_what_it_knows_and_its_entries_are_taken_over(
    store: Store,
) -> None:
    await watch(store, feed_spec("a"), feed_spec("b"))
    for feed in await store.claim_due_feeds(NOON, limit=9, per_host=9, lease=LEASE):
        from_a = feed.url.endswith("a")
        names = ("1", "2", "3") if from_a else ("3", "4", "5")
        await store.commit_poll(
            poll_record(feed, *(new_entry(name, rules=()) for name in names), baseline=True)
        )
    keys = ["guid:1", "guid:2", "guid:3", "guid:9"]
    assert await store.predecessor(keys, 2, NOON) is None  # both are still in use
    await watch(store, feed_spec("c"))
    feed = await claim_one(store, NOON)
    found = await store.predecessor(keys, 2, NOON + HOUR)
    assert found is not None
    assert found.served_at == NOON
    assert await store.predecessor(keys, 4, NOON + HOUR) is None
    assert await store.predecessor(keys, 2, NOON + timedelta(days=90)) is None
    await store.commit_poll(
        poll_record(feed, new_entry("9", rules=()), predecessor=found.feed_id, baseline=True)
    )
    assert (await store.known_entries(feed.id, keys)).keys() == set(keys)
    await watch(store, feed_spec("a"))
    feed = await claim_one(store, NOON + HOUR)
    assert (feed.id, feed.baselined, feed.body_hash) == (found.feed_id, False, None)
    assert await store.known_entries(feed.id, keys) == {}
    assert await store.predecessor(keys, 4, NOON + HOUR) is not None
