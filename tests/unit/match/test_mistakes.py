"""What a query that can't be read is answered: what is wrong, where, and what to write instead."""

import pytest

from monitor.errors import QueryError
from monitor.match import And, Exact, In, Near, Not, Or, Phrase, Prefix, Regex, Word, parse_query
from monitor.match.groups import Groups
from monitor.model import TextField

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
    ("titel:truce", 1, "titel: is not a field; did you mean title:? to look for it as written, put it in quotes"),
    ("headline:truce", 1, "headline: is not a field; did you mean title:? to look for it as written, put it in quotes"),
    ("Re:Zero", 1, "Re: is not a field; fields are title: summary: text: author: url: site: category: feed: lang:; to look for it as written, put it in quotes"),
    ("peace title: truce", 7, 'title: has nothing directly after it; write the word directly after the colon, such as title:truce, or "title" for the word'),
    ("(peace text:)", 8, 'text: has nothing directly after it; write the word directly after the colon, such as text:truce, or "text" for the word'),
    ("peace title:NOT truce", 13, "title: can't stand before NOT; write title:truce or title:(...), and -title:truce to exclude"),
    ("peace title:-truce", 13, "title: can't stand before -; write title:truce or title:(...), and -title:truce to exclude"),
    ("title:(peace site:bbc)", 14, "site: stands inside of title:, and no word is in both; leave one of them out"),
    ("title:site:bbc", 7, "title: can't stand before site:; write title:truce or title:(...), and -title:truce to exclude"),
    ("-site:example.com", 1, "the query only excludes, so that it matches almost everything; add what must be there, such as Ukraine NOT Gaza"),
    ("title:(peace OR NOT talks)", 17, "the query only excludes, so that it matches almost everything; add what must be there, such as Ukraine NOT Gaza"),
    ("peace *kraine", 7, "a star can only end a word; write how the word begins, such as ukrain*; to look for it as written, put it in quotes"),
    ("peace ukr*ne", 10, "a star can only end a word; write how the word begins, such as ukrain*; to look for it as written, put it in quotes"),
    ("peace *", 7, "a star can only end a word; write how the word begins, such as ukrain*; to look for it as written, put it in quotes"),
    ("peace u*", 7, "u* is too short, 2 characters must stand before the star; write more of the word"),
    ("cease-fi*", 9, "a star can only follow one word of letters and digits; leave the star out; to look for it as written, put it in quotes"),
    ("停火*", 3, "a star can only follow one word of letters and digits; leave the star out; to look for it as written, put it in quotes"),
    ('"peace tal"*', 12, 'a star can\'t follow a phrase; leave the star out, or write the last word outside: "peace" NEAR/0 tal*'),
    ("peace roam~1", 7, "a ~ stands only after a phrase; leave it out, word* finds other endings; to look for it as written, put it in quotes"),
    ("peace te?t", 7, "a ? stands for no letter; write the words with OR, or a regular expression: /te.t/; to look for it as written, put it in quotes"),
    ("peace^4", 1, "words have no weights (^); leave the ^ and the number out; to look for it as written, put it in quotes"),
    ("[2020 TO 2024]", 1, "ranges ([a TO b]) are not available; write the words with OR; to look for it as written, put it in quotes"),
    ('"peace"~5', 8, "a distance needs two words in the quotes; leave the ~ out, or add a word"),
    ('"peace talks"~', 14, "the number of words between is missing; write one, 0 to 50, such as 5"),
    ('"peace talks"~0.8', 14, "the number of words between is missing; write one, 0 to 50, such as 5"),
    ('"peace talks"~51', 14, "51 words between are too many, 50 are allowed; write a smaller one, or AND for words anywhere"),
    ("peace NEAR/ talks", 12, "the number of words between is missing; write one, 0 to 50, such as 5"),
    ("peace NEAR/99999999999 talks", 12, "99999999999 words between are too many, 50 are allowed; write a smaller one, or AND for words anywhere"),
    ("peace near/5 talks", 7, "the operator NEAR is written in capitals; write NEAR/5 with a number up to 50; to look for it as written, put it in quotes"),
    ("peace ONEAR/5 talks", 7, "ONEAR is not an operator; write NEAR, or a phrase in quotes for words in this order; to look for it as written, put it in quotes"),
    ("peace NEAR/5", 7, "NEAR/5 has nothing after it; add a word there, remove NEAR/5, or write near in small letters for the word"),
    ("NEAR talks", 1, "NEAR has nothing before it; add a word there, remove NEAR, or write near in small letters for the word"),
    ("peace NEAR/5 talks NEAR/6 Kyiv", 20, "words in a row have one distance; write NEAR/5 here too, or join two NEARs with AND"),
    ("Kyiv (peace talks) NEAR/5 now", 6, "words joined by AND can't stand beside NEAR; join them by OR or by NEAR, or put them in quotes as a phrase"),
    ("peace NEAR/5 -talks", 14, "NOT can't stand beside NEAR; write NOT before the whole: NOT (truce NEAR/5 talks)"),
    ("title:peace NEAR/5 talks", 1, "a field can't stand beside NEAR; write the whole in the field: title:(truce NEAR/5 talks)"),
    ("(peace NEAR/5 talks) NEAR/9 Kyiv", 1, "another distance can't stand beside NEAR; write all words in a row with one: truce NEAR/5 talks NEAR/5 Kyiv"),
    ("peace NEAR/5 (talks OR /calls?/)", 14, "a regular expression can't stand beside NEAR; write words, or the distance into the expression"),
    ("peace = WHO", 7, '= has no word after it; write the word directly after it, such as ="WHO"; to look for it as written, put it in quotes'),
    ("peace =WHO*", 11, 'a prefix has no exact case; leave out the = or the star, or write ="" around a word with a star in it'),
    ('="World Health"~3', 16, "a ~ can't follow an exact phrase; leave out the = or the ~"),
    ("peace /cease", 7, "the regular expression is never closed; write / at its end, and \\/ for the sign in it; to look for it as written, put it in quotes"),
    ("/r/worldnews", 4, "worldnews can't follow a regular expression; write /i for any case, \\/ for a / in the expression; to look for it as written, put it in quotes"),
    ("peace /(cease/", 7, "the regular expression can't be read: missing ): (cease; write ) where the group ends, or \\( for the sign"),
    ("/cease(?!fire)/", 1, "the regular expression can't be read: invalid perl operator: (?!; look-around and flags inside are not available: write the words beside it with NEAR or NOT"),
    ("/(a)\\1/", 1, "the regular expression can't be read: invalid escape sequence: \\1; back-references are not available, and only signs need a backslash"),
    ("/a{1,5000}/", 1, "the regular expression can't be read: invalid repetition size: {1,5000}; at most 1000 repetitions, the smaller number first"),
    ("/\\pL{1,1000}/", 1, "the regular expression can't be read: pattern too large - compile failed; write fewer repetitions, or make it several rules"),
    ("peace //", 7, "the regular expression matches every text; write what must be there, such as cease.?fire"),
    ("peace /(fire)*/", 7, "the regular expression matches every text; write what must be there, such as cease.?fire"),
    ("peace /\\b/", 7, "the regular expression matches every text; write what must be there, such as cease.?fire"),
    ("peace @ talks", 7, "@ has no name after it; write the name of a group directly after it"),
    ("peace @", 7, "@ has no name after it; write the name of a group directly after it"),
]  # fmt: skip

