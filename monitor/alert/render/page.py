"""What a message says, whoever reads it: clean text, one line each, bounded, not escaped yet."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.alert.excerpt import Excerpt

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """What the blocks after it have in common."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of its own."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An alert in full.

    `source` is the feed and the time, `story` what is new in a story, and who else reports it. Empty, or None, is what
    would say nothing new.
    """

    headline: Excerpt
    link: str | None
    source: str
    rules: str = ""
    story: str = ""
    excerpt: Excerpt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An alert on one line; it may stand for `count` alerts of one story."""

    headline: Excerpt
    link: str | None
    source: str
    count: int = 1


Block = Heading | Line | Card | Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One message.

    `title` is one line of at most 200 code points. When the page is `headed` it stands above the blocks; else these are
    one card or row, which says it. The last of the `blocks` are left out where there is no room: `total` is how many
    alerts (or lines) there are, shown or not, and `more` where to see them. `opening` and `closing`, which is small print, are
    always shown.
    """

    title: str
    blocks: tuple[Block, ...]
    headed: bool = True
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    total: int = 1
    more: str = ""


def marked(shown: Excerpt, escape: Callable[[str], str], mark: Callable[[str], str]) -> str:
    """Return the escaped text of `shown`; `mark` gets each matched stretch, escaped."""
    parts: list[str] = []
    position = 0
    for start, end in shown.hits:
        parts += [escape(shown.text[position:start]), mark(escape(shown.text[start:end]))]
        position = end
    return "".join([*parts, escape(shown.text[position:])])


def starred(shown: Excerpt) -> str:
    """Return the text of `shown` as it is, the matched stretches between asterisks."""
    return marked(shown, str, lambda word: f"*{word}*")
