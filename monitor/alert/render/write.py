"""Pages in a dialect, as far as there is room."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from monitor.alert.excerpt import Excerpt
from monitor.alert.render.dialect import Dialect
from monitor.alert.render.page import Block, Card, Heading, Line, Page, Row
from monitor.model import Message

_Part = tuple[Block, str]  # a block, and how the dialect writes it


def write(pages: Iterable[Page], dialect: Dialect) -> Message:
    """Return the first of `pages` that fits whole, else the last of them with as many blocks as fit.

    The pages say the same, each in fewer words than the one before.
    """
    for page in pages:
        shown, parts = _written(page, dialect)
        body = _document(shown, parts, dialect)
        if _fits(body, dialect):
            break
    else:
        body = _cut(shown, parts, dialect)
    return Message(
        format=dialect.format,
        title=dialect.subject(page.title),
        body=body,
        text=write([page], dialect.plain).body if dialect.plain else "",
    )


def _written(page: Page, dialect: Dialect) -> tuple[Page, list[_Part]]:
    """Return the page as the dialect shows it, and its blocks."""
    shown = _without_title(page) if dialect.titled else page
    return shown, [_part(block, dialect, single=not page.headed) for block in shown.blocks]


def _cut(page: Page, parts: Sequence[_Part], dialect: Dialect) -> str:
    """Return the page with as many of its first `parts` as fit; a lone one stays, so that no message is empty."""
    most = bisect_left(
        range(1, len(parts)),
        True,
        key=lambda count: not _fits(_document(page, parts[:count], dialect), dialect),
    )
    return _document(page, parts[: max(most, len(parts) == 1)], dialect)


def _fits(body: str, dialect: Dialect) -> bool:
    return dialect.limit is None or dialect.size(body) <= dialect.limit


def _without_title(page: Page) -> Page:
    """Return the page without what its title says."""
    if page.headed:
        return replace(page, headed=False)
    return replace(page, blocks=tuple(_untold(block, page.title) for block in page.blocks))


def _untold(block: Block, title: str) -> Block:
    told: dict[str, Any] = {}
    if isinstance(block, Card | Row) and title.endswith(block.headline.text):
        told["headline"] = Excerpt("")
    if isinstance(block, Card) and title.startswith(block.rules):
        told["rules"] = ""
    return replace(block, **told) if told else block


def _document(page: Page, blocks: Sequence[_Part], dialect: Dialect) -> str:
    """Return the page with these of its blocks, and how many alerts it leaves out."""
    while blocks and isinstance(blocks[-1][0], Heading):
        blocks = blocks[:-1]
    above = [dialect.title(page.title)] if page.headed else []
    above += map(dialect.line, page.opening)
    below = map(dialect.small, page.closing)
    left = _left(page, blocks)
    parts = [
        *((Line(""), text) for text in above),
        *blocks,
        *((Line(""), dialect.line(text)) for text in left),
        *((Line(""), text) for text in below),
    ]
    return dialect.document(page, _joined(parts))


def _left(page: Page, blocks: Sequence[_Part]) -> list[str]:
    left = page.total - sum(_weight(block) for block, _ in blocks)
    where = f": {page.more}" if page.more else ""
    return [f"and {left} more{where}"] if left > 0 else []


def _part(block: Block, dialect: Dialect, *, single: bool) -> _Part:
    match block:
        case Heading(text):
            written = dialect.heading(text)
        case Line(text):
            written = dialect.line(text)
        case Card():
            written = (dialect.single if single and dialect.single else dialect.card)(block)
        case Row():
            written = ("" if single else dialect.bullet) + dialect.row(block)
    return block, written


def _weight(block: Block) -> int:
    """Return for how many of a page's total a block stands."""
    return block.count if isinstance(block, Row) else 0 if isinstance(block, Heading) else 1


def _joined(parts: Iterable[_Part]) -> str:
    text = ""
    before: Block | None = None
    for block, part in parts:
        text += _gap(before, block) + part
        before = block
    return text


def _gap(before: Block | None, after: Block) -> str:
    """Return what stands between two blocks: a blank line around a card and above a heading, else a new line."""
    if before is None:
        return ""
    airy = isinstance(after, Heading) or (isinstance(before, Card) and isinstance(after, Line))
    return "\n\n" if airy or (isinstance(after, Card) and not isinstance(before, Heading)) else "\n"
