"""What any store promises about a configuration that changes: how it stands, and what becomes of what waits."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import Problem
from monitor.model import (
    Changes,
    ConfigurationState,
    Decision,
    DeliveryState,
    Difference,
    NoticeRecord,
    Reloaded,
    Review,
    Rule,
    SendOutcome,
    SendStatus,
)
from monitor.store import Store
from tests.contract.test_articles import claim, stored, wanting
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import (
    HOUR,
    attempt_record,
    claim_messages,
    claim_queues,
    feed_spec,
    new_entry,
    poll,
    settle,
    watch,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
FIRST = Problem("config.toml", 3, "rules.1.query", "has no words", "write one")
SECOND = Problem("feeds.d/a.toml", None, "", "not valid TOML")
STORMS = Rule(name="storms", query="storm", channels=("desk",))
FLOODS = Rule(name="floods", query="flood", channels=("desk",))


def notice(now: datetime = NOON) -> NoticeRecord:
    review = Review(subject="a mistake in the configuration", lines=("why",), told=())
    return NoticeRecord(created_at=now, review=review, channels=("ops",))


async def waiting(store: Store, count: int, *channels: str) -> None:
    await watch(store, feed_spec())
    await poll(store, *[new_entry(f"{n}", *channels) for n in range(count)])


async def state(store: Store) -> ConfigurationState:
    known = await store.read_configuration()
    assert known is not None
    return known


async def test_nothing_is_known_of_the_configuration_before_the_first_start(store: Store) -> None:
    assert await store.read_configuration() is None


async def test_a_refused_configuration_leaves_the_one_before_and_a_good_one_takes_its_place(
    store: Store,
) -> None:
    changes = Changes(
        feeds=Difference(added=("a",), removed=("b",)),
        rules=Difference(edited=("storms",)),
        other=("fetch.timeout",),
        needs_restart=("monitor.database",),
    )
    await store.record_reload(Reloaded(at=NOON))
    assert await state(store) == ConfigurationState(since=NOON, tried_at=NOON)

    await store.record_reload(Reloaded(at=NOON + HOUR, problems=(FIRST, SECOND)))
    refused = await state(store)
    assert (refused.since, refused.tried_at, refused.mistakes) == (NOON, NOON + HOUR, 2)
    assert refused.problems == (FIRST, SECOND)

    await store.record_reload(Reloaded(at=NOON + 2 * HOUR, changes=changes))
    assert await state(store) == ConfigurationState(
        since=NOON + 2 * HOUR, tried_at=NOON + 2 * HOUR, changes=changes
    )

    await store.record_reload(Reloaded(at=NOON + 3 * HOUR, changes=Changes()))
    assert await state(store) == ConfigurationState(
        since=NOON + 2 * HOUR, tried_at=NOON + 3 * HOUR, changes=changes
    )


async def test_of_a_thousand_mistakes_the_first_are_kept_and_all_are_counted(store: Store) -> None:
    await store.record_reload(Reloaded(at=NOON, problems=tuple(replace(FIRST, line=n) for n in range(1_000))))

    kept = await state(store)

    assert kept.mistakes == 1_000
    assert kept.problems == tuple(replace(FIRST, line=n) for n in range(50))


async def test_of_two_daemons_one_tells_the_owner(store: Store) -> None:
    await store.record_reload(Reloaded(at=NOON, problems=(FIRST,)))
    seen = await state(store)

    assert await store.commit_configuration_notice(notice(), seen)
    assert not await store.commit_configuration_notice(notice(), seen)
    assert (await state(store)).told == (FIRST,)
    assert len(await claim_messages(store, "ops")) == 1


async def test_a_start_forgets_no_mistakes_that_the_owner_knows_of(store: Store) -> None:
    await store.record_reload(Reloaded(at=NOON, problems=(FIRST,)))
    await store.commit_configuration_notice(notice(), await state(store))
    await store.record_reload(Reloaded(at=NOON + HOUR))

    assert await state(store) == ConfigurationState(
        since=NOON + HOUR, tried_at=NOON + HOUR, told=(FIRST,), told_at=NOON
    )


async def test_what_waits_for_a_channel_that_is_gone_is_told_once(store: Store) -> None:
    await waiting(store, 3, "desk", "mail")
    await settle(store, "desk", state=DeliveryState.HELD, bundle="quiet", due_at=NOON + HOUR)

    assert await store.read_stranded(["mail"], NOON) == []
    (found,) = await store.read_stranded(["mail"], NOON + HOUR)
    assert (found.channel, len(found.deliveries)) == ("desk", 3)
    assert [one.channel for one in await store.read_stranded([], NOON + HOUR)] == ["desk", "mail"]
    assert await store.read_stranded(["desk", "mail"], NOON + HOUR) == []

    assert await store.commit_stranded(notice(), [found])
    assert not await store.commit_stranded(notice(), [found])
    assert await store.read_stranded(["mail"], NOON + HOUR) == []


async def test_what_waits_for_a_channel_that_is_gone_goes_on_when_it_is_back(store: Store) -> None:
    await waiting(store, 2, "desk")
    (found,) = await store.read_stranded([], NOON)
    await store.commit_stranded(notice(), [found])
    assert await store.give_up_stranded([], NOON - MINUTE, NOON + HOUR) == 0

    assert len(await claim_messages(store, "desk", now=NOON + HOUR)) == 2


async def test_what_has_waited_too_long_for_it_is_dead_with_the_reason(
    store: Store, database: Database
) -> None:
    await waiting(store, 2, "desk", "mail")
    assert await store.give_up_stranded(["mail"], NOON, NOON + DAY) == 2

    dead = "SELECT channel, detail FROM delivery WHERE state = 'dead'"
    assert set(database.rows(dead)) == {("desk", "the channel isn't configured any more")}
    (told,) = await store.read_dead(NOON + DAY)
    assert told.channel == "desk"
    assert await claim_messages(store, "desk", now=NOON + DAY) == []
    revived = await store.retry_deliveries(NOON + DAY, ["desk"])
    assert len(revived) == 2
    assert len(await claim_messages(store, "desk", now=NOON + DAY)) == 2


async def test_the_owner_who_knows_that_they_wait_is_not_told_again_that_they_are_dead(store: Store) -> None:
    await waiting(store, 2, "desk")
    await store.commit_stranded(notice(), await store.read_stranded([], NOON))
    assert await store.give_up_stranded(["ops"], NOON, NOON + DAY) == 2
    assert await store.read_dead(NOON + DAY) == []


async def test_what_is_just_being_sent_is_not_given_up(store: Store) -> None:
    await waiting(store, 1, "desk")
    (message,) = await claim_messages(store, "desk")

    assert await store.give_up_stranded([], NOON, NOON + MINUTE) == 0
    await store.record_attempt(attempt_record(message))


async def test_a_notice_to_a_channel_that_is_gone_makes_no_other(store: Store) -> None:
    await waiting(store, 1, "desk")
    await store.commit_stranded(notice(), await store.read_stranded([], NOON))

    assert await store.read_stranded([], NOON + HOUR) == []
    await store.give_up_stranded([], NOON, NOON + DAY)
    assert await store.read_dead(NOON + DAY) == []


async def test_how_much_waits_is_counted_by_channel(store: Store) -> None:
    await waiting(store, 3, "desk", "mail")
    await settle(store, "mail", state=DeliveryState.HELD, bundle="digest", due_at=NOON + HOUR)
    (first, *_) = (await claim_queues(store, "desk"))[0]
    await store.record_attempt(attempt_record(first))

    assert await store.waiting_for(["desk", "mail", "none"]) == {"desk": 2, "mail": 3}
    assert await store.waiting_for([]) == {}


async def test_a_channel_that_leads_elsewhere_is_tried_at_once(store: Store) -> None:
    await waiting(store, 2, "desk", "mail")
    for message in await claim_messages(store, "desk", "mail"):
        pace = replace(message.pace, failures=3, rest_until=NOON + HOUR)
        outcome, later = SendOutcome(SendStatus.FAILED), Decision(DeliveryState.FAILED, NOON + 2 * HOUR)
        await store.record_attempt(attempt_record(message, outcome=outcome, decision=later, pace=pace))

    await store.redirect_channels(["desk"], NOON + MINUTE)

    claimed = await claim_messages(store, "desk", "mail", now=NOON + MINUTE)
    assert [message.channel for message in claimed] == ["desk"] * len(claimed)
    assert [message.pace.failures for message in claimed] == [0] * len(claimed)
    assert len(claimed) == 2


async def test_articles_that_no_rule_waits_for_any_more_are_not_read(
    store: Store, database: Database
) -> None:
    await store.sync_rules([STORMS, FLOODS], NOON)
    await stored(
        store,
        wanting("1", rules=["floods"]),
        wanting("2", host="other.example", rules=["storms", "floods"]),
    )
    await store.sync_rules([STORMS], NOON)

    assert [article.entry.guid for article in await claim(store)] == ["2"]
    gone = database.rows("SELECT detail FROM article WHERE state = 'failed'")
    assert gone == [("no rule that is configured waits for it any more",)]


async def test_feeds_that_stay_as_they_are_are_not_written(store: Store, database: Database) -> None:
    specs = [feed_spec("a"), feed_spec("b", enabled=False), feed_spec("c")]
    await watch(store, *specs)
    before = database.rows("SELECT * FROM feed ORDER BY id")
    await watch(store, *specs, due=NOON + HOUR)
    assert database.rows("SELECT * FROM feed ORDER BY id") == before

    await watch(store, replace(specs[0], name="A"), replace(specs[1], enabled=True), due=NOON + HOUR)
    rows = database.rows("SELECT name, active FROM feed ORDER BY id")
    assert [bool(row[1]) for row in rows] == [True, True, False]
    assert rows[0][0] == "A"
