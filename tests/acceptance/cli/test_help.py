from pathlib import Path

import pytest

from monitor import __version__
from tests.acceptance.cli.place import Place
from tests.support.reference import command_names

COMMANDS = command_names()
SLOW = {
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "apprise",
    "httpx",
    "pydantic",
    "feedparser",
    "lxml",
    "apscheduler",
}


def imports(place: Place, *command: str) -> set[str]:
    """Return the names of all modules that a command imports."""
    done = place.run(*command, env={"PYTHONPROFILEIMPORTTIME": "1"})
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_slow(place: Place, option: str) -> None:
    imported = imports(place, option)

    assert "monitor.cli.program" in imported
    assert (SLOW | {"asyncio"}) & imported == set()


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("check", {"pydantic", "lxml"}),
        ("match truce --text truce", {"pydantic", "lxml"}),
        ("status", {"pydantic", "lxml", "sqlalchemy", "sqlmodel"}),
    ],
)
def test_a_command_imports_only_what_it_needs(place: Place, command: str, needed: set[str]) -> None:
    assert SLOW & imports(place, *command.split()) == needed


def test_the_version_is_the_packages(place: Place) -> None:
    assert place.run("--version").stdout == f"news-monitor {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example_and_its_exit_codes(place: Place, command: str) -> None:
    told = place.run(*command.split(), "--help").stdout

    assert f"Usage: news-monitor {command}" in told
    assert f"Example: news-monitor {command}" in told
    assert "Exit codes:\n    0  good\n" in told
    assert "    2  wrong use" in told


def test_the_program_explains_itself_whether_asked_or_not(place: Place) -> None:
    asked, unasked = place.run("--help"), place.run()

    assert asked.stdout == unasked.stdout
    assert (asked.returncode, unasked.returncode) == (0, 0)
    assert asked.stdout.startswith("Usage: news-monitor")
    assert "Watch news feeds and tell the right people" in asked.stdout
    assert "..." not in asked.stdout.partition("Commands:")[2], "a command's purpose is cut"
    assert "1  something failed" in asked.stdout


def test_help_in_a_terminal_is_the_same_plain_text(place: Place) -> None:
    code, shown = place.on_terminal("run", "--help", columns=80)

    assert code == 0
    assert "\x1b" not in shown
    assert shown == place.run("run", "--help").stdout


@pytest.mark.parametrize(
    ("command", "advice"),
    [
        (["stauts"], "there is no command 'stauts'; did you mean 'status'?"),
        (["feeds", "lst"], "there is no command 'lst'; did you mean 'list'?"),
        (["feeds"], "which command? There are: discover, list, pause, "),
        (["weather"], "there is no command 'weather'; there are: alerts, backtest, "),
        (["status", "--quite"], "there is no option '--quite'; did you mean '--quiet'?"),
        (["--vresion"], "there is no option '--vresion'; did you mean '--version'?"),
        (["demo", "-x"], "there is no option '-x'; there are: --help, --seconds"),
        (["run", "--log-level", "loud"], "'loud' is not one of"),
        (["channels", "test"], "Missing argument 'NAME'"),
        (["demo", "--seconds", "soon"], "--seconds"),
    ],
)
def test_wrong_use_is_explained_with_exit_code_2(place: Place, command: list[str], advice: str) -> None:
    done = place.run(*command)

    assert done.returncode == 2
    assert advice in done.stderr
    assert "Traceback" not in done.stderr


def test_the_commands_are_named_in_the_changelog() -> None:
    changelog = (Path(__file__).parents[3] / "CHANGELOG.md").read_text(encoding="utf-8")

    assert [command for command in COMMANDS if f"`{command}`" not in changelog] == []
