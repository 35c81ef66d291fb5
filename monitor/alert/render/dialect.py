"""How a page is written for one kind of channel."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.alert.render.page import Card, Page, Row
from monitor.model import MessageFormat


def in_bytes(body: str) -> int:
    """Return the length of `body` as services count it that count bytes: in UTF-8."""
    return len(body.encode())


def _as_it_is(_: Page, body: str) -> str:
    return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The markup, the escaping and the limit of one service: a value made of functions, each for one block.

    They are given clean text: one line, no controls, no overrides of direction, bounded (a headline 300 code points, a link
    1,000, ...), yet hostile: it may hold any markup and any mention. They return what *shows* this text and does nothing
    else: it calls nobody, formats nothing of its own and links only to the `link` they were given (an http(s) address
    without blanks, quotes, ``<>{}|^`` or backslashes; ``()[]*_~&!#@`` may stand in it).

    - `title`: the page's title above several blocks; `heading`: that of a part.
    - `card`: an alert in full, all its lines; what is empty has none. `row`: an alert on one line, after `bullet`.
    - `single`: the card of a message that has no other, where it is not written as others are.
    - `line`: a line of the page's own words; `small`: one in small print, at the end.
    - `document`: all of it, from the page and its parts, which `write` has put together with newlines. The default
      returns the parts.
    - `subject`: what is sent as the title, beside the body. In a `titled` dialect the reader always sees it, so that the body
      doesn't repeat it: a card or row has then no headline (or no rules) where the title says it.

    A body has at most `limit` by `size`, whatever the text: `write` leaves out whole blocks until it has, so that no cut ever
    falls into an escape, a link or a character. One alert must always fit: it does when the limit is 2,000 or
    more and an escape at most doubles the length that `size` counts. `plain` writes the text part beside the body, for mail.

    A new dialect is one module with one such value, named in `monitor.alert.render`.
    """

    format: MessageFormat
    title: Callable[[str], str]
    heading: Callable[[str], str]
    card: Callable[[Card], str]
    row: Callable[[Row], str]
    line: Callable[[str], str]
    small: Callable[[str], str]
    single: Callable[[Card], str] | None = None
    bullet: str = "- "
    document: Callable[[Page, str], str] = _as_it_is
    subject: Callable[[str], str] = str
    titled: bool = False
    limit: int | None = None
    size: Callable[[str], int] = len
    plain: "Dialect | None" = None
