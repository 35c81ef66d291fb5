"""Which pages are read, and when again."""

from datetime import timedelta

import pytest

from monitor.article import HOST_GAP, LONGEST_RETRY_AFTER, MOST_ATTEMPTS, after_try, wanted_article
from monitor.model import ArticleDecision, ArticleState, Entry, Reason, WantedArticle
from tests.support.clock import NOON

MINUTE = timedelta(minutes=1)


def decided(
    reason: Reason,
    attempts: int = 1,
    retry_after: timedelta | None = None,
    crawl_delay: timedelta | None = None,
    jitter: float = 0.0,
) -> ArticleDecision:
    return after_try(
        reason,
        attempts=attempts,
        now=NOON,
        retry_after=retry_after,
        crawl_delay=crawl_delay,
        jitter=jitter,
    )


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://news.example/world/1", "news.example"),
        ("https://NEWS.example:443/1", "news.example"),
        ("http://[2001:db8::1]:8080/1", "2001:db8::1:8080"),
    ],
)
def test_a_page_is_wanted_from_its_host(link: str, host: str) -> None:
    assert wanted_article(Entry(link=link), ["a", "b"]) == WantedArticle(host, ("a", "b"))


def test_without_a_link_or_an_open_rule_no_page_is_wanted() -> None:
    assert wanted_article(Entry(), ["a"]) is None
    assert wanted_article(Entry(link="https://news.example/1"), []) is None


def test_a_page_that_was_read_is_not_asked_for_again() -> None:
    assert decided(Reason.OK) == ArticleDecision(ArticleState.DONE, NOON + HOST_GAP)


def test_failures_are_tried_again_after_minutes_then_hours_and_given_up() -> None:
    decisions = [decided(Reason.NO_TEXT, attempts) for attempts in range(1, MOST_ATTEMPTS + 1)]
    waits = [one.next_attempt_at - NOON for one in decisions if one.next_attempt_at]
    assert waits == [5 * MINUTE, 20 * MINUTE, 80 * MINUTE, 320 * MINUTE]
    assert [one.state for one in decisions] == [ArticleState.PENDING] * 4 + [ArticleState.FAILED]


@pytest.mark.parametrize(
    "reason", [Reason.ROBOTS, Reason.NOT_A_PAGE, Reason.GONE, Reason.TOO_LARGE, Reason.PARSER_STUCK]
)
def test_what_would_not_change_is_not_tried_again(reason: Reason) -> None:
    assert decided(reason).state is ArticleState.FAILED


def test_a_server_that_names_a_time_is_left_alone_for_it() -> None:
    decision = decided(Reason.RATE_LIMITED, retry_after=timedelta(hours=2))
    assert decision.host_free_at == decision.next_attempt_at == NOON + timedelta(hours=2)
    absurd = decided(Reason.RATE_LIMITED, retry_after=timedelta(days=400))
    assert absurd.host_free_at == NOON + LONGEST_RETRY_AFTER


@pytest.mark.parametrize(
    ("wanted", "gap"), [(timedelta(seconds=1), HOST_GAP), (MINUTE / 2, MINUTE / 2), (20 * MINUTE, MINUTE)]
)
@pytest.mark.parametrize("reason", [Reason.OK, Reason.TIMEOUT, Reason.ROBOTS])
def test_between_two_pages_lies_the_crawl_delay_up_to_a_minute(
    reason: Reason, wanted: timedelta, gap: timedelta
) -> None:
    assert decided(reason, crawl_delay=wanted).host_free_at == NOON + gap


def test_a_retry_after_that_is_longer_than_the_crawl_delay_counts() -> None:
    decision = decided(Reason.RATE_LIMITED, retry_after=timedelta(hours=2), crawl_delay=MINUTE)
    assert decision.host_free_at == NOON + timedelta(hours=2)


def test_chance_only_adds() -> None:
    decision = decided(Reason.TIMEOUT, jitter=0.999)
    assert decision.next_attempt_at is not None
    assert 5 * MINUTE < decision.next_attempt_at - NOON <= 6 * MINUTE
