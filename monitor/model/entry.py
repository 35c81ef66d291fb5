"""What a document holds, and what matched in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.fetched import Reason
from monitor.model.pace import NO_HINTS, PublisherHints
from monitor.model.settings import MessageFormat
from monitor.model.story import Progress, StoryDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, as clean text.

    `title` and `summary` are text without markup (`summary` may hold newlines between paragraphs);
    `link` is an absolute http(s) URL or None; a date that is absent or absurd is None.
    """

    guid: str | None = None
    link: str | None = None
    title: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A document that is a feed. `damaged` says what was wrong with it, when it could be read in part; `cut_short`: its end is missing.

    `language` is the primary subtag of the one that the document as a whole says it is in ("de").
    `digests` are those of the bytes of all its entries, where they can be told; `entries` then leaves out
    the ones whose digest is in `Document.seen`.
    """

    title: str
    entries: tuple[Entry, ...]
    damaged: str | None = None
    cut_short: bool = False
    language: str | None = None
    hints: PublisherHints = NO_HINTS
    digests: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """Return how many entries the document has."""
        return len(self.digests) or len(self.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseFailed:
    """A document that gave no entries because of `reason`. A page may name `feeds`: absolute URLs."""

    reason: Reason
    detail: str
    feeds: tuple[str, ...] = ()


ParseOutcome = ParsedFeed | ParseFailed


class TextField(StrEnum):
    """The parts of an entry that a query may name; SITE is the host of its link, FEED the feed's name and address."""

    TITLE = "title"
    SUMMARY = "summary"
    TEXT = "text"
    AUTHOR = "author"
    URL = "url"
    SITE = "site"
    CATEGORY = "category"
    FEED = "feed"
    LANG = "lang"


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A stretch of an entry's field that a query asked for: code points `start` to before `end`.

    `term` is the part of the query that it fulfils, as written there.
    """

    field: TextField
    start: int
    end: int
    term: str = ""


class Withheld(StrEnum):
    """Why a match tells nobody.

    RESET: the entry came, or changed, along with many that are old. CHANGED: only an edit made the rule true.
    STORY: its rule has told of the story. INHIBITED: a rule that suppresses its rule tells, or has told, of it.
    """

    BASELINE = "baseline"
    TOO_OLD = "too_old"
    NOT_YET = "not_yet"
    INACTIVE = "inactive"
    STORY = "story"
    RESET = "reset"
    CHANGED = "changed"
    INHIBITED = "inhibited"


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds for an entry, with what matched where (in field order, then by position).

    `withheld` says why it tells nobody, None when it does. `progress`: it tells in what a story has moved on of
    which the rule has told before.
    """

    rule: str
    hits: tuple[Hit, ...]
    withheld: Withheld | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """One channel to be told of an alert, and the rules that name this channel."""

    channel: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WantedArticle:
    """The page of an entry that is to be read: its host (with a port that isn't the usual), for which rules."""

    host: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry that was not known before, as it goes into the store.

    `keys` are its identity keys. `baseline` marks entries of a feed's first poll, `held` old ones that came in
    a burst (`monitor.identity.reset`). With matches but
    without `deliveries` the entry is stored and explained, and nobody is told. `article` is the page
    that some rules still wait for. `story` is why it belongs to a story, or begins one; None when it does neither.
    """

    entry: Entry
    keys: tuple[str, ...]
    matches: tuple[Match, ...] = ()
    deliveries: tuple[PlannedDelivery, ...] = ()
    baseline: bool = False
    held: bool = False
    article: WantedArticle | None = None
    story: StoryDecision | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A known entry seen again under identity keys that were not known for it; the store adds them.

    It was known by a key of the kind `by`, such as ``link+title``; "" when it was recognised in a reset.
    """

    entry_id: int
    new_keys: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """A stored entry as it is now, and the rules that it has matched so far; it has changed `changes` times."""

    id: int
    entry: Entry
    changes: int = 0
    changed_at: datetime | None = None
    matched: tuple[str, ...] = ()

    @property
    def published_at(self) -> datetime | None:
        """Return its date."""
        return self.entry.published_at

    @property
    def linked(self) -> bool:
        """Tell whether it has a link."""
        return bool(self.entry.link)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What is left of an entry that is no longer kept, to tell it from others; `traits` are sealed by monitor.identity."""

    traits: bytes
    published_at: datetime | None
    linked: bool


# An entry that was seen before, kept or not.
Remembered = KnownEntry | Tombstone


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedEntry:
    """A known entry that has come with another title or text.

    `matches` are those of the new text, `deliveries` for those of them that hold for the first time. `story` is the
    one that it joins, or begins, by telling somebody only now.
    """

    entry_id: int
    entry: Entry
    matches: tuple[Match, ...] = ()
    deliveries: tuple[PlannedDelivery, ...] = ()
    article: WantedArticle | None = None
    story: StoryDecision | None = None

    @property
    def telling(self) -> tuple[Match, ...]:
        """Return the matches that the deliveries are for."""
        rules = {rule for planned in self.deliveries for rule in planned.rules}
        return tuple(match for match in self.matches if match.rule in rules)

    @property
    def first(self) -> tuple[Match, ...]:
        """Return the matches of rules that haven't held for the entry before: those that tell, and those that are withheld."""
        telling = self.telling
        return tuple(match for match in self.matches if match.withheld or match in telling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What an entry said from `seen_at` until it changed."""

    seen_at: datetime
    title: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a person is to be told: the matches of one entry, as read back from the store.

    `text` is that of the entry's page, as far as it has been read. `outlets` are the names of the other feeds that
    have reported its story, which has the id `story`. `changed`: only an edit made it match. `seen_at` is when the entry was first seen.
    `escalated_from`: the channel that should have told it and hasn't yet.
    """

    id: int
    entry: Entry
    feed_url: str
    feed_name: str
    matches: tuple[Match, ...]
    created_at: datetime
    text: str = ""
    outlets: tuple[str, ...] = ()
    changed: bool = False
    story: int | None = None
    seen_at: datetime | None = None
    escalated_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told, as text for one kind of channel. `title` is one line; `body` is escaped for `format`.

    `text` is the same in plain text, for mail alone. `thread` is what messages about one story share, for services
    that show them together; `key` is the same each time that this very message is sent.
    """

    format: MessageFormat
    title: str
    body: str
    text: str = ""
    thread: str | None = None
    key: str | None = None
