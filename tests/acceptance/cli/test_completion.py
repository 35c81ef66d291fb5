"""Completion, as each shell asks for it, with the script that `completion` prints."""

import shutil
import subprocess
import sys

import pytest

from monitor.cli.manual import files
from tests.acceptance.cli.place import Place
from tests.support.daemon import REPOSITORY

CONFIG = """\
include = ["more/*.toml"]

[channel_groups]
desks = ["desk"]

[[channels]]
name = "desk"
url = "${SLACK_URL}"

[[feeds]]
url = "https://news.example/world.xml"
tags = ["world"]

[[rules]]
name = "Peace talks"
"""
BASH = """\
source <(news-monitor completion bash)
COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_news_monitor_completion news-monitor
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
FISH = "news-monitor completion fish | source; complete --do-complete 'news-monitor {words}'"


@pytest.fixture
def shells(place: Place) -> Place:
    """A place with a configuration, where shells find the program."""
    program = place.folder / "bin" / "news-monitor"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m monitor "$@"\n')
    program.chmod(0o755)
    (place.folder / "more").mkdir()
    (place.folder / "more" / "one.toml").write_text(
        '[[feeds]]\nname = "One more"\nurl = "https://one.example/"\n'
    )
    place.config.write_text(CONFIG)
    return place


def asked(place: Place, shell: str, script: str) -> list[str]:
    path = f"{place.folder / 'bin'}:/usr/bin:/bin"
    done = subprocess.run(
        [shell, "-c", script],
        cwd=place.folder,
        env={"PATH": path, "HOME": str(place.folder), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def completed(place: Place, words: str) -> list[str]:
    return asked(place, "bash", BASH.format(words=f"news-monitor {words}"))


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("sta", ["status"]),
        ("deliveries re", ["retry"]),
        ("status --qu", ["--quiet"]),
        ("explain --rule ''", ["Peace talks"]),
        ("channels test ''", ["desk", "desks"]),
        ("feeds show One", ["One more"]),
        ("feeds show https", ["https://news.example/world.xml", "https://one.example/"]),
        ("feeds list --tag w", ["world"]),
        ("completion f", ["fish"]),
    ],
)
def test_bash_completes_commands_options_and_names(shells: Place, words: str, offered: list[str]) -> None:
    assert completed(shells, words) == offered


def test_names_come_from_the_configuration_that_the_line_names(shells: Place) -> None:
    shells.config.rename(shells.folder / "other.toml")

    assert completed(shells, "explain --config other.toml --rule ''") == ["Peace talks"]
    assert completed(shells, "explain --rule ''") == [""]


@pytest.mark.parametrize(
    "text", ["rules = 3", "[[rules]]\nname = 3", "include = [3, '/x', '']", "[[rules", "\xff"]
)
def test_a_configuration_with_mistakes_completes_what_can_be_read_of_it(shells: Place, text: str) -> None:
    shells.config.write_text(text, encoding="latin-1")

    assert completed(shells, "explain --rule ''") == [""]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes_with_a_word_on_each(shells: Place) -> None:
    assert asked(shells, "fish", FISH.format(words="sta")) == [
        "status\tShow the state of every feed and channel."
    ]
    assert asked(shells, "fish", FISH.format(words="explain --rule ")) == ["Peace talks"]


def test_what_a_package_brings_is_what_the_commands_say() -> None:
    shared = REPOSITORY / "share"
    held = {
        path.relative_to(shared).as_posix(): path.read_text() for path in shared.rglob("*") if path.is_file()
    }

    assert held == files(), "make share writes them anew"


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="mandoc is not installed")
def test_the_man_page_is_sound() -> None:
    page = REPOSITORY / "share" / "man" / "man1" / "news-monitor.1"
    linted = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "warning", str(page)], capture_output=True, text=True, check=False
    )

    faults = [line for line in linted.stdout.splitlines() if "missing date" not in line]
    assert faults == []  # a date would change it from day to day
