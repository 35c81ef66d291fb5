"""A specific rule suppresses a broad one for the same story, through the real pipeline."""

from dataclasses import replace
from datetime import UTC, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from monitor.backtest import Replay
from monitor.explain import explain_entry
from monitor.fetch import HttpFetcher
from monitor.match import compile_rules
from monitor.model import FetchLimits, FullText, Rule, StoryMode, Withheld
from monitor.parse.pool import ParserPool
from monitor.pipeline.hold import Watch
from monitor.pipeline.read import Read
from monitor.pipeline.stories import Stories
from monitor.store import open_to_read
from tests.support.clock import NOON
from tests.support.feed_server import Answer
from tests.support.pages import page
from tests.support.rss import Item, rss
from tests.support.simulation import LEASE, Simulation

HOUR = timedelta(hours=1)
SINKS = "Ferry with 120 people aboard sinks off Paros"
RESCUED = "Ferry with 120 people aboard sinks off Paros, most rescued"
RUNS = "Summer timetable of Naxos ferry published"
OLD = Item(title="What the feed had before", guid="old", published=NOON - 24 * HOUR)

FERRY = Rule(name="ferry", query="ferry", channels=("desk",))
RESCUE = Rule(name="rescue", query="rescued", channels=("desk",), suppresses=frozenset({"ferry"}))


async def report(world: Simulation, *titles: str) -> None:
    """Have one outlet after the other report, an hour after the one before."""
    paths = [f"/outlet-{number}" for number in range(len(titles))]
    for path in paths:
        world.serve(path, Answer(body=rss(OLD, title=path)))
    await world.watch(*paths, poll_every=HOUR / 2, adaptive=False)
    await world.poll_due()
    for path, title in zip(paths, titles, strict=True):
        item = Item(
            title=title, guid=title, link=world.server.url(f"{path}/page"), published=world.clock.now()
        )
        world.serve(path, Answer(body=rss(item, OLD, title=path)))
        await world.run(HOUR)


def told(world: Simulation) -> list[tuple[str, str | None]]:
    """Return the matches in order: each rule, and what it was withheld for."""
    return list(world.rows("SELECT rule, withheld FROM match ORDER BY entry_id, rule DESC"))


async def test_of_one_entry_the_specific_rule_tells_alone(world: Simulation) -> None:
    world.rules = [FERRY, RESCUE]
    async with world:
        await report(world, RESCUED)
    assert told(world) == [("rescue", None), ("ferry", "inhibited")]
    assert world.rows("SELECT rules FROM delivery") == [('["rescue"]',)]


async def test_the_broad_rule_tells_no_more_of_a_story_that_the_specific_one_has_told(
    world: Simulation,
) -> None:
    world.rules = [replace(FERRY, story=StoryMode.EVERY), RESCUE]
    async with world:
        await report(world, SINKS, RESCUED, SINKS.upper(), RUNS)
    assert told(world) == [
        ("ferry", None),
        ("rescue", None),
        ("ferry", "inhibited"),
        ("ferry", "inhibited"),
        ("ferry", None),
    ]
    assert world.alerts() == [SINKS, RESCUED, RUNS]


@pytest.mark.parametrize("options", [{"not_before": NOON + 99 * HOUR}, {"max_age": timedelta(0)}])
async def test_a_specific_rule_that_tells_nobody_suppresses_nothing(
    world: Simulation, options: dict[str, Any]
) -> None:
    world.rules = [FERRY, replace(RESCUE, **options)]
    async with world:
        await report(world, RESCUED)
    assert [(rule, why is None) for rule, why in told(world)] == [("rescue", False), ("ferry", True)]


async def test_a_specific_rule_that_gives_way_itself_suppresses_nothing(world: Simulation) -> None:
    ship = Rule(name="ship", query="ship", channels=("desk",), suppresses=frozenset({"rescue"}))
    world.rules = [ship, RESCUE, FERRY]
    async with world:
        await report(world, SINKS.replace("Ferry", "Ship"), RESCUED)
    assert told(world) == [("ship", None), ("rescue", "inhibited"), ("ferry", None)]


