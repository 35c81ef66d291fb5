"""Has a story moved on since its reader was told of it?

A later stage mostly isn't merged at all: "charged" and "acquitted" are two stories, so it tells by itself. What
is left are entries of the story that say more than the reader knows.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from monitor.story.outline import Outline

# The axes of states that a story passes through. The others say where and how, and come and go with the wording.
_STAGES = frozenset({"answer", "case", "clinic", "find"})

_YEAR = re.compile("(?:19|20)[0-9]{2}")


class Move(StrEnum):
    """What is new."""

    STAGE = "stage"
    FIGURES = "figures"
    OUTLETS = "outlets"


def moved_on(told: Sequence[Outline], since: Sequence[Outline], *, outlets: int) -> Move | None:
    """Return what the entries `since` add to those the reader has been `told` of; None: nothing worth a message.

    A stage is new when no message told of it, a number (years aside) when messages told of numbers, but not of
    this one. Otherwise the story has moved on once `outlets` more feeds have it.
    """
    if _stages(since) - _stages(told):
        return Move.STAGE
    known = _figures(told)
    if known and _figures(since) - known:
        return Move.FIGURES
    feeds = {one.feed for one in since} - {one.feed for one in told}
    return Move.OUTLETS if len(feeds) >= outlets else None


def _stages(outlines: Sequence[Outline]) -> set[str]:
    states = (state for one in outlines for state in one.headline.states)
    return {state for state in states if state.partition("/")[0] in _STAGES}


def _figures(outlines: Sequence[Outline]) -> set[str]:
    figures = (figure for one in outlines for figure in one.headline.figures)
    return {figure for figure in figures if not _YEAR.fullmatch(figure)}
