"""A file that can't be read at all."""

from pathlib import Path

import pytest

from monitor import config
from monitor.errors import ConfigError
from tests.unit.config.conftest import REST, Load, Tell, check_channel, failed_tests


def told_of(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        config.load(path, {}, config.Files(), check_channel=check_channel, test_rules=failed_tests)
    return str(caught.value)


def test_a_missing_file_leads_to_init(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert told_of(path) == f"{path}: there is no such file; write one with: news-monitor init"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert told_of(tmp_path) == f"{tmp_path}: can't be read: is a directory"


def test_a_name_that_no_file_can_have_is_told() -> None:
    assert told_of(Path("a\0b")) == "a\0b: can't be read: embedded null byte"


def test_text_that_is_not_utf8_is_told_with_its_line(tell: Tell) -> None:
    assert tell(b"# one\n# caf\xe9\n") == ["config.toml:2: the text is not UTF-8; save the file in UTF-8"]


def test_the_byte_order_mark_of_some_editors_is_accepted(load: Load) -> None:
    assert load(b"\xef\xbb\xbf" + REST.encode()).rules[0].name == "truce"


def test_windows_line_ends_are_accepted_and_counted(load: Load, tell: Tell) -> None:
    assert load(REST.replace("\n", "\r\n")).rules[0].name == "truce"
    crlf = ("[monitor]\nfirst_pol = 1" + REST).replace("\n", "\r\n")
    assert tell(crlf)[0].startswith("config.toml:2: monitor.first_pol:")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "[[channels]]\nname = desk\n",
            'config.toml:2: not valid TOML at column 8: invalid value; text goes in quotes, as in name = "desk"',
        ),
        (
            '[[channels]]\nname = "desk\n',
            (
                "config.toml:2: not valid TOML at column 13: illegal character '\\n'; "
                "close the quotes before the end of the line"
            ),
        ),
        (
            'a = "b" c = "d"',
            (
                "config.toml:1: not valid TOML at column 9: expected newline or end of document after a statement; "
                "write one key on each line, and text in quotes"
            ),
        ),
        (
            "[monitor]\n\nfirst_poll\n",
            (
                "config.toml:3: not valid TOML at column 11: expected '=' after a key in a key/value pair; "
                'write key = value, as in name = "desk"'
            ),
        ),
        (
            "[monitor]\na = 1\na = 2\n",
            (
                "config.toml:3: not valid TOML at column 6: cannot overwrite a value; "
                "the same key stands twice in this table; keep one"
            ),
        ),
        (
            "[monitor]\n[fetch]\n[monitor]\n",
            (
                "config.toml:3: not valid TOML at column 9: cannot declare ('monitor',) twice; "
                "this table stands twice; join the two, or write [[...]] for one more of a list"
            ),
        ),
        (
            'a = "C:\\news"\nb = "\\q"',
            (
                "config.toml:2: not valid TOML at column 8: unescaped '\\' in a string; "
                "put text with a backslash between single quotes, as in 'a\\b'"
            ),
        ),
        (
            "[monitor]\na = [1,\n\n",
            (
                "config.toml:2: not valid TOML: invalid value; "
                "the file ends too early: close what is open, such as a quote or a bracket"
            ),
        ),
        ("a = " + "[" * 100_000, "config.toml: values are nested too deeply"),
        ("a = " + "9" * 5_000, "config.toml: a number is too long"),
    ],
)
def test_a_syntax_error_is_told_with_line_and_way_out(tell: Tell, text: str, line: str) -> None:
    assert tell(text) == [line]
