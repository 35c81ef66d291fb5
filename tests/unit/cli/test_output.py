import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.cli import output
from monitor.cli.output import Cell, Column, Grid


@pytest.fixture(autouse=True)
def _nothing_stays_hidden() -> Iterator[None]:
    yield
    output.hide(())


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("two\nlines\r\nforged", "two lines  forged"),
        ("\x1b]0;title\x07\x1b[2Jgone", "]0;title[2Jgone"),
        ("\x9b31mred", "31mred"),
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("null\x00 surrogate\ud800", "null surrogate"),
        ("می\u200cخواهم 👩\u200d🚒 Ukraine’s ĳ", "می\u200cخواهم 👩\u200d🚒 Ukraine’s ĳ"),
        ("no-break\u00a0space\u2028separator", "no-break space separator"),
    ],
)
def test_a_line_holds_nothing_that_a_terminal_would_obey(
    hostile: str, harmless: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output.say(hostile)
    output.complain(hostile)

    assert capsys.readouterr() == (harmless + "\n", harmless + "\n")


def test_secrets_are_hidden_in_lines_tables_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    output.hide(["hunter2-secret", "hunter2-secret-and-more", "short"])

    output.say("a hunter2-secret-and-more, and a short one")
    Grid([Column("Name", note="Note")], [[Cell("hunter2-secret", "of hunter2-secret")]]).say()
    output.say_json({"key": ["hunter2-secret"]})

    said = capsys.readouterr().out
    assert "hunter2" not in said
    assert said.startswith("a ***, and a short one\n")
    assert json.loads(said[said.index("{") :]) == {"key": ["***"]}


def test_a_secret_is_found_between_and_around_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    output.hide(["hunter2-secret"])

    output.say("hunter2\x00-secret\x1b")

    assert capsys.readouterr().out == "***\n"


def test_in_a_pipe_columns_stand_in_line_and_notes_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    grid = Grid([Column("Feed", note="Address"), Column("Entries", right=True)])
    grid.rows.append([Cell("ニュース", "https://news.example/a"), Cell("1")])
    grid.rows.append([Cell("News", ""), Cell("1,200")])

    grid.say()

    assert capsys.readouterr().out == (
        "FEED      ENTRIES  ADDRESS\nニュース  1        https://news.example/a\nNews      1,200    -\n"
    )


def test_json_has_times_in_utc_and_text_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    output.say_json(
        {"at": datetime(2026, 11, 23, 12, tzinfo=UTC), "title": "Перемирие\x1b\nВ Киеве", "none": None}
    )

    said = capsys.readouterr().out
    assert "Перемирие" in said
    assert json.loads(said) == {
        "at": "2026-11-23T12:00:00+00:00",
        "title": "Перемирие\nВ Киеве",
        "none": None,
    }


@pytest.mark.parametrize(
    ("number", "thing", "words"),
    [
        (1, "feed", "1 feed"),
        (0, "rule", "0 rules"),
        (1200, "entry", "1,200 entries"),
        (1, "entry", "1 entry"),
    ],
)
def test_counts_read_as_people_write_them(number: int, thing: str, words: str) -> None:
    assert output.count(number, thing) == words
