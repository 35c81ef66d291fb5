"""What a fetch asks for and brings."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from monitor.model.base import Secret
from monitor.model.settings import NO_EXTRAS, RequestExtras


class DocumentKind(StrEnum):
    """What a document is wanted for; what is asked for and how much of it is taken follow from it.

    Of a PING only matters that some success comes back.
    """

    FEED = "feed"
    PAGE = "page"
    ROBOTS = "robots"
    PING = "ping"


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
    FORBIDDEN = "forbidden"
    HTTP_SERVER_ERROR = "http_5xx"
    RATE_LIMITED = "rate_limited"
    GONE = "gone"
    HTTP_OTHER = "http_other"
    ROBOTS = "robots"
    # the parse failed
    EMPTY = "empty"
    NOT_A_FEED = "not_a_feed"
    MALFORMED = "malformed"
    ENTITIES = "entities"
    PARSER_STUCK = "parser_stuck"
    PARSER_CRASHED = "parser_crashed"
    NOT_A_PAGE = "not_a_page"
    NO_TEXT = "no_text"
    # a fault of ours, recorded so that the other feeds go on
    INTERNAL = "internal"

    @property
    def is_success(self) -> bool:
        """True when the server answered as a feed should."""
        return self in _SUCCESSES


_SUCCESSES = (Reason.OK, Reason.NOT_MODIFIED, Reason.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to recognise its answer by, byte for byte (kept as latin-1 text).

    They belong to the address that gave them: `url`, where that isn't the feed's own but one behind it.
    """

    etag: str | None = None
    last_modified: str | None = None
    url: Secret | None = None


NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Freshness:
    """The headers in which a server said how long its answer stays current, as they came (latin-1 text)."""

    cache_control: str | None = None
    expires: str | None = None


NO_FRESHNESS = Freshness()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """What to fetch; with validators the request is conditional.

    `moved_to` is asked in place of `url`, to which password, own headers and authorization still belong.
    `freshness` came with the answer that the validators are of: what a 304 doesn't repeat of it stays.
    """

    url: Secret
    moved_to: Secret | None = None
    validators: Validators = NO_VALIDATORS
    freshness: Freshness = NO_FRESHNESS
    extras: RequestExtras = NO_EXTRAS
    kind: DocumentKind = DocumentKind.FEED


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True)
class Document:
    """A completely served 200 answer. `url` is the last hop's, `body` is decoded from gzip or deflate.

    `encoding` is the one that the configuration insists on, whatever the document or its headers say.
    `fresh_for` is how long the answer stays current, by the headers in `freshness`. `moved_to` is where it
    came from when every redirect on the way there was permanent. Entries whose digest is in `seen` need not
    be read again.
    """

    url: str
    body: bytes = field(repr=False)
    content_type: str | None = None
    validators: Validators = NO_VALIDATORS
    encoding: str | None = None
    seen: frozenset[bytes] = field(default=frozenset(), repr=False)
    fresh_for: timedelta | None = None
    freshness: Freshness = NO_FRESHNESS
    moved_to: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304. `validators` and `freshness` are those to keep: its own where it gives some. Else see Document."""

    validators: Validators
    freshness: Freshness = NO_FRESHNESS
    fresh_for: timedelta | None = None
    moved_to: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """A fetch without a document. `detail` is one line for people, free of secrets."""

    reason: Reason
    detail: str
    retry_after: timedelta | None = None


FetchOutcome = Document | NotModified | FetchFailed
