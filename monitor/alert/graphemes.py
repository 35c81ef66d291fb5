"""Where text may be cut: never inside what a reader sees as one character. No business logic.

A short form of the rules of Unicode Standard Annex 29: marks, joiners, emoji modifiers and tags stay
with what they follow, flags stay whole, and a blank is a better place than the middle of a word.
"""

import unicodedata

ELLIPSIS = "…"

_JOINER = "\u200d"
_BLANK_WITHIN = 25  # how far to look for a blank before a word is cut
# Unicode's stream-safe text has no more marks in a row than this (Annex 15); longer ones are mischief.
_MARKS_WITHIN = 30


def cut(text: str, width: int) -> str:
    """Return the beginning of `text` in at most `width` code points, with an ellipsis where it was cut."""
    if len(text) <= width:
        return text
    return text[: cut_before(text, max(width - len(ELLIPSIS), 0), 0)].rstrip() + ELLIPSIS


def cut_before(text: str, end: int, least: int) -> int:
    """Return where to end a piece of `text`: at `end` or a little before it, not before `least`."""
    if end >= len(text) or text[end].isspace():
        return min(end, len(text))
    for place in range(end, max(least, end - _BLANK_WITHIN), -1):
        if text[place - 1].isspace():
            return place - 1
    candidates = range(end, max(least, end - _MARKS_WITHIN), -1)
    return next((place for place in candidates if _may_cut(text, place)), end)


def cut_after(text: str, start: int, most: int) -> int:
    """Return where to begin a piece of `text`: at `start` or a little after it, not after `most`."""
    if start <= 0 or text[start - 1].isspace():
        return max(start, 0)
    for place in range(start, min(most, start + _BLANK_WITHIN)):
        if text[place].isspace():
            return place + 1
    candidates = range(start, min(most, start + _MARKS_WITHIN))
    return next((place for place in candidates if _may_cut(text, place)), most)


def _may_cut(text: str, place: int) -> bool:
    """Tell whether `text[:place]` and `text[place:]` are whole to a reader."""
    before, after = text[place - 1], text[place]
    if _JOINER in (before, after) or unicodedata.category(after)[0] == "M":
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False
    return not (_is_flag_half(before) and _is_flag_half(after))


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