GROUPS: Groups = {
    "weapons": ["missile*", '"air strike"', "howitzer OR mortar"],
    "war": ["@weapons", "offensive"],
    "broken": ["truce", "peace AND"],
    "unbound": ["truce", "-Gaza"],
    "fields": ["site:bbc.co.uk"],
    "empty": [],
    "ring": ["truce", "@circle"],
    "circle": ["@ring"],
}
MISTAKES_IN_GROUPS = [
    ("peace @weapon", 7, "there is no group @weapon; did you mean @weapons? to look for it as written, put it in quotes"),
    ("peace @bbcworld", 7, "there is no group @bbcworld; add it to [groups]; to look for it as written, put it in quotes"),
    ("peace @broken", 7, 'in the group @broken, term "peace AND": AND has nothing after it; add a word there, remove AND, or write and in small letters for the word'),
    ("@unbound", 1, 'in the group @unbound, term "-Gaza": the query only excludes, so that it matches almost everything; add what must be there, such as Ukraine NOT Gaza'),
    ("peace title:@fields", 13, 'in the group @fields, term "site:bbc.co.uk": site: stands inside of title:, and no word is in both; leave one of them out'),
    ("@empty", 1, "the group @empty has no terms; add some, or remove it"),
    ("peace @ring", 7, 'in the group @circle, term "@ring": the group @ring contains itself (@ring, @circle, @ring); take one of them out of the other'),
]  # fmt: skip


