"""The index, the keys and the places that are looked at give what reading everything gives."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.match import compile_rules, parse_query
from monitor.match.analysis import analyse
from monitor.match.clauses import Condition
from monitor.match.compile import Compiler
from monitor.match.fields import fields
from monitor.match.finders import Anchor, Kind
from monitor.match.keys import asked_keys
from monitor.match.lexicon import lexicon
from monitor.match.pattern import passed
from monitor.match.reading import Reading
from monitor.match.stretch import Stretch
from monitor.match.text import Text
from monitor.match.vocabulary import Vocabulary
from monitor.model import Entry, FullText, Origin, Rule
from tests.unit.match.naive import holds
from tests.unit.match.random_rules import entries, language_of, origins, pieces, some_rules, texts


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


forms = (pieces | st.text(max_size=12)).flatmap(
    lambda text: st.sampled_from([form for forms in passed(text) for form in forms] or ["talks"])
)


@settings(deadline=None, max_examples=400)  # a busy machine is no failure
@given(texts | st.text(max_size=60), forms, st.sampled_from(["en", "fr", "ru", "none"]))
@example("Cease fires hold", "ceasefire", "en")
@example("the cease-fires hold", "Ceasefire", "en")
@example("negociação", "negociações", "pt")
def test_a_word_is_met_in_the_texts_that_have_one_of_its_keys(text: str, word: str, language: str) -> None:
    vocabulary = Vocabulary(language)
    number = vocabulary.add(Anchor(Kind.WORD, (word,)))
    keys = asked_keys(word, language)
    assert (number in vocabulary.look(Text(text)).found) is not Stretch(text, language).keys.isdisjoint(keys)


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
