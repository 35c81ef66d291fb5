"""Alerts and deliveries as people ask for them."""

from dataclasses import dataclass
from datetime import datetime

from monitor.model.delivery import DeliveryState
from monitor.model.entry import Match

# What people call the state of a delivery that somebody is sending now, whatever it is otherwise.
SENDING = "sending"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryWish:
    """Which deliveries somebody wants to see: those for which all that is given holds, the newest `limit` of them.

    `sending`: only those that are being sent now, which no `state` finds. `since`: of alerts and notices made since then.
    `before`: with a smaller number.
    """

    state: DeliveryState | None = None
    sending: bool = False
    channels: tuple[str, ...] | None = None
    rule: str | None = None
    since: datetime | None = None
    before: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDelivery:
    """A delivery as people see it; one of a notice has no `entry` (by its id), nor when that was seen.

    `detail` says why it is held, hidden or dead, `error` what its last try has met. `sending`: somebody does so now. When it
    waits and its channel rests, it does so until `rests_until`.
    """

    id: int
    channel: str
    rules: tuple[str, ...]
    state: DeliveryState
    sending: bool
    title: str
    link: str | None
    entry: int | None
    created_at: datetime
    published_at: datetime | None
    seen_at: datetime | None
    sent_at: datetime | None
    attempts: int
    next_attempt_at: datetime | None
    rests_until: datetime | None
    detail: str
    error: str
    escalated_from: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWish:
    """Which alerts somebody wants to see: those for which all that is given holds, the newest `limit` of them.

    `feed` is an address or a name; `feeds`: of these addresses. `channels`: told, or to be told, in one of these. `words`: all of
    them are in title or summary, in any case. `before`: with a smaller number.
    """

    rule: str | None = None
    feed: str | None = None
    feeds: tuple[str, ...] | None = None
    channels: tuple[str, ...] | None = None
    words: tuple[str, ...] = ()
    story: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Telling:
    """How one channel is told of an alert."""

    channel: str
    state: DeliveryState
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAlert:
    """An alert as people see it, with its entry (by its id) and the feed of that (by its address).

    `text` is that of the entry's page, where words were found there. `story` is the first entry of its story, None when it has
    none, and `outlets` the names of the feeds that report it.
    """

    id: int
    created_at: datetime
    changed: bool
    entry: int
    title: str
    summary: str
    text: str
    link: str | None
    published_at: datetime | None
    seen_at: datetime
    feed: str
    feed_name: str
    matches: tuple[Match, ...]
    story: int | None
    outlets: tuple[str, ...]
    told: tuple[Telling, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules that tell it."""
        return tuple(match.rule for match in self.matches if match.withheld is None)
