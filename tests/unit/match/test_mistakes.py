"""What a query that can't be read is answered: what is wrong, where, and what to write instead."""

import pytest

from monitor.errors import QueryError
from monitor.match import And, Not, Or, Phrase, Word, parse_query

MISTAKES = [
    ("", 1, "the query is empty; write the words to look for, such as Ukraine ceasefire"),
    ("  \n ", 1, "the query is empty; write the words to look for, such as Ukraine ceasefire"),
    ("(truce", 1, "the parenthesis is never closed; write ) where the group ends"),
    ("truce (Gaza (peace)", 7, "the parenthesis is never closed; write ) where the group ends"),
    ("truce)", 6, "this parenthesis closes nothing; remove it, or write ( before"),
    ("truce ()", 7, "the parentheses are empty; write words between them, or remove them"),
    ('"peace talks', 1, 'the quotation mark is never closed; write " after the phrase'),
    ('𝕏 "peace', 3, 'the quotation mark is never closed; write " after the phrase'),
    ('truce ""', 7, "the phrase has no word in it; write words between the quotation marks, or leave them out"),
    ('truce "…"', 7, "the phrase has no word in it; write words between the quotation marks, or leave them out"),
    (
        "truce AND",
        7,
        "AND has nothing after it; add a word there, remove AND, or write and in small letters for the word",
    ),
    (
        "OR truce",
        1,
        "OR has nothing before it; add a word there, remove OR, or write or in small letters for the word",
    ),
    (
        "truce AND OR peace",
        7,
        "AND has nothing after it; add a word there, remove AND, or write and in small letters for the word",
    ),
    (
        "(truce OR) peace",
        8,
        "OR has nothing after it; add a word there, remove OR, or write or in small letters for the word",
    ),
    (
        "truce NOT",
        7,
        "NOT has nothing after it; add a word there, remove NOT, or write not in small letters for the word",
    ),
    ("truce -)", 7, "- excludes nothing; put it directly before what must not be there, or leave it out"),
    ("Trump – Putin", 7, "– excludes nothing; put it directly before what must not be there, or leave it out"),
    ("-Gaza", 1, "the query only excludes, so that it matches almost everything; add what must be there, such as Ukraine NOT Gaza"),
    ("truce OR -Gaza", 10, "the query only excludes, so that it matches almost everything; add what must be there, such as Ukraine NOT Gaza"),
    ("NOT (Gaza truce)", 1, "the query only excludes, so that it matches almost everything; add what must be there, such as Ukraine NOT Gaza"),
    ("truce 🔥", 7, "🔥 has no letter or digit to look for; leave it out"),
    ("a || b", 3, "| is not an operator; write OR between words of which one is enough; to look for it as written, put it in quotes"),
    ("truce !Gaza", 7, "! is not an operator; write - or NOT before what must not be there; to look for it as written, put it in quotes"),
    ("+truce", 1, "+ is not an operator; leave it out, words side by side must all be there; to look for it as written, put it in quotes"),
    ("titel:truce", 1, "titel: is not a field; to look for it as written, put it in quotes"),
]  # fmt: skip

LATER = [
    ("peace title:truce", 7, "fields (title:)"),
    ("title:(truce OR peace)", 1, "fields (title:)"),
    ('-summary:"peace talks"', 2, "fields (summary:)"),
    ("peace strik*", 7, "prefixes (word*)"),
    ('"peace tal"*', 12, "prefixes (word*)"),
    ("/cease.?fire/", 1, "regular expressions (/.../)"),
    ('="WHO"', 1, "exact case (=)"),
    ('"peace talks"~5', 14, "distances (~5)"),
    ("roam~1", 1, "distances (~5)"),
    ("peace NEAR/5 talks", 7, "NEAR"),
    ("peace NEAR talks", 7, "NEAR"),
    ("@kyiv ceasefire", 1, "groups (@name)"),
]


@pytest.mark.parametrize(("query", "column", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_the_way_out(query: str, column: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)

    assert str(caught.value) == f"column {column}: {message}"


@pytest.mark.parametrize(("query", "column", "feature"), LATER)
def test_syntax_of_later_features_is_refused(query: str, column: int, feature: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)

    verb = "is" if feature == "NEAR" else "are"
    verb = "is" if feature.startswith("exact") else verb
    assert (caught.value.column, caught.value.what) == (column, f"{feature} {verb} not available yet")
    assert caught.value.advice


@pytest.mark.parametrize("query", ["(" * 10_000, "NOT " * 2_000 + "truce", "-" * 9_000 + "truce"])
def test_a_query_nested_too_deeply_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match="more than 50 parentheses or NOTs inside one another"):
        parse_query(query)


def test_a_sign_before_a_number_is_part_of_it() -> None:
    assert parse_query("+44") == Word("+44", 1)


def test_fifty_levels_are_read() -> None:
    assert parse_query("(" * 50 + "truce" + ")" * 50) == Word("truce", 51)


def test_a_query_of_a_megabyte_is_refused_unread() -> None:
    with pytest.raises(QueryError, match="the query has 1,000,000 characters, 10,000 are allowed"):
        parse_query("(" * 1_000_000)


def test_not_binds_tighter_than_and_and_tighter_than_or() -> None:
    assert parse_query('a OR NOT b "c d"') == Or(
        (
            Word("a", 1),
            And((Not(Word("b", 10), 6), Phrase("c d", 12))),
        )
    )


def test_operators_in_a_row_make_one_flat_node() -> None:
    assert parse_query("a AND b AND (c OR d OR e)") == And(
        (Word("a", 1), Word("b", 7), Or((Word("c", 14), Word("d", 19), Word("e", 24))))
    )


def test_bare_words_know_their_neighbours() -> None:
    assert parse_query("cease fire AND now") == And(
        (Word("cease", 1, after="fire"), Word("fire", 7, before="cease"), Word("now", 16))
    )
