"""Text into tokens: the one reading of text that both entries and queries go through."""

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from monitor.match.fold import INVISIBLE, fold, plain

APOSTROPHES = "'’‘ʼ‛′＇`´"
# Unicode's dash punctuation (Pd), and the minus sign, which typists and programs put in its place.
HYPHENS = "-֊־᐀᠆‐‑‒–—―⸗⸚⸺⸻⹀⹝〜〰゠︱︲﹘﹣－𐺭−"
# Those that tie two words together; the long ones set them apart ("I—ran").
_TIES = frozenset("-֊־‐‑‒–﹣－−" + APOSTROPHES)

# Scripts in which a word can't be told from its neighbours, so that each character is a token and a
# word is found wherever its characters stand in a row: Thai, Lao, Myanmar, Khmer, Japanese, Chinese.
# Korean writes spaces, but glues particles to its nouns; whole words would miss most mentions.
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)


def _runs(characters: str) -> str:
    """Return a regex class body for `characters`, neighbours written as ranges."""
    parts: list[str] = []
    codes = sorted(map(ord, characters))
    first = codes[0]
    for code, following in pairwise([*codes, -1]):
        if following != code + 1:
            parts.append(f"{re.escape(chr(first))}-{re.escape(chr(code))}")
            first = following
    return "".join(parts)


@cache
def _any_token() -> re.Pattern[str]:
    """Return the pattern of a token of any text. It takes a while to make, for which no start waits that has only ASCII."""
    # Marks lie in 0300-1E94A; the rest are the voice marks of half-width katakana and the vowels and final
    # consonants of Hangul in pieces, which are letters to Unicode but belong to the syllable before them.
    marks = (
        "".join(chr(code) for code in range(0x300, 0x1E94B) if unicodedata.category(chr(code))[0] == "M")
        + "".join(map(chr, range(0xE0100, 0xE01F0)))
        + "ﾞﾟ"
        + "".join(map(chr, range(0x1160, 0x1200)))
    )
    tail = f"[{_runs(marks + INVISIBLE)}]*"
    return re.compile(
        # 1,000 = 1.000 = 1 000 with a no-break space = 1000
        r"(?P<number>(?<![\w.,])\d{1,3}(?:[.,'’\u00a0\u2009\u202f]\d{3})+(?!\w))"
        rf"|(?=[^\W_])[{_SPACELESS}]{tail}"
        rf"|(?:[^\W_{_SPACELESS}ʼ]{tail})+"
    )


_ALONE = re.compile(f"[{_SPACELESS}]")
_LOOSE = re.compile(f"[{re.escape(HYPHENS + APOSTROPHES)}]+")

# The tokens of a text of ASCII alone, which most are, in a fraction of the time.
_ASCII_TOKEN = re.compile(r"(?P<number>(?<![\w.,])\d{1,3}(?:[.,']\d{3})+(?!\w))|[^\W_]+", re.ASCII)

# What English hangs on a word: Ukraine's, they're, she'll. The word alone is what is looked for.
_CLITICS = frozenset({"s", "re", "ve", "ll", "d", "m"})

# Joined to a neighbour they make another word: "the rapist", "not ice", "now here", "for tune".
_NEVER_JOINED = frozenset(
    "the and for not but nor yet her his its our you she who"  # noqa: SIM905 - words read best as words
    " how why now one two can may was are has had did let get got all any out off per via".split()
)
_SHORTEST_JOINED = 3


class Token(NamedTuple):
    """A word as it is compared, where it stands (code points), and what stands before it."""

    term: str
    start: int
    end: int
    gap: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """The tokens of a text; `tail` is what follows the last one."""

    tokens: Sequence[Token]
    tail: str


def analyse(text: str, most: int = sys.maxsize) -> Analysis:
    """Return the tokens of `text`, with spans into `text` as given; the first `most` of them.

    Hyphens, apostrophes and all punctuation separate tokens. English clitics are left out, and n't
    stays with its word: "Ukraine’s" is `ukraine`, "l'Ukraine" is `l`, `ukraine`, "don't" is `dont`.
    """
    tokens: list[Token] = []
    until = 0
    for found in (_ASCII_TOKEN if text.isascii() else _any_token()).finditer(text):
        start, end = found.span()
        term = _digits(found[0]) if found.lastgroup else fold(found[0])
        gap = text[until:start]
        if tokens and len(gap) == 1 and gap in APOSTROPHES and _absorb(tokens, term, end):
            until = end
            continue
        if len(tokens) == most:
            break
        tokens.append(Token(term, start, end, gap))
        until = end
    return Analysis(tokens, text[until:])


