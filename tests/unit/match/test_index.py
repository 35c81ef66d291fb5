"""The index, the keys and the places that are looked at give what reading everything gives."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.match import (
    And,
    Exact,
    In,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Regex,
    Word,
    compile_rules,
    parse_query,
    print_query,
)
from monitor.match.analysis import analyse
from monitor.match.clauses import Condition
from monitor.match.compile import Compiler
from monitor.match.fields import fields
from monitor.match.finders import Anchor, Kind
from monitor.match.lexicon import lexicon
from monitor.match.reading import Reading
from monitor.match.stems import known_language
from monitor.match.stretch import Stretch
from monitor.match.text import Text
from monitor.match.vocabulary import Vocabulary
from monitor.model import Entry, FullText, Origin, Rule, TextField
from tests.unit.match.naive import holds

# Few words at a time, of rules and texts alike, so that they meet.
THEMES = [
    "cease fire fires ceasefire ceasefires cease-fire talks",
    "air strike strikes airstrike airstrikes air-strikes a",
    "state-of-the-art stateoftheart state art arts the",
    "don't don t Ukraine’s Ukraine s east",
    "US us U.S. u s USA U.S.A.",
    "C++ C c .NET net AT&T at t",
    "négociation négociations negociation negociations",
    "перемирие перемирия ёлка елки Елка",
    "Überfall überfälle uberfall Σίσυφος σισυφος İstanbul istanbul",
    "1,000 1000 1.000 10 12 000 3.11 10.5%",
    "covid-19 covid 19 covid19",
    "停火 停 火 乌克兰停火 火停 ガザ カサ",
    "กี่ดี่ กี่ ดี่",
]
GAPS = [" "] * 12 + [", ", ". ", "-", "\n", " — ", "\u00a0", "’", "/", " ‑", "…", "  ", "", "\u200b"]
theme = st.shared(st.sampled_from(THEMES).map(str.split), key="theme")
pieces = theme.flatmap(st.sampled_from)
texts = st.lists(st.tuples(pieces, st.sampled_from(GAPS)), max_size=8).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)
LANGUAGES = ["en", "fr", "ru", "none", "xx", None]

words = pieces.map(lambda text: Word(text, 0))
phrases = st.lists(pieces, min_size=1, max_size=3).map(lambda parts: Phrase(" ".join(parts), 0))
prefixes = st.tuples(pieces, st.integers(2, 12)).map(
    lambda drawn: Prefix("".join(filter(str.isalnum, drawn[0]))[: drawn[1]] or "talk", 0)
)
exacts = st.lists(pieces, min_size=1, max_size=2).map(lambda parts: Exact(" ".join(parts), 0))
near_leaves: st.SearchStrategy[Node] = words | phrases | prefixes | exacts


def several(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(parts, min_size=2, max_size=3).map(tuple)


nears: st.SearchStrategy[Node] = st.builds(
    Near, several(near_leaves | several(near_leaves).map(Or)), st.integers(0, 4), st.just(0)
)
regexes = st.builds(
    Regex,
    st.sampled_from(["cease.?fire", "[Tt]alks?", r"\d,\d{3}", "fire(s|d)", r"\bUS\b"]),
    st.booleans(),
    st.just(0),
)
leaves = near_leaves | nears | regexes


def compound(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(several(parts).map(And), several(parts).map(Or), parts.map(lambda part: Not(part, 0)))


names = st.sampled_from(["bbc.co.uk", "bbc", "uk", "en", "ru", "News", "Ann", "talks"]).map(
    lambda text: Word(text, 0)
)
bound = st.builds(
    In, st.sampled_from(TextField), st.recursive(leaves | names, compound, max_leaves=3), st.just(0)
)
pairs = st.tuples(pieces, pieces).map(
    lambda two: And((Word(two[0], 0, None, two[1]), Word(two[1], 0, two[0])))
)
trees = leaves | pairs | st.recursive(leaves | pairs | bound, compound, max_leaves=5)


@st.composite
def rules(draw: st.DrawFn, number: int) -> Rule | None:
    query = print_query(draw(trees))
    try:
        parse_query(query)
    except QueryError:  # it only excludes
        return None
    return Rule(
        name=f"rule-{number}",
        query=query,
        channels=("desk",),
        language=draw(st.sampled_from(LANGUAGES)),
        full_text=draw(st.sampled_from([FullText.AUTO, FullText.AUTO, FullText.ALWAYS, FullText.NEVER])),
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    return Entry(
        title=draw(texts),
        summary=draw(texts),
        authors=tuple(draw(st.lists(st.sampled_from(["Ann Talks", "Ben Fire"]), max_size=2))),
        categories=tuple(draw(st.lists(texts, max_size=2))),
        link=draw(st.sampled_from(["https://www.bbc.co.uk/news/cease-fire-talks-1", "http://[::1/", None, "https://xbbc.co.uk/"])),
    )  # fmt: skip


origins = st.builds(
    Origin,
    url=st.just("https://feeds.bbc.co.uk/rss"),
    name=st.sampled_from(["BBC News", ""]),
    language=st.sampled_from(LANGUAGES),
    full_text=st.sampled_from([FullText.AUTO, FullText.AUTO, FullText.ALWAYS]),
)
some_rules = st.tuples(*map(rules, range(3))).map(lambda drawn: [rule for rule in drawn if rule])


def language_of(rule: Rule, origin: Origin) -> str:
    return known_language(rule.language or origin.language)


@settings(deadline=None, max_examples=400)  # a busy machine is no failure
@given(some_rules, entries(), origins, texts)
def test_the_index_finds_the_rules_that_hold(
    several: list[Rule], entry: Entry, origin: Origin, text: str
) -> None:
    if entry.link and "[" in entry.link:
        entry = replace(entry, link=None)
    matcher = compile_rules(several)

    verdicts = matcher.match(entry, origin, text)

    assert not verdicts.failed
    assert [match.rule for match in verdicts.matches] == [
        rule.name
        for rule in several
        if holds(parse_query(rule.query), entry, origin, language_of(rule, origin), text)
    ]
    only = matcher.match(entry, origin, text, only=[rule.name for rule in several])
    assert only == verdicts


@settings(deadline=None, max_examples=400)  # a busy machine is no failure
@given(some_rules, entries(), origins)
def test_the_index_finds_the_rules_that_are_open(several: list[Rule], entry: Entry, origin: Origin) -> None:
    verdicts = compile_rules(several).judge(entry, origin)

    assert not verdicts.failed
    assert list(verdicts.open) == [rule.name for rule in several if is_open(rule, entry, origin)]


def is_open(rule: Rule, entry: Entry, origin: Origin) -> bool:
    reading = Reading(entry, origin)
    test: Condition = Compiler(language_of(rule, origin)).test(parse_query(rule.query), fields(rule.fields))
    wishes = (rule.full_text, origin.full_text)
    if FullText.NEVER in wishes or test.holds(reading) or not test.may_become(reading, wanted=True):
        return False
    return FullText.ALWAYS in wishes or test.is_named(reading, wanted=True)


@settings(deadline=None)  # a busy machine is no failure
@given(texts | st.text(max_size=60), st.sampled_from(["en", "fr", "ru", "none"]))
def test_word_by_word_a_text_has_the_keys_that_it_has_as_a_whole(text: str, language: str) -> None:
    vocabulary = Vocabulary(language)
    numbers = {vocabulary.add(Anchor(Kind.KEY, (key,))) for key in Stretch(text, language).keys}
    sight = vocabulary.look(Text(text))
    assert sight.found == numbers
    assert all(sight.begins((number,)) for number in numbers)


@given(texts | st.text(max_size=60))
def test_small_letters_stand_where_the_given_ones_do(text: str) -> None:
    assert [
        (token.term, token.start, token.end) for token in analyse(text.replace("İ", "I").lower()).tokens
    ] == [(token.term, token.start, token.end) for token in analyse(text).tokens]


@pytest.mark.parametrize("language", ["en", "none"])
def test_what_is_remembered_of_words_is_bounded(language: str) -> None:
    known = lexicon(language).words
    for number in range(200_000):
        known[f"w{number}"]
    assert len(known) <= 1 << 16  # and as many that were used before
    assert known["w" * 1_000].terms == ("w" * 1_000,)
    assert "w" * 1_000 not in known
