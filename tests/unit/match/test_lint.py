"""Advice on queries that are right and hardly say what is meant, and silence on all others."""

from itertools import product
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import And, In, Node, Not, Or, Word, lint
from monitor.match.contradiction import contradiction
from monitor.model import USUAL_FIELDS, TextField

ORDER = "OR and AND stand side by side, and AND binds tighter: a b OR c is (a b) OR c"


def said(query: str) -> list[str]:
    """Return what is said of a query, as ``column: what; advice``."""
    return [f"{column}: {what}; {advice}" for column, what, advice in lint(query, ["arms"])]


@pytest.mark.parametrize(
    ("query", "column", "why"),
    [
        ("a -a", 4, "a is asked for, and a is excluded"),
        ("a NOT A", 7, "a is asked for, and A is excluded"),
        ("(b AND a) AND -a", 16, "a is asked for, and a is excluded"),
        ("c (a OR b) -c", 13, "c is asked for, and c is excluded"),
        ("(a OR b) -a -b", 11, "a is asked for, and a is excluded"),
        ("(a OR b) -(a OR b)", 12, "a is asked for, and a is excluded"),
        ("(a -a) OR (b -b)", 5, "a is asked for, and a is excluded"),
        ("title:x NOT x", 13, "title:x is asked for, and x is excluded"),
        ("title:(x OR y) -x -y", 17, "title:x is asked for, and x is excluded"),
        ("author:x -author:x", 18, "author:x is asked for, and author:x is excluded"),
        ('="Who" -"who"', 9, '="Who" is asked for, and "who" is excluded'),
        ('"x" -x', 6, '"x" is asked for, and x is excluded'),
        ("eur* -eur*", 7, "eur* is asked for, and eur* is excluded"),
        ("/a.b/i -/a.b/i", 9, "/a.b/i is asked for, and /a.b/i is excluded"),
        ("@arms -@arms", 1, "@arms is asked for, and @arms is excluded"),
    ],
)
def test_a_query_that_asks_for_what_it_excludes_can_not_match(query: str, column: int, why: str) -> None:
    assert said(query) == [
        f"{column}: the rule can't match: {why}; leave one of them out, or write OR where either is enough"
    ]


def test_an_entry_has_one_language() -> None:
    assert said("lang:de truce lang:fr") == [
        "20: the rule can't match: no entry is both lang:de and lang:fr; write (lang:de OR lang:fr)"
    ]


@pytest.mark.parametrize(
    "query",
    [
        "a -b",
        "(a OR b) -a",
        "x -title:x",  # it may stand in the summary
        "author:x -x",
        'x -"x"',  # an inflected form is no phrase
        'x -="X"',
        "/x/ -/x/i",
        "air strike -strike",  # side by side they are found in airstrike as well
        '"a b" -a',
        "lang:de OR lang:fr",
        "lang:de lang:de-AT",
    ],
)
def test_what_may_match_is_left_alone(query: str) -> None:
    assert said(query) == []


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        (
            "ceasefire or truce",
            ['11: "or" is looked for as a word; write OR, or put it in quotes for the word'],
        ),
        ("truce Not Gaza", ['7: "Not" is looked for as a word; write NOT, or put it in quotes for the word']),
        ("not Gaza", ['1: "not" is looked for as a word; write NOT, or put it in quotes for the word']),
        (
            '"peace talks" and Geneva',
            ['15: "and" is looked for as a word; leave it out, or put it in quotes for the word'],
        ),
        ("or", []),
        ("or truce", []),
        ("truce not", []),
        ('"ceasefire or truce"', []),
        ('truce "or" ceasefire', []),
        ("author:(x or y)", []),
    ],
)
def test_operators_in_small_letters(query: str, notes: list[str]) -> None:
    assert said(query) == notes


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ("WHO", ['1: WHO also finds the word "who"; write ="WHO" for capitals only']),
        ('"US" NOT football', ['1: US also finds the word "us"; write ="US" for capitals only']),
        ("truce -IT", ['8: IT also finds the word "it"; write ="IT" for capitals only']),
        ("title:ICE raids", ['7: ICE also finds the word "ice"; write ="ICE" for capitals only']),
        ('="WHO"', []),
        ("who", []),
        ("NATO OR UNESCO", []),
        ('"US troops"', []),
        ("lang:IT truce", []),
        ("category:US", []),
        ("UKRAINE AND THE US", []),  # all in capitals
    ],
)
def test_acronyms_that_are_everyday_words_in_small_letters(query: str, notes: list[str]) -> None:
    assert said(query) == notes


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ("a b OR c", 5),
        ("a OR b c", 3),
        ("a AND b OR c", 9),
        ("a -b OR c OR d", 6),
        ("a (b title:c OR d)", 14),
        ("@arms Kyiv OR drone", 12),
        ("a NEAR/3 b c OR d", 14),
    ],
)
def test_or_beside_and_without_parentheses(query: str, column: int) -> None:
    assert said(query) == [f"{column}: {ORDER}; write the parentheses, here or as in a (b OR c)"]


