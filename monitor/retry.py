"""What becomes of a delivery after an attempt, and of its channel?"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model import ChannelPace, Decision, DeliveryState, SendOutcome, SendStatus

# A channel that names its own waiting time is obeyed up to this; beyond it the value is a mistake.
LONGEST_RETRY_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and for how long a delivery is tried.

    The wait starts at `first`, doubles with each failure up to `longest`, and grows by up to a fifth
    at random so that channels which failed together don't come back together. A channel waits for a quarter of
    `longest` at most. A delivery is dead after `attempts` tries, or when one fails after its `life` has ended.
    """

    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=1)
    attempts: int = 50
    life: timedelta = timedelta(hours=24)


def rest(
    policy: RetryPolicy,
    pace: ChannelPace,
    outcome: SendOutcome,
    *,
    gap: timedelta,
    now: datetime,
    jitter: float,
) -> ChannelPace:
    """Return the pace of a channel after an attempt; `gap` is its shortest time between two messages.

    One that fails is left alone, or else a day of outage would cost every delivery its tries. So is one that
    refuses, for `policy.first`: it may refuse whatever comes, and its owner mends that before all is lost.
    `jitter` is a random number in [0, 1).
    """
    if outcome.status is SendStatus.SENT:
        return replace(pace, failures=0, rest_until=now + gap)
    failures = pace.failures + 1
    if outcome.status is SendStatus.REFUSED:
        wait = policy.first
    else:
        asked = min(outcome.retry_after or timedelta(0), LONGEST_RETRY_AFTER)
        wait = max(_backoff(policy.first, failures, policy.longest / 4), asked) * (1 + jitter / 5)
    return replace(pace, failures=failures, rest_until=now + max(gap, wait))


def decide(
    policy: RetryPolicy,
    outcome: SendOutcome,
    *,
    attempts: int,
    since: datetime,
    pace: ChannelPace,
    now: datetime,
    jitter: float,
) -> Decision:
    """Return the delivery's next state.

    `attempts` counts the tries so far, this one included. Its life began at `since`, when it was made or revived.
    `pace` is that of its channel after this attempt (`rest`); the delivery is tried later than that, so that one
    which the channel will never take doesn't keep the others. `jitter` is a random number in [0, 1).
    An UNKNOWN outcome is tried again: one message too many beats one too few (design, promise 2).
    """
    if outcome.status is SendStatus.SENT:
        return Decision(DeliveryState.SENT)
    ended = attempts >= policy.attempts or now >= since + policy.life
    if outcome.status is SendStatus.REFUSED or ended:
        return Decision(DeliveryState.DEAD)
    wait = _backoff(policy.first, attempts, policy.longest) * (1 + jitter / 5)
    return Decision(DeliveryState.FAILED, max(now + wait, (pace.rest_until or now) + policy.first))


def _backoff(first: timedelta, failures: int, longest: timedelta) -> timedelta:
    return min(first * (1 << min(failures - 1, 20)), longest)
