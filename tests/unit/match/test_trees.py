"""A query is read and written without loss, and whatever is typed gets an answer."""

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.match import Node, parse_query, print_query
from tests.unit.match.trees import GROUPS, queries, texts, trees


def _read(query: str) -> Node | QueryError:
    try:
        return parse_query(query, GROUPS)
    except QueryError as error:
        return error


@settings(deadline=None)  # a busy machine is no failure
@given(trees)
def test_what_is_printed_is_read_as_it_was(tree: Node) -> None:
    read = _read(print_query(tree))
    if isinstance(read, QueryError):
        assert "only excludes" in read.what
    else:
        assert read == tree


@settings(deadline=None)  # a busy machine is no failure
@given(texts | queries)
def test_what_is_read_is_printed_so_that_it_is_read_again(query: str) -> None:
    tree = _read(query)
    assume(not isinstance(tree, QueryError))
    assert not isinstance(tree, QueryError)
    printed = print_query(tree)
    assert parse_query(printed) == tree
    assert print_query(parse_query(printed)) == printed


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.from_regex(r"[A-Za-z0-9]{1,5}|and|Or|NEAR|NOT", fullmatch=True), min_size=1))
def test_words_alone_are_read_as_any_query_is(words: list[str]) -> None:
    query = " ".join(words)
    # A blank at its end makes it a query like any other, and changes no column.
    tree = _read(f"{query} ")
    assume(not isinstance(tree, QueryError))
    assert repr(parse_query(query)) == repr(tree)


@settings(deadline=None)  # a busy machine is no failure
@given(texts | queries)
def test_a_mistake_lies_within_the_query_and_has_a_way_out(query: str) -> None:
    error = _read(query)
    assume(isinstance(error, QueryError))
    assert isinstance(error, QueryError)
    assert 1 <= error.column <= len(query) + 1
    assert error.what
    assert error.advice


@settings(deadline=None)  # a busy machine is no failure
@given(trees)
def test_no_parentheses_are_printed_that_could_be_left_out(tree: Node) -> None:
    query = print_query(tree)
    assume(_read(query) == tree)
    for opening, closing in _pairs(query):
        without = f"{query[:opening]} {query[opening + 1 : closing]} {query[closing + 1 :]}"
        assert _read(without) != tree


def _pairs(query: str) -> list[tuple[int, int]]:
    """The parentheses of a query that are not in quotes or regular expressions, by pairs."""
    pairs, opened, quote = [], [], ""
    for place, character in enumerate(query):
        if quote:
            quote = "" if character == quote and query[place - 1] != "\\" else quote
        elif character == '"' or (character == "/" and (place == 0 or query[place - 1] in " (:")):
            quote = character
        elif character == "(":
            opened.append(place)
        elif character == ")":
            pairs.append((opened.pop(), place))
    return pairs


@pytest.mark.parametrize(
    ("query", "spelled"),
    [
        ("(((truce)))", "truce"),
        ("truce AND -Gaza", "truce NOT Gaza"),
        ("truce (peace)", "truce AND peace"),
        ("truce peace AND talks", "truce peace AND talks"),
        ("(a b) OR (c NEAR d)", "a b OR c NEAR/4 d"),
        ('"a" NEAR/3 "b"', '"a b"~3'),
        ("(a OR (b OR c)) NEAR/3 d", "(a OR b OR c) NEAR/3 d"),
        ("Title:(truce)", "title:truce"),
        ("=WHO =“Who am I”", '="WHO" ="Who am I"'),
        (r"/a\/b/i", r"/a\/b/i"),
        ("-(a NEAR/2 b) c", "NOT a NEAR/2 b c"),
        ("@all", 'a OR b c OR "d e"'),
    ],
)
def test_a_query_has_one_spelling(query: str, spelled: str) -> None:
    assert print_query(parse_query(query, GROUPS)) == spelled


HOSTILE = [
    '"' * 9_999,
    "/" * 9_999,
    "a:" * 4_999,
    "a/" * 4_999,
    "*" * 9_999,
    "~" * 9_999,
    "[a " * 3_333,
    "title:" * 1_666,
    "[a(" * 3_333,
    "[a " + " " * 9_990,
    "a NEAR " * 1_428 + "b",
    "(a OR " * 49 + "b" + ")" * 49 + " c" * 4_000,
    "/" + "(a*)*" * 1_999 + "/",
    " ".join(rf"/\pL{{50}}{place}/" for place in range(800)),
    "[" * 5_000 + " " * 4_000,
    "@" + "a" * 9_000,
    "x" * 9_000 + ":y",
    "'" * 9_999,
]


@pytest.mark.parametrize("query", HOSTILE, ids=[text[:8] for text in HOSTILE])
def test_no_query_takes_long(query: str) -> None:
    began = time.process_time()
    _read(query)
    assert time.process_time() - began < 2


@given(st.characters(categories=["Cs"]))
def test_half_a_character_is_refused_or_read(surrogate: str) -> None:
    for query in (surrogate, f"/a{surrogate}/", f'="{surrogate}x"', f"ab{surrogate}*"):
        _read(query)
