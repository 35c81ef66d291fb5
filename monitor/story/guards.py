"""What forbids that two headlines tell one story, however alike they are, and what speaks against it.

Most wrong merges come from here: "7 killed" and "27 killed", "opens" and "closes", "taken to" and "released from
hospital" differ in one word of six.
"""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from monitor.story.headline import Headline

_LEAST_SHARED = 3
_LEAST_SHARED_PAIRS = 6  # of characters: a word has two of them, or three
_SHORT = 4

_PENALTY_NAMES = 0.10
_PENALTY_PLAN = 0.10
_PENALTY_SHORT = 0.05


class Guard(StrEnum):
    """What forbids it."""

    LITTLE_SHARED = "little_shared"
    FIGURES = "figures"
    DATES = "dates"
    PLACES = "places"
    NAMES = "names"
    STATES = "states"
    NEGATION = "negation"
    DEATH = "death"
    REACTION = "reaction"
    QUESTION = "question"
    FORMAT = "format"


@dataclass(frozen=True, slots=True)
class Objection:
    """A guard that forbids it, and because of what, for people: "numbers differ: 7 / 27"."""

    guard: Guard
    detail: str


def objections(one: Headline, other: Headline) -> tuple[Objection, ...]:
    """Return all that forbids that the two tell one story."""
    found = ((guard, check(one, other)) for guard, check in _CHECKS.items())
    return tuple(Objection(guard, detail) for guard, detail in found if detail)


def penalty(one: Headline, other: Headline) -> float:
    """Return what is to be taken off the likeness: for other names, for a plan beside a fact, for brevity."""
    shared = frozenset(one.terms).intersection(other.terms)
    return (
        _PENALTY_NAMES * bool(one.names - shared and other.names - shared)
        + _PENALTY_PLAN * (("plan" in one.aspects) != ("plan" in other.aspects))
        + _PENALTY_SHORT * (min(len(one.terms), len(other.terms)) <= _SHORT)
    )


def _little_shared(one: Headline, other: Headline) -> str:
    shared = len(frozenset(one.terms).intersection(other.terms))
    least = _LEAST_SHARED_PAIRS if one.unspaced and other.unspaced else _LEAST_SHARED
    return "" if shared >= least else f"only {shared} words in common"


def _figures(one: Headline, other: Headline) -> str:
    return _each_its_own("numbers differ", one.figures, other.figures)


def _dates(one: Headline, other: Headline) -> str:
    return _each_its_own("dates differ", one.dates, other.dates)


def _places(one: Headline, other: Headline) -> str:
    return _each_its_own("countries differ", one.nations, other.nations)


def _names(one: Headline, other: Headline) -> str:
    """Names differ when they are all that differs: one sentence, told of another person or town."""
    mine, theirs = frozenset(one.terms) - one.nations, frozenset(other.terms) - other.nations
    if not (mine - theirs <= one.names and theirs - mine <= other.names):
        return ""
    return _each_its_own("names differ", mine, theirs)


def _each_its_own(what: str, mine: AbstractSet[str], theirs: AbstractSet[str]) -> str:
    """Return how they differ if both have some that the other lacks; one that says more is no conflict."""
    if not (mine - theirs and theirs - mine):
        return ""
    return f"{what}: {', '.join(sorted(mine - theirs))} / {', '.join(sorted(theirs - mine))}"


def _states(one: Headline, other: Headline) -> str:
    for axis in sorted(_axes(one) & _axes(other)):
        mine, theirs = set(_on(axis, one)), set(_on(axis, other))
        if not mine & theirs:
            return f"states differ: {', '.join(sorted(mine))} / {', '.join(sorted(theirs))}"
    return ""


def _axes(one: Headline) -> set[str]:
    return {state.partition("/")[0] for state in one.states}


def _on(axis: str, one: Headline) -> Iterator[str]:
    return (state.partition("/")[2] for state in one.states if state.startswith(f"{axis}/"))


def _negation(one: Headline, other: Headline) -> str:
    return "only one says not" if one.negated != other.negated else ""


def _death(one: Headline, other: Headline) -> str:
    return "only one tells of a death" if ("death" in one.aspects) != ("death" in other.aspects) else ""


def _reaction(one: Headline, other: Headline) -> str:
    return "only one is a reaction" if ("reaction" in one.aspects) != ("reaction" in other.aspects) else ""


def _question(one: Headline, other: Headline) -> str:
    return "only one asks" if one.asks != other.asks else ""


def _formats(one: Headline, other: Headline) -> str:
    form = one.format or other.format
    return f"no report of one event: {form}" if form else ""


_CHECKS: dict[Guard, Callable[[Headline, Headline], str]] = {
    Guard.LITTLE_SHARED: _little_shared,
    Guard.FIGURES: _figures,
    Guard.DATES: _dates,
    Guard.PLACES: _places,
    Guard.NAMES: _names,
    Guard.STATES: _states,
    Guard.NEGATION: _negation,
    Guard.DEATH: _death,
    Guard.REACTION: _reaction,
    Guard.QUESTION: _question,
    Guard.FORMAT: _formats,
}
