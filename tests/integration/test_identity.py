"""One entry however often, under whatever names and through whatever feed it is served: one alert."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.model import FIRST_POLL_ALERT
from tests.support.clock import NOON
from tests.support.feed_server import Answer
from tests.support.rss import Item, rss
from tests.support.simulation import Simulation

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "The parties have agreed to end all hostilities from midnight on, say both of them: "


def story(number: int, **changes: Any) -> Item:
    item = Item(
        title=f"Truce {number}",
        guid=f"g{number}",
        link=f"https://news.example/{number}",
        description=f"{WORDS}{number}",
        published=NOON - 2 * DAY + number * 3 * HOUR,
    )
    return replace(item, **changes)


def stories(*numbers: int, change: Callable[[Item], Item] = lambda item: item) -> bytes:
    return rss(*(change(story(number)) for number in numbers))


OLD = range(10)


async def begun(world: Simulation, *documents: bytes) -> None:
    """Watch the feed from a first poll on that is a baseline of ten entries, then take the documents in."""
    world.serve("/feed", Answer(body=stories(*OLD)))
    await world.watch("/feed")
    await world.poll_due()
    await world.take_in("/feed", *documents)


def elsewhere(item: Item) -> Item:
    """Return an entry after the site has moved: another id and another address."""
    return replace(item, guid=f"cms-{item.title}", link=f"https://new.example/2026/{item.title[-1]}")


# What a publisher may make of its entries, without any of them being new.
DISGUISES: dict[str, Callable[[Item], Item]] = {
    "guid in another case, with blanks": lambda item: replace(item, guid=f"  {str(item.guid).upper()} "),
    "https and www": lambda item: replace(item, link=str(item.link).replace("https://", "http://www.")),
    "tracking parameters": lambda item: replace(
        item, link=f"{item.link}?utm_source=rss&fbclid=1", guid=item.link
    ),
    "no guid": lambda item: replace(item, guid=None),
    "guids issued anew": lambda item: replace(item, guid=f"cms-{item.guid}"),
    "guids and dates issued anew": lambda item: replace(item, guid=f"cms-{item.guid}", published=NOON),
    "another host": lambda item: replace(item, link=str(item.link).replace("news", "new"), guid=item.guid),
    "a site move": elsewhere,
    "a site move with new dates": lambda item: replace(elsewhere(item), published=NOON),
    "a site move without summaries": lambda item: replace(elsewhere(item), description=""),
    "a site move with edited titles": lambda item: replace(
        elsewhere(item), title=f"{item.title}: all we know"
    ),
    "titles edited": lambda item: replace(item, title=f"{item.title}!"),
    "the whole feed rewritten": lambda item: replace(item, title="Truce", description=str(item.guid)),
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES.keys())
async def test_known_entries_alert_nobody_in_any_disguise(
    world: Simulation, disguise: Callable[[Item], Item]
) -> None:
    async with world:
        await begun(
            world, stories(10, *OLD), stories(10, *OLD, change=disguise), stories(*OLD, change=disguise)
        )
        assert (len(world.alerts()), len(world.titles())) == (1, 11)


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES.keys())
async def test_news_among_them_alerts(world: Simulation, disguise: Callable[[Item], Item]) -> None:
    async with world:
        await begun(
            world, stories(11, 10, *OLD, change=lambda item: item if item.guid == "g11" else disguise(item))
        )
        assert "Truce 11" in world.alerts()


async def test_ids_that_change_with_every_poll_repeat_nothing_even_when_titles_are_edited(
    world: Simulation,
) -> None:
    def session(poll: int) -> bytes:
        edited = poll if poll > 3 else None
        return stories(
            *range(poll, 11 + poll),
            change=lambda item: replace(
                item,
                guid=f"{item.guid}-{poll}",
                title=f"{item.title}, edited" if item.title == f"Truce {edited}" else item.title,
            ),
        )

    async with world:
        await begun(world, *map(session, range(1, 9)))
        assert sorted(world.alerts()) == sorted(f"Truce {n}" for n in range(10, 19))


async def test_ids_that_are_places_in_the_document_hide_no_news(world: Simulation) -> None:
    def placed(poll: int) -> bytes:
        return rss(*(story(10 + poll - place, guid=str(place)) for place in range(10)))

    async with world:
        world.serve("/feed", Answer(body=placed(0)))
        await world.watch("/feed")
        await world.poll_due()
        await world.take_in("/feed", *map(placed, range(1, 6)))
        assert world.alerts() == [f"Truce {n}" for n in range(11, 16)]


async def test_a_feed_that_flips_between_two_caches_repeats_nothing(world: Simulation) -> None:
    def of_other_cache(item: Item) -> Item:
        return replace(item, guid=f"b-{item.guid}", link=f"{item.link}?at_medium=rss")

    async with world:
        documents = [
            (
                stories(*range(poll, poll + 10), change=of_other_cache)
                if poll % 2
                else stories(*range(poll, poll + 10))
            )
            for poll in range(10)
        ]
        await begun(world, *documents)
        assert world.alerts() == [f"Truce {n}" for n in range(10, 19)]


async def test_entries_that_vanish_are_known_when_they_come_back_after_months(world: Simulation) -> None:
    async with world:
        await begun(world, stories(10, 11), stories(11))
        await world.take_in("/feed", stories(10, 11, *OLD), after=200 * DAY)
        assert world.alerts() == ["Truce 10", "Truce 11"]


@pytest.mark.parametrize("left", range(0, 101, 4))
async def test_empty_and_truncated_documents_repeat_nothing(world: Simulation, left: int) -> None:
    async with world:
        whole = stories(11, 10, *OLD)
        await begun(world, rss(), stories(10, *OLD), whole[: len(whole) * left // 100], b"", rss(), whole)
        assert world.alerts() == ["Truce 10", "Truce 11"]


async def test_an_empty_first_document_is_no_baseline(world: Simulation) -> None:
    async with world:
        world.serve("/feed", Answer(body=rss()))
        await world.watch("/feed")
        await world.poll_due()
        await world.take_in("/feed", stories(*OLD), stories(10, *OLD))
        assert world.alerts() == ["Truce 10"]


@pytest.mark.parametrize(
    "column",
    [
        lambda day: Item(
            title="Truce briefing",
            guid=f"b{day}",
            link=f"https://news.example/briefing/{day}",
            published=NOON + day * DAY,
        ),
        lambda day: Item(
            title="Truce briefing",
            guid=f"b{day}",
            link="https://news.example/briefing",
            published=NOON + day * DAY,
        ),
        lambda day: Item(
            title=f"Truce, day {day}",
            guid=f"b{day}",
            link="https://news.example/live",
            published=NOON + day * DAY,
        ),
        lambda day: Item(
            title="Truce briefing", link=f"https://news.example/briefing/{day}", published=NOON + day * DAY
        ),
        lambda day: Item(title="Truce briefing", published=NOON + day * DAY),
    ],
    ids=["own links", "one link", "one link, own titles", "no guid", "a title and a date"],
)
@pytest.mark.parametrize("kept", [1, 3], ids=["one at a time", "three at a time"])
async def test_a_daily_column_is_new_each_day(
    world: Simulation, column: Callable[[int], Item], kept: int
) -> None:
    async with world:
        world.serve("/feed", Answer(body=rss(column(0), story(1))))
        await world.watch("/feed")
        await world.poll_due()
        days: Sequence[bytes] = [
            rss(*(column(each) for each in range(day, max(day - kept, -1), -1)), story(1))
            for day in range(1, 6)
        ]
        await world.take_in("/feed", *days, after=DAY)
        assert len(world.alerts()) == 5


async def test_ids_doubled_inside_a_document_lose_nothing(world: Simulation) -> None:
    async with world:
        await begun(world, rss(story(10, guid="same"), story(11, guid="same"), *map(story, OLD)))
        await world.take_in("/feed", rss(*(story(n, guid="same") for n in (10, 11, 12)), *map(story, OLD)))
        assert sorted(world.alerts()) == ["Truce 10", "Truce 11", "Truce 12"]


async def test_an_id_that_an_older_entry_had_hides_no_news(world: Simulation) -> None:
    async with world:
        recycled = story(90, guid="g3", title="A truce elsewhere", description="Others talk.")
        await begun(world, stories(10, *OLD), rss(recycled, *map(story, OLD)), rss(recycled))
        assert world.alerts() == ["Truce 10", "A truce elsewhere"]


async def test_one_link_for_all_entries_loses_nothing(world: Simulation) -> None:
    def bare(item: Item) -> Item:
        return replace(item, guid=None, link="https://news.example/status")

    async with world:
        world.serve("/feed", Answer(body=stories(*OLD, change=bare)))
        await world.watch("/feed")
        await world.poll_due()
        await world.take_in("/feed", stories(10, *OLD, change=bare), stories(12, 11, 10, *OLD, change=bare))
        assert sorted(world.alerts()) == ["Truce 10", "Truce 11", "Truce 12"]


async def test_a_feed_that_is_put_in_again_tells_what_came_meanwhile_and_repeats_nothing(
    world: Simulation,
) -> None:
    async with world:
        await begun(world, stories(10, *OLD))
        await world.watch()
        world.clock.advance(10 * DAY)
        world.serve("/feed", Answer(body=stories(11, 10, *OLD)))
        await world.watch("/feed")
        await world.poll_due()
        assert world.alerts() == ["Truce 10", "Truce 11"]


@pytest.mark.parametrize(("first_poll", "told"), [(timedelta(0), 1), (FIRST_POLL_ALERT, 2)])
async def test_a_feed_that_comes_back_after_long_begins_anew_as_its_first_poll_says(
    world: Simulation, first_poll: timedelta, told: int
) -> None:
    async with world:
        await begun(world, stories(10, *OLD))
        await world.watch()
        world.clock.advance(60 * DAY)
        world.serve("/feed", Answer(body=stories(11, 10, *OLD)))
        await world.watch("/feed", first_poll=first_poll)
        await world.poll_due()
        assert (len(world.alerts()), len(world.titles())) == (told, 12)
        await world.take_in("/feed", stories(12, 11, 10, *OLD))
        assert world.alerts()[-1] == "Truce 12"


async def test_a_feed_under_a_new_address_goes_on(world: Simulation) -> None:
    async with world:
        await begun(world, stories(10, *OLD))
        world.clock.advance(DAY)
        world.serve("/moved", Answer(body=stories(11, 10, *OLD[3:])))
        await world.watch("/moved")
        await world.poll_due()
        assert world.alerts() == ["Truce 10", "Truce 11"]
        await world.take_in("/moved", stories(12, 11, 10, *OLD), stories(*OLD))
        assert world.alerts() == ["Truce 10", "Truce 11", "Truce 12"]
        world.serve("/feed", Answer(body=stories(19, 12, 11, 10, *OLD)))
        await world.watch("/feed")  # it was no good idea
        await world.poll_due()
        await world.take_in("/feed", stories(12, 11, 10, *OLD))
        assert world.alerts() == ["Truce 10", "Truce 11", "Truce 12", "Truce 19"]
        assert len(world.titles()) == 14


async def test_another_feed_begins_with_a_baseline_though_some_entries_are_known_elsewhere(
    world: Simulation,
) -> None:
    async with world:
        await begun(world, stories(10, *OLD))
        world.serve("/other", Answer(body=stories(9, *range(20, 30))))
        await world.watch("/other")
        await world.poll_due()
        assert world.alerts() == ["Truce 10"]


async def test_seven_hundred_feeds_added_at_once_make_no_noise_and_adding_them_again_none_either(
    world: Simulation,
) -> None:
    async with world:
        paths = [f"/feed{n}" for n in range(700)]
        for number, path in enumerate(paths):
            world.serve(path, Answer(body=stories(*range(number * 10, number * 10 + 5))))
        await world.watch(*paths)
        await world.poll_due(at_once=True)
        await world.watch(*paths)  # the same list imported once more
        await world.run(2 * HOUR, at_once=True)
        assert (world.alerts(), len(world.titles())) == ([], 3_500)