def as_written(text: str, token: Token) -> str:
    """Return a token of `text` as written, for its accents, unless it is a number in groups or has an apostrophe."""
    written = text[token.start : token.end]
    return written if fold(written) == token.term else token.term


def joins(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Yield (first, after, form) for neighbouring tokens that may also be written as one word.

    `ceasefire`, `cease-fire` and `cease fire` are one word to a reader. Tokens tied by a hyphen or an
    apostrophe are joined in pairs and as a whole, initials (U.S.) as a whole. Tokens with a blank between
    them are joined in pairs, and only when both are proper words: else `Iran` would be found in "I ran".
    This costs one more form for every second pair of words. In 7,400 headlines and sentences, 20 such
    pairs made a word that also occurs there, all of them the same word ("air strike", "web site").
    """
    chain = 0  # where the run of tied tokens that ends at `left` began
    for place, (left, right) in enumerate(pairwise(tokens)):
        if right.gap == " ":  # most are
            if is_joinable(left.term) and is_joinable(right.term):
                yield place, place + 2, left.term + right.term
            chain = place + 1
            continue
        tied = _tied(left, right)
        initials = not tied and _initials(left, right)
        if tied or (right.gap.isspace() and is_joinable(left.term) and is_joinable(right.term)):
            yield place, place + 2, left.term + right.term
        if not (tied or initials):
            chain = place + 1
        elif _ends_chain(tokens, place + 1) and (initials or place > chain):
            yield chain, place + 2, "".join(token.term for token in tokens[chain : place + 2])


def is_plain(text: str) -> bool:
    """Tell whether `text` is nothing but one token of ASCII, as most words are."""
    return text.isascii() and text.isalnum()


def is_spaceless(term: str) -> bool:
    """Tell whether `term` is a character of a script in which words can't be told from their neighbours."""
    return not term.isascii() and _ALONE.match(term) is not None


def glue(gap: str) -> str:
    """Return the signs between two tokens that make one of them: "" for a hyphen, an apostrophe, a blank."""
    if any(map(str.isspace, gap)):
        return plain(gap).strip()
    return _LOOSE.sub("", plain(gap))


def _absorb(tokens: list[Token], term: str, end: int) -> bool:
    """Take what follows an apostrophe into the token before it. False: it is a token of its own."""
    last = tokens[-1]
    if term == "t" and last.term.endswith("n"):
        tokens[-1] = last._replace(term=last.term + term, end=end)
        return True
    return term in _CLITICS


def _digits(number: str) -> str:
    return fold("".join(character for character in number if character.isdecimal()))


def _tied(left: Token, right: Token) -> bool:
    # 10-12 is not 1012
    return right.gap in _TIES and not (left.term[-1].isdecimal() and right.term[0].isdecimal())


def _initials(left: Token, right: Token) -> bool:
    return right.gap == "." and len(left.term) == len(right.term) == 1 and (left.term + right.term).isalpha()


def _ends_chain(tokens: Sequence[Token], place: int) -> bool:
    if place + 1 == len(tokens):
        return True
    here, following = tokens[place], tokens[place + 1]
    return not (_tied(here, following) or _initials(here, following))


def is_joinable(term: str) -> bool:
    """Tell whether `term` may be one half of a word that is written apart."""
    return len(term) >= _SHORTEST_JOINED and term not in _NEVER_JOINED and term.isalpha()


def cuts(form: str) -> Sequence[tuple[str, str]]:
    """Return the pairs of words as which `form` may also be written: `ceasefire` as `cease fire`."""
    if not form.isalpha():
        return ()
    pairs = ((form[:at], form[at:]) for at in range(_SHORTEST_JOINED, len(form) - _SHORTEST_JOINED + 1))
    return [pair for pair in pairs if _NEVER_JOINED.isdisjoint(pair)]
