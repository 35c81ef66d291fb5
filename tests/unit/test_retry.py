"""What an attempt makes of a delivery, and of its channel."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import ChannelPace, Decision, DeliveryState, SendOutcome, SendStatus
from monitor.retry import LONGEST_RETRY_AFTER, RetryPolicy, decide, rest
from tests.support.clock import NOON

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
POLICY = RetryPolicy(first=10 * SECOND, longest=HOUR, attempts=12, life=24 * HOUR)
SENT = SendOutcome(SendStatus.SENT)
FAILED = SendOutcome(SendStatus.FAILED, "HTTP 500")
REFUSED = SendOutcome(SendStatus.REFUSED, "HTTP 404")
RESTED = ChannelPace()


def decided(
    outcome: SendOutcome,
    attempts: int = 1,
    *,
    age: timedelta = timedelta(0),
    pace: ChannelPace = RESTED,
    jitter: float = 0,
) -> Decision:
    return decide(POLICY, outcome, attempts=attempts, since=NOON - age, pace=pace, now=NOON, jitter=jitter)


def wait(
    outcome: SendOutcome, attempts: int = 1, *, pace: ChannelPace = RESTED, jitter: float = 0
) -> timedelta:
    decision = decided(outcome, attempts, pace=pace, jitter=jitter)
    assert decision.state is DeliveryState.FAILED
    assert decision.next_attempt_at is not None
    return decision.next_attempt_at - NOON


def resting(
    outcome: SendOutcome, failures: int = 0, *, gap: timedelta = timedelta(0), jitter: float = 0
) -> tuple[timedelta, int]:
    """Return how long a channel rests after an attempt, and its failures with it."""
    before = ChannelPace(failures=failures, full_at=NOON + HOUR)
    after = rest(POLICY, before, outcome, gap=gap, now=NOON, jitter=jitter)
    assert after.rest_until is not None
    assert after.full_at == before.full_at
    return after.rest_until - NOON, after.failures


def test_what_was_accepted_is_sent() -> None:
    assert decided(SENT) == Decision(DeliveryState.SENT)


def test_what_is_refused_is_dead_at_once() -> None:
    assert decided(REFUSED) == Decision(DeliveryState.DEAD)


@pytest.mark.parametrize("status", [SendStatus.FAILED, SendStatus.UNKNOWN])
def test_what_failed_or_may_have_failed_is_tried_again(status: SendStatus) -> None:
    assert wait(SendOutcome(status)) == 10 * SECOND


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 10), (2, 20), (3, 40), (9, 2560), (10, 3600), (11, 3600)]
)
def test_the_wait_doubles_up_to_the_longest(attempts: int, seconds: int) -> None:
    assert wait(FAILED, attempts) == seconds * SECOND


def test_jitter_only_adds_and_at_most_a_fifth() -> None:
    assert wait(FAILED, jitter=0.5) == 11 * SECOND
    assert timedelta(seconds=11.99) < wait(FAILED, jitter=0.9999) < 12 * SECOND
    assert resting(FAILED, jitter=0.5) == (11 * SECOND, 1)


def test_the_last_attempt_ends_it() -> None:
    assert decided(FAILED, attempts=12) == Decision(DeliveryState.DEAD)


def test_one_try_that_fails_after_its_life_ends_it() -> None:
    assert decided(FAILED, age=24 * HOUR - SECOND).state is DeliveryState.FAILED
    assert decided(FAILED, age=24 * HOUR) == Decision(DeliveryState.DEAD)
    assert decided(SENT, age=48 * HOUR) == Decision(DeliveryState.SENT)


def test_a_delivery_is_tried_later_than_its_channel() -> None:
    assert wait(FAILED, pace=ChannelPace(rest_until=NOON + 15 * MINUTE)) == 15 * MINUTE + 10 * SECOND


def test_a_huge_number_of_attempts_does_not_overflow() -> None:
    patient = RetryPolicy(attempts=10**9, life=timedelta(days=10**5))
    decision = decide(patient, FAILED, attempts=10**8, since=NOON, pace=RESTED, now=NOON, jitter=0)
    assert decision.next_attempt_at == NOON + patient.longest


def test_a_channel_rests_ever_longer_up_to_a_quarter_of_the_longest_wait() -> None:
    rests = [resting(FAILED, failures) for failures in range(9)]
    assert [seconds / SECOND for seconds, _ in rests] == [10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert [failures for _, failures in rests] == list(range(1, 10))


def test_a_channel_that_takes_a_message_rests_for_its_gap_alone() -> None:
    assert resting(SENT, 7, gap=SECOND, jitter=0.5) == (SECOND, 0)


def test_a_channel_rests_for_its_gap_at_least() -> None:
    assert resting(FAILED, gap=MINUTE) == (MINUTE, 1)
    assert resting(REFUSED, gap=MINUTE) == (MINUTE, 1)


def test_a_channel_that_refuses_rests_briefly_however_often() -> None:
    assert resting(REFUSED, 0) == (10 * SECOND, 1)
    assert resting(REFUSED, 500) == (10 * SECOND, 501)


@pytest.mark.parametrize("status", [SendStatus.FAILED, SendStatus.UNKNOWN])
@pytest.mark.parametrize(
    ("asked", "rest"),
    [(5 * MINUTE, 5 * MINUTE), (SECOND, 10 * SECOND), (timedelta(days=300), LONGEST_RETRY_AFTER)],
)
def test_a_channel_that_names_its_rest_is_obeyed_within_reason(
    status: SendStatus, asked: timedelta, rest: timedelta
) -> None:
    assert resting(SendOutcome(status, "HTTP 429", asked)) == (rest, 1)


spans = st.timedeltas(SECOND, 12 * HOUR)
policies = st.builds(
    RetryPolicy, first=spans, longest=spans, attempts=st.integers(1, 1_000), life=st.just(24 * HOUR)
)
outcomes = st.builds(
    SendOutcome,
    st.sampled_from([SendStatus.FAILED, SendStatus.UNKNOWN, SendStatus.REFUSED]),
    st.just("HTTP 500"),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=9)),
)


@given(policies, outcomes, st.integers(0, 100), st.integers(1, 100), spans, st.floats(0, 1, exclude_max=True))
def test_whatever_comes_a_delivery_is_tried_later_than_its_channel_and_both_come_again(
    policy: RetryPolicy, outcome: SendOutcome, failures: int, attempts: int, gap: timedelta, jitter: float
) -> None:
    pace = rest(policy, ChannelPace(failures=failures), outcome, gap=gap, now=NOON, jitter=jitter)
    decision = decide(policy, outcome, attempts=attempts, since=NOON, pace=pace, now=NOON, jitter=jitter)

    assert pace.rest_until is not None
    assert NOON + gap <= pace.rest_until
    assert pace.rest_until <= NOON + max(gap, policy.first, policy.longest / 4, LONGEST_RETRY_AFTER) * 1.2
    assert (decision.state is DeliveryState.FAILED) is (decision.next_attempt_at is not None)
    if decision.next_attempt_at is not None:
        assert decision.next_attempt_at > pace.rest_until


@dataclass
class Waiting:
    """A delivery of one channel: when it is due, and what has come of it."""

    number: int
    due_at: datetime = NOON
    state: DeliveryState = DeliveryState.PENDING
    tried: list[datetime] = field(default_factory=list)


def ended(number: int, outage: timedelta, outcome: SendOutcome) -> list[Waiting]:
    """Return so many deliveries of noon, in the order in which they ended.

    Until `outage` has passed, each try ends with `outcome`. The oldest that is due is tried first; when the channel
    is well again, all are due.
    """
    policy, pace, now = RetryPolicy(), ChannelPace(), NOON
    left, gone = [Waiting(each) for each in range(number)], list[Waiting]()
    while left:
        now = max(now, pace.rest_until or now)
        one = next((one for one in left if one.due_at <= now), None) or min(left, key=lambda one: one.due_at)
        now = max(now, one.due_at)
        one.tried.append(now)
        came = outcome if now < NOON + outage else SENT
        failures, pace = pace.failures, rest(policy, pace, came, gap=SECOND, now=now, jitter=0.5)
        decision = decide(policy, came, attempts=len(one.tried), since=NOON, pace=pace, now=now, jitter=0.5)
        one.state, one.due_at = decision.state, decision.next_attempt_at or now
        if one.state is not DeliveryState.FAILED:
            gone.append(one)
            left.remove(one)
        if came is SENT and failures:
            for other in left:
                other.due_at = now
    return gone


def test_a_day_of_outage_costs_some_hundred_tries_and_no_delivery() -> None:
    gone = ended(5_000, 24 * HOUR, FAILED)

    assert sum(moment < NOON + 24 * HOUR for one in gone for moment in one.tried) < 150
    assert {one.state for one in gone} == {DeliveryState.SENT}
    assert [one.number for one in gone[1:]] == sorted(one.number for one in gone[1:])  # one finds out
    assert gone[-1].tried[-1] - gone[0].tried[-1] == 4_999 * SECOND


def test_what_dies_in_a_longer_outage_has_been_tried_after_its_life() -> None:
    gone = ended(5_000, 36 * HOUR, FAILED)
    dead = [one for one in gone if one.state is DeliveryState.DEAD]

    assert 0 < len(dead) < 60
    assert all(one.tried[-1] >= NOON + 24 * HOUR for one in dead)


def test_a_channel_that_refuses_everything_for_an_hour_loses_one_message_each_ten_seconds() -> None:
    gone = ended(5_000, HOUR, REFUSED)

    assert [one.state for one in gone].count(DeliveryState.DEAD) == 360
