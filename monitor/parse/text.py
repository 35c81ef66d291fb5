"""Feed text -> clean text: the one function through which every string of a feed passes.

Removed: NUL and all C0 and C1 controls, lone surrogates, noncharacters, every bidirectional control,
invisible characters that split words for a search without being seen (zero-width space, word joiner,
soft hyphen, byte order mark, tags), and joiners outside the scripts and emoji that need them.
The rest is normalised to NFC, which changes how text is coded but never how it looks, so that a
publisher who switches between the two codings of "é" is still found and still recognised.
"""

import re
import unicodedata

# Python counts these C0 and C1 controls as white space; they end up as a space or a line end.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ud800-\udfff\ufdd0-\ufdef"
    "\U000e0000-\U000e007f"
    + "".join(f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
# Most text has none of them, which is told ten times as fast; of them all only U+FFFC is printable.
_CONTROLS = dict.fromkeys(code for code in range(128) if _INVISIBLE.match(chr(code)))
# ZWNJ and ZWJ shape letters in Arabic, Indic and South-East Asian scripts; ZWJ also joins emoji.
_SHAPED = "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
_IDLE_JOINER = re.compile(
    f"(?<![{_SHAPED}])\u200c|(?<![{_SHAPED}\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
)
# Combining marks aren't word characters, so a run of many is also a run of these; such runs are rare.
_SYMBOLS = re.compile(r"[^\w\s\x00-\x7f]{9,}")
# The most that one letter carries in any living script is about six (pointed and cantillated Hebrew).
_MAX_MARKS = 8
_LINE_END = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def clean_line(text: str, limit: int) -> str:
    """Return `text` as one line of at most `limit` code points; cut text ends with an ellipsis."""
    return _cut(" ".join(_visible(text).split()), limit)


def clean_lines(text: str, limit: int) -> str:
    """Return `text` without empty lines, each line as `clean_line` leaves it, within `limit` in all."""
    lines = (" ".join(line.split()) for line in _LINE_END.split(_visible(text)))
    return _cut("\n".join(line for line in lines if line), limit)


def without_invisible(text: str) -> str:
    """Return `text` without the characters that no text needs; white space stays as it is."""
    if text.isascii():
        return text.translate(_CONTROLS)
    if "".join(text.split()).isprintable() and "\ufffc" not in text:
        return text
    return _IDLE_JOINER.sub("", _INVISIBLE.sub("", text))


def _visible(text: str) -> str:
    if text.isascii():
        return text.translate(_CONTROLS)
    return unicodedata.normalize("NFC", _SYMBOLS.sub(_limit_marks, without_invisible(text)))


def _limit_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for char in run[0]:
        if unicodedata.category(char) not in ("Mn", "Me"):
            marks = 0
        elif (marks := marks + 1) > _MAX_MARKS:
            continue
        kept.append(char)
    return "".join(kept)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