@pytest.mark.parametrize(("query", "column", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_the_way_out(query: str, column: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)

    assert str(caught.value) == f"column {column}: {message}"


@pytest.mark.parametrize(("query", "column", "message"), MISTAKES_IN_GROUPS)
def test_a_mistake_in_a_group_is_named_with_the_group_and_the_term(
    query: str, column: int, message: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query, GROUPS)

    assert str(caught.value) == f"column {column}: {message}"


def test_a_group_stands_for_one_of_its_terms() -> None:
    weapons = Or(
        (Prefix("missile", 7), Phrase("air strike", 7), Or((Word("howitzer", 7), Word("mortar", 7))))
    )
    assert parse_query("peace @weapons", GROUPS) == And((Word("peace", 1), weapons))
    assert parse_query("@war", GROUPS) == Or((weapons, Word("offensive", 1)))


def test_words_of_a_group_may_be_near_others() -> None:
    tree = parse_query("@war NEAR/3 Kyiv", GROUPS)
    alternatives = (
        Prefix("missile", 1),
        Phrase("air strike", 1),
        Word("howitzer", 1),
        Word("mortar", 1),
        Word("offensive", 1),
    )
    assert tree == Near((Or(alternatives), Word("Kyiv", 13)), 3, 6)


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


def test_near_binds_tighter_than_not_and_and_tighter_than_or() -> None:
    assert parse_query("a OR NOT b NEAR/3 c d") == Or(
        (
            Word("a", 1),
            And((Not(Near((Word("b", 10), Word("c", 19)), 3, 12), 6), Word("d", 21))),
        )
    )


def test_near_without_a_number_leaves_four_words_between() -> None:
    assert parse_query("a NEAR b") == parse_query("a NEAR/4 b")


def test_a_field_binds_the_next_term_or_group_only() -> None:
    assert parse_query("title:a b Site:(c OR d)") == And(
        (
            In(TextField.TITLE, Word("a", 7), 1),
            Word("b", 9),
            In(TextField.SITE, Or((Word("c", 17), Word("d", 22))), 11),
        )
    )


def test_a_phrase_with_a_distance_has_a_phrase_for_each_word() -> None:
    assert parse_query('"cease-fire & talks"~5') == Near((Phrase("cease-fire", 1), Phrase("talks", 1)), 5, 1)


@pytest.mark.parametrize(
    ("query", "leaf"),
    [
        ("ukrain*", Prefix("ukrain", 1)),
        ("=WHO", Exact("WHO", 1)),
        ("=“World Health”", Exact("World Health", 1)),
        ("/cease.?fire in/", Regex("cease.?fire in", ignore_case=False, column=1)),
        (r"/a\/b\\/i", Regex(r"a/b\\", ignore_case=True, column=1)),
        ("9/11", Word("9/11", 1)),
        ("https://bbc.co.uk/news?a=b:c", Word("https://bbc.co.uk/news?a=b:c", 1)),
        ("12:30", Word("12:30", 1)),
        ("truce:", Word("truce:", 1)),
        ("truce?", Word("truce?", 1)),
        ("me@example.com", Word("me@example.com", 1)),
        ("near", Word("near", 1)),
        ("NEARBY", Word("NEARBY", 1)),
        ("a=b", Word("a=b", 1)),
    ],
)
def test_a_term_is_read_as_what_it_is(query: str, leaf: object) -> None:
    assert parse_query(query) == leaf


def test_groups_that_double_one_another_are_refused_in_time() -> None:
    doubling = {f"g{n}": [f"@g{n - 1}", f"@g{n - 1}"] for n in range(1, 40)} | {"g0": ["x" * 5_000]}
    with pytest.raises(QueryError, match="with its groups the query has more than"):
        parse_query("@g39", doubling)


def test_a_group_may_have_ten_thousand_terms_and_no_more() -> None:
    names = [f"name{n}" for n in range(10_000)]
    assert isinstance(parse_query("@names", {"names": names}), Or)
    with pytest.raises(QueryError, match="more than 10,000 terms"):
        parse_query("@names", {"names": [*names, "one"]})


def test_a_chain_of_groups_is_bounded() -> None:
    chain = {f"g{n}": [f"NOT NOT @g{n - 1}"] for n in range(1, 40)} | {"g0": ["truce"]}
    with pytest.raises(QueryError, match="more than 50"):
        parse_query("@g39", chain)


def test_more_than_fifty_regular_expressions_are_refused() -> None:
    with pytest.raises(QueryError, match="more than 50 regular expressions"):
        parse_query("/truce/ " * 51)
