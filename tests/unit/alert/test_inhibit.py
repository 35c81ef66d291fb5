"""Which rules give way to more specific ones of the same entry."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import hopeful, inhibited, telling
from monitor.model import Match, Rule, Withheld

Suppresses = Mapping[str, str]


def rules(names: str, suppresses: Suppresses) -> Mapping[str, Rule]:
    """Return rules of one letter; `suppresses` has those that each suppresses."""
    return {
        name: Rule(name=name, query="x", channels=("desk",), suppresses=frozenset(suppresses.get(name, "")))
        for name in names
    }


def heard(names: str, suppresses: Suppresses, told: str = "", silent: str = "") -> str:
    """Return which of the rules tell of an entry; those of `silent` are withheld, those of `told` told before."""
    matches = [Match(name, (), Withheld.INACTIVE if name in silent else None) for name in names]
    found = inhibited(matches, rules(names, suppresses), told)
    assert [match.rule for match in found] == list(names)
    return "".join(sorted(telling(found)))


@pytest.mark.parametrize(
    ("suppresses", "expected"),
    [
        ({}, "abc"),
        ({"a": "b"}, "ac"),
        ({"a": "bc"}, "a"),
        ({"a": "c", "b": "c"}, "ab"),
        ({"a": "b", "b": "c"}, "ac"),  # who gives way suppresses none
        ({"a": "z"}, "abc"),
        ({"a": "a"}, "abc"),
    ],
)
def test_a_rule_tells_unless_one_that_tells_suppresses_it(suppresses: Suppresses, expected: str) -> None:
    for names in permutations("abc"):
        assert heard("".join(names), suppresses) == expected


def test_who_tells_nobody_suppresses_none() -> None:
    assert heard("ab", {"a": "b"}, silent="a") == "b"


@pytest.mark.parametrize("told", ["a", "az"])
def test_who_has_told_of_the_story_suppresses_also_where_it_does_not_match(told: str) -> None:
    assert heard("bc", {"a": "b"} | {"b": "c"}, told="a") == "b"  # which has left the configuration
    assert heard("abc", {"a": "b"}, told=told, silent="a") == "c"


@pytest.mark.parametrize(
    ("names", "suppresses", "expected"),
    [
        ("ab", {"a": "b", "b": "a"}, "a"),
        ("ba", {"a": "b", "b": "a"}, "b"),
        ("abc", {"a": "b", "b": "c", "c": "a"}, "ac"),
    ],
)
def test_of_a_circle_the_first_rule_tells(names: str, suppresses: Suppresses, expected: str) -> None:
    assert heard(names, suppresses) == expected


@given(st.dictionaries(st.sampled_from("abcdef"), st.text("abcdef", max_size=3)))
def test_whatever_suppresses_what_somebody_tells_and_each_that_does_not_has_a_reason(
    suppresses: Suppresses,
) -> None:
    told = heard("abcdef", suppresses)

    assert told
    for name in set("abcdef") - set(told):
        assert any(name in suppresses.get(other, "") for other in told)


def test_a_match_that_is_withheld_already_keeps_its_reason() -> None:
    silent = Match("b", (), Withheld.TOO_OLD)

    assert inhibited([Match("a", ()), silent], rules("ab", {"a": "b"})) == (Match("a", ()), silent)


def test_the_page_is_read_for_rules_that_give_way_only_if_another_is_true() -> None:
    withheld = [None, Withheld.INHIBITED, Withheld.INACTIVE]

    assert hopeful(
        replace(Match(name, ()), withheld=why) for name, why in zip("abc", withheld, strict=True)
    ) == (
        "a",
        "b",
    )
