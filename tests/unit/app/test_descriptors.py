"""How many files may be open, and how many polls that is enough for."""

import resource
from collections.abc import Iterator

import pytest

from monitor.app.descriptors import most_polls, raise_limit

LIMIT = resource.RLIMIT_NOFILE


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = resource.getrlimit(LIMIT)
    yield
    resource.setrlimit(LIMIT, before)


def test_it_takes_as_many_as_the_system_allows() -> None:
    _, most = resource.getrlimit(LIMIT)
    resource.setrlimit(LIMIT, (256, most))
    raise_limit()
    assert resource.getrlimit(LIMIT) == (most, most)


@pytest.mark.parametrize(("limit", "polls"), [(1_024, 196), (256, 43)])
def test_five_are_counted_for_each_poll_and_some_for_the_rest(limit: int, polls: int) -> None:
    resource.setrlimit(LIMIT, (limit, resource.getrlimit(LIMIT)[1]))
    assert most_polls() == polls
