"""A document -> its entries. Pure: nothing is fetched, opened or remembered; `now` is an argument."""

import re
import sys
from dataclasses import replace
from datetime import datetime
from html.entities import html5
from typing import TypeGuard

from monitor.identity import identify, seen_digests
from monitor.model import (
    Before,
    Document,
    IdentifyOutcome,
    ParsedFeed,
    ParseFailed,
    ParseOutcome,
    Reason,
)
from monitor.parse.decode import decode
from monitor.parse.json_feed import parse_json_feed
from monitor.parse.links import html_page
from monitor.parse.seen import entry_spans, without_seen
from monitor.parse.sitemap import parse_sitemap
from monitor.parse.xml_feed import parse_xml_feed

# What may stand before the root element of XML, and a DOCTYPE with declarations of its own.
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_SUBSET = re.compile(r"""<!DOCTYPE(?:[^\[>"']|"[^"]*"|'[^']*')*\[""", re.IGNORECASE)
_ROOT = re.compile(r"<\w")
_END = re.compile(r"</(?:[\w.-]{1,50}:)?(?:rss|channel|rdf|feed|urlset)\s*>", re.IGNORECASE)
_ENTRY_TAG = re.compile(r"<(/?)(?:item|entry)\b(?![^>]*/>)", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_SITEMAP = re.compile(r"<(?:[\w.-]{1,50}:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_HTML = re.compile(r"<!DOCTYPE\s+html\b|<(?:html|head|body)\b", re.IGNORECASE)

# What XML 1.0 has no place for, as a character or as a reference. Any of it would cost the whole document
# its strict parser, a number without a character even the lenient one.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = dict.fromkeys(code for code in range(128) if _NOT_XML.match(chr(code)))
_FOREIGN = re.compile(
    r"&(?!lt;|gt;|amp;|quot;|apos;)(?:#([0-9]+)|#[xX]([0-9a-fA-F]+)|([a-zA-Z][a-zA-Z0-9]{1,31}));"
)


def parse_feed(document: Document, now: datetime) -> ParseOutcome:
    """Read one document; whatever it holds, the outcome is a value. Raises MemoryError."""
    try:
        return _parse(document, now)
    except MemoryError:
        pass  # raised anew once all that the document took is free again, or even telling of it might fail
    raise MemoryError


def identify_feed(document: Document, before: Before, now: datetime) -> IdentifyOutcome:
    """Read what is new in a feed's document, and tell its entries from those of the last one. Raises MemoryError."""
    seen = frozenset[bytes]() if before.whole else seen_digests(before.seen)
    parsed = parse_feed(replace(document, seen=seen), now)
    return parsed if isinstance(parsed, ParseFailed) else identify(parsed, before)


def _parse(document: Document, now: datetime) -> ParseOutcome:
    text, damage = decode(document.body, document.content_type, document.encoding)
    text = text.strip("\ufeff\x00 \t\r\n")
    if not text:
        return ParseFailed(reason=Reason.EMPTY, detail="the server sent an empty document")
    if text.startswith("{"):
        return parse_json_feed(text, document.url, now)
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if _HTML.match(text, start):
        return html_page(text, document.url)
    if _declares_entities(text, start):
        return ParseFailed(
            reason=Reason.ENTITIES,
            detail="the document declares XML entities (<!ENTITY), which can exhaust memory and are not read",
        )
    if _SITEMAP.match(text, start):
        outcome = parse_sitemap(_mend(text), document.url, now, damage)
    else:
        outcome = _parse_xml(_mend(text), document, now, damage)
    if isinstance(outcome, ParsedFeed) and outcome.damaged and not _END.search(text):
        return replace(outcome, cut_short=True)
    return outcome


def _parse_xml(text: str, document: Document, now: datetime, damage: str | None) -> ParseOutcome:
    """Read an XML document without the entries that were seen; whole, when they can't be told for sure."""
    data = text.encode()
    spans = entry_spans(data, document.url)
    digests = tuple(span.digest for span in spans)
    unseen = sum(digest not in document.seen for digest in digests)
    if unseen < len(spans):
        rest = without_seen(data, spans, document.seen).decode()
        parsed = parse_xml_feed(rest, document.url, now, damage)
        if _has(parsed, unseen):
            return replace(parsed, digests=digests)
    whole = parse_xml_feed(text, document.url, now, damage)
    if (
        isinstance(whole, ParsedFeed)
        and whole.damaged
        and len(whole.entries) > 1
        and _ends_within_entry(text)
    ):
        # Without its end an entry has another id or none, and would count as another one.
        return replace(whole, entries=whole.entries[:-1])
    return replace(whole, digests=digests) if _has(whole, len(spans)) else whole


def _ends_within_entry(text: str) -> bool:
    closing = [tag[1] for tag in _ENTRY_TAG.finditer(text)]
    return closing[-1:] == [""]


def _has(parsed: ParseOutcome, entries: int) -> TypeGuard[ParsedFeed]:
    """Tell whether the parser has found as many entries as the scan, neither more nor fewer."""
    return isinstance(parsed, ParsedFeed) and len(parsed.entries) == entries


def _declares_entities(text: str, start: int) -> bool:
    """Tell whether a parser could come upon an entity declaration.

    expat honours those of a DOCTYPE at `start`; feedparser's lenient parser those in front of the first
    tag. The words "<!ENTITY" further down, in an article about XML, don't count.
    """
    root = _ROOT.search(text)
    if _ENTITY.search(text, 0, root.start() if root else len(text)):
        return True
    subset = _SUBSET.match(text, start)
    return subset is not None and _ENTITY.search(text, subset.end()) is not None


def _mend(text: str) -> str:
    allowed = text.translate(_CONTROLS) if text.isascii() else _NOT_XML.sub("", text)
    return _FOREIGN.sub(_mend_reference, allowed)


def _mend_reference(reference: re.Match[str]) -> str:
    """Return HTML's names as numbers, which XML and HTML read alike, and no number beyond Unicode."""
    decimal, hexadecimal, name = reference.groups()
    if name:
        return "".join(f"&#{ord(char)};" for char in html5.get(f"{name};", "")) or reference[0]
    digits = (decimal or hexadecimal).lstrip("0")
    code = int(digits or "0", 10 if decimal else 16) if len(digits) < 8 else sys.maxunicode + 1
    return reference[0] if code <= sys.maxunicode and not _NOT_XML.match(chr(code)) else "\ufffd"
