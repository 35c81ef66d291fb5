"""Texts that rules have to match, or must not."""

import pytest

from tests.unit.config.conftest import REST, Load, Tell

TEST = "[[rules.tests]]\n"


def test_tests_that_come_out_as_they_say_are_kept(load: Load) -> None:
    tests = f'{TEST}title = "Ukraine"\ntext = "A cease-fire holds"\n{TEST}text = "Gaza"\nmatch = false\n'
    (rule,) = load(REST + tests).rules
    assert [(test.title, test.text, test.match) for test in rule.tests] == [
        ("Ukraine", "A cease-fire holds", True),
        ("", "Gaza", False),
    ]


def test_a_test_that_fails_is_a_mistake_where_it_stands(tell: Tell) -> None:
    good, missed = f'{TEST}title = "Ukraine ceasefire"\n', f'{TEST}title = "Ceasefire in Gaza"\n'
    found = f'{TEST}\ntext = "Ceasefire in Ukraine"\nmatch = false\n'
    assert tell(REST + good + missed + found) == [
        (
            'config.toml:14: rules.1.tests.2: rule "truce" must match this text and doesn\'t: it has no Ukraine; '
            "mend the query, or the test"
        ),
        (
            'config.toml:16: rules.1.tests.3: rule "truce" must not match this text and does: it has ceasefire, Ukraine; '
            "mend the query, or the test"
        ),
    ]


def test_groups_are_known_to_tests(load: Load) -> None:
    text = '[groups]\nsides = ["Ukraine", "Russia"]\n' + REST.replace("Ukraine ceasefire", "@sides truce")
    load(f'{text}{TEST}title = "Russia offers a truce"\n')


@pytest.mark.parametrize(
    "options", ['tags = ["wire"]', 'feeds = ["https://b.example/"]', 'not_tags = ["world"]']
)
def test_the_text_is_one_of_a_feed_that_the_rule_watches(load: Load, options: str) -> None:
    feed = '[[feeds]]\nurl = "https://b.example/"\ntags = ["wire"]\n'
    load(f'{feed}{REST}{options}\n{TEST}title = "Ukraine ceasefire"\n')


@pytest.mark.parametrize(
    ("test", "line"),
    [
        ("", 'config.toml:12: rules.1.tests.1: has no text; add title = "..." or text = "..."'),
        ("match = true", 'config.toml:12: rules.1.tests.1: has no text; add title = "..." or text = "..."'),
        ("title = 1", "config.toml:13: rules.1.tests.1.title: must be text; put it in quotes"),
        (
            'title = "a"\nmatch = "no"',
            "config.toml:14: rules.1.tests.1.match: must be true or false; write it without quotes",
        ),
        (
            'title = "a"\nmatches = true',
            (
                'config.toml:14: rules.1.tests.1.matches: unknown key; did you mean "match"? '
                "keys of [[rules.tests]]: title, text, match"
            ),
        ),
    ],
)
def test_what_a_test_can_not_say(tell: Tell, test: str, line: str) -> None:
    assert tell(f"{REST}{TEST}{test}") == [line]


def test_tests_are_a_list_of_tables(tell: Tell) -> None:
    assert tell(f"{REST}[rules.tests]\ntitle = 'a'") == [
        "config.toml:12: rules.1.tests: must be a list of tables; write [[rules.tests]], with two brackets"
    ]
    assert tell(f"{REST}tests = ['a']") == [
        "config.toml:12: rules.1.tests.1: must be a table; write [[rules.tests]]"
    ]


def test_other_mistakes_are_mended_first(tell: Tell) -> None:
    (line,) = tell(f'[parse]\nworkers = 0\n{REST}{TEST}title = "Gaza"\n')
    assert line.startswith("config.toml:2: parse.workers")
