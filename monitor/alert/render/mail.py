"""An HTML document for mail programs: one column, inline styles, nothing fetched from anywhere."""

import re
from html import escape

from monitor.alert.excerpt import Excerpt
from monitor.alert.graphemes import cut
from monitor.alert.render import mail_style as style
from monitor.alert.render.dialect import Dialect, in_bytes
from monitor.alert.render.mail_text import MAIL_TEXT
from monitor.alert.render.page import Card, Page, Row, marked
from monitor.model import MessageFormat

# In bytes: Gmail hides what comes after 102 kB.
_LONGEST_BODY = 100_000
_LONGEST_HOST = 60
_LONGEST_PREVIEW = 160
_GAP = '<p style="margin:0;font-size:12px;line-height:12px">&nbsp;</p>'


def _single(card: Card) -> str:
    return _lines(
        _rules(card), _headline(card, "h1", style.TITLE), *_about(card, style.LEAD), _read(card.link)
    )


def _card(card: Card) -> str:
    said = _lines(_rules(card), _headline(card, "h3", style.HEADLINE), *_about(card, style.EXCERPT))
    table = '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
    return f"{_GAP}\n{table}<tr><td {style.CARD}>\n{said}\n</td></tr></table>"


def _row(row: Row) -> str:
    headline = _anchor(row.link, style.ROW_LINK, escape(row.headline.text))
    return _text("p", style.ROW, f"{headline}<br>{escape(row.source)}")


def _rules(card: Card) -> str:
    return _text("p", style.RULES, escape(card.rules))


def _headline(card: Card, tag: str, look: str) -> str:
    return _text(tag, look, _anchor(card.link, style.HEADLINE_LINK, _highlighted(card.headline)))


def _about(card: Card, look: str) -> tuple[str, ...]:
    excerpt = _highlighted(card.excerpt) if card.excerpt else ""
    source, story = (_text("p", style.SOURCE, escape(text)) for text in (card.source, card.story))
    return source, story, _text("p", look, excerpt)


def _read(link: str | None) -> str:
    """Return the last line of an alert, which says where it leads."""
    if link is None:
        return ""
    host = re.split("[/?#]", link.partition("//")[2])[0]
    return _text(
        "p", style.LEAD, _anchor(link, style.READ_LINK, f"Read it on {escape(cut(host, _LONGEST_HOST))}")
    )


def _title(text: str) -> str:
    return _text("h1", style.TITLE, escape(text))


def _heading(text: str) -> str:
    return _text("h2", style.HEADING, escape(text))


def _line(text: str) -> str:
    return _text("p", style.LINE, escape(text))


def _small(text: str) -> str:
    return _text("p", style.SMALL, escape(text))


def _document(page: Page, body: str) -> str:
    return "".join(
        [
            style.BEFORE_TITLE,
            escape(page.title),
            style.BEFORE_PREVIEW,
            escape(cut(_preview(page), _LONGEST_PREVIEW)),
            style.BEFORE_PARTS,
            body,
            style.AFTER_PARTS,
        ]
    )


def _preview(page: Page) -> str:
    """Return what lists of mails show beside the subject: the excerpt, or the headlines."""
    block = page.blocks[0] if page.blocks else None
    if not page.headed and isinstance(block, Card):
        return block.excerpt.text if block.excerpt else block.source
    return " · ".join(one.headline.text for one in page.blocks[:4] if isinstance(one, Card | Row))


def _text(tag: str, look: str, content: str) -> str:
    """Return an element of escaped content in its own direction of writing; "" when there is nothing in it."""
    return f'<{tag} dir="auto" {look}>{content}</{tag}>' if content else ""


def _anchor(link: str | None, look: str, content: str) -> str:
    return f'<a href="{escape(link)}" {look}>{content}</a>' if link else content


def _highlighted(shown: Excerpt) -> str:
    return marked(shown, escape, lambda word: f"<span {style.MARK}>{word}</span>")


def _lines(*elements: str) -> str:
    return "\n".join(filter(None, elements))


MAIL = Dialect(
    format=MessageFormat.MAIL,
    title=_title,
    heading=_heading,
    card=_card,
    single=_single,
    row=_row,
    bullet="",
    line=_line,
    small=_small,
    document=_document,
    limit=_LONGEST_BODY,
    size=in_bytes,
    plain=MAIL_TEXT,
)
