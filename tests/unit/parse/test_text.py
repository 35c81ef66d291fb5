import pytest

from monitor.parse.text import clean_line, clean_lines


@pytest.mark.parametrize(
    ("hostile", "clean"),
    [
        ("cease\x00fire", "ceasefire"),
        ("a\x1b]0;title\x07b", "a]0;titleb"),
        ("a\x9bb\x7fc", "abc"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufffeb\uffffc\U0001ffffd\ufdd0e", "abcde"),
        ("\u202eevil\u202c \u2066x\u2069 \u200fy\u200e", "evil x y"),
        ("cease\u200bfire cease\u00adfire \ufeffcease\u2060fire", "ceasefire ceasefire ceasefire"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("one\r\nBcc: two\u2028three\x85four\x0bfive", "one Bcc: two three four five"),
        ("  many\t\t \xa0 blanks  ", "many blanks"),
        ("e\u0301te\u0301", "été"),
        ("\ufffd", "\ufffd"),
        ("", ""),
    ],
)
def test_what_no_text_needs_is_removed(hostile: str, clean: str) -> None:
    assert clean_line(hostile, 500) == clean


@pytest.mark.parametrize(
    "text",
    [
        "می‌خواهم",  # Persian: ZWNJ shapes the word
        "क्‍ष",  # Devanagari: ZWJ shapes the letter
        "👩‍👩‍👧‍👦 family",
        "❤️‍🔥",
        "שָׁלוֹם",
        "ภาษาไทยที่นี่",
        "乌克兰停火协议 ガギグ",
        "Łódź Đorđe søndag C++ .NET AT&T a < b",
    ],
)
def test_the_scripts_of_the_world_and_emoji_stay_as_they_are(text: str) -> None:
    assert clean_line(text, 500) == text


def test_joiners_are_dropped_where_no_script_needs_them() -> None:
    assert clean_line("cease\u200cfire pay\u200dpal می\u200c\u200c\u200cخ", 500) == "ceasefire paypal می‌خ"


def test_a_pile_of_combining_marks_is_cut_down() -> None:
    zalgo = "e" + "\u0300\u0315\u035c" * 5_000 + "nd"
    cleaned = clean_line(zalgo, 500)
    assert cleaned.startswith("è")
    assert cleaned.endswith("nd")
    assert len(cleaned) < 15


def test_a_long_text_is_cut_on_a_code_point_and_says_so() -> None:
    assert clean_line("😀" * 600, 500) == "😀" * 499 + "…"
    assert clean_line("x" * 500, 500) == "x" * 500


def test_lines_are_kept_and_empty_ones_are_not() -> None:
    assert clean_lines(" a  b \n\n \r\n\tc\u2029d\n", 500) == "a b\nc\nd"
