"""What the configuration says."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from monitor.model.base import Secret

Network = IPv4Network | IPv6Network

FIRST_POLL_SILENT = timedelta(0)
FIRST_POLL_ALERT = timedelta.max


class FullText(StrEnum):
    """When an entry's page is fetched, so that a rule can be decided on its text.

    AUTO: when title and summary leave the rule open and hold a word of it already. ALWAYS: whenever they
    leave it open. Of a feed and a rule a NEVER wins, then an ALWAYS.
    """

    NEVER = "never"
    AUTO = "auto"
    ALWAYS = "always"


class MessageFormat(StrEnum):
    """How a channel wants its text; the escaping follows from it."""

    CONSOLE = "console"
    TEXT = "text"
    SLACK = "slack"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExtras:
    """What a feed's requests carry or do beyond the usual.

    `headers` (names and values) and `authorization` (the whole value of that header) go to the origin
    of the feed's own address alone; the rest holds for every hop. `proxy` stands for FetchLimits.proxy.
    """

    headers: tuple[tuple[str, Secret], ...] = ()
    authorization: Secret | None = None
    proxy: Secret | None = None
    user_agent: str | None = None
    language: str | None = None


NO_EXTRAS = RequestExtras()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed as configured.

    `url` is the address as written, with ``${...}`` unexpanded and any password masked: the feed's
    name in tables, logs and messages. `request_url` is what is fetched. `first_poll` is how old an
    entry of the first poll may be to alert: FIRST_POLL_SILENT none, FIRST_POLL_ALERT all. `encoding`
    stands for whatever the document says of itself. One that isn't `enabled` keeps its history.
    `own_interval`: `poll_every` was set for this very feed. `adaptive`: it is an average, shared out by
    how often the feeds publish.
    """

    url: str
    request_url: Secret
    host: str
    name: str | None = None
    tags: frozenset[str] = frozenset()
    poll_every: timedelta = timedelta(minutes=15)
    own_interval: bool = False
    adaptive: bool = True
    first_poll: timedelta = FIRST_POLL_SILENT
    extras: RequestExtras = NO_EXTRAS
    encoding: str | None = None
    enabled: bool = True
    full_text: FullText = FullText.AUTO


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
