"""Text is read the same way, whatever else stands in it."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.match.analysis import analyse, joins

PIECES = st.sampled_from(
    [*"aIUS1 .,'`-_/\n\t", "10", "100", "000", "cease", "fire", "the", "truce", "don", "t", "s", "  ", "x9"]
)


@given(st.lists(PIECES, max_size=15).map("".join))
def test_a_foreign_word_at_the_end_changes_nothing_before_it(text: str) -> None:
    alone, followed = analyse(text), analyse(f"{text} — é")
    assert list(alone.tokens) == list(followed.tokens)[:-1]
    assert list(joins(alone.tokens)) == list(joins(list(followed.tokens)[:-1]))
