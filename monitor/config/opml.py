"""OPML: the subscription lists that feed readers exchange (https://opml.org/spec2.opml).

Lists are often broken. What can be read is read, and the rest is reported by line: after damage the reader
goes on at the next outline, within the folders that were open. Entity declarations are refused; nothing that
a list points to is followed.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr, unescape

from monitor.config.addresses import read_address
from monitor.config.findings import Mistake
from monitor.config.opml_text import opml_text
from monitor.errors import Problem

MAX_BYTES = 5_000_000
MAX_FEEDS = 50_000
_MAX_DEPTH = 50
_MAX_DAMAGES = 20
_MAX_TAGS = 20
_MAX_PROBLEMS = 1_000
_LONGEST_NAME = 100

_XML_URL = re.compile(rb"""\sxmlUrl\s*=\s*["']([^"'<>\s]+)["']""", re.IGNORECASE)
_OUTLINE = re.compile(rb"<(?:[\w.-]+:)?outline\b", re.IGNORECASE)
# expat's codes, in words. After an earlier damage these only follow from it.
_BROKEN = {
    3: "the list ends before its elements do",
    7: "an end tag stands where none is open",
    9: "something stands after the end of the list",
}


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed of a list: a checked http(s) address, a name of its own, and its folders as tags."""

    url: str
    name: str | None = None
    tags: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The feeds of a list, each once, and by line what was left out and why."""

    feeds: tuple[ListedFeed, ...]
    problems: tuple[Problem, ...]


def load_opml(path: Path, file: str) -> Subscriptions:
    """Read the list at `path`, as `read_opml` does. Raises OSError, ValueError for a path that can be none."""
    with path.open("rb") as opened:
        return read_opml(opened.read(MAX_BYTES + 1), file)


def read_opml(raw: bytes, file: str) -> Subscriptions:
    """Read a list; `file` names it in problems. Whatever `raw` holds, the outcome is a value."""
    if len(raw) > MAX_BYTES:
        what = f"is larger than {MAX_BYTES // 1_000_000} MB"
        return Subscriptions((), (Problem(file, None, "", what, "split it into several files"),))
    reader = _Reader(file)
    reader.read(opml_text(raw).encode())
    return Subscriptions(tuple(reader.feeds.values()), tuple(reader.problems))


def write_opml(feeds: Iterable[ListedFeed], title: str) -> str:
    """Return an OPML 2.0 document: a folder for each first tag, further tags as categories."""
    folders: dict[str, list[str]] = {}
    for feed in feeds:
        first, *others = feed.tags or ("",)
        folders.setdefault(first, []).append(_outline(feed, others))
    body = [f"    {outline}" for outline in folders.pop("", [])]
    for name, outlines in sorted(folders.items()):
        text = quoteattr(name)
        body += [f"    <outline text={text} title={text}>", *(f"      {outline}" for outline in outlines)]
        body.append("    </outline>")
    head = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "  <head>"]
    head += [f"    <title>{escape(title)}</title>", "  </head>", "  <body>"]
    return "\n".join([*head, *body, "  </body>", "</opml>"]) + "\n"


def _outline(feed: ListedFeed, others: Iterable[str]) -> str:
    name = quoteattr(feed.name or feed.url)
    categories = ",".join(re.sub(r"[,/]+", " ", tag) for tag in others)
    category = f" category={quoteattr(categories)}" if categories else ""
    return f'<outline type="rss" text={name} title={name} xmlUrl={quoteattr(feed.url)}{category}/>'


class _Refused(Exception):
    """The rest of the document is not read; the reason is among the problems."""


@dataclass(slots=True)
class _Reader:
    file: str
    feeds: dict[object, ListedFeed] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _parser: expat.XMLParserType = field(init=False)
    _lines_before: int = 0
    _root: str = ""
    _open: list[tuple[str, str | None]] = field(default_factory=list)  # elements; the names of folders
    _reopened: int = 0

    def read(self, data: bytes) -> None:
        start = len(data) - len(data.lstrip())
        with suppress(_Refused):
            self._parse_in_parts(data, start)
        if not self.feeds and self._root not in ("", "opml"):
            self.problems = []
        if not self.feeds and not self.problems:
            self.problems = [Problem(self.file, None, "", self._nothing())]

    def _parse_in_parts(self, data: bytes, start: int) -> None:
        for damages in range(_MAX_DAMAGES + 1):
            error = self._parse(data, start, again=damages > 0) if start < len(data) else None
            following = error and _OUTLINE.search(data, start + max(error, 1))
            if not following:
                return
            start = following.start()
        self._report("the list is too damaged: the rest isn't read")

    def _parse(self, data: bytes, start: int, *, again: bool) -> int | None:
        """Read from `start` on; return how far it went when damage has ended it."""
        if again and not self._open:
            self._open = [("opml", None)]
        self._reopened = len(self._open)
        root = "".join(f"<{tag}>" for tag, _ in self._open).encode()
        self._lines_before = data.count(b"\n", 0, start)
        parser = self._parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._refuse_entities
        try:
            parser.Parse(root + data[start:], True)
        except expat.ExpatError as error:
            end = parser.ErrorByteIndex - len(root)
            if error.code not in _BROKEN:
                rest = (
                    "only its address is read"
                    if self._salvage(data, start + end)
                    else "what stands there is left out"
                )
                self._report(f"broken XML, {expat.ErrorString(error.code)}: {rest}", error.lineno)
            elif not again:
                self._report(_BROKEN[error.code], error.lineno)
            return end
        return None

    def _salvage(self, data: bytes, damage: int) -> bool:
        """Read the address from the outline that a `damage` is in; return whether there is one."""
        begin = data.rfind(b"<outline", 0, damage + 1)
        if begin < 0 or b">" in data[begin:damage]:
            return False
        following = _OUTLINE.search(data, damage + 1)
        found = _XML_URL.search(data, begin, following.start() if following else len(data))
        if found:
            self._add(unescape(found[1].decode()), {})
        return found is not None

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._reopened:
            self._reopened -= 1
            return
        name = _local(tag)
        self._root = self._root or name
        if len(self._open) >= _MAX_DEPTH:
            self._report(f"folders are nested more than {_MAX_DEPTH} deep: the rest isn't read")
            raise _Refused
        self._open.append((tag, self._outline(attributes) if name == "outline" else None))

    def _end(self, _: str) -> None:
        self._open.pop()

    def _refuse_entities(self, *_: object) -> None:
        self._report("the list declares XML entities, which can exhaust memory and are not read")
        raise _Refused

    def _outline(self, attributes: Mapping[str, str]) -> str | None:
        """Take in a feed, or return the name of a folder."""
        values = {_local(name): " ".join(value.split()) for name, value in attributes.items()}
        kind = values.get("type", "").lower()
        url = "".join(values.get("xmlurl", "").split())
        other = url or values.get("url", "")
        if kind in ("include", "source") or (kind == "link" and other and not _is_feed(url)):
            self._report(_not_followed(kind, other))
        elif url:
            self._add(url, values)
        elif "xmlurl" in values or "htmlurl" in values or kind in ("rss", "atom", "pie"):
            page = values.get("htmlurl", "")
            advice = f"try: news-monitor feeds discover {_shown(page)}" if page else ""
            self._report("an outline has no xmlUrl", advice=advice)
        else:
            return values.get("text") or values.get("title")
        return None

    def _add(self, url: str, values: Mapping[str, str]) -> None:
        url = _without_feed_scheme(url)
        try:
            identity = read_address(url).identity
        except Mistake as mistake:
            self._report(f"xmlUrl {mistake.what}")
            return
        name = _clean(values.get("text") or values.get("title") or "")
        feed = ListedFeed(url, name if name != url else None, self._tags(values), self._line())
        known = self.feeds.get(identity)
        if known:
            tags = tuple(dict.fromkeys((*known.tags, *feed.tags)))[:_MAX_TAGS]
            feed = replace(known, tags=tags, name=known.name or feed.name)
        elif len(self.feeds) >= MAX_FEEDS:
            self._report(f"there are more than {MAX_FEEDS:,} feeds: the rest isn't read")
            raise _Refused
        self.feeds[identity] = replace(feed, name=feed.name or None)

    def _tags(self, values: Mapping[str, str]) -> tuple[str, ...]:
        categories = re.split(r"[,/]", values.get("category", ""))
        folders = (folder for _, folder in self._open)
        words = (_tag(name) for name in (*folders, *categories) if name)
        return tuple(dict.fromkeys(word for word in words if word))[:_MAX_TAGS]

    def _line(self) -> int:
        return self._lines_before + self._parser.CurrentLineNumber

    def _report(self, what: str, line: int | None = None, *, advice: str = "") -> None:
        at = self._line() if line is None else self._lines_before + line
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(Problem(self.file, at, "", what, advice))

    def _nothing(self) -> str:
        if self._root == "opml":
            return "there is no feed in it"
        return (
            f"is no OPML list: its first element is <{_shown(self._root)}>" if self._root else "it is empty"
        )


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _is_feed(xml_url: str) -> bool:
    return bool(xml_url) and not xml_url.lower().endswith(".opml")


def _not_followed(kind: str, url: str) -> str:
    if kind == "link" and not url.lower().endswith(".opml"):
        return "an outline is a link to a page, not a feed"
    return "an outline points to another list, which is not followed"


def _without_feed_scheme(url: str) -> str:
    """Return the address that readers mean by ``feed://host/`` and ``feed:https://host/``."""
    if not url.lower().startswith("feed:"):
        return url
    rest = url[len("feed:") :]
    return f"http:{rest}" if rest.startswith("//") else rest


def _clean(text: str) -> str:
    printable = "".join(character for character in text if character.isprintable())
    return " ".join(printable.split())[:_LONGEST_NAME].strip()


def _tag(folder: str) -> str:
    """Return a folder's name as a tag: in lower case, its words joined."""
    return "-".join(_clean(folder).lower().split())[:_LONGEST_NAME]


def _shown(text: str) -> str:
    return _clean(text)[:_LONGEST_NAME]
