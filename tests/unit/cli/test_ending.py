import logging
import sys
from collections.abc import Iterator

import pytest
import typer

from monitor import log
from monitor.cli.ending import exits
from monitor.errors import ConfigError, Problem, StoreBusy

SECRET = "hunter2-secret"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, levels = root.handlers[:], (root.level, log.LOGGER.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    log.LOGGER.setLevel(levels[1])


def code_of(outcome: int | BaseException) -> int:
    def work() -> int:
        if isinstance(outcome, int):
            return outcome
        raise outcome

    with pytest.raises(typer.Exit) as ended:
        exits(work)()
    return ended.value.exit_code


@pytest.mark.parametrize("code", [0, 1, 2])
def test_a_command_ends_with_the_code_it_returns(code: int) -> None:
    assert code_of(code) == code


def test_an_error_is_one_line_and_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(StoreBusy("news.db is in use")) == 1
    assert capsys.readouterr() == ("", "news.db is in use\n")


def test_every_mistake_in_the_configuration_is_a_line_and_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    mistakes = [
        Problem("config.toml", 3, "feeds.1.url", "no URL"),
        Problem("config.toml", None, "", "no rules"),
    ]

    assert code_of(ConfigError(mistakes)) == 2
    assert capsys.readouterr() == ("", "config.toml:3: feeds.1.url: no URL\nconfig.toml: no rules\n")


def test_ctrl_c_is_quiet_and_has_the_code_that_shells_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(KeyboardInterrupt()) == 130
    assert capsys.readouterr() == ("", "")


def test_a_fault_of_ours_is_told_in_full_but_for_secrets(
    logging_of_its_own: None, capsys: pytest.CaptureFixture[str]
) -> None:
    log.set_up(json_lines=False, level="info", secrets=[SECRET], stream=sys.stderr)

    assert code_of(RuntimeError(f"no luck with {SECRET}")) == 1
    told = capsys.readouterr().err
    assert "news-monitor has failed inside" in told
    assert "RuntimeError: no luck with ***" in told
    assert SECRET not in told