@pytest.mark.parametrize(
    "query",
    [
        "a OR b OR c",
        "a (b OR c) -d",
        "(a b) OR c",
        "(a OR b) (c OR d)",
        "-a (b OR c)",
        "title:(a b) OR c",
        "a NEAR/3 b OR c",
        "a OR (b -(c OR d))",
    ],
)
def test_where_the_order_is_plain_nothing_is_said(query: str) -> None:
    assert said(query) == []


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        (
            "a NEAR/11 b",
            [
                (
                    "3: words up to 11 apart have little to do with each other; "
                    "write AND for words anywhere, or a distance of 10 at most"
                )
            ],
        ),
        (
            '"a b"~20',
            [
                (
                    "1: words up to 20 apart have little to do with each other; "
                    "write AND for words anywhere, or a distance of 10 at most"
                )
            ],
        ),
        (
            "Kyiv NEAR/5 (drone OR strik*)",
            [
                (
                    "23: strik* is any of many words, and some stand near by chance; "
                    "write the words, as in (strike OR strikes); their inflected forms are found anyway"
                )
            ],
        ),
        ("a NEAR/10 b", []),
        ("ai*", ["1: ai* finds every word that begins so; write 3 letters or more, or the words"]),
        ("20*", ["1: 20* finds every word that begins so; write 3 letters or more, or the words"]),
        ("eur*", []),
        ("site:uk*", []),
    ],
)
def test_distances_and_prefixes_that_find_much_by_chance(query: str, notes: list[str]) -> None:
    assert said(query) == notes


def test_a_long_list_of_what_is_excluded() -> None:
    words = [f"w{number}" for number in range(21)]

    assert said(f"a -({' OR '.join(words[:20])})") == []
    for query in (f"a -({' OR '.join(words)})", f"a {' '.join(f'-{word}' for word in words)}"):
        assert said(query) == [
            (
                "3: the query excludes 21 terms, and there will always be one more; "
                "ask more narrowly for what must be there"
            )
        ]


@pytest.mark.parametrize("language", ["fr", "de", "ru"])
def test_english_words_are_for_english_rules(language: str) -> None:
    assert list(lint("prix or US", language=language)) == []
    assert len(list(lint("prix or US", language="en"))) == 2


def test_the_fields_of_the_rule_decide_what_its_words_exclude() -> None:
    assert len(list(lint("title:x -x", fields=USUAL_FIELDS))) == 1
    assert len(list(lint("author:x -x", fields=[TextField.AUTHOR]))) == 1
    assert list(lint("title:x -x", fields=[TextField.SUMMARY])) == []


WORDS, FIELDS = ("a", "b", "c"), (TextField.TITLE, TextField.SUMMARY)
WORD = st.builds(Word, st.sampled_from(WORDS), st.just(1))
SOMEWHERE = WORD | st.builds(In, st.sampled_from(FIELDS), WORD, st.just(1))


def trees(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    def grown(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(parts, min_size=2, max_size=4).map(tuple)
        return several.map(And) | several.map(Or) | st.builds(Not, parts, st.just(1))

    return st.recursive(leaves, grown, max_leaves=12)


def holds(node: Node, entry: frozenset[tuple[TextField, str]]) -> bool:
    match node:
        case And(parts):
            return all(holds(part, entry) for part in parts)
        case Or(parts):
            return any(holds(part, entry) for part in parts)
        case Not(part):
            return not holds(part, entry)
        case In(field, Word(text)):
            return (field, text) in entry
        case Word(text):
            return any((field, text) in entry for field in FIELDS)
    raise AssertionError(node)


ENTRIES = [
    frozenset(place for place, is_there in zip(product(FIELDS, WORDS), there, strict=True) if is_there)
    for there in product([False, True], repeat=len(FIELDS) * len(WORDS))
]


@given(trees(SOMEWHERE))
def test_what_is_said_never_to_match_matches_no_entry(query: Node) -> None:
    if contradiction(query, FIELDS):
        assert not any(holds(query, entry) for entry in ENTRIES)


@given(trees(WORD))
def test_of_bare_words_every_contradiction_is_found(query: Node) -> None:
    assert (contradiction(query, FIELDS) is None) is any(holds(query, entry) for entry in ENTRIES)


@pytest.mark.parametrize(
    "query",
    [
        " ".join(f"w{number}" for number in range(1_500)),
        " ".join(f"(a{number} OR b{number})" for number in range(500)),
        f"({' OR '.join(f'a{number}' for number in range(500))}) " * 2 + "c -c",
        "x " + " ".join(f"-w{number}" for number in range(1_300)),
    ],
)
def test_a_query_of_the_largest_size_is_looked_at_in_bounded_time(query: str) -> None:
    started = process_time()
    list(lint(query))
    assert process_time() - started < 5  # it takes a twentieth of a second; what is quadratic takes minutes
