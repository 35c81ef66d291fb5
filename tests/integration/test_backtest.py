"""A backtest tells what the monitor has told: the same rules, feeds and entries, through the real pipeline."""

import json
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.backtest import Backtest, Replay
from monitor.model import (
    FIRST_POLL_ALERT,
    FIRST_POLL_SILENT,
    ArticleDecision,
    ArticleRecord,
    ArticleState,
    FullText,
    Reason,
    Rule,
)
from monitor.store import open_to_read
from tests.support.clock import NOON
from tests.support.database import migrated_database, run
from tests.support.feed_server import document
from tests.support.rss import Item, rss
from tests.support.simulation import RULE, Simulation

HOUR = timedelta(hours=1)
WORDS = ("truce", "storm", "Kyiv", "ceasefires", "cease-fire", "rain", "talks")
QUERIES = (
    "truce",
    "ceasefire Kyiv",
    "storm OR rain",
    "Kyiv -talks",
    "title:talks",
    "rain NEAR/2 storm",
    "tru*",
)

titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
ages = st.one_of(st.none(), st.integers(0, 72).map(lambda hours: hours * HOUR))
rules = st.lists(
    st.builds(
        lambda query, age, tags: Rule(
            name="", query=query, channels=("desk",), max_age=age, tags=tags, full_text=FullText.NEVER
        ),
        st.sampled_from(QUERIES),
        st.one_of(st.none(), st.just(24 * HOUR)),
        st.sampled_from([frozenset[str](), frozenset({"world"}), frozenset({"sport"})]),
    ),
    min_size=1,
    max_size=4,
).map(lambda each: [replace(rule, name=f"rule {number}") for number, rule in enumerate(each)])
polls = st.lists(st.lists(st.tuples(titles, ages), max_size=4), min_size=1, max_size=4)
policies = st.sampled_from([FIRST_POLL_SILENT, FIRST_POLL_ALERT, 36 * HOUR])


@settings(max_examples=25, deadline=None)
@given(rules=rules, polls=polls, first_poll=policies)
def test_a_backtest_counts_what_was_told(
    rules: list[Rule], polls: list[list[tuple[str, timedelta | None]]], first_poll: timedelta
) -> None:
    with TemporaryDirectory() as folder:
        world = Simulation(migrated_database("sqlite", Path(folder)))
        run(_compare(world, rules, polls, first_poll))


async def _compare(
    world: Simulation,
    rules: list[Rule],
    polls: list[list[tuple[str, timedelta | None]]],
    first_poll: timedelta,
) -> None:
    world.rules = rules
    async with world:
        items: list[Item] = []
        await world.watch("/feed", tags=frozenset({"world"}), first_poll=first_poll)
        for served in polls:
            items += [
                Item(
                    title=title,
                    guid=f"{len(items)}-{place}",
                    published=None if age is None else world.clock.now() - age,
                )
                for place, (title, age) in enumerate(served)
            ]
            world.serve("/feed", document(rss(*items)))
            await world.poll_due()
            world.clock.advance(2 * HOUR)
        told = world.rows(
            "SELECT alert.entry_id, delivery.rules FROM delivery JOIN alert ON alert.id = delivery.alert_id"
        )
        spec = world.spec("/feed", tags=frozenset({"world"}), first_poll=first_poll)
        test = Backtest(Replay(rules, {}, [spec], UTC), None, samples=0)
        found = set()
        with open_to_read(world.url, "db") as reader:
            for stored in reader.entries_since(NOON - 365 * 24 * HOUR):
                found |= {(stored.id, alerted.match.rule) for alerted in test.add(stored).alerts}
    sent = {(entry_id, rule) for entry_id, names in told for rule in json.loads(names)}
    assert found == sent
    assert {name: report.alerts for name, report in test.report.rules.items()} == {
        rule.name: sum(name == rule.name for _, name in sent) for rule in rules
    }


async def test_what_only_the_page_says_counts_once_it_was_read(world: Simulation) -> None:
    world.rules = [replace(RULE, query="truce Kyiv")]
    async with world:
        await world.watch("/feed", first_poll=FIRST_POLL_ALERT)
        items = [Item(title=f"Truce {n}", guid=n, link=f"https://news.example/{n}") for n in ("read", "not")]
        world.serve("/feed", document(rss(*items)))
        await world.poll_due()
        for article in await world.store.claim_due_articles(world.clock.now(), limit=1, lease=HOUR):
            await world.store.commit_article(
                ArticleRecord(
                    entry_id=article.entry_id,
                    lease=article.lease,
                    tried_at=world.clock.now() + HOUR,
                    reason=Reason.OK,
                    detail="",
                    decision=ArticleDecision(ArticleState.DONE, host_free_at=world.clock.now()),
                    text="Talks in Kyiv end.",
                )
            )
        test = Backtest(
            Replay(world.rules, {}, [world.spec("/feed", first_poll=FIRST_POLL_ALERT)], UTC), None, 5
        )
        with open_to_read(world.url, "db") as reader:
            for stored in reader.entries_since(NOON - HOUR):
                test.add(stored)
    report = test.report.rules["truce"]
    assert (report.alerts, report.open) == (1, 1)
    (sample,) = report.samples
    assert sample.stored.text == "Talks in Kyiv end."
    assert [hit.field.value for hit in sample.match.hits] == ["title", "text"]
    assert report.last_at == world.clock.now() + HOUR
