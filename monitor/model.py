"""The words of the program (docs/glossary.md) as frozen values.

Every `datetime` here is aware and in UTC; `aware` refuses a naive one. Every `str` that came from a
feed has been cleaned at the edge (`monitor.parse`): no NUL, no lone surrogate, no control characters,
no bidirectional overrides, one line unless said otherwise. It is still hostile data: whoever shows it
escapes it for the place where it is shown.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network

FIRST_POLL_SILENT = timedelta(0)
FIRST_POLL_ALERT = timedelta.max


def aware(moment: datetime) -> datetime:
    """Return `moment` in UTC. Raises ValueError when it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment.isoformat()}: give it a time zone")
    return moment.astimezone(UTC)


class Secret:
    """A string that doesn't show itself: `str`, `repr` and format give ``***``; `reveal` the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, to be handed to the one library that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


# -- what the configuration says --------------------------------------------------------------------


class MessageFormat(StrEnum):
    """How a channel wants its text; the escaping follows from it."""

    CONSOLE = "console"
    TEXT = "text"
    SLACK = "slack"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed as configured.

    `url` is the address as written, with ``${...}`` unexpanded and any password masked: the feed's
    name in tables, logs and messages. `request_url` is what is fetched. `first_poll` is how old an
    entry of the first poll may be to alert: FIRST_POLL_SILENT none, FIRST_POLL_ALERT all.
    """

    url: str
    request_url: Secret
    host: str
    name: str | None = None
    tags: frozenset[str] = frozenset()
    poll_every: timedelta = timedelta(minutes=15)
    first_poll: timedelta = FIRST_POLL_SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A named standing query and the channels it tells. Empty `tags`: all feeds."""

    name: str
    query: str
    channels: tuple[str, ...]
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A named Apprise URL; the URL is a secret."""

    name: str
    url: Secret
    format: MessageFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Bounds of one fetch. `max_body` counts decoded bytes; `timeout` covers all hops and the body."""

    timeout: timedelta = timedelta(seconds=30)
    max_body: int = 5_000_000
    max_redirects: int = 5
    allow_networks: tuple[Network, ...] = ()
    proxy: Secret | None = None
    contact: str | None = None


# -- fetch ------------------------------------------------------------------------------------------


class Reason(StrEnum):
    """What came of a poll. The names are metric labels; `PollReport.detail` has the particulars."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    UNCHANGED = "unchanged"
    # the fetch failed
    BAD_URL = "bad_url"
    DNS = "dns"
    BLOCKED_ADDRESS = "blocked_address"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    ENCODING = "encoding"
    TOO_LARGE = "too_large"
    REDIRECT = "redirect"
    HTTP_CLIENT_ERROR = "http_4xx"
    HTTP_SERVER_ERROR = "http_5xx"
    RATE_LIMITED = "rate_limited"
    GONE = "gone"
    HTTP_OTHER = "http_other"
    # the parse failed
    EMPTY = "empty"
    NOT_A_FEED = "not_a_feed"
    MALFORMED = "malformed"
    ENTITIES = "entities"
    PARSER_STUCK = "parser_stuck"
    PARSER_CRASHED = "parser_crashed"
    # a fault of ours, recorded so that the other feeds go on
    INTERNAL = "internal"

    @property
    def is_success(self) -> bool:
        """True when the server answered as a feed should."""
        return self in (Reason.OK, Reason.NOT_MODIFIED, Reason.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to recognise its answer by, byte for byte (kept as latin-1 text)."""

    etag: str | None = None
    last_modified: str | None = None


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """What to fetch; with validators the request is conditional."""

    url: Secret
    validators: Validators = NO_VALIDATORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A completely served 200 answer. `url` is the last hop's, `body` is decoded from gzip or deflate."""

    url: str
    body: bytes = field(repr=False)
    content_type: str | None = None
    validators: Validators = NO_VALIDATORS


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304. `validators` are the ones to keep: those of the 304 where it gives some."""

    validators: Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """A fetch without a document. `detail` is one line for people, free of secrets."""

    reason: Reason
    detail: str
    retry_after: timedelta | None = None


FetchOutcome = Document | NotModified | FetchFailed


# -- parse ------------------------------------------------------------------------------------------


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
    """A document that is a feed. `damaged` says what was wrong with it, when it could be read in part."""

    title: str
    entries: tuple[Entry, ...]
    damaged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseFailed:
    """A document that gave no entries because of `reason`."""

    reason: Reason
    detail: str


ParseOutcome = ParsedFeed | ParseFailed


# -- match and alert --------------------------------------------------------------------------------


class TextField(StrEnum):
    """The parts of an entry that are searched."""

    TITLE = "title"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A stretch of an entry's field that a query asked for: code points `start` to before `end`."""

    field: TextField
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds for an entry, with what matched where (in field order, then by position)."""

    rule: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """One channel to be told of an alert, and the rules that name this channel."""

    channel: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry that was not known before, as it goes into the store.

    `keys` are its identity keys. `baseline` marks entries of a feed's first poll. With matches but
    without `deliveries` the entry is stored and explained, and nobody is told.
    """

    entry: Entry
    keys: tuple[str, ...]
    matches: tuple[Match, ...] = ()
    deliveries: tuple[PlannedDelivery, ...] = ()
    baseline: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """A known entry seen again under identity keys that were not known for it; the store adds them."""

    entry_id: int
    new_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a person is to be told: the matches of one entry, as read back from the store."""

    id: int
    entry: Entry
    feed_url: str
    feed_name: str
    matches: tuple[Match, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An alert as text for one kind of channel. `title` is one line; `body` is escaped for `format`."""

    format: MessageFormat
    title: str
    body: str


# -- feeds in the store -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedFeed:
    """A due feed and the lease to poll it. `baselined`: a first poll has been stored."""

    id: int
    url: str
    lease: str
    validators: Validators = NO_VALIDATORS
    body_hash: str | None = None
    baselined: bool = False
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """Everything one poll changes, stored by `commit_poll` in one transaction.

    On success `validators` and `body_hash` replace the stored ones; on failure the stored ones stay.
    `baseline` is true for a feed's first successful poll. `feed_title` None leaves the stored title.
    """

    feed_id: int
    lease: str
    polled_at: datetime
    reason: Reason
    detail: str
    next_poll_at: datetime
    failures: int
    validators: Validators = NO_VALIDATORS
    body_hash: str | None = None
    feed_title: str | None = None
    baseline: bool = False
    entries: tuple[NewEntry, ...] = ()
    sightings: tuple[Sighting, ...] = ()


# -- delivery ---------------------------------------------------------------------------------------


class DeliveryState(StrEnum):
    """Where a delivery stands. A lease on a pending one means that somebody is sending it now."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


class SendStatus(StrEnum):
    """What came of one attempt to send.

    UNKNOWN: the other side may have accepted (a time-out after the request was written), so another
    try may make a second copy. REFUSED: it will say no again, so trying again is useless.
    """

    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """The answer to one attempt. `detail` is one line for people, free of secrets."""

    status: SendStatus
    detail: str = ""
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A due delivery and the lease to send it. `attempts` counts the earlier ones."""

    id: int
    lease: str
    channel: str
    attempts: int
    created_at: datetime
    alert: Alert


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a delivery after an attempt; `next_attempt_at` only when it stays pending."""

    state: DeliveryState
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """Everything one attempt changes, stored by `record_attempt` in one transaction."""

    delivery_id: int
    lease: str
    attempted_at: datetime
    outcome: SendOutcome
    decision: Decision


# -- what is reported -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStatus:
    """A feed as `status` shows it. `entries` counts the stored ones."""

    url: str
    name: str
    reason: Reason | None
    detail: str
    failures: int
    entries: int
    polled_at: datetime | None
    succeeded_at: datetime | None
    next_poll_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStatus:
    """A channel's deliveries by state, the last success and the last problem."""

    name: str
    pending: int = 0
    sent: int = 0
    dead: int = 0
    last_sent_at: datetime | None = None
    last_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """What the store knows, for `status`. Feeds by address, channels by name."""

    feeds: tuple[FeedStatus, ...]
    channels: tuple[ChannelStatus, ...]
    entries: int
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """One finished poll, told to the observer. `took` is in seconds."""

    feed: str
    reason: Reason
    detail: str
    entries: int
    new: int
    alerts: int
    baseline: bool
    failures: int
    next_poll_at: datetime
    took: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """One finished attempt, told to the observer. `delay` is from alert to now, in seconds."""

    delivery_id: int
    channel: str
    rules: tuple[str, ...]
    title: str
    attempt: int
    status: SendStatus
    detail: str
    state: DeliveryState
    next_attempt_at: datetime | None
    delay: float


Report = PollReport | DeliveryReport
