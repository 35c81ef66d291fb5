"""Stories as commands, page and API show them."""

from dataclasses import dataclass
from datetime import datetime

from monitor.explain import outlets
from monitor.model import Progress, Story, StoryDecision, StoryMember, Withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStory:
    """A story in short. `feeds` are the names of those that report it, `rules` of those that told of it; it has `entries`."""

    story: int
    title: str
    link: str | None
    began_at: datetime
    feeds: tuple[str, ...]
    entries: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberMatch:
    """A rule that an entry of a story matched, and why it told nobody, or in what the story had moved on."""

    rule: str
    withheld: Withheld | None
    progress: Progress | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMember:
    """An entry of a story, and why it is one."""

    entry: int
    title: str
    link: str | None
    feed: str
    first_seen_at: datetime
    joined_at: datetime
    decision: StoryDecision
    matches: tuple[MemberMatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStory:
    """A story with its entries, in the order in which they joined."""

    story: int
    title: str
    link: str | None
    began_at: datetime
    feeds: tuple[str, ...]
    entries: tuple[ShownMember, ...]
    rules: tuple[str, ...]


def listed(story: Story) -> ListedStory:
    """Return a story in short."""
    first = story.members[0]
    return ListedStory(
        story=story.id,
        title=first.stored.entry.title,
        link=first.stored.entry.link,
        began_at=first.joined_at,
        feeds=outlets(story.members),
        entries=len(story.members),
        rules=rules_of(story),
    )


def shown(story: Story) -> ShownStory:
    """Return a story with its entries."""
    short = listed(story)
    return ShownStory(
        story=short.story,
        title=short.title,
        link=short.link,
        began_at=short.began_at,
        feeds=short.feeds,
        entries=tuple(map(_member, story.members)),
        rules=short.rules,
    )


def rules_of(story: Story) -> tuple[str, ...]:
    """Return the names of the rules that told of a story."""
    told = (match for member in story.members for match in member.matches if match.withheld is None)
    return tuple(dict.fromkeys(match.rule for match in told))


def _member(member: StoryMember) -> ShownMember:
    stored = member.stored
    return ShownMember(
        entry=stored.id,
        title=stored.entry.title,
        link=stored.entry.link,
        feed=stored.feed_url,
        first_seen_at=stored.first_seen_at,
        joined_at=member.joined_at,
        decision=member.decision,
        matches=tuple(MemberMatch(one.rule, one.withheld, one.progress) for one in member.matches),
    )
