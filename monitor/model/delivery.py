"""Deliveries, their attempts and what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.entry import Alert, Message
from monitor.model.health import Notice


class DeliveryState(StrEnum):
    """Where a delivery stands. A lease on one that waits means that somebody is sending it now.

    HELD waits on purpose, FAILED for its next try. DEAD is given up, SUPPRESSED hidden by a silence: neither is sent.
    """

    PENDING = "pending"
    HELD = "held"
    FAILED = "failed"
    SENT = "sent"
    DEAD = "dead"
    SUPPRESSED = "suppressed"


class Occasion(StrEnum):
    """Why deliveries go in one message. ALONE: there is one; OVERFLOW: more wait than the channel may be told one by one."""

    ALONE = "alone"
    GROUP = "group"
    OVERFLOW = "overflow"
    QUIET = "quiet"
    DIGEST = "digest"


# What the bundle of a delivery is called; "" goes alone, that of a group is GROUP_BUNDLE with its key.
ALONE_BUNDLE, QUIET_BUNDLE, DIGEST_BUNDLE, GROUP_BUNDLE = "", "quiet", "digest", "group:"


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
    """A delivery as part of a claimed message.

    `attempts` counts the tries of its life, which began at `since`: with its alert or notice, or when it was revived.
    """

    id: int
    rules: tuple[str, ...]
    attempts: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """A delivery that nobody has settled yet (`bundle` is None), or one that was held in a bundle until now.

    `story` is the id of the story that its entry belongs to, `language` the primary subtag of its feed's.
    """

    id: int
    channel: str
    rules: tuple[str, ...]
    created_at: datetime
    about: Alert | Notice
    story: int | None = None
    language: str | None = None
    bundle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """A bundle of a channel: when those that wait in it are due, and when it was last sent; None: none, never."""

    due_at: datetime | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What becomes of a delivery before it is tried: pending, held or suppressed.

    It is due at `due_at`, in `bundle`; `detail` says why it waits or is hidden, and `silence` which one hides it.
    `importance` orders those of a bulletin, the highest first.
    """

    delivery_id: int
    state: DeliveryState
    bundle: str
    due_at: datetime
    detail: str = ""
    silence: int | None = None
    importance: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPace:
    """When a channel may be told again.

    Not before `rest_until`. `failures` counts those since the last success. `full_at` is the theoretical arrival time of
    `monitor.pace` for `max_per_hour`.
    """

    rest_until: datetime | None = None
    failures: int = 0
    full_at: datetime | None = None


NO_PACE = ChannelPace()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """Several alerts told in one message.

    `alerts` are the most important of them, the newest first among equals, as many as a message may show; `total` counts all, `rules` those of
    each rule. `since` is when the oldest was made. Without alerts it is an empty digest.
    """

    occasion: Occasion
    alerts: tuple[Alert, ...]
    total: int
    rules: Mapping[str, int]
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMessage:
    """Deliveries of one channel that are due and go in one message, the lease to send it, and the channel's pace.

    `text` is what they say, when that was rendered before their turn came.
    """

    channel: str
    lease: str
    leased_until: datetime
    occasion: Occasion
    deliveries: tuple[ClaimedDelivery, ...]
    about: Alert | Notice | Bulletin
    pace: ChannelPace
    text: Message | None = None


# What is claimed of one channel at a time, in the order in which it is to be sent.
Queue = tuple[ClaimedMessage, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a delivery after an attempt; `next_attempt_at` only when it will be tried again."""

    state: DeliveryState
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """Everything one attempt changes, stored by `record_attempt` in one transaction.

    `decisions` are those of the message's deliveries, in their order; `pace` is the channel's from now on. With `gives_back`
    what was claimed behind the message is no longer leased.
    """

    message: ClaimedMessage
    attempted_at: datetime
    outcome: SendOutcome
    decisions: tuple[Decision, ...]
    pace: ChannelPace
    gives_back: bool = False
