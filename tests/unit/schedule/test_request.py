"""Which address is asked, and under which condition."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import NO_MEMORY, NO_VALIDATORS, ClaimedFeed, FeedMemory, Reason, Secret, Validators
from monitor.schedule import after_failure, after_success, condition, moved_to
from tests.support.clock import NOON

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEW, OTHER = Secret("https://new.example/"), Secret("https://other.example/")
FEED = ClaimedFeed(id=0, url="https://a.example/", lease="l", validators=Validators('"1"'))


def led(*steps: tuple[timedelta, Secret | None]) -> FeedMemory:
    """Return what is remembered after answers at these times that led there."""
    memory = NO_MEMORY
    for passed, target in steps:
        memory = after_success(memory, NOON + passed, target)
    return memory


SETTLED = led((0 * HOUR, NEW), (HOUR, NEW), (DAY, NEW))


def test_a_move_is_believed_after_three_polls_over_a_day() -> None:
    assert moved_to(SETTLED) == NEW
    assert moved_to(led((0 * HOUR, NEW), (DAY, NEW))) is None
    assert moved_to(led(*[(HOUR * n, NEW) for n in range(23)])) is None


@pytest.mark.parametrize("between", [None, OTHER])
def test_an_answer_from_elsewhere_begins_the_count_anew(between: Secret | None) -> None:
    assert (
        moved_to(led((0 * HOUR, NEW), (HOUR, NEW), (2 * HOUR, between), (DAY, NEW), (25 * HOUR, NEW))) is None
    )


def test_the_place_it_moved_to_is_kept_as_long_as_it_answers() -> None:
    assert moved_to(after_success(SETTLED, NOON + 9 * DAY, None)) == NEW


def test_a_second_move_has_to_prove_itself_too() -> None:
    assert moved_to(after_success(SETTLED, NOON + 2 * DAY, OTHER)) is None


@pytest.mark.parametrize(
    "reason", [Reason.NOT_A_FEED, Reason.EMPTY, Reason.HTTP_CLIENT_ERROR, Reason.FORBIDDEN, Reason.REDIRECT]
)
def test_an_address_that_answers_but_not_as_a_feed_is_forgotten(reason: Reason) -> None:
    assert moved_to(after_failure(SETTLED, reason, 1)) is None


@pytest.mark.parametrize("reason", [Reason.DNS, Reason.CONNECT, Reason.TIMEOUT, Reason.HTTP_SERVER_ERROR])
def test_an_address_that_cannot_be_reached_is_given_up_late(reason: Reason) -> None:
    assert moved_to(after_failure(SETTLED, reason, 7)) == NEW
    assert moved_to(after_failure(SETTLED, reason, 8)) is None


def test_after_a_week_of_not_modified_a_document_is_asked_for_in_full() -> None:
    feed = replace(FEED, memory=FeedMemory(served_at=NOON))
    assert condition(feed, NOON + 7 * DAY - HOUR) == feed.validators
    assert condition(feed, NOON + 7 * DAY) == NO_VALIDATORS


def test_feeds_ask_in_full_at_different_times() -> None:
    feeds = [replace(FEED, id=n, memory=FeedMemory(served_at=NOON)) for n in range(24)]
    asking = [condition(feed, NOON + 7 * DAY + 12 * HOUR) == NO_VALIDATORS for feed in feeds]
    assert asking.count(True) == 13


def test_a_server_that_does_not_answer_is_not_asked_in_full() -> None:
    feed = replace(FEED, failures=1, memory=FeedMemory(served_at=NOON - 30 * DAY))
    assert condition(feed, NOON) == feed.validators
    assert condition(FEED, NOON) == FEED.validators
