"""HTML -> text.

lxml's parser calls back for each tag and builds no tree, so neither depth nor the number of attributes
costs more than its length (a tree of 200,000 attributes takes minutes, a depth of 20,000 comes out empty).
"""

import re
import threading
from collections.abc import Mapping

from lxml import etree

from monitor.parse.text import without_invisible

# What is beyond is not read. Measured after long tags are emptied: an image inlined as a data: URL
# would leave no room for the words behind it.
MAX_HTML = 400_000
_LONG_TAG = re.compile(r"<([a-zA-Z][^\s<>/]{0,60}+)[^<>]{1000,}+>")

_DROPPED = frozenset({"iframe", "noscript", "script", "style", "svg", "template"})
# To HTML these are only opened, and would swallow the rest of the article; so would a frame that is left open.
_SELF_CLOSED = re.compile(r"<(?:iframe|noscript|script|style|svg|template)\b[^<>]*/>", re.IGNORECASE)
_FRAME = re.compile(r"<(/?)iframe\b[^<>]*>", re.IGNORECASE)
_INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "ins", "kbd", "label", "mark", "nobr", "q", "rb", "ruby", "s", "samp", "small", "span", "strike", "strong",
        "sub", "sup", "time", "tt", "u", "var", "wbr",
    }
)  # fmt: skip
# What comes and goes without a gap in the text around it.
_UNSEEN = _INLINE | _DROPPED
_CELLS = frozenset({"td", "th"})


def html_to_text(html: str) -> str:
    """Return the text of `html`: entities decoded once, a line end wherever a block starts or ends.

    Tags and attributes leave nothing behind; inline elements don't split words. White space is left
    as it stands in the source, for `clean_lines` to settle.
    """
    if "<" not in html and "&" not in html:
        return _unwrapped(html)
    reader = _READER
    reader.collector.begin()
    etree.fromstring(_bounded(html), reader.parser)
    return "".join(reader.collector.pieces)


def parse_html(html: str, target: "Target") -> None:
    """Call `target` for what stands in the first MAX_HTML characters of `html`."""
    etree.fromstring(_bounded(html), _parser(target))


def _parser(target: "Target") -> etree.HTMLParser:
    # The stubs ask for a target of bytes and str alike; the parser gives str.
    return etree.HTMLParser(target=target, encoding="utf-8")  # type: ignore[arg-type]


def _bounded(html: str) -> bytes:
    bounded = _SELF_CLOSED.sub("", _LONG_TAG.sub(r"<\1>", without_invisible(html)))[:MAX_HTML]
    frames = _FRAME.findall(bounded)
    if 2 * frames.count("/") != len(frames):
        bounded = _FRAME.sub("", bounded)
    return bounded.encode() or b" "


def _unwrapped(text: str) -> str:
    """Return source text with its line ends as spaces: in HTML they are mere white space."""
    return text.replace("\n", " ").replace("\r", " ")


class Target:
    """What lxml calls; does nothing by itself."""

    def start(self, tag: str, attrib: Mapping[str, str]) -> None:
        """Take an element's start, its name and the names of its attributes in lower case."""

    def end(self, tag: str) -> None:
        """Take an element's end."""

    def data(self, data: str) -> None:
        """Take a piece of text."""

    def close(self) -> None:
        """Take the end of the page."""


class _TextCollector(Target):
    def begin(self) -> None:
        self.pieces: list[str] = []
        self._dropped = 0

    def start(self, tag: str, attrib: Mapping[str, str]) -> None:  # noqa: ARG002 - lxml's signature
        self._dropped += tag in _DROPPED
        self._separate(tag)

    def end(self, tag: str) -> None:
        self._dropped -= tag in _DROPPED
        self._separate(tag)

    def data(self, data: str) -> None:
        if not self._dropped:
            self.pieces.append(_unwrapped(data))

    def _separate(self, tag: str) -> None:
        if not self._dropped and tag not in _UNSEEN:
            self.pieces.append(" " if tag in _CELLS else "\n")


class _Reader(threading.local):
    """A parser and what it calls, for each thread: to make them takes longer than to read a summary."""

    def __init__(self) -> None:
        self.collector = _TextCollector()
        self.parser = _parser(self.collector)


_READER = _Reader()
