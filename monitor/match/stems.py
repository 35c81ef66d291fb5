"""Inflected forms: what is left of a word when its endings are taken off (Snowball, by language).

Two words are forms of one another when they share a stem. A word has the stem of what is written and the
stem of what is written without accents, both folded: endings are known by their accents (Portuguese
negociações and negociação are `negoc`), and people leave accents out when they type.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Protocol

import Stemmer

from monitor.match.fold import INVISIBLE, fold

DEFAULT = "en"
NONE = "none"

_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
LANGUAGES = frozenset(_ALGORITHMS)
_WITHOUT_INVISIBLE = str.maketrans("", "", INVISIBLE)


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - PyStemmer's names

    def stemWords(self, words: Sequence[str]) -> list[str]: ...  # noqa: N802


def known_language(tag: str | None) -> str:
    """Return the language of the stems for a language tag: the usual one for None, NONE for one without stems."""
    if tag is None:
        return DEFAULT
    primary = tag.replace("_", "-").partition("-")[0].lower()
    return primary if primary in _ALGORITHMS else NONE


def stem(form: str, language: str) -> str:
    """Return the stem of a folded word, folded."""
    stemmer = _stemmer(language)
    return form if stemmer is None else fold(stemmer.stemWord(form))


def stem_all(forms: Sequence[str], language: str) -> Sequence[str]:
    """Return the stem of each folded word, folded."""
    stemmer = _stemmer(language)
    return forms if stemmer is None else list(map(fold, stemmer.stemWords(forms)))


def stems(word: str, language: str) -> tuple[str, ...]:
    """Return the stems of a word as written: two for some words with accents, else one."""
    bare = stem(fold(word), language)
    if word.isascii() or (stemmer := _stemmer(language)) is None:
        return (bare,)
    written = unicodedata.normalize("NFKC", word.translate(_WITHOUT_INVISIBLE)).lower()
    full = fold(stemmer.stemWord(written))
    return (bare,) if full == bare else (bare, full)


@cache
def _stemmer(language: str) -> _Stemmer | None:
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return None
    # Our own memory of words is bounded and knows what is asked for.
    stemmer: _Stemmer = Stemmer.Stemmer(algorithm, 0)
    return stemmer
