"""Which bytes of a document are its entries, so that those known from last time need not be read again.

expat finds where each entry begins and ends; feedparser, which takes a hundred times as long, then gets
the document without the entries that were seen before. Whatever stands outside entries stays. A document
that is in any way unusual is not cut: damaged XML, a DOCTYPE, entries within entries or in odd places,
a prefix that means different namespaces.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from xml.parsers import expat

from monitor.parse.fields import MAX_ENTRIES

_ENTRIES = frozenset({"item", "entry"})
_ROOTS = frozenset({"rss", "rdf", "feed"})
# feedparser takes RDF for a feed by the first of these that it meets, be it within an entry.
_RDF_FEEDS = frozenset({"http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"})
_MOST_NAMES = 1_000
_TAG = re.compile(rb"""<([^\s/>]+)(?:[^>"']|"[^"]*"|'[^']*')*>""")


@dataclass(frozen=True, slots=True)
class Span:
    """An entry: the bytes from `start` to before `end`, and their digest."""

    start: int
    end: int
    digest: bytes


def entry_spans(data: bytes, url: str) -> Sequence[Span]:
    """Return where the entries of an XML document in UTF-8 are, none when it is not to be cut.

    A digest also covers what else an entry is read with: the address of the document and the tags that
    the entry stands in.
    """
    scan = _Scan(data, url)
    try:
        scan.run()
    except (expat.ExpatError, _UnusualError):
        return ()
    return scan.spans


def without_seen(data: bytes, spans: Sequence[Span], seen: Collection[bytes]) -> bytes:
    """Return the document without the entries whose digest was seen."""
    kept: list[bytes] = []
    end = 0
    for span in spans:
        if span.digest in seen:
            kept.append(data[end : span.start])
            end = span.end
    return b"".join((*kept, data[end:]))


class _UnusualError(Exception):
    """The document is not to be cut."""


class _EntryNames(dict[str, bool]):
    """Which elements are entries, by their names as expat tells them. Most documents have few names, and each often."""

    def __missing__(self, name: str) -> bool:
        is_entry = _local(name) in _ENTRIES
        if len(self) < _MOST_NAMES:
            self[name] = is_entry
        return is_entry


def _local(name: str) -> str:
    return name.rpartition(" ")[2].lower()


class _Scan:
    """One pass over a document.

    Within an entry it hears of ends alone, which takes half of the time. An entry in there is told by the end that is
    one too many.
    """

    def __init__(self, data: bytes, url: str) -> None:
        self.spans: list[Span] = []
        self._data = data
        self._url = url.encode()
        self._namespaces: dict[str | None, str] = {}
        # Of the elements around the current place: where they begin, and their names.
        self._open: list[tuple[int, str]] = []
        self._is_entry = _EntryNames()
        self._contexts: dict[int, Any] = {}
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartNamespaceDeclHandler = self._namespace
        self._parser.StartDoctypeDeclHandler = self._doctype

    def run(self) -> None:
        self._parser.Parse(self._data, True)

    def _start(self, name: str, _: list[str]) -> None:
        if not self._open:
            self._check_root(_local(name))
        elif self._is_entry[name]:
            self._check_place()
            self._parser.StartElementHandler = None
            self._parser.EndElementHandler = self._end_within
        self._open.append((self._parser.CurrentByteIndex, name))

    def _check_root(self, name: str) -> None:
        if name not in _ROOTS or (name == "rdf" and _RDF_FEEDS.isdisjoint(self._namespaces.values())):
            raise _UnusualError

    def _check_place(self) -> None:
        _, *inside = self._open
        if len(self.spans) == MAX_ENTRIES or (
            inside and (len(inside) > 1 or _local(inside[0][1]) != "channel")
        ):
            raise _UnusualError

    def _end_within(self, name: str) -> None:
        if self._is_entry[name]:
            start, _ = self._open.pop()
            end = self._end_of_element(start)
            digest = self._context()
            digest.update(self._data[start:end])
            self.spans.append(Span(start, end, digest.digest()))
            self._parser.StartElementHandler = self._start
            self._parser.EndElementHandler = self._end

    def _end(self, name: str) -> None:
        if self._is_entry[name] or not self._open:
            raise _UnusualError
        self._open.pop()

    def _end_of_element(self, start: int) -> int:
        """Return where the element that began at `start` and ends now ends: behind its end tag, if it has one."""
        here = self._parser.CurrentByteIndex
        if here > start:
            return self._data.index(b">", here) + 1
        tag = _TAG.match(self._data, start)  # it closes itself
        if tag is None:
            raise _UnusualError
        return tag.end()

    def _context(self) -> Any:
        """Return the beginning of a digest: the address and the tags of the elements around."""
        place = self._open[-1][0]
        if place not in self._contexts:
            tags = [tag[0] for at, _ in self._open if (tag := _TAG.match(self._data, at))]
            self._contexts[place] = blake2b(b"\0".join((self._url, *tags, b"")), digest_size=16)
        return self._contexts[place].copy()

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        uri = (uri or "").lower()
        # feedparser keeps a prefix for the rest of the document, and a space confuses it.
        if " " in uri or (prefix and self._namespaces.get(prefix, uri) != uri):
            raise _UnusualError
        self._namespaces[prefix] = uri

    def _doctype(self, *_: object) -> None:
        raise _UnusualError
