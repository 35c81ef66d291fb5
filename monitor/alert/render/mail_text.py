"""The plain-text part of a mail: lines of 72 characters, links on lines of their own."""

from textwrap import fill

from monitor.alert.render.dialect import Dialect
from monitor.alert.render.page import Card, Row, starred
from monitor.model import MessageFormat

_WIDTH = 72


def _single(card: Card) -> str:
    return "\n\n".join(_parts(card))


def _card(card: Card) -> str:
    return "\n".join(_parts(card))


def _parts(card: Card) -> list[str]:
    """Return the headline with the link, the excerpt, and where it comes from."""
    excerpt = starred(card.excerpt) if card.excerpt else ""
    source = ": ".join(filter(None, (card.rules, card.source)))
    parts = ((card.headline.text, card.link or ""), (excerpt,), (source, card.story))
    written = ("\n".join(_wrapped(text) for text in texts if text) for texts in parts)
    return [part for part in written if part]


def _row(row: Row) -> str:
    said = _wrapped(f"{row.headline.text} · {row.source}", _WIDTH - len("- "), indent="  ")
    return f"{said}\n  {row.link}" if row.link else said


def _title(text: str) -> str:
    return f"{_wrapped(text)}\n{'=' * min(len(text), _WIDTH)}"


def _heading(text: str) -> str:
    return f"{_wrapped(text)}\n{'-' * min(len(text), _WIDTH)}"


def _wrapped(text: str, width: int = _WIDTH, indent: str = "") -> str:
    return fill(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


MAIL_TEXT = Dialect(
    format=MessageFormat.MAIL,
    title=_title,
    heading=_heading,
    card=_card,
    single=_single,
    row=_row,
    line=_wrapped,
    small=_wrapped,
)
