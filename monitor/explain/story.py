"""A story in plain words: where an entry stands in it, and why."""

from collections.abc import Iterator

from monitor.model import Ground, Likeness, Story, StoryDecision, StoryMember

_MOST_WORDS = 8


def place(story: Story, entry_id: int) -> tuple[str, tuple[str, ...]]:
    """Say where an entry of `story` stands, and what else might have been one with it."""
    number = next(at for at, one in enumerate(story.members) if one.stored.id == entry_id)
    member = story.members[number]
    if number:
        said = f"joined story {story.id} as its entry {number + 1}, {because(member.decision)}"
    else:
        said = f"the first of story {story.id}; other feeds that report it: {len(outlets(story.members)) - 1}"
    return said, tuple(_stopped(member.decision))


def because(decision: StoryDecision) -> str:
    """Say why an entry is of its story; "" for the first one."""
    nearest = decision.nearest
    if decision.story is None or nearest is None:
        return ""
    if nearest.ground is Ground.LINK:
        return "because it has the same link"
    return f"because {_alike(nearest)}"


def outlets(members: tuple[StoryMember, ...]) -> tuple[str, ...]:
    """Return the names of the feeds of a story, in the order in which they joined."""
    return tuple({one.stored.feed_url: one.stored.feed_name for one in members}.values())


def _alike(nearest: Likeness) -> str:
    words = ", ".join(nearest.shared[:_MOST_WORDS])
    if nearest.ground is Ground.SUMMARY and nearest.summary is not None:
        return f"titles ({nearest.title:.2f}) and summaries ({nearest.summary:.2f}) are alike: {words}"
    return f"titles are alike ({nearest.title:.2f}): {words}"


def _stopped(decision: StoryDecision) -> Iterator[str]:
    for one in decision.stopped:
        objections = "; ".join(objection.detail for objection in one.objections)
        yield f"not one with story {one.entry_id}, though {_alike(one)}; {objections}"
