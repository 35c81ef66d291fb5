"""A publisher that serves old entries as new ones: nobody is told of them, and of the news among them everybody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from monitor.explain import explain_entry
from monitor.match import compile_rules
from monitor.store import open_to_read
from tests.support.clock import NOON
from tests.support.feed_server import Answer
from tests.support.rss import Item, rss
from tests.support.simulation import RULE, Simulation

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def story(name: str, **changes: Any) -> Item:
    values: dict[str, Any] = {
        "title": f"Truce {name}",
        "guid": name,
        "link": f"https://news.example/{name}",
        "published": NOON,
    }
    return Item(**(values | changes))


async def begun(world: Simulation, *items: Item) -> None:
    world.serve("/feed", Answer(body=rss(*items)))
    await world.watch("/feed")
    await world.poll_due()


async def lived(world: Simulation, days: int, make: Callable[[int], Item]) -> list[Item]:
    """Let a feed with one entry a day live, and return its last ten entries."""
    await begun(world, make(0))
    for day in range(1, days):
        await world.take_in("/feed", rss(*(make(n) for n in range(day, max(day - 10, -1), -1))), after=DAY)
    return [make(n) for n in range(days - 1, days - 11, -1)]


def moved(item: Item) -> Item:
    return replace(item, guid=f"new-{item.guid}", link=f"https://moved.example/{item.guid}")


async def test_news_in_a_reset_alerts_and_what_is_old_but_was_never_seen_is_held(world: Simulation) -> None:
    async with world:
        known = [story(f"{n}") for n in range(10)]
        await begun(world, *known)
        news = story("news", published=world.clock.now() + HOUR)
        undated = story("undated", published=None)
        archive = [story(f"archive {n}", published=NOON - 90 * DAY) for n in range(5)]
        await world.take_in("/feed", rss(*map(moved, [news, undated, *known, *archive])))
        assert world.alerts() == ["Truce news", "Truce undated"]
        assert world.rows(
            "SELECT rule, withheld, count(*) FROM match WHERE withheld = 'reset' GROUP BY 1, 2"
        ) == [("truce", "reset", 5)]
        assert world.rows("SELECT reset_known, reset_held FROM feed") == [(10, 5)]
        assert len(world.titles()) == 17


async def test_a_move_and_edits_at_the_same_time_repeat_nothing_and_are_told(world: Simulation) -> None:
    async with world:
        text = "What both of them have agreed to, in full and with all its annexes: "
        known = [story(f"{n}", description=f"{text}{n}") for n in range(10)]
        await begun(world, *known)
        edited = replace(known[3], title="Truce three")
        await world.take_in("/feed", rss(*map(moved, [*known[:3], edited, *known[4:]])))
        assert world.alerts() == []
        assert world.rows("SELECT reset_known, reset_held FROM feed") == [(10, 0)]


async def test_an_archive_in_a_feed_of_one_entry_a_day_is_held_and_news_among_it_is_not(
    world: Simulation,
) -> None:
    async with world:
        recent = await lived(world, 20, lambda n: story(f"{n}", published=NOON + n * DAY))
        before = len(world.alerts())
        archive = [story(f"archive {n}", published=NOON - 90 * DAY) for n in range(200)]
        news = [story(f"news {n}", published=world.clock.now()) for n in range(30)]
        await world.take_in("/feed", rss(*news, *recent, *archive), after=HOUR)
        assert len(world.alerts()) - before == 30
        assert world.rows("SELECT reset_known, reset_held FROM feed") == [(0, 200)]
        ((entries,),) = world.rows("SELECT watched_entries FROM feed")
        assert entries < 60  # what was held tells nothing of the feed's rate


async def test_undated_entries_are_held_only_when_they_are_far_more_than_usual(world: Simulation) -> None:
    async with world:
        recent = await lived(world, 20, lambda n: story(f"{n}", published=None))
        before = len(world.alerts())
        await world.take_in(
            "/feed", rss(*(story(f"more {n}", published=None) for n in range(15)), *recent), after=HOUR
        )
        assert len(world.alerts()) - before == 15
        await world.take_in(
            "/feed", rss(*(story(f"flood {n}", published=None) for n in range(150)), *recent), after=HOUR
        )
        assert len(world.alerts()) - before == 15
        assert len(world.titles()) == 20 + 15 + 150


async def test_what_came_while_the_monitor_was_off_is_news_however_much_it_is(world: Simulation) -> None:
    async with world:
        recent = await lived(world, 20, lambda n: story(f"{n}", published=None))
        before = len(world.alerts())
        missed = [story(f"missed {n}", published=None) for n in range(60)]
        await world.take_in("/feed", rss(*missed, *recent), after=30 * DAY)
        assert len(world.alerts()) - before == 60


async def test_explain_tells_of_a_reset(world: Simulation) -> None:
    async with world:
        known = [story(f"{n}") for n in range(10)]
        await begun(world, *known)
        old = story("archive", published=NOON - 90 * DAY)
        await world.take_in("/feed", rss(*map(moved, [*known, old])))
        with open_to_read(world.database.url, "db") as reader:
            histories = [
                reader.history(reader.find(title)[0], ["truce"]) for title in ("Truce 1", "Truce archive")
            ]
        told = [
            explain_entry(history, None, [RULE], compile_rules([RULE]), UTC, channels={}, now=NOON)
            for history in histories
        ]
        again, held = (next(stage.said for stage in each.stages if stage.name == "identity") for each in told)
        assert "came again under other names, known by two of its link, title, text and date" in again
        assert "held: old by its date" in held
        (rule,) = told[1].rules
        assert (
            rule.stages[-1].said == "not told: it came, or changed, along with many old ones (see identity)"
        )


@pytest.mark.parametrize("size", [3, 40])
async def test_a_feed_that_moves_again_and_again_is_told_once(world: Simulation, size: int) -> None:
    async with world:
        known = [story(f"{n}") for n in range(size)]
        await begun(world, *known)
        documents = [
            rss(
                *(
                    replace(item, guid=f"{n}-{item.guid}", link=f"https://m{n}.example/{item.guid}")
                    for item in known
                )
            )
            for n in range(6)
        ]
        await world.take_in("/feed", *documents)
        assert world.alerts() == []
        assert len(world.titles()) == size
