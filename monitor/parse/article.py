"""The page of an article -> its main text, without navigation, related links, comments and banners.

    decode | bound | main text (trafilatura, checked against resiliparse) or the publisher's own articleBody
           | is it an article at all?

The choice of extractors and its measurement: docs/adr/0007.
"""

import json
import logging
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from monitor.model import ArticleOutcome, ArticleText, Document, ParseFailed, Reason
from monitor.parse.decode import decode_page
from monitor.parse.html import html_to_text
from monitor.parse.text import clean_lines, without_invisible

# The longest article has this much; a list of everything that a site holds is no news of one event.
MAX_TEXT = 100_000
# A headline and a photograph's caption are shorter than this.
MIN_TEXT = 120
# Below either of them the second extractor is asked.
_FEW = 250
_SHARE = 0.4
# What this long a text says about cookies or subscribers, it says in an article about them.
_NOTICE = 1_500
# Publishers mark pages as closed that show the whole article to a first visitor; a teaser is shorter.
_TEASER = 800

# Parsers compare each attribute of a tag with all others, and walk each element's ancestors.
_LONG_TAG = re.compile(r"<([a-zA-Z][^\s<>/]{0,60}+)[^<>]{20000,}+>")
_MANY_TAGS = 20_000
_DEEPEST = 2_000
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s<>/]*+)([^<>]*+)>")
# Void elements, and those whose end tag may be left out and often is.
_NOT_NESTED = frozenset(
    "area base br col dd dt embed hr img input li link meta option p param source td th tr track wbr".split()  # noqa: SIM905 - names read best as words
)

_HTML_TYPE = re.compile(r"\s*(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)
_LINKED_DATA = re.compile(r"<script\b[^<>]*application/ld\+json[^<>]*>", re.IGNORECASE)
_CONSENT_HOST = re.compile(r"(?:^|\.)(?:consent|guce|privacy-mgmt|cookie-consent)\.", re.IGNORECASE)
_CONSENT = re.compile(
    r"before you continue to|we (?:value|care about) your privacy|we and our \d* ?partners"
    r"|(?:accept|reject) all(?: cookies)?\b|manage (?:your )?(?:cookie|privacy) (?:settings|preferences)"
    r"|(?:use|store)s? (?:of )?cookies|alle (?:cookies )?akzeptieren|tout accepter",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"subscribe (?:now )?to (?:continue|read|keep reading)|(?:log|sign) in to (?:continue|read)"
    r"|already a subscriber|for subscribers only|(?:article|content|story) is (?:only )?(?:available )?(?:for|to) (?:our )?"
    r"(?:subscribers|members|registered|premium)"
    r"|enable javascript and cookies|verify (?:that )?you are (?:a )?human|checking your browser"
    r"|jetzt weiterlesen|réservé aux abonnés",
    re.IGNORECASE,
)


def extract(page: Document) -> ArticleOutcome:
    """Find the main text of a page; whatever it holds, the outcome is a value."""
    if page.content_type and not _HTML_TYPE.match(page.content_type):
        kind = clean_lines(page.content_type.partition(";")[0], 60)
        return ParseFailed(reason=Reason.NOT_A_PAGE, detail=f"the server sent {kind}, not an HTML page")
    html = without_invisible(decode_page(page.body, page.content_type))
    if "<" not in html:
        return ParseFailed(reason=Reason.NOT_A_PAGE, detail="not an HTML page")
    html = _LONG_TAG.sub(r"<\1>", html)
    if _is_too_deep(html):
        detail = f"elements inside one another more than {_DEEPEST:,} deep"
        return ParseFailed(reason=Reason.NOT_A_PAGE, detail=detail)
    data = list(_linked_data(html))
    text = _longest_known(clean_lines(_main_text(html), MAX_TEXT), data)
    trouble = _trouble(text, data, page.url)
    return ParseFailed(reason=Reason.NO_TEXT, detail=trouble) if trouble else ArticleText(text)


def _main_text(html: str) -> str:
    # Imported at the first page: workers that only see feeds stay 15 MB smaller.
    import trafilatura  # noqa: PLC0415 - see above
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415 - see above

    # What it has to say about a page is in the outcome; its lines would quote the page.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
    careful = trafilatura.extract(html, fast=True, include_comments=False) or ""
    generous = extract_plain_text(html, main_content=True, alt_texts=False, links=False, list_bullets=False)
    few = len(careful) < _FEW or len(careful) < _SHARE * len(generous)
    return generous if few and len(generous) > len(careful) else careful


def _is_too_deep(html: str) -> bool:
    if html.count("<") < _MANY_TAGS:
        return False
    depth = 0
    for closing, name, rest in _TAG.findall(html):
        if name.lower() in _NOT_NESTED or rest.endswith("/"):
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        if depth > _DEEPEST:
            return True
    return False


def _linked_data(html: str) -> Iterator[dict[str, object]]:
    """Yield every object of the page's JSON-LD (schema.org)."""
    for block in _blocks(html):
        try:
            waiting = [json.loads(block, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                yield value
                waiting.extend(value.values())
            elif isinstance(value, list):
                waiting.extend(value)


def _blocks(html: str) -> Iterator[str]:
    end = 0
    for opening in _LINKED_DATA.finditer(html):
        if opening.start() < end:
            continue
        end = html.find("</script", opening.end())
        if end < 0:
            return
        yield html[opening.end() : end]


def _longest_known(text: str, data: list[dict[str, object]]) -> str:
    """Return `text` or the publisher's own articleBody, which is a mere teaser on one page in four."""
    bodies = (value for each in data if isinstance(value := each.get("articleBody"), str))
    own = (clean_lines(html_to_text(body) if "<" in body else body, MAX_TEXT) for body in bodies)
    return max((text, *own), key=len)


def _trouble(text: str, data: list[dict[str, object]], url: str) -> str | None:
    """Return why `text` is no article, None when it is one."""
    if _CONSENT_HOST.search(urlsplit(url).hostname or ""):
        return "a consent page stands in front of the article"
    if len(text) < _NOTICE:
        if _CLOSED.search(text) or (len(text) < _TEASER and any(_is_closed(each) for each in data)):
            return "the article is for subscribers or behind a check of the browser"
        if len(_CONSENT.findall(text)) > 1:
            return "a consent page stands in front of the article"
    return f"only {len(text)} characters of text were found" if len(text) < MIN_TEXT else None


def _is_closed(data: dict[str, object]) -> bool:
    return str(data.get("isAccessibleForFree", "")).lower() == "false"
