"""Terms of all kinds and fields: what they find in an entry, and as which part of the query."""

import time
from typing import Any

import pytest

from monitor.match import Matcher, RuleFault, compile_rules
from monitor.match.clauses import Term
from monitor.match.reading import Reading, field_text
from monitor.match.regex_part import required_part
from monitor.model import Entry, Origin, Rule, TextField

FEED = Origin(url="https://feeds.bbc.co.uk/world.xml", name="BBC World", language="en")
ENTRY = Entry(
    title="WHO warns: ceasefire talks in Kyiv, who knows",
    summary="Cease fire, no cease-fires. A truce after long and hard talks",
    authors=("Ann Lee", "Bo Smith"),
    categories=("Peace talks", "World"),
    link="https://www.bbc.co.uk/news/kyiv-truce-2026",
)


def matcher(query: str, **options: Any) -> Matcher:
    return compile_rules([Rule(name="rule", query=query, channels=("desk",), **options)])


def found(
    query: str, entry: Entry = ENTRY, origin: Origin = FEED, **options: object
) -> list[tuple[str, str, str]]:
    """The hits as (field, text, term)."""
    verdicts = matcher(query, **options).match(entry, origin)
    assert not verdicts.failed
    return [
        (hit.field, field_text(entry, origin, hit.field)[hit.start : hit.end], hit.term)
        for match in verdicts.matches
        for hit in match.hits
    ]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ('="WHO"', [("title", "WHO", '="WHO"')]),
        ('="Who"', []),
        ('="Ceasefire"', [("summary", "Cease fire", '="Ceasefire"')]),
        ("ceasef*", [("title", "ceasefire", "ceasef*"), ("summary", "cease-fires", "ceasef*")]),
        ("trucel*", []),
        ("/[Cc]ease.fire/", [("summary", "Cease fire", "/[Cc]ease.fire/"), ("summary", "cease-fire", "/[Cc]ease.fire/")]),
        ("/WHO WARNS/i", [("title", "WHO warns", "/WHO WARNS/i")]),
        ("truce NEAR/4 talks", [("summary", "truce", "truce NEAR/4 talks"), ("summary", "talks", "truce NEAR/4 talks")]),
        ("truce NEAR/3 talks", []),
        ("talks NEAR/4 truce", [("summary", "truce", "talks NEAR/4 truce"), ("summary", "talks", "talks NEAR/4 truce")]),
        ("Kyiv NEAR/9 truce", []),
        ("truce NEAR/3 after NEAR/3 hard", [("summary", word, "truce NEAR/3 after NEAR/3 hard") for word in ("truce", "after", "hard")]),
        ("truce NEAR/1 after NEAR/1 hard", []),
        ('"peace talks" NEAR/5 truce', []),
        ("author:Smith", [("author", "Smith", "Smith")]),
        ('author:"Lee Bo"', []),
        ('category:"peace talks"', [("category", "Peace talks", '"peace talks"')]),
        ("Smith", []),
        ("url:truce", [("url", "truce", "truce")]),
        ("site:bbc.co.uk", [("site", "bbc.co.uk", "bbc.co.uk")]),
        ("site:www.bbc.co.uk", [("site", "www.bbc.co.uk", "www.bbc.co.uk")]),
        ("site:c.co.uk", []),
        ("site:bbc", [("site", "bbc", "bbc")]),
        ("site:bb", []),
        ("site:bb*", [("site", "bb", "bb*")]),
        ("feed:World", [("feed", "World", "World"), ("feed", "world", "World")]),
        ("lang:en", [("lang", "en", "en")]),
        ("lang:en-GB", [("lang", "en", "en-GB")]),
        ("lang:de", []),
        ("title:truce", []),
        ("summary:(truce Kyiv)", []),
    ],
)  # fmt: skip
def test_a_term_is_found_in_its_field(query: str, hits: list[tuple[str, str, str]]) -> None:
    assert found(query) == hits


def test_two_words_that_make_one_are_named_together() -> None:
    entry = Entry(title="Ceasefire")
    assert found("cease fire", entry) == [("title", "Ceasefire", "cease fire")]


def test_a_rule_has_fields_for_the_terms_without_one() -> None:
    options: dict[str, Any] = {"fields": frozenset({TextField.TITLE, TextField.SITE})}
    assert not found("truce", **options)
    assert found("summary:truce Kyiv", **options)
    assert found("bbc", **options) == [("site", "bbc", "bbc")]


@pytest.mark.parametrize("link", [None, "", "http://[::1/", "https://", "https://" + "a." * 1_000 + "uk"])
def test_a_link_without_a_host_to_be_asked_for_harms_nobody(link: str | None) -> None:
    assert not found("site:example.org OR truce", Entry(title="Talks", link=link))


