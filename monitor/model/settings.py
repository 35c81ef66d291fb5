"""What the configuration says."""

from dataclasses import dataclass
from datetime import time, timedelta
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
    DISCORD = "discord"
    TELEGRAM = "telegram"
    TEAMS = "teams"
    MATRIX = "matrix"
    NTFY = "ntfy"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One that a channel's URL names, with a URL for it alone.

    `name` is "" when the URL names none or one; it holds no secret. `gap` is the shortest time between two messages that
    its service bears. `service` is its scheme for Apprise, "" where the URL has it.
    """

    name: str
    url: Secret
    format: MessageFormat
    service: str = ""
    gap: timedelta = timedelta(0)


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
class Web:
    """Where the page and the API are served, and to whom.

    `host` is an address of this machine or ``localhost``; with `port` 0 any free one is taken. `auth` is the whole value of the
    Authorization header that is asked for, None: nothing is. `url` is where people find it (``https://news.example.org``),
    when that is not the address that is listened on.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    auth: Secret | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of some days of the week (0 is Monday), local time: from `start` to before `end`.

    A window whose `end` isn't after its `start` ends on the next day; it belongs to the day on which it begins.
    """

    days: frozenset[int]
    start: time
    end: time


class GroupBy(StrEnum):
    """What the alerts of one message have in common, beside the channel."""

    RULE = "rule"
    STORY = "story"
    FEED = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """How alerts are gathered into one message.

    The first of a group waits `wait`; what comes later goes at the earliest `interval` after the group's last message.
    Without `by` all alerts of a channel are one group.
    """

    wait: timedelta
    interval: timedelta
    by: frozenset[GroupBy] = frozenset()


class Layout(StrEnum):
    """How much a message says of an alert: SHORT one line with its link, FULL with excerpt, source and story."""

    SHORT = "short"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Who else is told of what `after` this long is dead or still unsent, though nothing holds it: channels by name."""

    after: timedelta
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A named Apprise URL with one recipient; the URL is a secret. `service` is as with `Recipient`.

    `gap` is the shortest time between two of its messages. `quiet_hours` hold what is not urgent. `digest` is a cron
    expression: everything then goes in one message at these times, also an empty one with `digest_empty`.
    """

    name: str
    url: Secret
    format: MessageFormat
    service: str = ""
    gap: timedelta = timedelta(0)
    max_per_hour: int | None = None
    quiet_hours: tuple[Window, ...] = ()
    digest: str | None = None
    digest_empty: bool = False
    grouping: Grouping | None = None
    layout: Layout = Layout.FULL
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Bounds of one fetch. `max_body` counts decoded bytes; `timeout` covers all hops and the body."""

    timeout: timedelta = timedelta(seconds=30)
    max_body: int = 5_000_000
    max_redirects: int = 5
    allow_networks: tuple[Network, ...] = ()
    proxy: Secret | None = None
    contact: str | None = None
