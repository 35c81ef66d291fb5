"""Excerpts: what is shown around the matched words; brackets mark them."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alert import Excerpt, excerpt

LOREM = (
    "The mayor opened the new library on Tuesday before a crowd of several hundred people. "
    "Elsewhere the river rose again and farmers asked for help from the capital. "
)


def _excerpt(marked: str, width: int = 240) -> str:
    """The excerpt of a text in which brackets mark the matched words, shown in the same way."""
    text, hits = "", []
    for place, part in enumerate(marked.replace("]", "[").split("[")):
        if place % 2:
            hits.append((len(text), len(text) + len(part)))
        text += part
    shown = excerpt(text, hits, width)
    assert len(shown.text) <= width
    return _marked(shown)


def _marked(shown: Excerpt) -> str:
    text = shown.text
    for start, end in reversed(shown.hits):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


def test_a_short_text_is_given_whole() -> None:
    assert _excerpt("A [truce] in [Kyiv].") == "A [truce] in [Kyiv]."


def test_an_empty_text_has_an_empty_excerpt() -> None:
    assert excerpt("", []) == Excerpt("")


def test_lines_and_blanks_become_single_blanks() -> None:
    assert _excerpt(" A \n\n [truce]\u2028 \t holds\x1b ") == "A [truce] holds"


def test_overlapping_hits_become_one() -> None:
    assert excerpt("peace talks now", [(6, 11), (0, 11), (2, 8)]) == Excerpt("peace talks now", ((0, 11),))


def test_a_long_text_is_cut_between_words_around_the_match() -> None:
    assert _excerpt(f"{LOREM}A [truce] was agreed. {LOREM}", 100) == (
        "…farmers asked for help from the capital. A [truce] was agreed. The mayor opened the new library…"
    )


def test_a_match_at_the_beginning_or_end_has_no_ellipsis_there() -> None:
    assert (
        _excerpt(f"[Truce] at last. {LOREM}", 60) == "[Truce] at last. The mayor opened the new library on…"
    )
    assert (
        _excerpt(f"{LOREM}At last a [truce]", 60)
        == "…farmers asked for help from the capital. At last a [truce]"
    )


def test_words_far_apart_have_a_window_each() -> None:
    assert _excerpt(f"A [truce] holds. {LOREM}{LOREM}In [Kyiv] people hope. {LOREM}", 100) == (
        "A [truce] holds. The mayor opened the new … from the capital. In [Kyiv] people hope. The…"
    )


def test_windows_that_meet_are_one() -> None:
    text = f"{LOREM}A [truce] was agreed on by all [Kyiv] and {LOREM}{LOREM} The [river] won"

    assert _excerpt(text, 102) == (
        "…capital. A [truce] was agreed on by all [Kyiv] and The … the capital. The [river] won"
    )


def test_without_a_match_the_beginning_is_shown() -> None:
    assert _excerpt(LOREM, 60) == "The mayor opened the new library on Tuesday before a…"


def test_a_word_repeated_counts_once_so_that_the_others_are_shown() -> None:
    shown = _excerpt(f"{'[truce] ' * 40}{LOREM}and [Kyiv] {LOREM}", 120)

    assert "[truce]" in shown
    assert "[Kyiv]" in shown


@pytest.mark.parametrize(
    "character",
    ["e\u0301\u0323", "👩‍👩‍👧‍👦", "🇺🇦", "👍🏽", "ที่", "❤️", "🏴\U000e0067\U000e0062\U000e007f"],
)
@pytest.mark.parametrize("width", range(40, 52))
def test_what_a_reader_sees_as_one_character_is_not_cut(character: str, width: int) -> None:
    text = f"{character}x" * 200

    shown = excerpt(text, [(100 * len(f"{character}x"), 101 * len(f"{character}x"))], width)

    assert shown.text.startswith("…")
    whole = shown.text.strip("…").removeprefix("x")
    assert whole.replace(f"{character}x", "").removeprefix(character) == ""


def test_endless_marks_are_cut_all_the_same() -> None:
    assert 0 < len(excerpt("a" + "\u0301" * 10_000, [(0, 5_000)]).text) <= 240


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.text(st.sampled_from("ab \n\u0301👩\u200d🇺\x1b停\u202e") | st.characters(), max_size=400),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), max_size=8),
    st.integers(40, 120),
)
def test_an_excerpt_is_short_clean_and_its_hits_are_where_they_say(
    text: str, places: list[tuple[int, int]], width: int
) -> None:
    hits = [(min(start, len(text)), min(start + length, len(text))) for start, length in places]

    shown = excerpt(text, hits, width)

    assert len(shown.text) <= width
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in shown.text)
    end = 0
    matched = {character for first, last in hits for character in text[first:last]} | {" ", "…"}
    for first, last in shown.hits:
        assert end <= first < last <= len(shown.text)
        assert set(shown.text[first:last]) <= matched
        end = last
