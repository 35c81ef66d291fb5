"""Which polls make one line of a feed's history."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from monitor.health import follow
from monitor.model import PollRun, Reason
from tests.support.clock import NOON
from tests.support.polls import HOUR


def polled(hours: int, reason: Reason = Reason.NOT_MODIFIED, detail: str = "", entries: int = 0) -> PollRun:
    at = NOON + hours * HOUR
    return PollRun(began_at=at, ended_at=at, reason=reason, detail=detail, entries=entries)


def history(polls: Sequence[PollRun]) -> list[PollRun]:
    """Return all runs that come of these polls, the present one last."""
    run: PollRun | None = None
    over: list[PollRun] = []
    for poll in polls:
        run, ended = follow(run, poll)
        over += ended
    return [*over, run] if run else over


def test_polls_that_brought_nothing_new_are_one_run_however_the_server_said_so() -> None:
    reasons = (Reason.OK, Reason.NOT_MODIFIED, Reason.UNCHANGED)
    (run,) = history([polled(hour, reason) for hour, reason in enumerate(reasons)])
    assert (run.began_at, run.ended_at, run.polls) == (NOON, NOON + 2 * HOUR, 3)
    assert run.reason is Reason.UNCHANGED


def test_a_poll_that_brought_entries_stands_alone_at_its_own_time() -> None:
    news = polled(2, Reason.OK, entries=3)
    quiet = history([polled(0), polled(1), news, polled(3), polled(4)])
    assert [(run.began_at, run.polls, run.entries) for run in quiet] == [
        (NOON, 2, 0),
        (news.began_at, 1, 3),
        (NOON + 3 * HOUR, 2, 0),
    ]
    assert history([news, replace(news, entries=1)]) == [news, replace(news, entries=1)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Reason.OK, Reason.DNS),
        (Reason.DNS, Reason.OK),
        (Reason.DNS, Reason.TIMEOUT),
    ],
)
def test_a_poll_that_ended_otherwise_begins_a_run(before: Reason, after: Reason) -> None:
    runs = history([polled(0, before), polled(1, before), polled(2, after)])
    assert [(run.reason, run.polls) for run in runs] == [(before, 2), (after, 1)]


def test_a_run_has_the_detail_of_its_last_poll() -> None:
    first = polled(0, Reason.HTTP_SERVER_ERROR, "502")
    (run,) = history([first, polled(1, Reason.HTTP_SERVER_ERROR, "503")])
    assert (run.detail, run.polls) == ("503", 2)
