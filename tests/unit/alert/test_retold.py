"""Which matches of a story's later entries still tell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from monitor.alert import Reported, retold, telling
from monitor.alert.story import MORE_OUTLETS
from monitor.model import Ground, Likeness, Match, Progress, Rule, StoryDecision, StoryMode, Withheld
from monitor.story import Outline
from tests.unit.story.headlines import told

FERRY = Match("ferry", ())
PAROS = Match("paros", ())
SINKS = "Ferry sinks off Paros"


def rules(mode: StoryMode) -> Mapping[str, Rule]:
    return {name: Rule(name=name, query=name, channels=("desk",), story=mode) for name in ("ferry", "paros")}


def joined(ground: Ground = Ground.TITLE) -> StoryDecision:
    nearest = Likeness(entry_id=1, title=0.7, summary=None, shared=(), ground=ground, objections=())
    return StoryDecision(story=1, nearest=nearest)


def again(
    mode: StoryMode, new: Outline, story: Sequence[Reported], *matches: Match, ground: Ground = Ground.TITLE
) -> tuple[Match, ...]:
    return retold(matches or (FERRY,), rules(mode), own=new, decision=joined(ground), story=story)


def reported(title: str, number: int, *names: str) -> Reported:
    return Reported(frozenset(names), lambda: told(title, number))


@pytest.mark.parametrize("mode", list(StoryMode))
def test_what_no_message_told_of_a_story_is_told(mode: StoryMode) -> None:
    story = [reported(SINKS, 1, "paros"), reported(SINKS, 2)]
    assert again(mode, told(SINKS, 3), story) == (FERRY,)


def test_once_is_once_for_each_rule() -> None:
    matches = again(StoryMode.ONCE, told(SINKS, 2), [reported(SINKS, 1, "ferry")], FERRY, PAROS)
    assert matches == (replace(FERRY, withheld=Withheld.STORY), PAROS)
    assert telling(matches) == {"paros"}


def test_every_entry_is_told_but_not_the_same_article() -> None:
    story = [reported(SINKS, 1, "ferry")]
    assert again(StoryMode.EVERY, told(SINKS, 2), story) == (FERRY,)
    (match,) = again(StoryMode.EVERY, told(SINKS, 2), story, ground=Ground.LINK)
    assert match.withheld is Withheld.STORY


def test_an_update_counts_from_the_last_message_on() -> None:
    story = [reported(SINKS, 1, "ferry")]
    fates = []
    for number in range(2, 2 + 2 * MORE_OUTLETS):
        (match,) = again(StoryMode.UPDATES, told(SINKS, number), story)
        story.append(reported(SINKS, number, *telling([match])))
        fates.append(match.progress)
    quiet = [None] * (MORE_OUTLETS - 1)
    assert fates == [*quiet, Progress.OUTLETS, *quiet, Progress.OUTLETS]


def test_what_an_unmatched_entry_had_new_is_told_with_the_next_that_matches() -> None:
    story = [reported(f"{SINKS}, 7 dead", 1, "ferry"), reported(f"{SINKS}, 9 dead", 2)]
    (match,) = again(StoryMode.UPDATES, told(SINKS, 3), story)
    assert match.progress is Progress.FIGURES


def test_a_match_that_tells_nobody_anyway_keeps_its_reason() -> None:
    old = replace(FERRY, withheld=Withheld.TOO_OLD)
    assert again(StoryMode.ONCE, told(SINKS, 2), [reported(SINKS, 1, "ferry")], old) == (old,)
