"""Deliveries, their attempts and what came of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.entry import Alert
from monitor.model.health import Notice


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
    about: Alert | Notice


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
