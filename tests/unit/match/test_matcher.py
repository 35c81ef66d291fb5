"""Rules against entries: which rules, in which order, with which hits."""

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.match import Matcher, compile_rules, parse_query
from monitor.match.analysis import analyse
from monitor.match.fold import fold
from monitor.model import Entry, Hit, Match, Origin, Rule, TextField

FEED = Origin(url="https://news.example/rss")


def _rule(name: str, query: str, *tags: str) -> Rule:
    return Rule(name=name, query=query, channels=("desk",), tags=frozenset(tags))


def _finds(query: str, title: str, summary: str = "") -> bool:
    return bool(
        compile_rules([_rule("rule", query)]).match(Entry(title=title, summary=summary), FEED).matches
    )


def test_matches_come_in_the_order_of_the_rules() -> None:
    matcher = compile_rules([_rule("b", "truce"), _rule("none", "peace"), _rule("a", "kyiv")])

    assert [match.rule for match in matcher.match(Entry(title="Kyiv truce"), FEED).matches] == ["b", "a"]


def test_hits_come_by_field_then_by_position() -> None:
    entry = Entry(title="A truce in Kyiv", summary="Kyiv: truce")

    [match] = compile_rules([_rule("rule", "Kyiv truce")]).match(entry, FEED).matches

    assert match == Match(
        "rule",
        (
            Hit(TextField.TITLE, 2, 7, "truce"),
            Hit(TextField.TITLE, 11, 15, "Kyiv"),
            Hit(TextField.SUMMARY, 0, 4, "Kyiv"),
            Hit(TextField.SUMMARY, 6, 11, "truce"),
        ),
    )


def test_hits_count_code_points_of_the_text_as_given() -> None:
    entry = Entry(title="🇺🇦 ﬁnal STRASSE 𝕏 Straße: e\u0301lan")

    [match] = compile_rules([_rule("rule", "straße AND élan")]).match(entry, FEED).matches

    assert [entry.title[hit.start : hit.end] for hit in match.hits] == ["STRASSE", "Straße", "e\u0301lan"]


def test_a_word_inside_a_phrase_that_was_found_is_one_hit() -> None:
    [match] = (
        compile_rules([_rule("rule", 'talks "peace talks"')]).match(Entry(title="Peace talks"), FEED).matches
    )

    assert match.hits == (Hit(TextField.TITLE, 0, 11, '"peace talks"'),)


def test_a_rule_without_tags_is_for_all_feeds() -> None:
    assert (
        compile_rules([_rule("rule", "truce")])
        .match(Entry(title="Truce"), replace(FEED, tags=frozenset({"sport"})))
        .matches
    )


@pytest.mark.parametrize(("feed", "found"), [({"world", "asia"}, True), ({"sport"}, False), (set(), False)])
def test_a_rule_with_tags_is_for_feeds_with_one_of_them(feed: set[str], found: bool) -> None:
    matcher = compile_rules([_rule("rule", "truce", "world", "europe")])

    assert bool(matcher.match(Entry(title="Truce"), replace(FEED, tags=frozenset(feed))).matches) is found


def test_a_query_that_cannot_be_read_stops_the_compilation() -> None:
    with pytest.raises(QueryError):
        compile_rules([_rule("good", "truce"), _rule("bad", "(truce")])


def test_a_text_that_repeats_a_word_endlessly_gives_a_bounded_match() -> None:
    matcher: Matcher = compile_rules([_rule("rule", "truce OR 停")])

    [match] = matcher.match(Entry(title="truce-" * 20_000, summary="停" * 20_000), FEED).matches

    assert len(match.hits) <= 200


SYNTAX = st.text(st.sampled_from(list("ab-–\"“”() \t/=~*:@&|!+5.,'’")) | st.characters(), max_size=40)
QUERY = SYNTAX | st.lists(
    st.sampled_from(["AND", "OR", "NOT", "-", "(", ")", '"', "“a b”", "a", "NEAR/3", "title:", "*", "~2"])
).map(" ".join)


