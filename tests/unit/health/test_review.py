"""Who is told what, when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor import health
from monitor.model import Activity, FeedHealth, Reason, Reset, Review, Told, Trouble
from tests.support.clock import NOON

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
DAILY = Activity(last_new_at=NOON - 5 * DAY, entries=60, days=20)


def feed(number: int = 1, **changes: Any) -> FeedHealth:
    """Return a feed on a host of its own that was polled at noon and is well."""
    values: dict[str, Any] = {
        "name": f"Feed {number}",
        "host": f"host{number}.example",
        "reason": Reason.OK,
        "since": NOON - 9 * DAY,
        "polled_at": NOON,
        "succeeded_at": NOON,
    }
    return FeedHealth(id=number, **(values | changes))


def failing(number: int = 1, *, since: timedelta = 7 * HOUR, **changes: Any) -> FeedHealth:
    values: dict[str, Any] = {
        "reason": Reason.HTTP_SERVER_ERROR,
        "detail": "HTTP 503",
        "failures": 5,
        "since": NOON - since,
        "succeeded_at": NOON - since - HOUR,
    }
    return feed(number, **(values | changes))


def test_a_reset_is_told_once_and_changes_nothing_else_that_is_known() -> None:
    reset = Reset(at=NOON, known=30, held=1)
    feeds = [
        feed(1, reset=reset, trouble=Trouble.STALE, told_at=NOON - DAY),
        feed(2, reset=reset, told_at=NOON),
    ]
    said = health.review([replace(feeds[0], trouble=None), feeds[1]], NOON, None)
    assert said is not None
    assert said.subject == "Feed 1 has served old entries as new"
    assert said.told == (Told(1, None, NOON - DAY),)
    both = health.review(feeds, NOON, None)
    assert both is not None
    assert both.subject == "Feed 1 works again, Feed 1 has served old entries as new"
    assert both.told == (Told(1, None, NOON - DAY),)


def well(count: int = 9) -> list[FeedHealth]:
    return [feed(100 + n) for n in range(count)]


def stale(number: int = 1, **changes: Any) -> FeedHealth:
    return feed(number, activity=DAILY, **changes)


def look(*feeds: FeedHealth, last_notice_at: Any = None, now: Any = NOON) -> Review | None:
    return health.review(feeds, now, last_notice_at)


def said(*feeds: FeedHealth, others: Sequence[FeedHealth] = (), **changes: Any) -> str:
    """Return the subject of the review of these feeds beside those that are well."""
    review = look(*feeds, *well(), *others, **changes)
    return review.subject if review else ""


@pytest.mark.parametrize(
    ("one", "subject"),
    [
        (feed(), ""),
        (feed(reason=None, polled_at=None, succeeded_at=None, since=None), ""),
        (failing(), "Feed 1 fails"),
        (failing(failures=2), ""),
        (failing(since=5 * HOUR), ""),
        (failing(since=6 * HOUR), "Feed 1 fails"),
        (failing(since=2 * HOUR, succeeded_at=None), "Feed 1 fails"),
        (failing(since=2 * HOUR, succeeded_at=None, failures=2), ""),
        (failing(since=HOUR - MINUTE, succeeded_at=None), ""),
        (failing(trouble=Trouble.FAILING, told_at=NOON - DAY), ""),
        (failing(trouble=Trouble.STALE, told_at=NOON - DAY), "Feed 1 fails"),
        (failing(trouble=Trouble.GONE, told_at=NOON - DAY), ""),
        (failing(failures=2, trouble=Trouble.STALE, told_at=NOON - DAY), ""),
        (stale(), "Feed 1 has fallen silent"),
        (stale(trouble=Trouble.STALE, told_at=NOON - DAY), ""),
        (stale(trouble=Trouble.FAILING, told_at=NOON - DAY), "Feed 1 has fallen silent"),
        (feed(trouble=Trouble.STALE, told_at=NOON - DAY), "Feed 1 works again"),
        (feed(trouble=Trouble.FAILING, told_at=NOON - DAY), "Feed 1 works again"),
        (feed(trouble=Trouble.GONE, told_at=NOON - DAY), "Feed 1 works again"),
        (failing(reason=Reason.GONE, failures=1, since=timedelta(0)), "Feed 1 is gone"),
        (failing(reason=Reason.GONE, trouble=Trouble.GONE, told_at=NOON - DAY), ""),
        (failing(reason=Reason.GONE, trouble=Trouble.FAILING, told_at=NOON - DAY), "Feed 1 is gone"),
    ],
)
def test_the_owner_is_told_once_of_trouble_and_once_that_it_is_over(one: FeedHealth, subject: str) -> None:
    assert said(one) == subject


def test_time_that_passes_without_a_poll_is_no_evidence() -> None:
    assert said(failing(since=5 * HOUR), now=NOON + 30 * DAY) == ""


def test_what_is_told_is_kept_with_what_it_follows_on() -> None:
    told = NOON - DAY
    review = look(
        failing(1), stale(2), feed(3, trouble=Trouble.FAILING, told_at=told), failing(4, reason=Reason.GONE)
    )
    assert review is not None
    assert set(review.told) == {
        Told(1, Trouble.FAILING, None),
        Told(2, Trouble.STALE, None),
        Told(3, None, told),
        Told(4, Trouble.GONE, None),
    }


def test_all_changes_of_one_look_are_one_notice_with_the_worst_first() -> None:
    review = look(
        failing(1, since=8 * HOUR),
        failing(2, since=3 * DAY, reason=Reason.TIMEOUT, detail=""),
        stale(3),
        failing(4, reason=Reason.GONE),
        feed(5, trouble=Trouble.STALE),
        feed(6, trouble=Trouble.STALE),
    )
    assert review is not None
    assert review.subject == ("2 feeds fail, Feed 4 is gone, Feed 3 has fallen silent, 2 feeds work again")
    assert review.lines == (
        "Feed 2 (host2.example) fails for 3 d, 5 polls in a row: timeout",
        "Feed 1 (host1.example) fails for 8 h, 5 polls in a row: http_5xx, HTTP 503",
        "Feed 4 (host4.example) is gone for good, says its server: remove it or give its new address",
        "Feed 3 (host3.example) answers, but has had nothing new for 5 d; usual are 3 a day",
        "Feed 5 (host5.example) works again",
        "Feed 6 (host6.example) works again",
    )


def test_fifty_feeds_behind_one_dead_host_are_one_line() -> None:
    dead = [
        failing(n, host="dead.example", reason=Reason.CONNECT, since=7 * HOUR - n * MINUTE) for n in range(50)
    ]
    review = look(*dead, *well())
    assert review is not None
    assert review.subject == "50 feeds of dead.example fail"
    assert review.lines == (
        "dead.example: 50 feeds fail for 7 h, connect (50): Feed 0, Feed 1, Feed 2 and 47 more",
    )


def test_feeds_of_a_host_that_fail_as_well_are_told_along_with_the_first() -> None:
    others = [failing(n, host="dead.example", since=6 * HOUR - n * MINUTE) for n in (2, 3)]
    hiccup = failing(4, host="dead.example", failures=1, since=MINUTE)
    review = look(failing(1, host="dead.example"), *others, hiccup, *well())
    assert review is not None
    assert [told.feed_id for told in review.told] == [1, 2, 3]


def test_a_long_list_is_cut_and_says_where_to_find_the_rest() -> None:
    review = look(*[failing(n) for n in range(30)], *well())
    assert review is not None
    assert review.subject == "30 feeds fail"
    assert len(review.told) == 30
    assert len(review.lines) == 9
    assert review.lines[-1] == "and 22 more; all: news-monitor status"


def test_there_is_at_most_one_notice_an_hour() -> None:
    assert said(failing(), last_notice_at=NOON - HOUR + MINUTE) == ""
    assert said(failing(), last_notice_at=NOON - HOUR) == "Feed 1 fails"
    assert said(failing(), last_notice_at=NOON + DAY) == "Feed 1 fails", "the clock was put back"


def test_when_every_feed_fails_that_is_said_instead_and_no_feed_is_told_by_itself() -> None:
    dead = [failing(1), failing(2, failures=1, since=MINUTE), *[failing(n) for n in range(3, 30)]]
    review = look(
        *dead, feed(90, reason=None, polled_at=None), failing(91, reason=Reason.GONE, trouble=Trouble.GONE)
    )
    assert review is not None
    assert review.subject == "all 29 feeds fail"
    assert review.lines[0] == "None of the feeds can be read, for http_5xx (29)."
    assert {told.trouble for told in review.told} == {Trouble.OUTAGE}
    assert {told.feed_id for told in review.told} == set(range(1, 30))
    later = [replace(one, trouble=Trouble.OUTAGE, told_at=NOON) for one in dead]
    assert look(*later, now=NOON + DAY) is None


@pytest.mark.parametrize("hosts", [1, 2])
def test_a_few_hosts_are_no_network(hosts: int) -> None:
    review = look(*[failing(n, host=f"host{n % hosts}.example") for n in range(10)])
    assert review is not None
    assert {told.trouble for told in review.told} == {Trouble.FAILING}


def test_one_feed_that_answers_means_that_the_network_works() -> None:
    review = look(*[failing(n) for n in range(10)], feed(50))
    assert review is not None
    assert review.subject == "10 feeds fail"


def test_when_feeds_answer_again_that_is_said_once_and_what_still_fails_is_told_by_itself_later() -> None:
    outage: dict[str, Any] = {"trouble": Trouble.OUTAGE, "told_at": NOON - DAY}
    still = failing(1, since=2 * DAY, **outage)
    review = look(still, failing(2, since=2 * DAY, **outage), feed(3, since=NOON, **outage))
    assert review is not None
    assert review.subject == "feeds answer again"
    assert {(told.feed_id, told.trouble) for told in review.told} == {(1, None), (2, None), (3, None)}

    after = replace(still, trouble=None, told_at=NOON)
    assert said(after, now=NOON + HOUR) == ""
    assert said(replace(after, polled_at=NOON + 5 * HOUR), now=NOON + 5 * HOUR) == ""
    assert said(replace(after, polled_at=NOON + 6 * HOUR), now=NOON + 6 * HOUR) == "Feed 1 fails"


def test_good_news_of_a_host_waits_until_all_its_feeds_were_asked_but_not_for_long() -> None:
    told: dict[str, Any] = {"host": "h.example", "trouble": Trouble.FAILING, "told_at": NOON - DAY}
    first = feed(1, since=NOON - HOUR, **told)
    unasked = failing(2, polled_at=NOON - 2 * HOUR, **told)
    assert said(first, unasked) == ""
    assert said(first, unasked, now=NOON + 5 * HOUR) == "Feed 1 works again"
    assert said(first, feed(2, since=NOON, **told)) == "2 feeds of h.example work again"
    assert said(first, replace(unasked, polled_at=NOON)) == "Feed 1 works again"
    assert (
        said(first, failing(2, since=9 * HOUR, polled_at=NOON - 2 * HOUR, host="h.example"))
        == "Feed 2 fails, Feed 1 works again"
    )
