"""Random queries, as trees and as text."""

from hypothesis import strategies as st

from monitor.match import And, Exact, In, Near, Node, Not, Or, Phrase, Prefix, Regex, Word
from monitor.model import TextField

_WORDS = [
    "truce", "Gaza", "and", "near", "ONE", "x", "перемирие", "停火", "e\u0301lan", "don't", "truce:", "U.S.",
    "C++", ".NET", "AT&T", "9/11", "covid-19", "$100", "+44", "a=b", "a@b", "https://x.org/a?b=c:d",
]  # fmt: skip

_quoted = st.lists(st.sampled_from([*_WORDS, "(", "AND", "*", "~2", "\\"]), min_size=1, max_size=3)
_near_leaves: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from(_WORDS).map(lambda text: Word(text, 0)),
    _quoted.map(" ".join).filter(lambda text: any(map(str.isalnum, text))).map(lambda text: Phrase(text, 0)),
    st.sampled_from(["uk", "truc", "Überfa"]).map(lambda text: Prefix(text, 0)),
    st.sampled_from(["WHO", "World Health", "C++", "AND", "a*", "=x"]).map(lambda text: Exact(text, 0)),
)
_patterns = st.sampled_from(["cease.?fire", "a/b", r"\\/x", r"(a|b) c\.", r"\bтруд", '"x" '])
_regexes = st.builds(Regex, _patterns, st.booleans(), st.just(0))


def _several(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(parts, min_size=2, max_size=4).map(tuple)


nears: st.SearchStrategy[Node] = st.builds(
    Near, _several(_near_leaves | _several(_near_leaves).map(Or)), st.integers(0, 50), st.just(0)
)


@st.composite
def conjunctions(draw: st.DrawFn, parts: st.SearchStrategy[Node]) -> And:
    """An And in which some words that follow one another are neighbours."""
    joined = list(draw(_several(parts)))
    for place in range(1, len(joined)):
        left, right = joined[place - 1], joined[place]
        if isinstance(left, Word) and isinstance(right, Word) and draw(st.booleans()):
            joined[place - 1] = Word(left.text, 0, left.before, right.text)
            joined[place] = Word(right.text, 0, left.text)
    return And(tuple(joined))


def _compound(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(conjunctions(parts), _several(parts).map(Or), parts.map(lambda part: Not(part, 0)))


def _trees(leaves: st.SearchStrategy[Node], size: int) -> st.SearchStrategy[Node]:
    return st.recursive(leaves, _compound, max_leaves=size)


_unbound = _near_leaves | _regexes | nears
_bound = st.builds(In, st.sampled_from(TextField), _trees(_unbound, 4), st.just(0))
trees = _trees(_unbound | _bound, 8)

# Pieces of queries, good and bad, with blanks between them or not.
_PIECES = [
    *_WORDS, *"()-–\"“/=~*:@&|!+5.,'’^[?\\ \t\u200b", "a", "b", "ab*", '"a b"', '"a b"~5', "~2", '="WHO"', "=x", "/a.c/i",
    "/a*/", "title:", "lang:", "headline:", "@all", "@none", "@loop", "ONEAR", "TO",
    *(f" {operator} " for operator in ("AND", "OR", "NOT", "NEAR", "NEAR/3", "NEAR/51")),
]  # fmt: skip
texts = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join) | st.text(max_size=30)

# The operators alone: pieces at random, most of them mistakes, and queries, most of them none.
_OPERANDS = ["a", "b", "bc*", '"c d"', '"c d"~3']
_SHAPES = [
    "{} {}", "{} AND {}", "{} OR {}", "({} OR {})", "{} NEAR/3 {}", "{} NEAR {}", "({})", "NOT {}", "-{}", "title:{}",
]  # fmt: skip
_operators = ["AND", "OR", "NOT", "NEAR/3", "NEAR", "title:", *"(())-"]
_pieces = st.lists(st.sampled_from(_OPERANDS + _operators), max_size=12)
queries = _pieces.map(lambda pieces: " ".join(pieces).replace(": ", ":").replace("- ", "-")) | st.recursive(
    st.sampled_from(_OPERANDS),
    lambda smaller: st.builds(str.format, st.sampled_from(_SHAPES), smaller, smaller),
    max_leaves=6,
)
GROUPS = {"all": ["a", "b c", "@more"], "more": ['"d e"'], "loop": ["x", "@ring"], "ring": ["@loop"]}