# What is equal in one language, with the stems that Snowball finds, and what is no more than alike.
@pytest.mark.parametrize(
    ("language", "word", "text", "same"),
    [
        ("en", "ceasefire", "CEASEFIRES", True),
        ("en", "ceasefire", "cease-fires", True),
        ("en", "ceasefires", "cease fire", True),
        ("en", "Ukraine", "Ukrainian", False),
        ("en", "ceasefire", "ceases firefight", False),
        ("en", "news", "new", False),
        ("es", "negociación", "negociaciones", True),
        ("es", "negociacion", "negociaciones", True),
        ("fr", "négociations", "negociation", True),
        ("pt", "negociação", "negociações", True),
        ("pt", "negociacoes", "negociações", True),
        ("de", "Haus", "Häuser", True),
        ("de", "Verhandlung", "VERHANDLUNGEN", True),
        ("ru", "перемирие", "перемирия", True),
        ("ru", "ёлка", "елки", True),
        ("ru", "бой", "бои", True),
        ("none", "ceasefire", "ceasefires", False),
        ("xx", "ceasefire", "ceasefires", False),
        ("pt-BR", "negociação", "negociações", True),
    ],
)
def test_inflected_forms_are_the_same_word(language: str, word: str, text: str, same: bool) -> None:
    assert bool(found(word, Entry(title=text), language=language)) is same
    assert bool(found(word, Entry(title=text), Origin(url="u", language=language))) is same


@pytest.mark.parametrize("query", ['"ceasefire"', '="ceasefire"', '"ceasefire is"~1'])
def test_what_is_in_quotes_has_no_inflected_forms(query: str) -> None:
    assert found(query, Entry(title="the ceasefire is near"))
    assert not found(query, Entry(title="the ceasefires is near"))


def test_a_feed_of_no_known_language_is_read_as_english() -> None:
    assert found("talk", Entry(title="Talks"), Origin(url="u"))


@pytest.mark.parametrize(
    ("query", "text", "same"),
    [
        ("1000", "1,000.50", True),
        ("1,000.50", "1000.50", True),
        ("10.5%", "up 10.5% now", True),
        ("10.5%", "10.5", False),
        ("10.5", "10,5", False),
        ("3.11", "Python 3.11, 3.12", True),
        ("3.11", "3, 11", False),
        ("2024", "2024\u00a0500", True),
        ("12500", "12\u00a0500", True),
        ("乌克兰 停火", "乌克兰停火协议", True),
        ("停火", "停 — 火", False),
        ("กี่ดี่", "กี่\nดี่", True),
    ],
)
def test_numbers_and_scripts_without_blanks(query: str, text: str, same: bool) -> None:
    assert bool(found(query, Entry(title=text))) is same


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("cease.?fire", "cease"),
        ("ceasefires?", "ceasefire"),
        ("abc|def", ""),
        ("(abc)?defg", "defg"),
        ("abc{12,345}", ""),
        (r"\123abc", "abc"),
        (r"\p{Greek}abc\x{41}defg", "defg"),
        ("[abc]]xyz", "]xyz"),
        ("[^]abc]xyz", "xyz"),
        ("(?i)abc", ""),
        ("a+bcd*", ""),
    ],
)
def test_the_part_of_an_expression_that_every_match_has(pattern: str, part: str) -> None:
    assert required_part(pattern) == part


def test_a_hostile_expression_takes_no_longer_than_others() -> None:
    rules = matcher("/(a+)+$/")
    began = time.process_time()
    assert not rules.match(Entry(title="a" * 100_000 + "b"), FEED).matches
    assert time.process_time() - began < 0.5


def test_a_rule_that_raises_is_told_under_its_name_and_harms_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = compile_rules(
        [
            Rule(name=name, query=query, channels=("desk",))
            for name, query in (("bad", "Kyiv"), ("good", "talks"))
        ]
    )
    holds = Term.holds

    def raises(term: Term, reading: Reading) -> bool:
        if term.sought.finder.term == "Kyiv":
            raise ValueError("a fault\nof ours")
        return holds(term, reading)

    monkeypatch.setattr(Term, "holds", raises)  # no query is known that does this

    verdicts = rules.judge(ENTRY, FEED)

    assert verdicts.failed == (RuleFault("bad", "ValueError: a fault of ours"),)
    assert [match.rule for match in verdicts.matches] == ["good"]


def test_what_the_page_cannot_change_is_decided_at_once() -> None:
    for query in (
        "truce2 author:Nobody",
        "truce2 lang:de",
        "truce2 site:example.org",
        "title:truce2 talks",
        "truce2 -url:kyiv",
    ):
        rules = compile_rules([Rule(name="rule", query=f"Kyiv {query}", channels=("desk",))])
        assert not rules.judge(ENTRY, FEED).open, query
    for query in (
        "truce2",
        "text:truce2",
        "truce2 author:Smith",
        '"Kyiv truce2"',
        "truce2 NEAR/3 Kyiv",
        "/truce2/",
    ):
        rules = compile_rules([Rule(name="rule", query=f"Kyiv {query}", channels=("desk",))])
        assert rules.judge(ENTRY, FEED).open, query


@pytest.mark.parametrize(
    ("options", "watched"),
    [
        ({"feeds": frozenset({"BBC World"})}, True),
        ({"feeds": frozenset({FEED.url})}, True),
        ({"feeds": frozenset({"BBC"})}, False),
        ({"not_feeds": frozenset({"BBC World"})}, False),
        ({"not_tags": frozenset({"world"})}, False),
        ({"tags": frozenset({"world"}), "not_tags": frozenset({"sport"})}, True),
    ],
)
def test_a_rule_watches_its_feeds(options: dict[str, Any], watched: bool) -> None:
    origin = Origin(url=FEED.url, name=FEED.name, tags=frozenset({"world"}))
    assert bool(found("Kyiv", origin=origin, **options)) is watched
