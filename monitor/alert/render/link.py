"""The address of an entry as messages may link it."""

import re
from urllib.parse import quote

_LONGEST = 1_000
# A name before the host ("https://bank.example@evil.example") serves only to deceive; it is left out.
_WEB = re.compile(r"(?P<scheme>https?://)(?:[^/?#]*@)?(?P<rest>[^/?#\s].*)", re.IGNORECASE | re.DOTALL)
# No part of a URL as RFC 3986 writes it: in text or markup they would end it, or show another one.
_NOT_IN_URL = re.compile(
    "[\\s\\\\<>|`\"'^{}\x00-\x20\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def web_link(link: str | None) -> str | None:
    """Return a web address that can't end early wherever it is written, else None."""
    web = _WEB.fullmatch(link) if link else None
    if web is None:
        return None
    safe = _NOT_IN_URL.sub(_encoded, web["scheme"] + web["rest"])
    return safe if len(safe) <= _LONGEST else None


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="replace")  # half a surrogate pair has no encoding
