"""Rules that alert at some times only, over simulated days: entries are stored, and nobody is told."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from monitor.model import FIRST_POLL_ALERT, FullText, Rule, Window
from tests.support.clock import NOON
from tests.support.feed_server import document
from tests.support.rss import Item, rss
from tests.support.simulation import RULE, Simulation, growing

HOUR = timedelta(hours=1)
AFTERNOON = Window(frozenset(range(7)), time(13), time(16))


def reasons(world: Simulation) -> set[str | None]:
    """Return why matches told nobody, None for those that did."""
    return {reason for (reason,) in world.rows('SELECT withheld FROM "match"')}


async def test_a_rule_alerts_in_its_hours_from_its_day_on(world: Simulation) -> None:
    world.rules = [replace(RULE, active=(AFTERNOON,), not_before=NOON + 24 * HOUR)]
    async with world:
        world.serve("/feed", growing(world, HOUR))
        await world.watch("/feed")
        await world.run(3 * 24 * HOUR)
    assert len(world.titles()) == 72
    # The first afternoon is before its day. What comes just before four o'clock is met after it.
    hours = [int(title.removeprefix("Truce ")) % 24 for title in world.alerts()]
    assert len(hours) == 2 * 3
    assert set(hours) <= {1, 2, 3, 4}
    assert reasons(world) == {None, "baseline", "not_yet", "inactive"}


async def test_an_entry_that_is_older_than_a_rule_wants_is_known_and_not_told(world: Simulation) -> None:
    world.rules = [replace(RULE, max_age=HOUR)]
    items = [
        Item(title=f"Truce {name}", guid=name, published=published)
        for name, published in (("old", NOON - 2 * HOUR), ("new", NOON - HOUR), ("undated", None))
    ]
    async with world:
        world.serve("/feed", document(rss(*items)))
        await world.watch("/feed", first_poll=FIRST_POLL_ALERT)
        await world.poll_due()
    assert len(world.titles()) == 3
    assert sorted(world.alerts()) == ["Truce new", "Truce undated"]
    assert reasons(world) == {None, "too_old"}


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        (RULE, True),
        (replace(RULE, active=(AFTERNOON,)), False),
        (replace(RULE, not_before=NOON + HOUR), False),
        (replace(RULE, max_age=HOUR), False),
    ],
)
async def test_no_page_is_read_for_a_rule_that_would_tell_nobody(
    world: Simulation, rule: Rule, read: bool
) -> None:
    world.rules = [replace(rule, query="truce Kyiv", full_text=FullText.ALWAYS)]
    item = Item(title="Truce", guid="1", link="https://news.example/1", published=NOON - 2 * HOUR)
    async with world:
        world.serve("/feed", document(rss(item)))
        await world.watch("/feed", first_poll=FIRST_POLL_ALERT)
        await world.poll_due()
    assert bool(world.rows("SELECT entry_id FROM article")) is read