@settings(deadline=None)  # a busy machine is no failure
@given(QUERY)
def test_any_text_is_a_query_or_a_query_error(query: str) -> None:
    try:
        tree = parse_query(query)
    except QueryError as error:
        problem = error
    else:
        assert tree == parse_query(query)
        assert not _finds(query, "")
        return
    assert 1 <= problem.column <= len(query) + 1
    assert problem.what
    assert problem.advice


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=200))
def test_every_word_of_a_text_finds_itself_at_its_place(text: str) -> None:
    for token in analyse(text).tokens:
        word = text[token.start : token.end]
        assume(word not in ("AND", "OR", "NOT", "NEAR", "ONEAR"))
        # Quotes, so that no sign in the text is taken for an operator.
        [match] = compile_rules([_rule("rule", f'"{word}"')]).match(Entry(summary=text), FEED).matches
        assert any(hit.start <= token.start and token.end <= hit.end for hit in match.hits)
        for hit in match.hits:
            assert 0 <= hit.start < hit.end <= len(text)
            joined = "".join(found.term for found in analyse(text[hit.start : hit.end]).tokens)
            assert joined == "".join(found.term for found in analyse(word).tokens)


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=50))
def test_folding_twice_is_folding_once(word: str) -> None:
    assert fold(fold(word)) == fold(word)


PARTS = st.sampled_from(["cease", "fire", "air", "strike", "lock", "down", "trade", "feuer", "перемир"])


@settings(deadline=None)  # a busy machine is no failure
@given(PARTS, PARTS)
def test_one_word_two_words_and_a_hyphen_are_the_same(left: str, right: str) -> None:
    spellings = [left + right, f"{left}-{right}", f"{left} {right}", f'"{left} {right}"']
    for query in spellings:
        for text in spellings:
            assert _finds(query, f"The {text.upper()}, again"), (query, text)


# Too short to be parts of compounds, so that plain sets of words say what must be found.
WORDS = st.sampled_from(["un", "eu", "ai", "is", "at", "de", "21"])
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)
Tree = tuple[str, "Tree | str", "Tree | str"]


def _trees(smaller: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    pairs = st.tuples(st.sampled_from(["and", "or"]), smaller, smaller)
    return pairs | st.tuples(st.just("not"), smaller, st.just(""))


LEAVES = st.tuples(st.just("word"), WORDS, st.just("")) | st.tuples(
    st.just("phrase"), st.lists(WORDS, min_size=1, max_size=3).map(" ".join), st.just("")
)
TREES: st.SearchStrategy[Tree] = st.recursive(LEAVES, _trees, max_leaves=8)


def _written(tree: "Tree | str", outer: int = 0) -> str:
    """The tree as a query with no more parentheses than it needs."""
    assert isinstance(tree, tuple)
    kind, left, right = tree
    if kind == "word":
        return str(left)
    if kind == "phrase":
        return f'"{left}"'
    power = {"or": 1, "and": 2, "not": 3}[kind]
    if kind == "not":
        text = f"NOT {_written(left, power)}"
    else:
        between = " OR " if kind == "or" else " "
        text = f"{_written(left, power)}{between}{_written(right, power)}"
    return f"({text})" if power < outer else text


def _naively(tree: "Tree | str", title: str, summary: str) -> bool:
    assert isinstance(tree, tuple)
    kind, left, right = tree
    if kind in ("word", "phrase"):
        return any(f" {left} " in f" {text} " for text in (title, summary))
    if kind == "not":
        return not _naively(left, title, summary)
    both = (_naively(left, title, summary), _naively(right, title, summary))
    return all(both) if kind == "and" else any(both)


@settings(deadline=None)  # a busy machine is no failure
@given(TREES, TEXTS, TEXTS)
def test_a_query_says_what_its_operators_say(tree: Tree, title: str, summary: str) -> None:
    query = _written(tree)
    if _naively(tree, "", ""):
        with pytest.raises(QueryError, match="only excludes"):
            parse_query(query)
    else:
        assert _finds(query, title, summary) == _naively(tree, title, summary)


@settings(deadline=None)  # a busy machine is no failure
@given(TREES, TEXTS)
def test_hits_are_words_of_the_query(tree: Tree, title: str) -> None:
    query = _written(tree)
    assume(not _naively(tree, "", ""))
    for match in compile_rules([_rule("rule", query)]).match(Entry(title=title), FEED).matches:
        assert match.hits
        for hit in match.hits:
            assert re.search(rf"\b{title[hit.start : hit.end]}\b", query)
