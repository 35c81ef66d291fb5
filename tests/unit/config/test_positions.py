"""Every key of a TOML document has its line."""

import textwrap
import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from monitor.config.findings import Loc
from monitor.config.positions import line_index
from tests.unit.config.toml_documents import Document, documents


def paths(value: object, where: Loc = ()) -> Iterator[Loc]:
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        yield (*where, key)
        yield from paths(inner, (*where, key))


def lines(text: str) -> dict[str, int]:
    text = textwrap.dedent(text).removeprefix("\n")
    tomllib.loads(text)
    return {".".join(map(str, where)): line for where, line in line_index(text).items()}


@given(documents())
@settings(max_examples=400, deadline=None)
def test_any_document_is_indexed_as_tomllib_reads_it(document: Document) -> None:
    found = line_index(document.text)
    assert set(found) == set(paths(tomllib.loads(document.text)))
    assert found == document.lines
    assert line_index(document.text.replace("\n", "\r\n")) == found


def test_arrays_of_tables_count_their_tables() -> None:
    text = """
    [[feeds]]
    url = "a"

    [[feeds]]  # [[feeds]]
    url = "b"
    [feeds.more]
    x = 1
    [[feeds.tests]]
    [[feeds.tests]]
    y = 1
    """
    assert lines(text) == {
        "feeds": 1,
        "feeds.0": 1,
        "feeds.0.url": 2,
        "feeds.1": 4,
        "feeds.1.url": 5,
        "feeds.1.more": 6,
        "feeds.1.more.x": 7,
        "feeds.1.tests": 8,
        "feeds.1.tests.0": 8,
        "feeds.1.tests.1": 9,
        "feeds.1.tests.1.y": 10,
    }


def test_inline_tables_and_arrays_over_several_lines() -> None:
    text = """
    feeds = [
      # the first ]
      { url = "a", tags = ["x", "}"] },

      { url = "b" }, # ,
    ]
    after = 1
    """
    assert lines(text) == {
        "feeds": 1,
        "feeds.0": 3,
        "feeds.0.url": 3,
        "feeds.0.tags": 3,
        "feeds.0.tags.0": 3,
        "feeds.0.tags.1": 3,
        "feeds.1": 5,
        "feeds.1.url": 5,
        "after": 7,
    }


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_text_in_several_lines_holds_no_keys(quotes: str) -> None:
    assert lines(f"a = {quotes}\n[no]\nno = 1 #\n{quotes}\nb = 1") == {"a": 1, "b": 5}


def test_dotted_and_quoted_keys() -> None:
    assert lines('a . "b.c" .\'d\' = 1\na.e = 2\n"\\u0061b" = 3') == {
        "a": 1,
        "a.b.c": 1,
        "a.b.c.d": 1,
        "a.e": 2,
        "ab": 3,
    }


def test_a_table_stands_at_its_own_header_not_at_that_of_a_child() -> None:
    assert lines("[a.b.c]\nx = 1\n[a]\ny = 1") == {"a": 3, "a.b": 1, "a.b.c": 1, "a.b.c.x": 2, "a.y": 4}


def test_a_document_without_keys() -> None:
    assert lines("") == lines("\n# only = 1\n") == {}
