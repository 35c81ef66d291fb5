"""A story: one event, reported by several entries. Why an entry belongs to one, and what is new in it."""

from dataclasses import dataclass
from enum import StrEnum


class StoryMode(StrEnum):
    """What a rule tells of a story.

    ONCE: its first entry that the rule matches. UPDATES: as well those with which it has moved on. EVERY: each one.
    """

    ONCE = "once"
    UPDATES = "updates"
    EVERY = "every"


class Progress(StrEnum):
    """In what a story has moved on: a stage or a number that no message told of, or enough more feeds."""

    STAGE = "stage"
    FIGURES = "figures"
    OUTLETS = "outlets"


class Ground(StrEnum):
    """Why two entries are one story."""

    LINK = "link"
    TITLE = "title"
    SUMMARY = "summary"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How a new entry compares with the first one of a story.

    `title` and `summary` (0 to 1) are how much is alike of the titles, penalties taken off, and of titles and
    summaries together (None where it makes no difference); `shared` the words in common, as compared, those
    that tell most in front. `ground` is why they would be one story, None when they are too little alike;
    `objections` what forbids it all the same.
    """

    entry_id: int
    title: float
    summary: float | None
    shared: tuple[str, ...]
    ground: Ground | None
    objections: tuple[Objection, ...]

    @property
    def holds(self) -> bool:
        """Return whether they are one story."""
        return self.ground is not None and not self.objections


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDecision:
    """`story` is the first entry of the story that a new one belongs to; None: it begins its own.

    `nearest` is the comparison that decided: with that story, or with the likeliest of those that it isn't.
    `stopped` are those alike enough to be one story, if nothing forbade it. Before they are stored, the entries of
    one record are known by numbers below zero: -1 is its first.
    """

    story: int | None
    nearest: Likeness | None = None
    stopped: tuple[Likeness, ...] = ()
