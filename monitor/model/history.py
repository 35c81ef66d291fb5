"""What is stored of an entry, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.article import ArticleState
from monitor.model.delivery import NO_PACE, ChannelPace, DeliveryState, SendStatus
from monitor.model.entry import Entry, Match, Revision
from monitor.model.fetched import Reason
from monitor.model.health import PollRun
from monitor.model.rule import RuleVersion
from monitor.model.silence import Silence
from monitor.model.story import StoryDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry as it is now, and the text of its page, None when that wasn't read.

    `feed_language` is what the feed's documents say of themselves. `read_at`: the text came then, from `page_url`, when
    that isn't the entry's link.
    `held`: it came in a burst of old entries. `known_by`: the kind of key by which it was known when it last came
    under others.
    """

    id: int
    entry: Entry
    feed_url: str
    feed_name: str
    feed_language: str | None
    first_seen_at: datetime
    baseline: bool
    held: bool = False
    known_by: str | None = None
    text: str | None = None
    read_at: datetime | None = None
    page_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMember:
    """An entry of a story, since `joined_at`, and why. `matches` are its rules, also those that told nobody."""

    stored: StoredEntry
    joined_at: datetime
    decision: StoryDecision
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event, and the entries that report it, in the order in which they joined. It is known by its first one."""

    members: tuple[StoryMember, ...]

    @property
    def id(self) -> int:
        """The number of its first entry."""
        return self.members[0].stored.id


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAttempt:
    """One try to send."""

    attempted_at: datetime
    status: SendStatus
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDelivery:
    """A delivery of one of the entry's alerts, and its attempts, the oldest first.

    It was `tried` so often; of the attempts some may not be kept any more. `detail` says why it is held, hidden or dead, and
    `silence` is what hides it. It went in one message with others, of which there
    were `together`. `pace` is its channel's.
    """

    id: int
    channel: str
    rules: tuple[str, ...]
    state: DeliveryState
    created_at: datetime
    next_attempt_at: datetime | None
    detail: str = ""
    tried: int = 0
    attempts: tuple[PastAttempt, ...] = ()
    bundle: str | None = None
    sent_at: datetime | None = None
    revived_at: datetime | None = None
    silence: Silence | None = None
    escalated_from: str | None = None
    together: int = 1
    pace: ChannelPace = NO_PACE


@dataclass(frozen=True, slots=True, kw_only=True)
class PastArticle:
    """The reading of an entry's page. `rules` waited for it. `tried_at`: for the last time. At `pruned_at` its text was taken out."""

    state: ArticleState
    rules: tuple[str, ...]
    attempts: int
    reason: Reason | None = None
    detail: str = ""
    tried_at: datetime | None = None
    next_attempt_at: datetime | None = None
    pruned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryHistory:
    """An entry and all that came of it.

    `keys` are the kinds of its identity keys, such as ``guid``. `poll` is the one that found it, None when that is
    forgotten. It has changed `changes` times; `revisions` are what it said before, the oldest first, as far as they are kept. `versions` holds rules, by
    name, as they were when it came. `story` is its story, None when it has none.
    """

    stored: StoredEntry
    keys: tuple[str, ...]
    poll: PollRun | None = None
    versions: Mapping[str, RuleVersion] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()
    article: PastArticle | None = None
    deliveries: tuple[PastDelivery, ...] = ()
    story: Story | None = None
    changes: int = 0
    revisions: tuple[Revision, ...] = ()
