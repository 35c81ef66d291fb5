"""What the README shows is what happens."""

import re
from pathlib import Path

import pytest

from monitor import config
from monitor.errors import ConfigError
from monitor.model import MessageFormat
from tests.unit.config.conftest import failed_tests

README = (Path(__file__).parents[3] / "README.md").read_text()
EXAMPLE = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)[0]


def load(folder: Path, environ: dict[str, str]) -> config.Settings:
    path = folder / "config.toml"
    path.write_text(EXAMPLE)
    return config.load(path, environ, check_channel=lambda url: MessageFormat.SLACK, test_rules=failed_tests)


def test_its_configuration_is_good(tmp_path: Path) -> None:
    settings = load(tmp_path, {"SLACK_URL": "https://hooks.slack.com/services/T/B/X"})
    assert [rule.query for rule in settings.rules] == ["Ukraine ceasefire"]


def test_its_example_of_a_mistake_is_what_one_reads(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, {})
    (problem,) = refused.value.problems
    said = str(problem)
    assert said[said.index("config.toml:") :] in README
