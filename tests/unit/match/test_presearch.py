"""What a rule is looked for under, and what an entry is filed under: no entry for which it holds is missed."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match import compile_rules, parse_query
from monitor.match.filing import EVERY_WORD, file_entry, stems_of, token_of
from monitor.match.presearch import AllOf, AnyOf, Beginning, Forms, Presearch, Token
from monitor.model import Entry, Origin, Rule, TextField
from tests.unit.match.naive import holds
from tests.unit.match.random_rules import LANGUAGES, entries, language_of, origins, some_rules, texts

ENGLISH = Origin(url="https://feeds.example/rss", name="World News", language="en")


def is_met(
    asked: Presearch | None, tokens: AbstractSet[str], forms: Mapping[tuple[str, str], AbstractSet[str]]
) -> bool:
    """Tell whether a database would find an entry with these tokens."""
    match asked:
        case None:
            return True
        case Token(text):
            return text in tokens
        case Beginning(text):
            return any(token.startswith(text) for token in tokens)
        case Forms(stem, language):
            return token_of(stem) in tokens or not tokens.isdisjoint(forms[language, stem])
        case AllOf(parts):
            return all(is_met(part, tokens, forms) for part in parts)
        case AnyOf(parts):
            return any(is_met(part, tokens, forms) for part in parts)


def finds(query: str, entry: Entry, origin: Origin = ENGLISH, text: str = "", **options: object) -> bool:
    """Tell whether a rule finds an entry among all that are filed."""
    return is_found(Rule(name="rule", query=query, channels=(), **options), entry, origin, text)  # type: ignore[arg-type]


def is_found(rule: Rule, entry: Entry, origin: Origin, text: str) -> bool:
    matcher = compile_rules([rule])
    # Somebody else's entries are there as well.
    asked = matcher.presearch(rule.name, [origin, replace(origin, language="de")])
    filing = file_entry(entry, text)
    forms: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for language in {language_of(rule, origin), "de"}:
        for word in filing.written:
            for stem, token in stems_of(word, language):
                forms[language, stem].add(token)
    return matcher.concerns(rule.name, origin) and is_met(asked, filing.tokens, forms)


@settings(deadline=None, max_examples=600)  # a busy machine is no failure
@given(some_rules, entries(), origins, texts)
def test_no_entry_is_missed_for_which_a_rule_holds(
    several: list[Rule], entry: Entry, origin: Origin, text: str
) -> None:
    if entry.link and "[" in entry.link:
        entry = replace(entry, link=None)
    for rule in several:
        if holds(parse_query(rule.query), entry, origin, language_of(rule, origin), text):
            assert is_found(rule, entry, origin, text)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)


@settings(deadline=None, max_examples=600)
@given(words, words, st.sampled_from(["de", "tr", "fi", "ar", "sr", *LANGUAGES]))
def test_no_word_is_missed_in_any_script(word: str, other: str, language: str | None) -> None:
    entry = Entry(title=f"{other} {word} {other}")
    origin = replace(ENGLISH, language=language)
    for query in (f'"{word}"', f'"{word} {other}"', f'="{word}"'):
        try:
            matcher = compile_rules([Rule(name="rule", query=query, channels=())])
        except Exception:  # noqa: BLE001 - no query
            continue
        if matcher.match(entry, origin).matches:
            assert finds(query, entry, origin)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("ceasefire", "Cease fires everywhere"),
        ("cease fire", "A ceasefire"),
        ("die", "They are dying"),
        ("haus", "Zwei Häuser"),
        ("1000", "1,000 hurt"),
        ("ukrain*", "Ukrainians"),
        ("ceasef*", "cease-fire"),
        ('"peace talks"', "Peace, talks"),
        ("peace NEAR/3 talks", "talks of peace"),
        ("停火", "乌克兰 停 火协议"),
        ("author:Ann", ""),
        ("category:sport", ""),
        ("site:bbc.co.uk", ""),
    ],
)
def test_what_is_written_in_other_ways_is_found(query: str, title: str) -> None:
    entry = Entry(
        title=title, authors=("Ann",), categories=("Sport",), link="https://www.bbc.co.uk/news/cease-fire"
    )
    origin = replace(ENGLISH, language="de" if query == "haus" else "en")
    assert compile_rules([Rule(name="r", query=query, channels=())]).match(entry, origin).matches
    assert finds(query, entry, origin)
    assert not finds(query, Entry(title="Rain over Rome"), origin)


@pytest.mark.parametrize(
    "query", ["/ceas.?fire/", "url:news", "site:bbc*", "truce OR /CVE-\\d+/", "title:truce OR feed:news"]
)
def test_what_no_word_stands_for_is_looked_for_everywhere(query: str) -> None:
    assert compile_rules([Rule(name="r", query=query, channels=())]).presearch("r", [ENGLISH]) is None


def test_what_is_said_of_feeds_is_asked_of_feeds() -> None:
    rule = Rule(name="r", query="truce feed:news -lang:de", channels=(), tags=frozenset({"world"}))
    matcher = compile_rules([rule])
    world = replace(ENGLISH, tags=frozenset({"world"}))
    assert matcher.concerns("r", world)
    assert not matcher.concerns("r", ENGLISH)
    assert not matcher.concerns("r", replace(world, name="Sport"))
    assert not matcher.concerns("r", replace(world, language="de"))
    assert matcher.presearch("r", [world]) == compile_rules(
        [Rule(name="r", query="truce", channels=())]
    ).presearch("r", [world])


def test_an_entry_of_too_many_words_may_have_any() -> None:
    entry = Entry(title="Storm", summary=" ".join(f"word{number}" for number in range(30_000)))
    assert file_entry(entry).tokens == {EVERY_WORD}
    assert finds("storm", entry)
    assert finds("truce", entry)


def test_a_query_of_more_words_than_a_database_takes_is_looked_for_everywhere() -> None:
    groups = {"words": [f"word{number}" for number in range(3_000)]}
    matcher = compile_rules([Rule(name="r", query="@words", channels=())], groups)
    assert matcher.presearch("r", [ENGLISH]) is None


def test_only_fields_that_are_filed_are_asked_for() -> None:
    entry = Entry(title="Storm", link="https://news.example/truce")
    assert finds("truce", entry, fields=frozenset({TextField.TITLE, TextField.URL}))
    assert not finds("truce", entry)
