"""The tests of rules."""

import pytest

from monitor.match import FailedTest, run_tests
from monitor.model import Entry, Origin, Rule, RuleTest

WORLD = Origin(url="https://a.example/", name="A", tags=frozenset({"world"}))
SPORT = Origin(url="https://b.example/", name="B", tags=frozenset({"sport"}))


def rule(query: str, *tests: RuleTest, **scope: frozenset[str]) -> Rule:
    return Rule(name="truce", query=query, channels=("desk",), tests=tests, **scope)  # type: ignore[arg-type]  # the scope is of sets


def failed(*rules: Rule, groups: dict[str, tuple[str, ...]] | None = None) -> list[FailedTest]:
    origins = [WORLD, SPORT]
    return list(run_tests(rules, groups or {}, origins, lambda title, text: Entry(title=title, summary=text)))


def test_tests_that_come_out_as_they_say_are_not_spoken_of() -> None:
    found, missed = RuleTest(title="Ceasefire", text="in Ukraine"), RuleTest(text="Ukraine", match=False)

    assert failed(rule("Ukraine ceasefire", found, missed), rule("x")) == []


@pytest.mark.parametrize(
    ("query", "test", "why"),
    [
        (
            "Ukraine ceasefire",
            RuleTest(text="Ukraine"),
            "must match this text and doesn't: it has no ceasefire",
        ),
        (
            "Kyiv (truce OR talks)",
            RuleTest(title="Kyiv"),
            "must match this text and doesn't: it has no truce OR talks",
        ),
        (
            "truce -(Gaza OR Lebanon)",
            RuleTest(title="Truce", text="in Lebanon"),
            "must match this text and doesn't: it has Lebanon, which is excluded",
        ),
        (
            '"peace talks" OR @arms',
            RuleTest(title="Peace talks", text="on tanks", match=False),
            'must not match this text and does: it has "peace talks", tank*',
        ),
    ],
)
def test_a_test_that_fails_is_named_by_its_place_with_what_was_expected_and_why_not(
    query: str, test: RuleTest, why: str
) -> None:
    passes = RuleTest(title="Nothing", match=False)

    assert failed(rule("x"), rule(query, passes, test), groups={"arms": ("tank*",)}) == [
        FailedTest(1, 1, f'rule "truce" {why}')
    ]


@pytest.mark.parametrize("scope", [{"tags": {"sport"}}, {"feeds": {"B"}}, {"not_feeds": {WORLD.url}}])
def test_the_text_is_one_of_the_first_feed_that_the_rule_watches(scope: dict[str, set[str]]) -> None:
    own = {key: frozenset(names) for key, names in scope.items()}

    assert failed(rule("goal", RuleTest(title="Goal"), **own)) == []


def test_the_tests_of_a_rule_that_watches_no_feed_are_not_run() -> None:
    assert failed(rule("goal", RuleTest(title="Nil"), tags=frozenset({"none"}))) == []


def test_groups_are_known() -> None:
    assert failed(rule("@goals", RuleTest(title="Penalty")), groups={"goals": ("goal", "penalty")}) == []
