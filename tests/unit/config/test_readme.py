"""What the README shows is what happens."""

import re
from pathlib import Path

import pytest

from monitor import config
from monitor.errors import ConfigError
from monitor.model import MessageFormat, Recipient, Secret
from tests.unit.config.conftest import failed_tests

README = (Path(__file__).parents[3] / "README.md").read_text()
EXAMPLE, *OTHERS = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
(RULES,) = (text for text in OTHERS if text.startswith("[groups]"))
ENVIRON = {"SLACK_URL": "https://hooks.slack.com/services/T/B/X"}


def slack(url: str) -> tuple[Recipient, ...]:
    return (Recipient(name="", url=Secret(url), format=MessageFormat.SLACK),)


def load(folder: Path, environ: dict[str, str], text: str = EXAMPLE) -> config.Settings:
    path = folder / "config.toml"
    path.write_text(text)
    return config.load(path, environ, config.Files(), check_channel=slack, test_rules=failed_tests)


def test_its_configuration_is_good(tmp_path: Path) -> None:
    settings = load(tmp_path, ENVIRON)
    assert [rule.query for rule in settings.rules] == ["Ukraine ceasefire"]


def test_its_rule_with_tests_is_good(tmp_path: Path) -> None:
    settings = load(tmp_path, ENVIRON, EXAMPLE + RULES)
    assert [len(rule.tests) for rule in settings.rules] == [0, 2]
    assert settings.remarks() == ()


def test_its_example_of_a_mistake_is_what_one_reads(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, {})
    (problem,) = refused.value.problems
    said = str(problem)
    assert said[said.index("config.toml:") :] in README