async def test_an_edit_makes_no_broad_rule_tell_what_the_specific_one_has_told(world: Simulation) -> None:
    world.rules = [replace(FERRY, query="ship"), RESCUE]
    async with world:
        await report(world, RESCUED)
        item = Item(title=RESCUED, description="The ship was old.", guid=RESCUED, published=NOON)
        world.serve("/outlet-0", Answer(body=rss(item, OLD, title="outlet")))
        await world.run(2 * HOUR)
    assert told(world) == [("rescue", None), ("ferry", "inhibited")]


async def read_pages(world: Simulation) -> None:
    """Read the pages that rules wait for."""
    rules = {rule.name: rule for rule in world.rules}
    feeds = {spec.url: spec for spec in [world.spec("/outlet-0")]}
    async with ParserPool(workers=1, timeout=timedelta(seconds=20), clock=world.clock) as extractor:
        read = Read(
            Watch(feeds, rules, compile_rules(world.rules)),
            store=world.store,
            stories=Stories(rules, feeds, world.store),
            fetcher=HttpFetcher(
                FetchLimits(allow_networks=(ip_network("127.0.0.0/8"),)), version="1", clock=world.clock
            ),
            extractor=extractor,
            clock=world.clock,
            jitter=lambda: 0.0,
            observe=lambda _: None,
        )
        for article in await world.store.claim_due_articles(world.clock.now(), limit=9, lease=LEASE):
            await read(article)


@pytest.mark.parametrize(
    ("specific", "broad", "expected"),
    [
        ("rescued", "Zelensky", [("rescue", None), ("ferry", "inhibited")]),
        ("negotiations", "Zelensky", [("rescue", None), ("ferry", "inhibited")]),
        ("negotiations", "sinks", [("rescue", None), ("ferry", None)]),  # it came first
        ("nobody", "Zelensky", [("ferry", None)]),
    ],
)
async def test_the_page_is_read_for_both_and_decides(
    world: Simulation, specific: str, broad: str, expected: list[tuple[str, str | None]]
) -> None:
    world.rules = [
        replace(FERRY, query=broad, full_text=FullText.ALWAYS),
        replace(RESCUE, query=specific, full_text=FullText.ALWAYS),
    ]
    world.server.script("/outlet-0/page", Answer(headers=[("Content-Type", "text/html")], body=page()))
    async with world:
        await report(world, RESCUED)
        await read_pages(world)
        replay = Replay(world.rules, {}, [world.spec("/outlet-0")], UTC)
        with open_to_read(world.url, "db") as reader:
            found = [replay(stored) for stored in reader.entries_since(NOON)]
    assert told(world) == expected
    matches = [
        *(one.match for each in found for one in each.alerts),
        *(one for each in found for one in each.withheld),
    ]
    assert sorted((one.rule, one.withheld) for one in matches) == sorted(expected)


async def test_explain_and_backtest_know_why(world: Simulation) -> None:
    world.rules = [replace(FERRY, story=StoryMode.EVERY), RESCUE]
    async with world:
        await report(world, SINKS, RESCUED, SINKS.upper())
        specs = [world.spec(f"/outlet-{number}") for number in range(3)]
        replay = Replay(world.rules, {}, specs, UTC)
        with open_to_read(world.url, "db") as reader:
            found = [replay(stored) for stored in reader.entries_since(NOON)]
            history = reader.history(reader.find(RESCUED)[0], ["ferry"])
        explained = explain_entry(
            history, specs[1], [FERRY], compile_rules([FERRY]), UTC, channels={}, now=NOON
        )
    withheld = [(match.rule, match.withheld) for each in found for match in each.withheld]
    assert withheld == [("ferry", Withheld.INHIBITED), ("ferry", Withheld.INHIBITED)]
    (rule,) = explained.rules
    said = {stage.name: stage.said for stage in rule.stages}
    assert said["story"] == "not told: a rule that suppresses this one told of it, or of its story"
