"""Which silence hides which alert."""

from datetime import timedelta
from typing import Any

import pytest

from monitor.alert.silence import hushed
from monitor.model import Entry, Silence
from tests.support.clock import NOON
from tests.unit.alert.unsettled import FEED, alert, notice, unsettled

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def silence(number: int = 1, **options: Any) -> Silence:
    usual: dict[str, Any] = {"created_at": NOON - HOUR, "until": NOON + HOUR, "reason": "known"}
    return Silence(id=number, **usual | options)


@pytest.mark.parametrize(
    ("asked", "hides"),
    [
        ({"rule": "ferry"}, True),
        ({"rule": "paros"}, False),
        ({"feed": FEED}, True),
        ({"feed": "World"}, True),
        ({"feed": "world"}, False),
        ({"story": 5}, True),
        ({"story": 6}, False),
        ({"query": "ferries Paros"}, True),
        ({"query": "ferries Naxos"}, False),
        ({"query": "feed:world"}, True),
        ({"rule": "ferry", "feed": "World", "story": 5, "query": "sinks"}, True),
        ({"rule": "paros", "feed": "World", "story": 5, "query": "sinks"}, False),
        ({"rule": "ferry", "feed": "Sports", "story": 5, "query": "sinks"}, False),
        ({"rule": "ferry", "feed": "World", "story": 6, "query": "sinks"}, False),
        ({"rule": "ferry", "feed": "World", "story": 5, "query": "floats"}, False),
    ],
)
def test_all_that_a_silence_names_has_to_hold(asked: dict[str, Any], hides: bool) -> None:
    told = unsettled(7, "ferry", story=5)

    assert hushed([told], [silence(3, **asked)], NOON) == ({7: silence(3, **asked)} if hides else {})


@pytest.mark.parametrize(
    ("times", "hides"),
    [
        ({"until": NOON + SECOND}, True),
        ({"until": NOON}, False),
        ({"created_at": NOON}, True),
        ({"created_at": NOON + SECOND}, False),
        ({"ended_at": NOON}, False),
        ({"ended_at": NOON + SECOND}, True),
    ],
)
def test_a_silence_has_its_time(times: dict[str, Any], hides: bool) -> None:
    assert bool(hushed([unsettled()], [silence(rule="ferry", **times)], NOON)) is hides


def test_what_another_rule_tells_as_well_is_told() -> None:
    told = unsettled(7, "ferry", "paros")

    assert hushed([told], [silence(1, rule="ferry")], NOON) == {}
    assert hushed([told], [silence(1, rule="paros"), silence(2, rule="ferry")], NOON) == {
        7: silence(2, rule="ferry")
    }
    assert hushed([told], [silence(1, rule="paros"), silence(2, feed="World")], NOON) == {
        7: silence(2, feed="World")
    }


def test_the_words_of_a_silence_are_looked_for_as_those_of_a_rule() -> None:
    in_german = alert(entry=Entry(title="Fähren sinken vor Paros", summary="Die Küstenwache rettet alle"))
    page = unsettled(7, about=in_german, language="de")

    assert hushed([page], [silence(query="Fähre")], NOON)
    assert hushed([page], [silence(query="kustenwache")], NOON)
    assert not hushed([page], [silence(query="title:Küstenwache")], NOON)


def test_a_query_that_means_nothing_any_more_hides_nothing_and_harms_no_other() -> None:
    found = hushed([unsettled(7)], [silence(1, query="ferry ("), silence(2, query="ferry")], NOON)

    assert found == {7: silence(2, query="ferry")}


def test_notices_are_never_hidden() -> None:
    everything = silence()

    assert hushed([notice(1), unsettled(2)], [everything], NOON) == {2: everything}
