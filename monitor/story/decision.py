"""The decision: does a new entry tell a story that is known?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from monitor.story.guards import Objection, objections, penalty
from monitor.story.measure import Weigh, cosine, overlap
from monitor.story.outline import Outline

WINDOW = timedelta(hours=72)

# How much of the titles has to be alike, as benchmarks/story.py measures it.
_TITLE = 0.58

# Less is enough with so much of title and summary: a wire's report under each outlet's own headline.
_WITH_SUMMARY = ((0.50, 0.45), (0.34, 0.52), (0.27, 0.60), (0.15, 0.80))
_LEAST = min(title for title, _ in _WITH_SUMMARY)

# Within one feed another link is another story, unless nearly nothing differs.
_NEARLY_IDENTICAL = 0.90


class Ground(StrEnum):
    """Why two entries are one story."""

    LINK = "link"
    TITLE = "title"
    SUMMARY = "summary"


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
class Decision:
    """`story` is the first entry of the story that a new one belongs to; None: it begins its own.

    `nearest` is the comparison that decided: with that story, or with the likeliest of those that it isn't.
    `stopped` are those alike enough to be one story, if nothing forbade it.
    """

    story: int | None
    nearest: Likeness | None = None
    stopped: tuple[Likeness, ...] = ()


def decide(new: Outline, firsts: Iterable[Outline], weigh: Weigh) -> Decision:
    """Find the story of `new` among those that begin with `firsts`; their order makes no difference.

    `weigh` gives what a word tells.
    """
    near = [first for first in firsts if first.entry_id != new.entry_id and abs(new.at - first.at) <= WINDOW]
    linked = _linked(new, near)
    likenesses = [_compare(new, first, weigh, same_link=first is linked) for first in near]
    likenesses.sort(key=_likeliest_first)
    nearest = likenesses[0] if likenesses else None
    return Decision(
        story=nearest.entry_id if nearest and nearest.holds else None,
        nearest=nearest,
        stopped=tuple(one for one in likenesses if one.ground and one.objections),
    )


def _linked(new: Outline, firsts: Sequence[Outline]) -> Outline | None:
    """Return the entry of another feed with the same link, and at least a word of the title in common.

    Where one link stands on several entries it tells nothing.
    """
    same = [first for first in firsts if new.link and first.link == new.link]
    if len(same) != 1 or same[0].feed == new.feed:
        return None
    return None if set(new.headline.terms).isdisjoint(same[0].headline.terms) else same[0]


def _compare(new: Outline, first: Outline, weigh: Weigh, *, same_link: bool) -> Likeness:
    mine, theirs = new.headline, first.headline
    title = max(overlap(mine.terms, theirs.terms, weigh) - penalty(mine, theirs), 0.0)
    same_feed = new.feed == first.feed
    in_doubt = not same_feed and _LEAST <= title < _TITLE
    summary = cosine(new.body, first.body, weigh) if in_doubt else None
    ground = Ground.LINK if same_link else _ground(title, summary, same_feed=same_feed)
    return Likeness(
        entry_id=first.entry_id,
        title=round(title, 3),
        summary=None if summary is None else round(summary, 3),
        shared=tuple(
            sorted(set(mine.terms).intersection(theirs.terms), key=lambda term: (-weigh(term), term))
        ),
        ground=ground,
        objections=objections(mine, theirs) if ground and not same_link else (),
    )


def _ground(title: float, summary: float | None, *, same_feed: bool) -> Ground | None:
    if title >= (_NEARLY_IDENTICAL if same_feed else _TITLE):
        return Ground.TITLE
    if summary is not None and any(title >= low and summary >= least for low, least in _WITH_SUMMARY):
        return Ground.SUMMARY
    return None


def _likeliest_first(one: Likeness) -> tuple[bool, bool, float, float, int]:
    return (not one.holds, one.ground is not Ground.LINK, -one.title, -(one.summary or 0.0), one.entry_id)
