"""The bytes of a subscription list -> text that expat can read; line ends stay where they are."""

import codecs
import re
from html.entities import html5

from monitor.config.asking import read_encoding
from monitor.config.findings import Mistake

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# What XML has no place for, and references that it doesn't know: HTML's names, a bare "&".
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
_BARE = re.compile(r"&(?!#[0-9]{1,20};|#[xX][0-9a-fA-F]{1,20};|[A-Za-z][A-Za-z0-9]{1,31};)")
_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
# Descriptions in HTML that nobody has escaped, in an outline that is in order otherwise.
_VALUE = re.compile(r"""(?:"[^"]*"|'[^']*')""")
_TAG = re.compile(rf"""<outline(?:\s++[\w:.-]++\s*+=\s*+{_VALUE.pattern})++\s*+/?>""", re.IGNORECASE)


def opml_text(raw: bytes) -> str:
    """Return the text of a list in UTF-8, UTF-16 or the encoding it declares, mended where it isn't XML."""
    return _mend(_text(raw))


def _text(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode(_declared(raw), "replace")


def _declared(raw: bytes) -> str:
    found = _DECLARED.match(raw)
    try:
        encoding = read_encoding(found[1].decode("ascii")) if found else "utf-8"
    except Mistake:
        return "cp1252"
    return "cp1252" if encoding == "utf-8" else encoding  # it isn't UTF-8, whatever it says


def _mend(text: str) -> str:
    """Return `text` with the references that XML doesn't know as ones it does; lines stay where they are."""
    text = _TAG.sub(_escape_values, _NOT_XML.sub(" ", text))
    return _NAMED.sub(_mend_name, _NUMBER.sub(_mend_number, _BARE.sub("&amp;", text)))


def _escape_values(tag: re.Match[str]) -> str:
    if "<" not in tag[0][1:]:
        return tag[0]
    return _VALUE.sub(lambda value: value[0].replace("<", "&lt;"), tag[0])


def _mend_number(reference: re.Match[str]) -> str:
    digits = (reference[1] or reference[2]).lstrip("0")
    code = int(digits or "0", 16 if reference[1] else 10) if len(digits) < 8 else 0
    return reference[0] if 0 < code < 0x110000 and not _NOT_XML.match(chr(code)) else " "


def _mend_name(reference: re.Match[str]) -> str:
    known = html5.get(reference[1], "")
    return "".join(f"&#{ord(character)};" for character in known) or f"&amp;{reference[1]}"
