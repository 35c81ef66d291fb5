"""An entry that is edited alerts for what the edit makes true, once; clocks and counters in texts don't."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from monitor.explain import Fate, explain_entry
from monitor.match import compile_rules
from monitor.model import OnChange
from monitor.store import open_to_read
from tests.support.clock import NOON
from tests.support.feed_server import Answer
from tests.support.rss import Item, rss
from tests.support.simulation import RULE, Simulation

HOUR = timedelta(hours=1)
TALKS = Item(title="Talks in Kyiv", guid="1", link="https://news.example/1", description="They talk.")
OTHERS = tuple(
    Item(title=f"Weather {n}", guid=f"w{n}", link=f"https://news.example/w{n}", description="Rain")
    for n in range(9)
)


def edited(**changes: Any) -> bytes:
    return rss(replace(TALKS, **changes), *OTHERS)


async def begun(world: Simulation, *documents: bytes) -> None:
    world.serve("/feed", Answer(body=rss(*OTHERS)))
    await world.watch("/feed")
    await world.poll_due()
    await world.take_in("/feed", *documents)


def revisions(world: Simulation) -> list[tuple[str, str]]:
    return [
        (title, summary)
        for title, summary in world.rows("SELECT title, summary FROM revision ORDER BY number")
    ]


@pytest.mark.parametrize("part", ["title", "description"])
async def test_an_edit_that_makes_a_rule_true_alerts_once(world: Simulation, part: str) -> None:
    async with world:
        await begun(
            world, edited(), edited(**{part: "Truce in Kyiv"}), edited(**{part: "A truce in Kyiv!"}), edited()
        )
        assert len(world.alerts()) == 1
        assert world.rows("SELECT changed FROM alert") == [(1,)]
        assert len(revisions(world)) == 3
        assert world.titles()[-1] == TALKS.title


async def test_explain_shows_what_an_entry_said_before(world: Simulation) -> None:
    async with world:
        await begun(world, edited(), edited(title="Truce in Kyiv"))
        with open_to_read(world.database.url, "db") as reader:
            history = reader.history(reader.find("Truce in Kyiv")[0], ["truce"])
        told = explain_entry(history, None, [RULE], compile_rules([RULE]), UTC, channels={}, now=NOON)
    (stage,) = [stage for stage in told.stages if stage.name == "edited"]
    assert stage.said == "title or text have changed once; before that"
    assert [line.partition(": ")[2] for line in stage.more] == ["Talks in Kyiv"]
    assert told.rules[0].fate is Fate.TOLD


async def test_an_edited_entry_of_the_first_poll_alerts_too(world: Simulation) -> None:
    async with world:
        world.serve("/feed", Answer(body=edited()))
        await world.watch("/feed")
        await world.poll_due()
        await world.take_in("/feed", edited(title="Truce in Kyiv"))
        assert world.alerts() == ["Truce in Kyiv"]


async def test_an_entry_that_has_alerted_does_not_alert_again_when_it_is_edited(world: Simulation) -> None:
    async with world:
        await begun(world, edited(title="Truce"), edited(title="Talks"), edited(title="Truce again"))
        assert len(world.alerts()) == 1


async def test_a_rule_may_not_want_to_hear_of_edits(world: Simulation) -> None:
    async with world:
        world.rules = (replace(RULE, on_change=OnChange.NEVER),)
        await begun(world, edited(), edited(title="Truce in Kyiv"))
        assert world.alerts() == []
        assert world.rows("SELECT rule, withheld FROM match") == [("truce", "changed")]
        await world.take_in("/feed", rss(replace(TALKS, guid="2", link=None, title="Truce"), *OTHERS))
        assert world.alerts() == ["Truce"]


async def test_less_of_the_same_text_is_no_change(world: Simulation) -> None:
    async with world:
        long = "They talk about a truce in Kyiv."
        cut = edited(description="They talk about...")
        await begun(
            world,
            edited(description=long),
            cut,
            edited(description=long),
            cut,
            rss(replace(TALKS, description="")),
        )
        assert len(world.alerts()) == 1
        assert revisions(world) == []


async def test_a_clock_in_all_texts_is_noticed_and_ignored_while_news_and_new_titles_count(
    world: Simulation,
) -> None:
    def at(poll: int, *more: Item) -> bytes:
        items = (*more, replace(TALKS, title="Truce talks" if poll > 50 else TALKS.title), *OTHERS)
        return rss(*(replace(item, description=f"{item.description} ({poll} min ago)") for item in items))

    async with world:
        await begun(world, *map(at, range(10, 50)))
        ((kept,),) = world.rows("SELECT count(*) FROM revision")
        assert kept <= 2 * 10
        await world.take_in("/feed", at(50, replace(TALKS, guid="n", link=None, title="Truce")), at(51))
        assert sorted(world.alerts()) == ["Truce", "Truce talks"]


async def test_one_entry_with_a_counter_is_not_looked_at_for_ever(world: Simulation) -> None:
    async with world:
        documents = [edited(description=f"{n} comments") for n in range(60)]
        await world.watch()
        await begun(world, *documents)
        ((changes,),) = world.rows("SELECT changes FROM entry WHERE guid = '1'")
        hours = (world.clock.now() - NOON) / HOUR
        assert changes <= 21 + hours
        assert len(revisions(world)) <= 20


async def test_a_feed_that_rewrites_all_of_its_entries_at_once_tells_nobody(world: Simulation) -> None:
    async with world:
        items = [
            replace(item, guid=f"x{n}", link=f"https://news.example/x{n}")
            for n, item in enumerate(OTHERS * 2)
        ]
        await begun(
            world, rss(*items), rss(*(replace(item, description="Rain. Related: truce") for item in items))
        )
        assert world.alerts() == []
        assert {why for (why,) in world.rows("SELECT withheld FROM match")} == {"reset"}
