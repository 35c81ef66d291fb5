"""True, false or open: when the text of an entry's page can change what a rule says."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.match import Verdicts, compile_rules
from monitor.model import Entry, FullText, Hit, Origin, Rule, TextField

FEED = Origin(url="https://news.example/rss")
TALKS = Entry(
    title="After phone call with Putin, Trump confirms Ukraine-Russia peace talks will begin",
    summary="The two leaders spoke for more than an hour.",
)


def rule(query: str, full_text: FullText = FullText.AUTO, *tags: str, name: str = "rule") -> Rule:
    return Rule(name=name, query=query, channels=("desk",), tags=frozenset(tags), full_text=full_text)


def judged(entry: Entry, *rules: Rule, feed: FullText = FullText.AUTO) -> Verdicts:
    return compile_rules(rules).judge(entry, replace(FEED, full_text=feed))


def is_open(query: str, entry: Entry = TALKS) -> bool:
    """Whether any text could still make the query true."""
    return bool(judged(entry, rule(query, FullText.ALWAYS)).open)


@pytest.mark.parametrize(
    "query",
    [
        "Ukraine ceasefire",
        "Ukraine (ceasefire OR truce)",
        '"peace talks" Geneva',
        "Ukraine ceasefire NOT football",
        "(Ukraine ceasefire) OR (Sudan truce)",
        "tsunami",
    ],
)
def test_what_the_text_may_still_bring_is_open(query: str) -> None:
    assert is_open(query)


@pytest.mark.parametrize(
    "query", ["Ukraine ceasefire NOT Putin", "NOT Trump tsunami", "truce -(Putin OR Xi)"]
)
def test_a_word_that_must_not_be_there_and_is_there_makes_a_rule_false_for_good(query: str) -> None:
    verdicts = judged(TALKS, rule(query, FullText.ALWAYS))
    assert verdicts == Verdicts((), ())


def test_a_rule_that_title_and_summary_fulfil_is_true_and_needs_no_page() -> None:
    verdicts = judged(TALKS, rule("Ukraine talks", FullText.ALWAYS))
    assert [match.rule for match in verdicts.matches] == ["rule"]
    assert not verdicts.open


def test_a_rule_is_no_less_true_for_what_the_page_might_exclude() -> None:
    verdicts = judged(TALKS, rule("Ukraine NOT football", FullText.ALWAYS))
    assert (len(verdicts.matches), verdicts.open) == (1, ())


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("Ukraine ceasefire", True),
        ('"peace talks" Geneva', True),
        ("ceasefire (Gaza OR Ukraine)", True),
        ("tsunami", False),
        ("Sudan truce", False),
        ('"talks peace" Geneva', False),
        ("truce (Sudan OR NOT Ukraine)", False),
        ('truce ("peace deal" OR NOT Ukraine)', False),
        ("truce NOT (Sudan NOT Ukraine)", True),
    ],
)
def test_auto_wants_the_page_when_a_word_that_is_asked_for_stands_there_already(
    query: str, wanted: bool
) -> None:
    assert bool(judged(TALKS, rule(query)).open) is wanted


def test_another_form_of_a_word_in_quotes_is_not_that_word() -> None:
    assert not judged(Entry(title="The negotiation"), rule('"negotiations" Geneva')).open
    assert judged(Entry(title="The negotiations"), rule('"negotiations" Geneva')).open


NEVER, AUTO, ALWAYS = FullText


@pytest.mark.parametrize(
    ("feed", "own", "wanted"),
    [
        (NEVER, ALWAYS, False),
        (ALWAYS, NEVER, False),
        (AUTO, AUTO, False),
        (AUTO, ALWAYS, True),
        (ALWAYS, AUTO, True),
        (NEVER, NEVER, False),
    ],
)
def test_of_feed_and_rule_never_wins_then_always(feed: FullText, own: FullText, wanted: bool) -> None:
    assert bool(judged(TALKS, rule("tsunami", own), feed=feed).open) is wanted


@pytest.mark.parametrize("wish", [FullText.AUTO, FullText.ALWAYS])
def test_a_rule_is_open_for_its_own_feeds_only(wish: FullText) -> None:
    matcher = compile_rules([rule("Ukraine ceasefire", wish, "sport")])
    assert matcher.judge(TALKS, replace(FEED, tags=frozenset({"world"}))) == Verdicts((), ())
    assert matcher.judge(TALKS, replace(FEED, tags=frozenset({"sport"}))).open == ("rule",)


def test_each_rule_is_judged_for_itself() -> None:
    rules = [rule("Ukraine", name="a"), rule("Ukraine truce", name="b"), rule("tsunami", name="c")]
    verdicts = judged(TALKS, *rules)
    assert ([match.rule for match in verdicts.matches], verdicts.open) == (["a"], ("b",))


def test_the_text_decides_together_with_title_and_summary() -> None:
    text = "They agreed to meet.\nNegotiations toward a Ceasefire begin at once."
    [match] = compile_rules([rule("Ukraine ceasefire")]).match(TALKS, FEED, text).matches
    assert match.hits == (Hit(TextField.TITLE, 44, 51, "Ukraine"), Hit(TextField.TEXT, 43, 52, "ceasefire"))
    assert text[43:52] == "Ceasefire"


def test_a_word_that_must_not_be_there_may_stand_in_the_text() -> None:
    matcher = compile_rules([rule("Ukraine ceasefire NOT football")])
    assert matcher.match(TALKS, FEED, "A ceasefire is near.").matches
    assert not matcher.match(TALKS, FEED, "A ceasefire is near, football fans hope.").matches


def test_only_the_rules_that_waited_are_decided_on_the_text() -> None:
    matcher = compile_rules([rule("ceasefire", name="a"), rule("Ukraine ceasefire", name="b")])
    assert [match.rule for match in matcher.match(TALKS, FEED, "A ceasefire.", only=["b"]).matches] == ["b"]


WORDS = ("un", "eu", "ai")
QUERIES = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.tuples(st.sampled_from(["{} {}", "({} OR {})", "NOT ({})"]), inner, inner).map(
        lambda parts: parts[0].format(*parts[1:])
    ),
    max_leaves=5,
)


@settings(deadline=None)  # a busy machine is no failure
@given(QUERIES, st.sets(st.sampled_from(WORDS)))
def test_a_rule_is_open_when_some_text_would_make_it_true(query: str, title: set[str]) -> None:
    try:
        matcher = compile_rules([rule(query, FullText.ALWAYS)])
    except QueryError:
        assume(False)
    entry = Entry(title=" and ".join(sorted(title)))
    verdicts = matcher.judge(entry, FEED)
    texts = (" and ".join(words) for n in range(4) for words in itertools.combinations(WORDS, n))
    becomes_true = any(matcher.match(entry, FEED, text).matches for text in texts)
    if verdicts.matches:
        assert matcher.match(entry, FEED, "").matches
    else:
        # Kleene's logic doesn't see that "a NOT a" never holds: such a page is fetched in vain.
        assert bool(verdicts.open) or not becomes_true


def test_a_part_of_a_distance_alone_is_no_word_of_the_query() -> None:
    entry = Entry(title="Airstrike near the capital")
    assert judged(entry, rule('"air" NEAR/0 air*')).open == ()
    assert judged(entry, rule("air* Kyiv")).open == ("rule",)


def test_any_word_of_a_rule_opens_it_alone() -> None:
    several = rule("AT&T Kyiv C++")
    for title in ("AT&T grows", "Kyiv today", "C++ again"):
        assert judged(Entry(title=title), several).open == ("rule",), title
    assert judged(Entry(title="T at nine"), several).open == ()
