"""What workers lack together."""

from datetime import timedelta

import pytest

from monitor.health import NOBODY, SILENT, what_is_amiss
from monitor.model import Role, Worker
from tests.support.clock import NOON


def worker(
    number: int, role: Role = Role.ALL, *, setup: str = "s", silent: timedelta = timedelta(0)
) -> Worker:
    return Worker(
        id=f"{number}",
        host="a.example",
        pid=number,
        role=role,
        version="1",
        setup=setup,
        began_at=NOON,
        seen_at=NOON - silent,
    )


@pytest.mark.parametrize("roles", [["all"], ["poll", "deliver"], ["all", "web"], ["poll", "all", "poll"]])
def test_workers_that_do_everything_together_lack_nothing(roles: list[str]) -> None:
    assert what_is_amiss([worker(number, Role(role)) for number, role in enumerate(roles)], NOON) == []


@pytest.mark.parametrize(
    ("roles", "said"), [(["poll"], ["messages"]), (["deliver"], ["feeds"]), (["web"], ["feeds", "messages"])]
)
def test_what_no_worker_does_is_said(roles: list[str], said: list[str]) -> None:
    complaints = what_is_amiss([worker(number, Role(role)) for number, role in enumerate(roles)], NOON)

    assert len(complaints) == len(said)
    assert all(word in complaint for word, complaint in zip(said, complaints, strict=True))


def test_a_worker_that_is_silent_does_nothing() -> None:
    workers = [worker(1, Role.POLL), worker(2, Role.DELIVER, silent=SILENT)]

    assert what_is_amiss(workers, NOON) == [
        "No worker sends messages. Start one: news-monitor run --role deliver"
    ]


def test_that_no_worker_is_there_is_said_once() -> None:
    assert what_is_amiss([], NOON) == what_is_amiss([worker(1, silent=SILENT)], NOON) == [NOBODY]


def test_workers_with_different_configurations_are_named() -> None:
    workers = [worker(1), worker(2), worker(3, setup="t")]

    assert what_is_amiss(workers, NOON) == [
        "Workers have read different configurations: a.example:1 and a.example:3. Give all of them the same."
    ]
