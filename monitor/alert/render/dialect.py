"""How a page is written for one kind of channel."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.alert.render.page import Card, Row
from monitor.model import MessageFormat


def _as_it_is(_: str, body: str) -> str:
    return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The markup, the escaping and the limit of one service: a value made of functions, each for one block.

    They are given clean text: one line, no controls, no overrides of direction, bounded (a headline 300 code points, a link
    1,000, ...), yet hostile: it may hold any markup and any mention. They return what *shows* this text and does nothing
    else: calls nobody, links only to the `link` they were given (an http(s) address without blanks, quotes,
    brackets ``<>`` or backslashes; ``()[]*_~&!#@`` may stand in it), and formats nothing of its own.

    - `title`: the page's title above several blocks; `heading`: that of a part.
    - `card`: an alert in full, all its lines. An empty text has no line. `row`: an alert on one line.
    - `line`: a line of the page's own words; `small`: one in small print, at the end.
    - `document`: all of it, from the page's title and the parts, which `write` has put together with newlines.
      The default returns the parts.

    `subject` is what is sent as the title, beside the body. A dialect is `titled` when the reader always sees it, so that
    the body need not repeat it. A body has at most `limit` by `size`, whatever the text: `write` leaves out whole
    blocks until it has, so that a cut never falls into an escape, a link or a character. A single row must always fit: that is so
    when the limit is 2,900 or more and an escape at most doubles the length. `plain` writes the text part beside the body, for mail.
    """

    format: MessageFormat
    title: Callable[[str], str]
    heading: Callable[[str], str]
    card: Callable[[Card], str]
    row: Callable[[Row], str]
    line: Callable[[str], str]
    small: Callable[[str], str]
    document: Callable[[str, str], str] = _as_it_is
    subject: Callable[[str], str] = str
    titled: bool = False
    limit: int | None = None
    size: Callable[[str], int] = len
    plain: "Dialect | None" = None
