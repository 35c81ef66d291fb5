"""The fields of an entry, from whatever a format calls them: cleaned, checked and bounded.

A guid that is too long is replaced by its digest, never cut: two cut ones could become the same.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from monitor.model import Entry
from monitor.parse.html import html_to_text
from monitor.parse.text import clean_line, clean_lines, without_invisible

MAX_ENTRIES = 5_000
MAX_FEED_TITLE = 200
MAX_TITLE = 500
MAX_SUMMARY = 20_000
MAX_NAMES = 50
MAX_NAME = 200
MAX_GUID = 2_000
MAX_LINK = 4_000
OLDEST = timedelta(days=3653)
NEWEST = timedelta(days=2)

# What marks RSS "plain" text as HTML: an element that is closed, has attributes or stands alone. So
# "<b>Truce</b>" and '<img src="x">' are markup, while "a < b" and "The <script> tag" are words.
_ELEMENTS = (
    "a|abbr|b|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|figure|font|h[1-6]|hr|i|iframe|img|ins|kbd|li|mark|"
    "object|ol|p|pre|q|s|samp|script|section|small|span|strike|strong|style|sub|sup|svg|table|td|th|tr|tt|u|ul|var"
)
_MARKUP = re.compile(
    rf"</(?:{_ELEMENTS})\s*>|<(?:{_ELEMENTS})\s+[a-z-]+\s*=|<(?:br|hr|p)\s*/?>", re.IGNORECASE
)
_REFERENCE = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_NOT_IN_LINKS = re.compile(r"""[\s\x00-\x20\x7f"<>\\^`{|}]""")
# How a teaser says that there is more.
_CUT_MARK = re.compile(r"\s*[\[(]?(?:…|\.\.\.)[\])]?\s*\Z")
_HOST = re.compile(r"[\w.:-]+")


def entry_of(title: str, text: str, longest: int = MAX_SUMMARY) -> Entry:
    """Return the entry of an RSS feed that has these for its title and its description, cut at `longest`."""
    return Entry(title=clean_title(guess_text(title)), summary=clean_lines(guess_text(text), longest))


def guess_text(value: str) -> str:
    """Return the text of a value that may be plain or HTML, its publisher didn't say.

    Entities are decoded once either way: ``Q&amp;A`` is "Q&A", ``&lt;b&gt;`` is "<b>", and it stays so.
    """
    return html_to_text(value) if _MARKUP.search(value) else _REFERENCE.sub(_decode_reference, value)


def _decode_reference(reference: re.Match[str]) -> str:
    return unescape(reference[0])


def clean_title(text: str, limit: int = MAX_TITLE) -> str:
    """Return a title as one line."""
    return clean_line(text, limit)


def clean_summary(parts: Iterable[str]) -> str:
    """Return the texts of an entry as one: a text that another one contains is left out.

    So a teaser in front of the full text isn't repeated, and no word of either is lost.
    """
    kept: list[str] = []
    for part in parts:
        text = clean_lines(part, MAX_SUMMARY)
        if text and not any(_contains(other, text) for other in kept):
            kept = [other for other in kept if not _contains(text, other)]
            kept.append(text)
    return clean_lines("\n".join(kept), MAX_SUMMARY) if len(kept) > 1 else "".join(kept)


def _contains(text: str, teaser: str) -> bool:
    """Tell whether `text` has all words of `teaser`, which may end within one when it says that it is cut."""
    flat, cut = _CUT_MARK.subn("", teaser.replace("\n", " "))
    if cut:
        return flat in text.replace("\n", " ")
    before, found, behind = text.replace("\n", " ").partition(flat)
    return bool(found) and not before[-1:].isalnum() and not behind[:1].isalnum()


def clean_names(values: Iterable[str]) -> tuple[str, ...]:
    """Return authors or categories, each once, empty ones left out."""
    names = dict.fromkeys(name for value in values if (name := clean_line(value, MAX_NAME)))
    return tuple(names)[:MAX_NAMES]


def clean_guid(value: str) -> str | None:
    """Return a guid as one line; a long one as its digest; None when nothing is left of it."""
    guid = " ".join(without_invisible(value).split())
    if len(guid) > MAX_GUID:
        return f"blake2b:{hashlib.blake2b(guid.encode(), digest_size=16).hexdigest()}"
    return guid or None


def web_link(value: str, base: str) -> str | None:
    """Return `value`, seen from `base`, as an absolute http(s) URL that is safe to show; else None.

    Userinfo is dropped: in a link it serves to deceive. A fragment alone is the feed itself: None.
    """
    link = "".join(line.strip() for line in without_invisible(value).splitlines())
    if not link or link.startswith("#") or len(link) > MAX_LINK:
        return None
    try:
        parts = urlsplit(urljoin(base, link))
        host, _ = parts.hostname or "", parts.port
    except ValueError:  # a bracket or a port that is none
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    safe = _NOT_IN_LINKS.sub(lambda found: quote(found[0]), url)
    return safe if len(safe) <= MAX_LINK else None


def plausible(moment: datetime | None, now: datetime) -> datetime | None:
    """Return `moment` when news can be that old or that new, else None."""
    return moment if moment and now - OLDEST <= moment <= now + NEWEST else None
