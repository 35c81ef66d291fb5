"""A title as the Subject of a mail: one line, in encoded words that every reader can decode.

Apprise makes one encoded word of the whole title, three letters for each byte that isn't ASCII and
without line breaks: longer than the 75 characters a word may have (RFC 2047, 2), and from some 160
Cyrillic or 110 Chinese letters on longer than the 998 a line may have (RFC 5322, 2.1.1), which servers
refuse. A title that is ASCII already passes it unchanged, so we encode before it does.
"""

from email.charset import BASE64, Charset
from email.header import Header

# The words stay on one line, so all of them must fit: 11 of 75 characters, with 45 bytes in each.
_MOST_BYTES = 480
_LONGEST_WORD = 75


def subject_line(title: str) -> str:
    """Return `title` for the Subject header, in ASCII; cut, with an ellipsis, where it is too long."""
    line = " ".join(title.split())
    raw = line.encode(errors="replace")
    if len(raw) > _MOST_BYTES:
        line = raw[: _MOST_BYTES - 3].decode(errors="ignore") + "…"
    if line.isascii() and "=?" not in line:
        return line
    charset = Charset("utf-8")
    charset.header_encoding = BASE64
    return Header(line, charset, maxlinelen=_LONGEST_WORD, header_name="Subject").encode(linesep="")
