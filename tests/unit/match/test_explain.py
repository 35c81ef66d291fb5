"""Which part of a query holds, where, and which is to blame when the whole doesn't."""

import pytest

from monitor.match import compile_rules, failing
from monitor.model import Clause, Entry, Hit, Origin, Rule, TextField

FEED = Origin(url="https://news.example/rss", name="Example World", language="en")
TALKS = Entry(title="Ukraine talks", summary="Football in Gaza", authors=("Ann Lee",))


def explained(query: str, text: str | None = None) -> Clause:
    rule = Rule(name="rule", query=query, channels=("desk",))
    return compile_rules([rule]).explain("rule", TALKS, FEED, text)


@pytest.mark.parametrize(
    ("query", "smallest"),
    [
        ("Ukraine ceasefire", "ceasefire"),
        ("Ukraine (talks ceasefire)", "ceasefire"),
        ("Ukraine (truce OR ceasefire)", "truce OR ceasefire"),
        ("Ukraine NOT football", "football"),
        ("Ukraine NOT (Sudan OR Gaza)", "Gaza"),
        ("Ukraine NOT (football Gaza)", "football Gaza"),
        ("talks NOT NOT truce", "truce"),
        ("(Ukraine truce) OR (Sudan talks)", "Ukraine truce OR Sudan talks"),
        ("title:(Ukraine ceasefire)", "title:ceasefire"),
        ("Ukraine author:Smith", "author:Smith"),
        ("Ukraine title:(talks -Ukraine)", "title:Ukraine"),
        ("Ukraine NEAR/0 Gaza", "Ukraine NEAR/0 Gaza"),
        ('talks "Gaza Strip"', '"Gaza Strip"'),
        ('talks ="UKRAINE"', '="UKRAINE"'),
        ("talks ceasef*", "ceasef*"),
        ("talks /[0-9]+/", "/[0-9]+/"),
    ],
)
def test_the_smallest_clause_that_is_to_blame(query: str, smallest: str) -> None:
    clause = failing(explained(query))
    assert clause is not None
    assert clause.text == smallest


def test_what_was_found_although_it_is_excluded_holds_and_says_where() -> None:
    clause = failing(explained("Ukraine -football"))
    assert clause == Clause(text="football", holds=True, hits=(Hit(TextField.SUMMARY, 0, 8, "football"),))


def test_a_query_that_holds_has_no_failing_clause() -> None:
    assert failing(explained("Ukraine talks")) is None


def test_each_part_says_whether_it_holds_and_where() -> None:
    clause = explained("Ukraine (truce OR talks)")
    assert [(part.text, part.holds, len(part.hits)) for part in clause.walk()] == [
        ("Ukraine (truce OR talks)", True, 2),
        ("Ukraine", True, 1),
        ("truce OR talks", True, 1),
        ("truce", False, 0),
        ("talks", True, 1),
    ]


def test_the_page_counts_when_it_is_there() -> None:
    assert not explained("Ukraine ceasefire").holds
    assert explained("Ukraine ceasefire", "A ceasefire.").holds


def test_a_rule_that_is_not_known_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        compile_rules([]).explain("rule", TALKS, FEED)
