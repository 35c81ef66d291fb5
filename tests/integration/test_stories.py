"""One alert per story, however many outlets tell it, through the real pipeline."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.backtest import Backtest, Replay
from monitor.errors import LeaseLost
from monitor.model import Entry, Rule, StoryMode, Withheld
from monitor.store import open_to_read
from monitor.story import Outline, outline
from tests.support.cable_car import THIRTY_OUTLETS, other_entries
from tests.support.clock import NOON
from tests.support.feed_server import Answer, Received, Step
from tests.support.rss import Item, rss
from tests.support.simulation import Simulation

HOUR = timedelta(hours=1)
CABLE_CAR = Rule(name="cable-car", query='"cable car"', channels=("desk",))
OTHERS = Rule(name="others", query='"it was announced"', channels=("desk",))
FERRY = Rule(name="ferry", query="ferry", channels=("desk",))

RESCUE = Rule(name="rescue", query="rescued", channels=("desk",))
RESCUED = "Ferry with 120 people aboard sinks off Paros, most rescued"

OLD = Item(title="What the feed had before", guid="old", published=NOON - 24 * HOUR)
SINKS = "Ferry with 120 people aboard sinks off Paros"
SINKING = "Ferry sinks off Paros with 120 people aboard"


def publishing(world: Simulation, outlet: str, entries: Iterable[tuple[datetime, str, str]]) -> Step:
    """Return a step for a feed that publishes entries, given by when, title and summary, the newest first."""
    items = [
        (at, Item(title=title, guid=f"{outlet}/{at}/{title}", description=summary, published=at))
        for at, title, summary in entries
    ]

    def answer(_: Received) -> Answer:
        out = [item for at, item in items if at <= world.clock.now()]
        return Answer(body=rss(*reversed([OLD, *out]), title=outlet))

    return answer


async def report(world: Simulation, *titles: str) -> None:
    """Have one outlet after the other report, each an hour after the one before, and let a day pass."""
    paths = [f"/outlet-{number}" for number in range(len(titles))]
    for number, (path, title) in enumerate(zip(paths, titles, strict=True), start=1):
        world.serve(path, publishing(world, path, [(NOON + number * HOUR, title, "")]))
    await world.watch(*paths, poll_every=HOUR / 2, adaptive=False)
    await world.run(24 * HOUR)


def withheld(world: Simulation) -> list[str]:
    rows = world.rows(
        "SELECT title FROM match JOIN entry ON entry.id = entry_id WHERE withheld = 'story' ORDER BY entry_id"
    )
    return [title for (title,) in rows]


async def test_thirty_outlets_with_one_event_on_a_day_of_2000_others_make_three_alerts_at_most(
    world: Simulation,
) -> None:
    world.rules = [CABLE_CAR, OTHERS]
    chance = random.Random(3)
    others = [(NOON + chance.random() * 22 * HOUR, *entry) for entry in other_entries(2_000)]
    async with world:
        for number, told in enumerate(THIRTY_OUTLETS):
            world.serve(f"/o{number}", publishing(world, f"o{number}", [(NOON + 0.7 * number * HOUR, *told)]))
        for number in range(20):
            own = sorted(others[number::20])
            world.serve(f"/p{number}", publishing(world, f"p{number}", own))
        paths = [*(f"/o{number}" for number in range(30)), *(f"/p{number}" for number in range(20))]
        await world.watch(*paths, poll_every=2 * HOUR, adaptive=False)
        await world.run(26 * HOUR)
    told_titles = {title for title, _ in THIRTY_OUTLETS}
    alerts = world.alerts()
    assert 1 <= len([title for title in alerts if title in told_titles]) <= 3
    assert sorted(title for title in alerts if title not in told_titles) == sorted(t for _, t, _ in others)
    assert len(world.titles()) == 2_000 + 30 + 50


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        (StoryMode.ONCE, [SINKS]),
        (StoryMode.UPDATES, [SINKS, "Ferry sinks off Paros, 120 people aboard, 14 missing"]),
        (StoryMode.EVERY, [SINKS, SINKING, "Ferry sinks off Paros, 120 people aboard, 14 missing"]),
    ],
)
async def test_a_rule_says_what_of_a_story_it_tells(
    world: Simulation, mode: StoryMode, told: list[str]
) -> None:
    world.rules = [replace(FERRY, story=mode)]
    async with world:
        await report(world, SINKS, SINKING, "Ferry sinks off Paros, 120 people aboard, 14 missing")
    assert world.alerts() == told
    assert set(world.alerts()) | set(withheld(world)) == set(world.titles()) - {OLD.title}


@pytest.mark.parametrize("mode", list(StoryMode))
async def test_a_backtest_tells_of_stories_what_was_told(world: Simulation, mode: StoryMode) -> None:
    world.rules = [replace(CABLE_CAR, story=mode), replace(FERRY, story=mode), RESCUE]
    titles = [title for title, _ in THIRTY_OUTLETS[:8]]
    async with world:
        await report(world, SINKS, *titles[:4], SINKING, RESCUED, *titles[4:])
        feeds = [world.spec(f"/outlet-{number}") for number in range(11)]
        test = Backtest(Replay(world.rules, {}, feeds, UTC), None, samples=0)
        with open_to_read(world.url, "db") as reader:
            told = [(each, test.add(each)) for each in reader.entries_since(NOON)]
    assert [each.entry.title for each, found in told if found.alerts] == world.alerts()
    assert [
        each.entry.title
        for each, found in told
        if any(match.withheld is Withheld.STORY for match in found.withheld)
    ] == withheld(world)


async def test_after_a_restart_no_story_is_told_again(world: Simulation) -> None:
    world.rules = [FERRY]
    async with world:
        world.serve("/a", publishing(world, "a", [(NOON + HOUR, SINKS, "")]))
        world.serve("/b", publishing(world, "b", [(NOON + 5 * HOUR, SINKING, "")]))
        await world.watch("/a", "/b", poll_every=HOUR, adaptive=False)
        await world.run(3 * HOUR)
        assert world.alerts() == [SINKS]
        await world.restart()
        await world.run(5 * HOUR)
    assert world.alerts() == [SINKS]
    assert withheld(world) == [SINKING]


async def test_a_rule_that_first_matches_a_later_entry_of_a_story_tells_it(world: Simulation) -> None:
    world.rules = [FERRY, RESCUE]
    async with world:
        await report(world, SINKS, RESCUED, RESCUED.upper())
    assert world.alerts() == [SINKS, RESCUED]
    rows = world.rows("SELECT rule FROM match WHERE withheld IS NULL ORDER BY entry_id, rule")
    assert rows == [("ferry",), ("rescue",)]


async def test_an_outlet_whose_words_no_rule_matches_is_one_of_those_that_reported(world: Simulation) -> None:
    world.rules = [Rule(name="paros", query="Paros sinks", channels=("desk",))]
    async with world:
        await report(world, SINKS, "Ferry with 120 people aboard sinking off Paros", "Rain in Rome")
    members = world.rows("SELECT title FROM story_member JOIN entry ON entry.id = entry_id ORDER BY entry_id")
    assert [title for (title,) in members] == [SINKS, "Ferry with 120 people aboard sinking off Paros"]
    assert world.alerts() == [SINKS]


async def test_the_window_ends_a_story(world: Simulation) -> None:
    world.rules = [FERRY]
    async with world:
        for path, hours in (("/a", 1), ("/b", 80)):
            world.serve(path, publishing(world, path, [(NOON + hours * HOUR, SINKS, "")]))
        await world.watch("/a", "/b", poll_every=HOUR, adaptive=False)
        await world.run(90 * HOUR)
    assert world.alerts() == [SINKS, SINKS]


async def test_one_article_in_several_feeds_is_told_once_whatever_the_rule(world: Simulation) -> None:
    world.rules = [replace(FERRY, story=StoryMode.EVERY)]
    link = "https://news.example/ferry"
    titles = {"/world": (SINKS, link), "/europe": ("Ferry disaster off Paros", f"{link}?utm_source=rss")}
    async with world:
        for path, (title, url) in titles.items():
            item = Item(title=title, guid=path, link=url)
            world.serve(path, Answer(body=rss(OLD)), Answer(body=rss(item, OLD)))
        await world.watch(*titles, poll_every=HOUR, adaptive=False)
        await world.run(3 * HOUR)
    assert world.alerts() == [SINKS]
    assert withheld(world) == ["Ferry disaster off Paros"]


async def test_outlets_that_report_at_the_same_time_make_one_alert(world: Simulation) -> None:
    world.rules = [FERRY]
    paths = [f"/outlet-{number}" for number in range(12)]
    async with world:
        for path in paths:
            first = Answer(body=rss(OLD))
            world.serve(path, first, Answer(body=rss(Item(title=SINKS, guid=path), OLD)))
        await world.watch(*paths)
        await world.poll_due(at_once=True)
        world.clock.advance(HOUR)
        await world.poll_due(at_once=True)
    assert world.alerts() == [SINKS]
    assert len(withheld(world)) == 11


async def test_a_poll_that_could_not_be_stored_has_told_nothing_of_a_story(world: Simulation) -> None:
    world.rules = [FERRY]
    async with world:
        for path in ("/a", "/b"):
            world.serve(path, Answer(body=rss(OLD)), Answer(body=rss(Item(title=SINKS, guid=path), OLD)))
        await world.watch("/a", "/b")
        await world.poll_due()
        world.clock.advance(HOUR)
        late, other = await world.store.claim_due_feeds(
            world.clock.now(), limit=2, per_host=2, lease=timedelta(minutes=1)
        )
        with pytest.raises(LeaseLost):
            await world.poll(replace(late, lease="another's"))
        assert world.rows("SELECT count(*) FROM story_member") == [(0,)]
        await world.poll(other)
    assert world.alerts() == [SINKS]
    assert withheld(world) == []


async def test_an_entry_whose_story_can_not_be_found_tells_by_itself(
    world: Simulation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(entry: Entry, **about: Any) -> Outline:
        if entry.title == SINKING:
            raise ZeroDivisionError
        return outline(entry, **about)

    monkeypatch.setattr("monitor.pipeline.stories.outline", broken)
    world.rules = [FERRY]
    async with world:
        await report(world, SINKS, SINKING, SINKS.upper())
    assert world.alerts() == [SINKS, SINKING]
    assert withheld(world) == [SINKS.upper()]
    assert "finding the story failed inside" in caplog.text


async def test_one_document_with_a_story_twice_tells_it_once(world: Simulation) -> None:
    world.rules = [FERRY]
    items = [Item(title=SINKS, guid=name, link=f"https://news.example/{name}") for name in "ab"]
    async with world:
        world.serve("/feed", Answer(body=rss(OLD)), Answer(body=rss(*items, OLD)))
        await world.watch("/feed", poll_every=HOUR, adaptive=False)
        await world.run(2 * HOUR)
    assert world.alerts() == [SINKS]
    assert world.rows("SELECT story_id = min(entry_id), count(*) FROM story_member") == [(1, 2)]


@pytest.mark.parametrize("first", [True, False])
async def test_an_edit_tells_only_what_no_other_outlet_has_told(world: Simulation, first: bool) -> None:
    later = "Most rescued as ferry with 120 people aboard sinks off Paros"

    def edited(_: Received) -> Answer:
        hours = (world.clock.now() - NOON) / HOUR
        item = Item(title=SINKS if hours < 3 else later, guid="edited", published=NOON + 2 * HOUR)
        return Answer(body=rss(*([item] if hours >= 2 else []), OLD, title="edited"))

    world.rules = [RESCUE]
    told_at = NOON + (1 if first else 6) * HOUR
    async with world:
        world.serve("/edited", edited)
        world.serve("/other", publishing(world, "other", [(told_at, RESCUED, "")]))
        await world.watch("/edited", "/other", poll_every=HOUR / 2, adaptive=False)
        await world.run(24 * HOUR)
    assert world.alerts() == [RESCUED if first else later]
    assert withheld(world) == [later if first else RESCUED]
