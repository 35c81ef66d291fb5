"""Has a story moved on since its reader was told of it?

A later stage mostly isn't merged at all: "charged" and "acquitted" are two stories, so it tells by itself. What
is left are entries of the story that say more than the reader knows.
"""

from collections.abc import Sequence
from enum import StrEnum

from monitor.story.outline import Outline


class Move(StrEnum):
    """What is new."""

    STAGE = "stage"
    FIGURES = "figures"
    OUTLETS = "outlets"


def moved_on(told: Sequence[Outline], since: Sequence[Outline], *, outlets: int) -> Move | None:
    """Return what the entries `since` add to those the reader has been `told` of; None: nothing worth a message.

    A stage is new when `told` has none on its axis; a number when `told` has numbers, but not this one, and none
    of them is a year. Otherwise the story has moved on once `outlets` more feeds have it.
    """
    known = frozenset().union(*(one.headline.states for one in told))
    new = frozenset().union(*(one.headline.states for one in since))
    if new - known:
        return Move.STAGE
    figures = _figures(told)
    if figures and _figures(since) - figures:
        return Move.FIGURES
    feeds = {one.feed for one in since} - {one.feed for one in told}
    return Move.OUTLETS if len(feeds) >= outlets else None


def _figures(outlines: Sequence[Outline]) -> set[str]:
    return {
        figure
        for one in outlines
        for figure in one.headline.figures
        if not figure.startswith(("19", "20")) or len(figure) != 4
    }
