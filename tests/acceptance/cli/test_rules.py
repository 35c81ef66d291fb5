"""What the rules find, and what there is to say of them."""

import pytest

from tests.acceptance.cli.place import TRUCE, Place

RULES = """\
[[rules]]
name = "truce"
query = "Ukraine ceasefire"
channels = ["console"]
[[rules.tests]]
title = "A ceasefire in Ukraine"
[[rules.tests]]
title = "Rain in Rome"
match = false

[[rules]]
name = "floods"
query = "flood or rain"
channels = ["console"]
"""


@pytest.fixture
def told(place: Place) -> Place:
    """A feed that has reported a truce, and two rules, of which one found it."""
    place.publish(TRUCE)
    place.configure(rules=RULES)
    place.run("run", "--once")
    return place


def test_rules_are_listed_with_what_they_match_and_what_they_hardly_mean(told: Place) -> None:
    done = told.run("rules", "list")
    assert (done.returncode, done.stderr) == (0, "")
    head, truce, floods, blank, total, note = done.stdout.splitlines()
    assert head.split("  ")[0] == "RULE"
    assert [part.strip() for part in truce.split("  ") if part.strip()][:3] == ["truce", "0.1", "1"]
    assert "2 hold" in truce
    assert truce.endswith("console   Ukraine ceasefire")
    assert "none in 14 days" in floods
    assert (blank, total) == ("", "2 rules")
    assert note.startswith('note: floods, column 7: "or" is looked for as a word; ')


def test_a_rule_is_shown_with_its_days_tests_and_alerts(told: Place) -> None:
    done = told.run("rules", "show", "truce")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Ukraine ceasefire"
    assert f"matched:    1 in 14 days, by day: {'0 ' * 13}1" in lines
    assert "tests:      2 hold" in lines
    assert '  name = "truce"' in lines
    assert lines[-1].endswith(TRUCE.title)
    assert told.run("rules", "show", "floods").stdout.endswith("\nIt has told nobody yet.\n")


def test_as_json_they_have_the_names_of_the_api(told: Place) -> None:
    truce, floods = told.json("rules", "list")
    assert (truce["name"], truce["matched"], truce["per_day"][-1], truce["tests"]) == ("truce", 1, 1, 2)
    assert (floods["last_match_at"], len(floods["notes"])) == (None, 1)
    detail = told.json("rules", "show", "truce")
    assert detail["rule"] == truce
    assert [test["match"] for test in detail["tests"]] == [True, False]
    assert [alert["title"] for alert in detail["alerts"]] == [TRUCE.title]
    assert detail["toml"].startswith('[[rules]]\nname = "truce"\n')


def test_a_rule_that_there_is_not_is_told_with_the_nearest(told: Place) -> None:
    done = told.run("rules", "show", "truces")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "there is no rule 'truces'; did you mean 'truce'?\n"


def test_a_rule_whose_test_fails_is_named(told: Place) -> None:
    told.configure(rules=RULES.replace("match = false", "match = true"))
    done = told.run("rules", "list")
    assert (done.returncode, done.stdout) == (2, "")
    assert "rules.1.tests.2" in done.stderr


def test_before_the_first_start_there_is_nothing_to_look_into(place: Place) -> None:
    place.configure()
    for command in (("list",), ("show", "ukraine-ceasefire")):
        early = place.run("rules", *command)
        assert early.returncode == 1
        assert "start the monitor first: news-monitor run" in early.stderr
