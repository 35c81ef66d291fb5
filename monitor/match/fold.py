"""Spelling that doesn't matter: case, accents, width, invisible characters.

Two words are the same when `fold` makes them equal. It normalises to NFKC (Unicode Standard Annex 15),
folds case, and drops accents, but only where an accent is an ornament: Latin, Greek and some Cyrillic.
Dropping every combining mark would turn ガ into カ and break Thai and Hindi.
"""

import unicodedata
from functools import lru_cache

# Letters that Unicode doesn't take for an accented form, though readers do. Sharp s and final sigma are
# covered by case folding.
_LOOKALIKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)

# They steer line breaks and joining, and may stand anywhere inside a word: soft hyphen, zero-width
# space, joiners, direction marks, word joiner, byte order mark.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_WITHOUT_INVISIBLE = str.maketrans("", "", INVISIBLE)

_STRESS = "\u0300\u0301"
_DIAERESIS = "\u0308"


def fold(word: str) -> str:
    """Return the form under which `word` is compared; folding twice changes nothing more."""
    return word.lower() if word.isascii() else _fold(word)


@lru_cache(maxsize=32_768)
def _fold(word: str) -> str:
    letters: list[str] = []
    base = ""
    for character in unicodedata.normalize("NFKD", word.translate(_WITHOUT_INVISIBLE)):
        if not unicodedata.combining(character):
            base = character
        elif _is_ornament(base, character):
            continue
        letters.append(character)
    folded = "".join(letters).casefold().translate(_LOOKALIKES)
    return unicodedata.normalize("NFKC", folded)


def plain(separator: str) -> str:
    """Return `separator` in ordinary width and small letters (ⓒ is a sign), without invisible characters."""
    if separator.isascii():
        return separator
    return unicodedata.normalize("NFKC", separator.translate(_WITHOUT_INVISIBLE)).lower()


def _is_ornament(base: str, mark: str) -> bool:
    script = unicodedata.name(base, "").partition(" ")[0] if base else ""
    if script == "CYRILLIC":
        # й, ї, ў, ѓ and ќ are letters of their own; ё is mostly written е, and stress marks come and go.
        return (mark in _STRESS and base not in "гкГК") or (mark == _DIAERESIS and base in "еЕ")
    return script in ("LATIN", "GREEK")
