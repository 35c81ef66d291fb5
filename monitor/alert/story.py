"""What is told of a story that a rule has told of before?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.alert.inhibit import inhibited
from monitor.model import Ground, Match, Progress, Rule, StoryDecision, StoryMode, Withheld
from monitor.story import Outline, moved_on

# So many more feeds are news by themselves.
MORE_OUTLETS = 5


@dataclass(frozen=True, slots=True)
class Reported:
    """An entry of a story: the rules that have told of it, and its outline, which is made when it is asked for."""

    told: frozenset[str]
    outline: Callable[[], Outline]


def telling(matches: Sequence[Match]) -> frozenset[str]:
    """Return the rules that tell."""
    return frozenset(match.rule for match in matches if match.withheld is None)


def retold(
    matches: Sequence[Match],
    rules: Mapping[str, Rule],
    *,
    own: Outline,
    decision: StoryDecision,
    story: Sequence[Reported],
) -> tuple[Match, ...]:
    """Return the matches of an entry that has joined `story`, withheld where its rule has told enough of it.

    `own` is the entry's outline. The entries of the story come in the order in which they joined. One article in
    several feeds is told once, whatever the rule. Which rules give way to more specific ones is decided anew: a
    specific one may turn out to tell nobody.
    """
    same = decision.nearest is not None and decision.nearest.ground is Ground.LINK
    again = [
        match if match.withheld else _again(match, rules[match.rule].story, own, story, same=same)
        for match in map(_lifted, matches)
    ]
    return inhibited(again, rules, {rule for one in story for rule in one.told})


def _lifted(match: Match) -> Match:
    return replace(match, withheld=None) if match.withheld is Withheld.INHIBITED else match


def _again(match: Match, mode: StoryMode, own: Outline, story: Sequence[Reported], *, same: bool) -> Match:
    if not any(match.rule in one.told for one in story):
        return match
    if same or mode is StoryMode.ONCE:
        return replace(match, withheld=Withheld.STORY)
    if mode is StoryMode.EVERY:
        return match
    progress = _progress(match.rule, own, story)
    return replace(match, progress=progress, withheld=None if progress else Withheld.STORY)


def _progress(rule: str, own: Outline, story: Sequence[Reported]) -> Progress | None:
    last = max(place for place, one in enumerate(story) if rule in one.told)
    known = [one.outline() for one in story if rule in one.told]
    since = [one.outline() for one in story[last + 1 :]]
    return moved_on(known, [*since, own], outlets=MORE_OUTLETS)
