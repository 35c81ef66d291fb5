"""Random rules and entries, of so few words that they meet."""

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
    parse_query,
    print_query,
)
from monitor.match.stems import known_language
from monitor.model import Entry, FullText, Origin, Rule, TextField

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
