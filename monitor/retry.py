"""What becomes of a delivery after an attempt?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Decision, DeliveryState, SendOutcome, SendStatus

# A channel that names its own waiting time is obeyed up to this; beyond it the value is a mistake.
LONGEST_RETRY_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and for how long a delivery is tried.

    The wait starts at `first`, doubles with each failure up to `longest`, and grows by up to a fifth
    at random so that deliveries which failed together don't come back together. A delivery is dead
    after `attempts` tries, or when the next one would come later than `life` after its alert.
    """

    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=1)
    attempts: int = 20
    life: timedelta = timedelta(hours=24)


def decide(
    policy: RetryPolicy,
    outcome: SendOutcome,
    *,
    attempts: int,
    created_at: datetime,
    now: datetime,
    jitter: float,
) -> Decision:
    """Return the delivery's next state.

    `attempts` counts the tries so far, this one included; `jitter` is a random number in [0, 1).
    An UNKNOWN outcome is tried again: one message too many beats one too few (design, promise 2).
    """
    if outcome.status is SendStatus.SENT:
        return Decision(DeliveryState.SENT)
    if outcome.status is SendStatus.REFUSED or attempts >= policy.attempts:
        return Decision(DeliveryState.DEAD)
    next_attempt_at = now + _wait(policy, outcome.retry_after, attempts, jitter)
    if next_attempt_at > created_at + policy.life:
        return Decision(DeliveryState.DEAD)
    return Decision(DeliveryState.PENDING, next_attempt_at)


def _wait(policy: RetryPolicy, retry_after: timedelta | None, attempts: int, jitter: float) -> timedelta:
    backoff = min(policy.first * (1 << min(attempts - 1, 20)), policy.longest)
    asked = min(retry_after or timedelta(0), LONGEST_RETRY_AFTER)
    return max(backoff, asked) * (1 + jitter / 5)
