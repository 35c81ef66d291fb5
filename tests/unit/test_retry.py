from datetime import timedelta

import pytest

from monitor.model import Decision, DeliveryState, SendOutcome, SendStatus
from monitor.retry import LONGEST_RETRY_AFTER, RetryPolicy, decide
from tests.support.clock import NOON

POLICY = RetryPolicy(
    first=timedelta(seconds=10), longest=timedelta(hours=1), attempts=12, life=timedelta(hours=24)
)
FAILED = SendOutcome(SendStatus.FAILED, "HTTP 500")


def decided(
    outcome: SendOutcome, attempts: int = 1, age: timedelta = timedelta(0), jitter: float = 0.0
) -> Decision:
    return decide(POLICY, outcome, attempts=attempts, created_at=NOON - age, now=NOON, jitter=jitter)


def wait(outcome: SendOutcome, attempts: int = 1, jitter: float = 0.0) -> timedelta:
    decision = decided(outcome, attempts, jitter=jitter)
    assert decision.state is DeliveryState.PENDING
    assert decision.next_attempt_at is not None
    return decision.next_attempt_at - NOON


def test_what_was_accepted_is_sent() -> None:
    assert decided(SendOutcome(SendStatus.SENT)) == Decision(DeliveryState.SENT)


def test_what_is_refused_is_dead_at_once() -> None:
    assert decided(SendOutcome(SendStatus.REFUSED, "HTTP 404")) == Decision(DeliveryState.DEAD)


@pytest.mark.parametrize("status", [SendStatus.FAILED, SendStatus.UNKNOWN])
def test_what_failed_or_may_have_failed_is_tried_again(status: SendStatus) -> None:
    assert wait(SendOutcome(status)) == timedelta(seconds=10)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 10), (2, 20), (3, 40), (9, 2560), (10, 3600), (11, 3600)]
)
def test_the_wait_doubles_up_to_the_longest(attempts: int, seconds: int) -> None:
    assert wait(FAILED, attempts) == timedelta(seconds=seconds)


def test_jitter_only_adds_and_at_most_a_fifth() -> None:
    assert wait(FAILED, jitter=0.5) == timedelta(seconds=11)
    assert timedelta(seconds=11.99) < wait(FAILED, jitter=0.9999) < timedelta(seconds=12)


def test_the_last_attempt_ends_it() -> None:
    assert decided(FAILED, attempts=12).state is DeliveryState.DEAD


def test_nothing_is_tried_beyond_its_life() -> None:
    assert decided(FAILED, age=timedelta(hours=24) - timedelta(seconds=10)).state is DeliveryState.PENDING
    assert decided(FAILED, age=timedelta(hours=24) - timedelta(seconds=9)).state is DeliveryState.DEAD


def test_a_channel_that_names_its_wait_is_obeyed_within_reason() -> None:
    assert wait(SendOutcome(SendStatus.FAILED, "HTTP 429", timedelta(minutes=5))) == timedelta(minutes=5)
    assert wait(SendOutcome(SendStatus.FAILED, "HTTP 429", timedelta(seconds=1))) == timedelta(seconds=10)
    assert wait(SendOutcome(SendStatus.FAILED, "HTTP 429", timedelta(days=300))) == LONGEST_RETRY_AFTER


def test_a_huge_number_of_attempts_does_not_overflow() -> None:
    patient = RetryPolicy(attempts=10**9, life=timedelta(days=10**5))
    decision = decide(patient, FAILED, attempts=10**8, created_at=NOON, now=NOON, jitter=0)
    assert decision.next_attempt_at == NOON + patient.longest
