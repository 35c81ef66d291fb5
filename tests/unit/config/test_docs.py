"""What docs/rules.md and docs/delivery.md show is what happens."""

import re
from pathlib import Path

import pytest

from monitor import config
from monitor.match import lint
from tests.unit.config.conftest import REST, Load, Tell

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
DELIVERY = (ROOT / "docs/delivery.md").read_text(encoding="utf-8")
(NEWSROOM,) = re.findall(r"```toml\n(.*?)```", DELIVERY, re.DOTALL)
SECRETS = {"SLACK_URL": "slack:a", "PUSH_URL": "slack:b", "MAIL_PASSWORD": "word"}
SECRETS |= {"HEARTBEAT_URL": "https://beat.example/word"}
OTHERS = REST.partition("[[rules]]")[0]
NOTES = re.findall(r"^\| `(.*)` \| (.*) \|$", PAGE.partition("## Notes")[2], re.MULTILINE)
KEYS = re.findall(
    r"`(\w+)`", "".join(line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `"))
)


def test_its_example_is_good_and_there_is_nothing_to_say_of_it(load: Load) -> None:
    settings = load(EXAMPLE + OTHERS)
    (rule,) = settings.rules
    assert (rule.channels, len(rule.active), len(rule.tests)) == (("desk",), 1, 2)
    assert settings.remarks() == ()


def test_the_newsroom_is_good_and_there_is_nothing_to_say_of_it(load: Load) -> None:
    settings = load(NEWSROOM.replace("mailtos:", "mailto:"), **SECRETS)
    assert [rule.channels for rule in settings.rules] == [("desk", "chief"), ("desk", "chief", "oncall")]
    assert settings.remarks() == ()


@pytest.mark.parametrize("table", ["ChannelTable", "MonitorTable"])
def test_every_key_of_delivery_is_told(table: str) -> None:
    definitions = config.json_schema()["$defs"]
    assert isinstance(definitions, dict)
    elsewhere = {"name", "url", "database", "poll_every", "adaptive", "first_poll", "contact"}
    assert [key for key in definitions[table]["properties"].keys() - elsewhere if key not in DELIVERY] == []


def test_its_failing_test_is_told_as_it_says(tell: Tell) -> None:
    (line,) = tell(EXAMPLE.replace("@weapons @capitals -drill", "@weapons") + OTHERS)
    assert f"\n    {line}\n" in PAGE


@pytest.mark.parametrize(("query", "note"), NOTES)
def test_its_notes_are_what_is_said(query: str, note: str) -> None:
    assert [what.startswith(note) for _, what, _ in lint(query)] == [True]


def test_every_option_of_a_rule_is_in_its_table() -> None:
    definitions = config.json_schema()["$defs"]
    assert isinstance(definitions, dict)
    options = definitions["RuleTable"]["properties"].keys() - {"name", "query", "tests"}
    assert options <= set(KEYS)
