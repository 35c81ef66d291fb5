"""What there is to say of a configuration although it is good."""

import pytest

from monitor import config
from tests.unit.config.conftest import REST, Load

RULE = '[[rules]]\nname = "{}"\nquery = "{}"\nchannels = ["desk"]\n'


def notes(load: Load, text: str, **environ: str) -> list[str]:
    return [str(remark) for remark in load(text, **environ).remarks()]


def with_query(query: str) -> str:
    return REST.replace('"Ukraine ceasefire"', f"'{query}'")


def test_a_note_has_its_place_the_rule_the_column_and_advice(load: Load) -> None:
    assert notes(load, with_query("ceasefire or truce")) == [
        (
            'config.toml:10: rules.1.query: rule "truce", column 11 of the query: "or" is looked for as a word; '
            "write OR, or put it in quotes for the word"
        )
    ]


def test_terms_of_groups_have_notes_too(load: Load) -> None:
    text = '[groups]\nbodies = ["UN", "WHO"]\n' + with_query("@bodies truce")
    assert notes(load, text) == [
        'config.toml:2: groups.bodies.2: column 1 of the term: WHO also finds the word "who"; write ="WHO" for capitals only'
    ]


def test_what_is_said_of_english_words_is_not_said_of_other_languages(load: Load) -> None:
    assert notes(load, with_query("WHO or US") + 'language = "fr"\n') == []
    assert len(notes(load, with_query("WHO or US") + 'language = "en"\n')) == 3


def test_what_a_title_excludes_a_summary_may_have(load: Load) -> None:
    assert len(notes(load, with_query("title:x -x"))) == 1
    assert notes(load, with_query("title:x -x") + 'fields = ["summary"]\n') == []


def test_two_rules_that_ask_the_same_are_told(load: Load) -> None:
    assert (
        notes(load, REST + RULE.format("again", "Ukraine  (ceasefire)")) == []
    )  # side by side they mean more
    assert notes(load, REST + RULE.format("again", "Ukraine  ceasefire")) == [
        'config.toml:14: rules.2.query: rule "again" asks the same as "truce"; one rule can tell several channels'
    ]


@pytest.mark.parametrize(
    "option",
    [
        'tags = ["world"]',
        'priority = "high"',
        'active = "07:00-19:00"',
        'full_text = "always"',
        'story = "every"',
        'fields = ["title"]',
    ],
)
def test_the_same_query_for_another_purpose_is_another_rule(load: Load, option: str) -> None:
    assert notes(load, REST + RULE.format("again", "Ukraine ceasefire") + option) == []


def test_secrets_are_in_no_note(load: Load) -> None:
    (note,) = notes(load, with_query("${WORD} -${WORD}"), WORD="hunter2")
    assert "hunter2" not in note


def test_of_the_example_there_is_nothing_to_say(load: Load) -> None:
    assert load(config.example()).remarks() == ()
