"""What people and programs find among entries, and why each did or didn't alert."""

import pytest

from tests.integration.web.conftest import AGREED
from tests.support.ground import Ground, elements, values, words


def headlines(ground: Ground, address: str) -> list[str]:
    return [words(one) for one in elements(ground.page(address), "//li[@class='item']/h2")]


def number_of(ground: Ground, title: str) -> int:
    return int(next(one["entry"] for one in ground.ask("/entries")["items"] if one["title"] == title))


def test_before_the_first_poll_nothing_is_stored(ground: Ground) -> None:
    assert "Nothing is stored yet" in words(ground.page("/entries"))
    assert ground.ask("/entries")["items"] == []


def test_the_newest_entries_stand_first(told: Ground) -> None:
    shown = headlines(told, "/entries")
    assert len(shown) == 4
    assert [one["title"] for one in told.ask("/entries")["items"]] == shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ceasefire Ukraine", 2),
        ("q=title:rain", 1),
        ("q=nothing", 0),
        ("q=ceasefire&feed=The Gazette", 1),
        ("rule=floods", 1),
        ("tag=local", 1),
    ],
)
def test_entries_are_found_in_the_language_of_rules(told: Ground, query: str, found: int) -> None:
    assert len(headlines(told, f"/entries?{query}")) == found
    assert len(told.client.get(f"/api/v1/entries?{query}").json()["items"]) == found


def test_what_was_asked_for_is_marked_and_text_stays_text(told: Ground) -> None:
    page = told.page("/entries?q=flood")
    (title,) = elements(page, "//li[@class='item']/h2")
    assert values(title, ".//mark/text()") == ["Flood"]
    assert "<script>" in words(title)
    assert elements(title, ".//a | .//script") == []


def test_a_query_that_cannot_be_read_is_told_with_its_column(told: Ground) -> None:
    page = told.page("/entries?q=(rain", 400)
    assert "column" in words(elements(page, "//*[@role='alert']")[0])
    (problem,) = told.ask("/entries", 422, q="(rain")["errors"]
    assert problem["name"] == "q"


def test_an_entry_tells_what_became_of_it(told: Ground) -> None:
    number = number_of(told, AGREED.title)
    page = told.page(f"/entries/{number}")
    assert values(page, "//h1/a/@href") == [AGREED.link]
    heads = [words(one) for one in elements(page, "//h3")]
    assert heads[0].startswith("truce: ")
    assert heads[1].startswith("floods: ")
    told_of = told.ask(f"/entries/{number}/explain")
    assert [rule["rule"] for rule in told_of["rules"]] == ["truce", "floods"]
    assert told_of["stages"][0]["name"]


def test_one_rule_is_explained_clause_by_clause(told: Ground) -> None:
    page = told.page(f"/entries/{number_of(told, 'Rain in Rome')}?rule=truce")
    clauses = [words(one) for one in elements(page, "//ul[@class='clauses']//li")]
    assert any("fails" in clause and "ceasefire" in clause for clause in clauses)


def test_an_entry_that_is_not_there_is_told(told: Ground) -> None:
    assert "no entry of this number" in words(told.page("/entries/4711", 404))
    told.page("/entries/0", 400)
    told.page("/entries/x", 400)
    told.ask("/entries/4711/explain", 404)


def test_a_hostile_link_leads_nowhere(told: Ground) -> None:
    (item,) = told.ask("/entries", q="flood")["items"]
    assert values(told.page(f"/entries/{item['entry']}"), "//h1//a/@href") == []
