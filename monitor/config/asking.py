"""Readers of what a feed's requests carry and how its answers are read. Each raises Mistake."""

import base64
import codecs
import re
from collections.abc import Mapping

from monitor.config.findings import Mistake

# Header names as RFC 9110 allows them, and what may stand in a value: a control would end the header.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_VALUE = re.compile(r"[!-~](?:[\t -~]*[!-~])?")
_TOKEN = re.compile(r"[!-~]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_LONGEST = 8_000
_LONGEST_AGENT = 300

_NOT_YOURS = {
    "authorization": 'write auth = { basic = "user:password" } or auth = { bearer = "token" }',
    "proxy-authorization": "write user and password into proxy",
    "user-agent": "write user_agent",
    "accept-language": "write language",
    "host": "it follows from url",
    "accept-encoding": "news-monitor asks for what it can decode",
    "if-none-match": "news-monitor sends what the server gave",
    "if-modified-since": "news-monitor sends what the server gave",
}
# They say how the connection goes on, ask for a part, or announce a body that no request has.
_OURS = frozenset(
    {
        "connection", "content-length", "content-type", "expect", "if-match", "if-range", "if-unmodified-since",
        "keep-alive", "proxy-connection", "range", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
# Text codecs of Python that no document is written in; the first takes quadratic time.
_NOT_ENCODINGS = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape"})


def read_header_name(value: object) -> str:
    """Read the name of a header that is a feed's own business."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise Mistake("is not the name of a header", 'such as "X-Api-Key"')
    name = value.lower()
    if name in _NOT_YOURS:
        raise Mistake("is not for headers", _NOT_YOURS[name])
    if name in _OURS:
        raise Mistake("is not for headers", "it belongs to the connection; leave it out")
    return value


def read_header_value(value: object) -> str:
    """Read the value of a header: visible ASCII, with spaces inside."""
    if not isinstance(value, str):
        raise Mistake("must be text", "put it in quotes")
    if not _VALUE.fullmatch(value) or len(value) > _LONGEST:
        raise Mistake("is no value for a header", "visible ASCII characters in one line, no space at an end")
    return value


def read_auth(value: object) -> str:
    """Read ``{ basic = "user:password" }`` or ``{ bearer = "token" }``; return the header's whole value."""
    if not isinstance(value, Mapping) or len(value) != 1 or not {"basic", "bearer"} & value.keys():
        raise Mistake('must be { basic = "user:password" } or { bearer = "token" }')
    kind, secret = next(iter(value.items()))
    if not isinstance(secret, str) or len(secret) > _LONGEST or not secret.isprintable():
        raise Mistake(f"{kind} must be text in one line", 'such as "${FEED_SECRET}"')
    if kind == "bearer":
        if not _TOKEN.fullmatch(secret):
            raise Mistake("bearer must be a token of visible ASCII characters", "without the word Bearer")
        return f"Bearer {secret}"
    if ":" not in secret:
        raise Mistake("basic must be user and password with a colon between", 'such as "monitor:${PASSWORD}"')
    # RFC 7617 with its charset, UTF-8
    return "Basic " + base64.b64encode(secret.encode()).decode("ascii")


def read_user_agent(value: object) -> str:
    """Read how a feed is told who asks."""
    if not isinstance(value, str) or not _VALUE.fullmatch(value) or len(value) > _LONGEST_AGENT:
        raise Mistake("must be text in visible ASCII", 'such as "Mozilla/5.0 (compatible; example.org)"')
    return value


def read_language(value: object) -> str:
    """Read a language tag (RFC 5646)."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise Mistake("must be the tag of a language", 'such as "uk" or "pt-BR"')
    return value


def read_encoding(value: object) -> str:
    """Read the name of a text encoding; return Python's name for it."""
    try:
        if isinstance(value, str) and value.isascii() and value.isprintable():
            "<rss>".encode(value)
            name = codecs.lookup(value).name.replace("_", "-")
            if name not in _NOT_ENCODINGS:
                return name
    except (LookupError, UnicodeError):
        pass
    raise Mistake("is not an encoding", 'write one such as "windows-1251" or "utf-8"')
