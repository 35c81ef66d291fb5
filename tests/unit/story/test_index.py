"""The window of stories."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.story import WINDOW, Outline, StoryIndex
from tests.unit.story.cable_car import THIRTY_OUTLETS, other_entries
from tests.unit.story.headlines import NOON, told

FERRY = "Ferry with 120 aboard sinks off Greek island of Paros"
FERRY_TOO = "Ferry carrying 120 sinks off Paros, Greece"


@cache
def others() -> Sequence[Outline]:
    """Return 2,000 other entries, of 200 feeds."""
    return [
        told(title, number, summary=text, feed=f"feed {number % 200}")
        for number, (title, text) in enumerate(other_entries(2000), 1000)
    ]


def clustered(entries: Sequence[Outline], index: StoryIndex) -> dict[int, int]:
    """Return the first entry of the story of each entry, as they come in."""
    stories = {}
    for one in entries:
        story = index.decide(one).story
        index.add(one, first=story is None)
        stories[one.entry_id] = one.entry_id if story is None else story
    return stories


def test_thirty_outlets_with_one_event_among_2000_entries_make_three_stories_at_most() -> None:
    cable_car = [told(title, n, summary=text) for n, (title, text) in enumerate(THIRTY_OUTLETS)]
    day = [*others(), *cable_car]
    random.Random(7).shuffle(day)

    stories = clustered(day, StoryIndex())

    assert len({stories[one.entry_id] for one in cable_car}) <= 3
    assert all(stories[one.entry_id] < 30 for one in cable_car)
    assert all(stories[one.entry_id] == one.entry_id for one in others())


@pytest.mark.parametrize("seed", range(10))
def test_whichever_outlet_comes_first_thirty_make_three_stories_at_most(seed: int) -> None:
    index = StoryIndex()
    for one in others():
        index.add(one, first=True)
    outlets = [told(title, n, summary=text) for n, (title, text) in enumerate(THIRTY_OUTLETS)]
    random.Random(seed).shuffle(outlets)

    assert len(set(clustered(outlets, index).values())) <= 3


def test_a_story_is_forgotten_after_the_window() -> None:
    index = StoryIndex()
    index.add(told(FERRY, 1), first=True)

    index.expire(NOON + WINDOW)
    assert index.decide(told(FERRY_TOO, 2, hours=72)).story == 1

    index.expire(NOON + WINDOW + timedelta(seconds=1))
    assert len(index) == 0
    assert index.decide(told(FERRY_TOO, 2, hours=1)).story is None


def test_an_empty_window_weighs_as_a_new_one_does() -> None:
    index = StoryIndex()
    for number, (title, summary) in enumerate(other_entries(50)):
        index.add(
            told(title, number, summary=summary, link=f"https://news.example/{number}"), first=number % 2 == 0
        )
    index.expire(NOON + WINDOW + timedelta(hours=1))

    assert index.weigh("ferry") == StoryIndex().weigh("ferry")
    assert index.candidates(told(FERRY, 99, link="https://news.example/2")) == []


def test_an_entry_that_joined_a_story_starts_none() -> None:
    index = StoryIndex()
    index.add(told(FERRY, 1), first=True)
    index.add(told("Greek ferry sinks off Paros: 120 aboard, many injured", 2), first=False)

    assert index.decide(told("Greek ferry sinks off Paros with 120 aboard, many injured", 3)).story == 1


def test_an_entry_counts_once_however_often_it_is_added() -> None:
    index = StoryIndex()
    for _ in range(2):
        index.add(told(FERRY, 1), first=True)
    once = StoryIndex()
    once.add(told(FERRY, 1), first=True)

    assert index.weigh("ferry") == once.weigh("ferry")
    index.expire(NOON + WINDOW + timedelta(hours=1))
    assert len(index) == 0


def test_stories_cannot_wander_from_event_to_event() -> None:
    chain = (
        "Ferry sinks off Paros after striking rocks",
        "Ferry sinks off Paros after collision with tanker",
        "Ferry damaged off Naxos after collision with tanker",
        "Tanker damaged off Naxos in storm after collision",
    )

    stories = clustered([told(title, number) for number, title in enumerate(chain)], StoryIndex())

    assert stories[3] != 0


def test_a_rare_word_tells_more_than_one_that_is_everywhere() -> None:
    index = StoryIndex()
    for number in range(300):
        index.add(told(f"Election special number {number}", number), first=True)

    assert index.weigh("paros") > 2 * index.weigh("vote")


def test_one_more_entry_hardly_changes_what_words_tell() -> None:
    index = StoryIndex()
    for number, (title, summary) in enumerate(other_entries(200)):
        index.add(told(title, number, summary=summary), first=True)
    before = {term: index.weigh(term) for term in told(FERRY).headline.terms}

    index.add(told(FERRY, 999), first=True)

    assert all(abs(index.weigh(term) - weight) < 0.5 for term, weight in before.items())


def test_stories_are_found_among_words_that_all_are_common() -> None:
    index = StoryIndex()
    for number in range(500):
        index.add(told(f"Israel and Hamas trade fire in Gaza, day {number}", number), first=True)
    index.add(told("Hamas and Israel agree on Gaza truce", 900), first=True)

    assert index.decide(told("Israel and Hamas agree Gaza ceasefire", 901)).story == 900


def test_the_feeds_language_decides_how_its_entries_are_read() -> None:
    assert told("Pilot streik", language="de-AT").headline.terms == ("pilot", "strike")
    assert told("Pilot streik", language="en").headline.terms == ("pilot", "strei")
    assert told("Pilot streik", language="tlh").headline.terms == ("pilot", "strei")


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(min_value=2, max_value=60))
def test_the_order_in_which_the_window_was_filled_makes_no_difference(
    chance: random.Random, count: int
) -> None:
    entries = [told(title, n, summary=text) for n, (title, text) in enumerate(other_entries(count))]
    entries += [told(FERRY, 900), told(FERRY, 901, feed="feed 900"), told(FERRY_TOO, 902, hours=1)]
    shuffled = chance.sample(entries, len(entries))
    one, other = StoryIndex(), StoryIndex()
    for index, order in ((one, entries), (other, shuffled)):
        for each in order:
            index.add(each, first=True)

    for title in (FERRY, FERRY_TOO, entries[0].headline.terms[0]):
        assert one.decide(told(title, 999)) == other.decide(told(title, 999))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=40), st.integers(0, 300))
def test_what_is_left_after_expiry_is_as_if_the_rest_had_never_been(
    ages: Sequence[tuple[int, bool]], now: int
) -> None:
    titles = list(other_entries(len(ages)))
    entries = [told(titles[n][0], n, summary=titles[n][1], hours=age) for n, (age, _) in enumerate(ages)]
    index, fresh = StoryIndex(), StoryIndex()
    moment = NOON + timedelta(hours=now)
    for one, (_, first) in zip(entries, ages, strict=True):
        index.add(one, first=first)
        if one.at >= moment - WINDOW:
            fresh.add(one, first=first)

    index.expire(moment)

    assert len(index) == len(fresh)
    words = Counter(term for one in entries for term in one.body)
    assert all(index.weigh(word) == fresh.weigh(word) for word in words)
    assert all(index.decide(one) == fresh.decide(one) for one in entries)
