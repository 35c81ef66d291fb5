"""How much of what two texts say is the same."""

from collections.abc import Callable, Collection
from math import sqrt

# How much a word tells, from what the window holds: the rarer, the more.
Weigh = Callable[[str], float]


def overlap(mine: Collection[str], theirs: Collection[str], weigh: Weigh) -> float:
    """Return the share of the distinct words of both that both have, each by its weight: 0 to 1."""
    ours = sum(map(weigh, set(mine).intersection(theirs)))
    union = sum(map(weigh, set(mine).union(theirs)))
    return ours / union if union else 0.0


def cosine(mine: Collection[str], theirs: Collection[str], weigh: Weigh) -> float:
    """Return the cosine of the angle between two texts as vectors of weights: 0 to 1.

    It forgives texts of different length, which `overlap` doesn't.
    """
    ours = sum(weigh(word) ** 2 for word in set(mine).intersection(theirs))
    lengths = sqrt(
        sum(weigh(word) ** 2 for word in set(mine)) * sum(weigh(word) ** 2 for word in set(theirs))
    )
    return ours / lengths if lengths else 0.0
