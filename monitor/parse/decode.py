"""The bytes of a document -> text.

In order of trust: a byte order mark, the pattern of a 16 or 32 bit encoding, UTF-8 where the document
declares it and is it, the charset of an XML media type (RFC 7303), the XML declaration, UTF-8. Bytes
that fit none of these are still read as well as can be, and the document counts as damaged. An encoding
that the configuration insists on goes before all of them.
"""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose little-endian mark begins the same way
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    # XML 1.0, appendix F.1: how "<" looks when there is no mark
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml\s[^>]*?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]+)""")
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([A-Za-z0-9._:-]+)""", re.IGNORECASE)
_META = re.compile(rb"""<meta\s[^<>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", re.IGNORECASE)
_META_WITHIN = 8_192
_XML_TYPE = re.compile(r"^\s*[a-z]+/(?:[^\s;]+\+)?xml\b", re.IGNORECASE)
# Publishers name the subset and mean the superset (WHATWG Encoding Standard).
_MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "utf_8": "utf-8", "euc_kr": "cp949", "shift_jis": "cp932"}
_IN_PAGES = {"iso8859_1": "cp1252", "ascii": "cp1252"}
# Text codecs of Python that no document is written in; the first two take quadratic time.
_NOT_ENCODINGS = frozenset({"punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape"})


def decode(
    body: bytes, content_type: str | None = None, insisted: str | None = None
) -> tuple[str, str | None]:
    """Return the text of `body` and, when the bytes didn't fit any announced encoding, what was wrong."""
    if insisted:
        return _with_replacements(body, _MEANT.get(insisted.replace("-", "_"), insisted))
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _with_replacements(body, encoding)
    declared = _codec(_DECLARED.match(body))
    charset = (
        _codec(_CHARSET.search(content_type)) if content_type and _XML_TYPE.match(content_type) else None
    )
    candidates = ["utf-8"] if declared == "utf-8" else []
    candidates += [encoding for encoding in (charset, declared) if encoding]
    for encoding in (*candidates, "utf-8"):
        try:
            return body.decode(encoding), None
        except UnicodeDecodeError:
            continue
    return _guess(body, candidates)


def decode_page(body: bytes, content_type: str | None = None) -> str:
    """Return the text of an HTML page, as browsers read it (WHATWG HTML, 13.2.3.2).

    In order: a byte order mark, the charset of the Content-Type, that of a ``<meta>``, UTF-8, windows-1252.
    """
    for mark, encoding in _MARKS:
        if b"<" not in mark and body.startswith(mark):
            return _with_replacements(body, encoding)[0]
    charset = _codec(_CHARSET.search(content_type)) if content_type else None
    declared = _codec(_META.search(body, 0, _META_WITHIN))
    named = [_IN_PAGES.get(encoding, encoding) for encoding in (charset, declared) if encoding]
    for encoding in (*named, "utf-8"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _guess(body, named)[0]


def _codec(named: re.Match[bytes] | re.Match[str] | None) -> str | None:
    """Return Python's name for an 8 bit encoding, None for any other: the first bytes have shown the rest."""
    if named is None:
        return None
    label = named[1] if isinstance(named[1], str) else named[1].decode("ascii")
    try:
        b"<rss>".decode(label)
    except (LookupError, UnicodeError):
        return None
    name = codecs.lookup(label).name.replace("-", "_")
    return None if name in _NOT_ENCODINGS else _MEANT.get(name, name)


def _guess(body: bytes, candidates: list[str]) -> tuple[str, str]:
    """Read bytes that are wrong somewhere: as what they mostly are."""
    for encoding in candidates:
        if encoding != "utf-8":
            return body.decode(encoding, "replace"), f"bytes that are not {encoding}"
    text = body.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    if sum(not char.isascii() for char in text) > 2 * wrong:
        return text, "bytes that are not utf-8"
    return body.decode("cp1252", "replace"), "bytes that are not utf-8, read as windows-1252"


def _with_replacements(body: bytes, encoding: str) -> tuple[str, str | None]:
    text = body.decode(encoding, "replace").removeprefix("\ufeff")
    return text, f"bytes that are not {encoding}" if "\ufffd" in text else None
