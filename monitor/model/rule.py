"""Rules, where the entries come from that they are held against, and what there is to say of the outcome."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.entry import Hit, TextField
from monitor.model.settings import FullText, Grouping, Window
from monitor.model.story import StoryMode

# Where a word without a field of its own is looked for.
USUAL_FIELDS = frozenset({TextField.TITLE, TextField.SUMMARY, TextField.TEXT})


class OnChange(StrEnum):
    """Whether a rule alerts when an edit makes it true for the first time: NEVER, or MATCH."""

    NEVER = "never"
    MATCH = "match"


class Priority(StrEnum):
    """How much a rule's alerts matter."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """A text that the rule must hold for, or must not. `text` stands for the summary."""

    title: str = ""
    text: str = ""
    match: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A named standing query and the channels it tells.

    It watches the feeds that are in `feeds` (by address or name) and have one of `tags`, where these aren't
    empty, and are in neither `not_feeds` nor `not_tags`. `language` is that of its words: a primary language subtag,
    "none" for no inflected forms, None for the language of the feed. It alerts from `not_before` on, within the
    windows of `active` (none: always), on entries published within `max_age`, and on those of one story as `story` says. `grouping` stands for that of
    its channels. When it tells of a story, the rules that it `suppresses` don't.
    """

    name: str
    query: str
    channels: tuple[str, ...]
    feeds: frozenset[str] = frozenset()
    not_feeds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    not_tags: frozenset[str] = frozenset()
    language: str | None = None
    fields: frozenset[TextField] = USUAL_FIELDS
    priority: Priority = Priority.NORMAL
    not_before: datetime | None = None
    active: tuple[Window, ...] = ()
    max_age: timedelta | None = None
    full_text: FullText = FullText.AUTO
    story: StoryMode = StoryMode.ONCE
    on_change: OnChange = OnChange.MATCH
    grouping: Grouping | None = None
    suppresses: frozenset[str] = frozenset()
    tests: tuple[RuleTest, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """A rule as it was from `since` to before `until` (None: it still is), with the groups that it names.

    Of the rule there is all that decides; its tests aren't kept.
    """

    rule: Rule
    groups: Mapping[str, tuple[str, ...]]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The feed of an entry, as rules see it.

    `url` is `FeedSpec.url`, `name` what people call the feed, `language` a primary language subtag ("de"),
    as configured or else as the feed's documents say.
    """

    url: str
    name: str = ""
    tags: frozenset[str] = frozenset()
    language: str | None = None
    full_text: FullText = FullText.AUTO


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A part of a query, held against an entry: as written, whether it holds, where the words stand that say so.

    Of several `parts` all must hold (`every`) or one; a single part is what must not.
    """

    text: str
    holds: bool
    hits: tuple[Hit, ...] = ()
    parts: tuple["Clause", ...] = ()
    every: bool = False

    def walk(self) -> Iterator["Clause"]:
        """Yield this clause and all below it, from the top."""
        yield self
        for part in self.parts:
            yield from part.walk()
