"""Pages in a dialect, as far as there is room."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.alert.excerpt import Excerpt
from monitor.alert.render.dialect import Dialect
from monitor.alert.render.page import Block, Card, Heading, Line, Page, Row
from monitor.model import Message

_Part = tuple[Block, str]  # a block, and how the dialect writes it


def write(pages: Sequence[Page], dialect: Dialect) -> Message:
    """Return the first of `pages` that fits whole, else the last of them with as many blocks as fit.

    The pages say the same, each in fewer words than the one before.
    """
    return Message(
        format=dialect.format,
        title=dialect.subject(pages[0].title),
        body=_body(pages, dialect),
        text=_body(pages, dialect.plain) if dialect.plain else "",
    )


def _body(pages: Sequence[Page], dialect: Dialect) -> str:
    body = ""
    for page in pages:
        shown = _without_title(page) if dialect.titled else page
        blocks = [_part(block, dialect) for block in shown.blocks]
        body = _document(shown, blocks, dialect)
        if _fits(body, dialect):
            return body
    return _cut(shown, blocks, dialect)


def _cut(page: Page, blocks: Sequence[_Part], dialect: Dialect) -> str:
    """Return the page with as many of its first `blocks` as fit, and at least one: a limit has room for it."""
    lengths = range(2, len(blocks))
    most = 1 + bisect_left(
        lengths, True, key=lambda count: not _fits(_document(page, blocks[:count], dialect), dialect)
    )
    return _document(page, blocks[:most], dialect)


def _fits(body: str, dialect: Dialect) -> bool:
    return dialect.limit is None or dialect.size(body) <= dialect.limit


def _without_title(page: Page) -> Page:
    """Return the page without what its title says."""
    card = page.blocks[0]
    if page.headed or not isinstance(card, Card):
        return replace(page, headed=False)
    told = replace(
        card,
        headline=Excerpt("") if page.title.endswith(card.headline.text) else card.headline,
        rules="" if page.title.startswith(card.rules) else card.rules,
    )
    return replace(page, blocks=(told,))


def _document(page: Page, blocks: Sequence[_Part], dialect: Dialect) -> str:
    """Return the page with these of its blocks, and the number of alerts that are left out."""
    while blocks and isinstance(blocks[-1][0], Heading):
        blocks = blocks[:-1]
    left = page.total - sum(_weight(block) for block, _ in blocks)
    parts: list[_Part] = [(Line(page.title), dialect.title(page.title))] if page.headed else []
    parts += [(Line(text), dialect.line(text)) for text in page.opening]
    parts += blocks
    if left > 0:
        parts.append(_part(Line(f"and {left} more{page.more and f': {page.more}'}"), dialect))
    parts += [(Line(text), dialect.small(text)) for text in page.closing]
    return dialect.document(page.title, _joined(parts))


def _part(block: Block, dialect: Dialect) -> _Part:
    match block:
        case Heading(text):
            return block, dialect.heading(text)
        case Line(text):
            return block, dialect.line(text)
        case Card():
            return block, dialect.card(block)
        case Row():
            return block, dialect.row(block)


def _weight(block: Block) -> int:
    """Return for how many of a page's total a block stands."""
    return block.count if isinstance(block, Row) else not isinstance(block, Heading)


def _joined(parts: Iterable[_Part]) -> str:
    text, before = "", None
    for block, part in parts:
        text += _gap(before, block) + part
        before = block
    return text


def _gap(before: Block | None, after: Block) -> str:
    """Return a blank line around a card and before a heading; what stands on one line goes below the one before."""
    if before is None:
        return ""
    airy = isinstance(after, Heading) or (isinstance(before, Card) and isinstance(after, Line))
    return "\n\n" if airy or (isinstance(after, Card) and not isinstance(before, Heading)) else "\n"
