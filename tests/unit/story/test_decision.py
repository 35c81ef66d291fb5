"""Which story a new entry belongs to, beyond the words of its headline."""

import time
from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.story import Ground, Outline, StoryIndex, decide
from tests.unit.story.headlines import told

WEIGH = StoryIndex().weigh

FERRY = "Ferry with 120 aboard sinks off Greek island of Paros"
FERRY_TOO = "Ferry carrying 120 sinks off Paros, Greece"
LONG_LINE = (
    "Rescuers from three ports searched through the night after the ferry Aegean Star, with 120 people aboard, struck "
    "rocks and sank off Paros, the coastguard in Piraeus said on Wednesday."
)
LONG_LINE_TOO = (
    "The ferry Aegean Star struck rocks and sank off Paros on Wednesday with 120 people aboard; rescuers searched through "
    "the night, according to the coastguard in Piraeus."
)


def story(new: Outline, *firsts: Outline) -> int | None:
    return decide(new, firsts, WEIGH).story


def test_the_same_page_in_two_feeds_is_one_story_whatever_its_title_has_become() -> None:
    first = told("Ferry in trouble off Paros", 1, link="http://www.news.example/ferry?utm_source=rss")
    later = told("At least nine dead as ferry sinks", 2, link="https://news.example/ferry/")

    decision = decide(later, [first], WEIGH)

    assert decision.story == 1
    assert decision.nearest is not None
    assert decision.nearest.ground is Ground.LINK


def test_a_link_that_several_entries_have_tells_nothing() -> None:
    firsts = [
        told(title, number, link="https://news.example/ticker", feed="ticker")
        for number, title in enumerate(("Ferry in trouble off Paros", "Ferry prices to rise in spring"), 1)
    ]

    assert story(told("Ferry workers go on strike", 3, link="https://news.example/ticker"), *firsts) is None


def test_one_page_for_titles_without_a_word_in_common_tells_nothing() -> None:
    first = told("Ferry in trouble off Paros", 1, link="https://news.example/today")

    assert story(told("Bank cuts interest rate", 2, link="https://news.example/today"), first) is None


def test_summaries_make_up_for_titles_in_very_different_words() -> None:
    first = told("Ferry sinks off Paros with 120 aboard", 1, summary=LONG_LINE)
    title = "Rescuers search for passengers after ferry sinks near Paros"

    decision = decide(told(title, 2, summary=LONG_LINE_TOO), [first], WEIGH)

    assert decision.story == 1
    assert decision.nearest is not None
    assert decision.nearest.ground is Ground.SUMMARY
    assert story(told(title, 2), first) is None


def test_a_summary_that_repeats_the_title_adds_nothing() -> None:
    title, other = (
        "Ferry sinks off Paros with 120 aboard",
        "Rescuers search for passengers after ferry sinks near Paros",
    )

    assert story(told(other, 2, summary=other), told(title, 1, summary=title)) is None


def test_within_one_feed_another_link_is_another_story_unless_nearly_nothing_differs() -> None:
    first = told(FERRY, 1, feed="courier", link="https://courier.example/1")

    assert story(told(FERRY_TOO, 2, feed="courier", link="https://courier.example/2"), first) is None
    assert story(told(f"{FERRY}!", 2, feed="courier", link="https://courier.example/2"), first) == 1
    assert story(told(FERRY_TOO, 2), first) == 1


def test_the_same_headline_is_another_story_after_72_hours() -> None:
    first = told(FERRY, 1)

    assert story(told(FERRY_TOO, 2, hours=72), first) == 1
    assert story(told(FERRY_TOO, 2, hours=72.1), first) is None


def test_an_entry_is_no_story_of_its_own_past() -> None:
    assert story(told(FERRY, 1), told(FERRY, 1)) is None


def test_without_anything_to_compare_there_is_nothing_to_explain() -> None:
    decision = decide(told(FERRY, 1), [], WEIGH)

    assert (decision.story, decision.nearest, decision.stopped) == (None, None, ())


def test_the_nearest_story_is_told_with_the_words_in_common_even_when_it_is_another() -> None:
    nearest = decide(told("Ferry fares to Paros rise", 2), [told(FERRY, 1)], WEIGH).nearest

    assert nearest is not None
    assert nearest.ground is None
    assert set(nearest.shared) == {"ferry", "paros"}


@pytest.mark.parametrize(
    "title", ["", "?!", " - ", ": :", "| - |", "Live:", "\u200b", "a", "-1", "😀 😀", "U.S.", "第"]
)
def test_titles_without_words_merge_with_nothing(title: str) -> None:
    assert story(told(title, 2), told(title, 1), told(FERRY, 3)) is None


@pytest.mark.parametrize(
    "part",
    [" ", "- ", ": ", "| ", "a: ", "1,000.", "U.S.", "re-", "中", "' ", "2-", "\u0301", "Live: ", "ferry "],
)
def test_a_hostile_title_costs_no_more_than_a_long_one(part: str) -> None:
    hostile = part * (200_000 // len(part))

    began = time.process_time()
    story(told(hostile, 2, summary=hostile), told(f"x{hostile}", 1, summary=hostile))

    assert time.process_time() - began < 0.5


WORDS = st.sampled_from(
    "ferry sinks off Paros Greece 120 nine dead not rises falls Minister resigns to quit Oslo Monday live ? bank".split()  # noqa: SIM905 - words read best as words
)
TITLES = st.lists(WORDS, max_size=10).map(" ".join) | st.text(max_size=60)


@given(TITLES, TITLES)
def test_likeness_has_no_direction(one: str, other: str) -> None:
    forth = decide(told(other, 2), [told(one, 1)], WEIGH)
    back = decide(told(one, 1), [told(other, 2)], WEIGH)

    assert (forth.story is None) == (back.story is None)
    assert forth.nearest is not None
    assert back.nearest is not None
    assert forth.nearest.title == back.nearest.title
    assert [one.guard for one in forth.nearest.objections] == [one.guard for one in back.nearest.objections]


@given(TITLES, TITLES)
def test_within_one_feed_nothing_merges_below_nearly_identical(one: str, other: str) -> None:
    decision = decide(told(other, 2, feed="courier"), [told(one, 1, feed="courier")], WEIGH)

    assert decision.nearest is not None
    assert decision.story is None or decision.nearest.title >= 0.9


@given(st.lists(TITLES, min_size=1, max_size=4), TITLES)
def test_the_order_of_the_candidates_makes_no_difference(titles: Sequence[str], new: str) -> None:
    firsts = [told(title, number) for number, title in enumerate(titles, 1)]

    decisions = {decide(told(new, 9), order, WEIGH) for order in permutations(firsts)}

    assert len(decisions) == 1


@given(TITLES)
def test_any_title_is_as_like_itself_as_can_be(title: str) -> None:
    nearest = decide(told(title, 2), [told(title, 1)], WEIGH).nearest

    assert nearest is not None
    assert nearest.title == 0 or nearest.title >= 0.95
