"""An HTML document for mail programs: inline styles, nothing fetched from anywhere.

Apprise derives the plain-text part from it and drops addresses of links, so that the link is also shown.
Colours are left to the mail program, light or dark, but for the matched words.
"""

from html import escape

from monitor.alert.excerpt import Excerpt
from monitor.alert.render.dialect import Dialect
from monitor.alert.render.page import Card, Row, marked
from monitor.model import MessageFormat

_HEAD = (
    '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n'
)
_BODY = "margin:0 auto;padding:16px;max-width:40em;font:16px/1.5 system-ui,sans-serif"
_SMALL = "margin:0;font-size:14px;opacity:.75"
_HEADLINE = "margin:4px 0;font-size:20px;line-height:1.3"
_TEXT = "margin:16px 0"
_LINE = "margin:8px 0"
_LINK = "margin:0;font-size:14px;word-break:break-all"
_MARK = "background:#ffe58a;color:#000"


def _card(card: Card) -> str:
    lines = [_small(line) for line in (card.rules,) if line]
    lines.append(_title_of(card))
    lines += [_small(line) for line in (card.source, card.story) if line]
    if card.excerpt is not None:
        lines.append(_paragraph(_TEXT, _highlighted(card.excerpt)))
    if card.link is not None:
        lines.append(_paragraph(_LINK, _anchor(card.link, escape(card.link))))
    return "\n".join(lines)


def _row(row: Row) -> str:
    return _paragraph(_LINE, f"{_anchor(row.link, _highlighted(row.headline))}, {escape(row.source)}")


def _title_of(card: Card) -> str:
    return f'<h1 style="{_HEADLINE}">{_anchor(card.link, _highlighted(card.headline))}</h1>'


def _title(text: str) -> str:
    return f'<h1 style="{_HEADLINE}">{escape(text)}</h1>'


def _heading(text: str) -> str:
    return f'<h2 style="{_HEADLINE}">{escape(text)}</h2>'


def _line(text: str) -> str:
    return _paragraph(_LINE, escape(text))


def _small(text: str) -> str:
    return _paragraph(_SMALL, escape(text))


def _document(title: str, body: str) -> str:
    head = f"{_HEAD}<title>{escape(title)}</title>\n</head>"
    return f'{head}\n<body style="{_BODY}">\n{body}\n</body>\n</html>\n'


def _paragraph(style: str, content: str) -> str:
    return f'<p style="{style}">{content}</p>'


def _anchor(link: str | None, content: str) -> str:
    return f'<a href="{escape(link)}">{content}</a>' if link else content


def _highlighted(shown: Excerpt) -> str:
    return marked(shown, escape, lambda word: f'<mark style="{_MARK}">{word}</mark>')


MAIL = Dialect(
    format=MessageFormat.MAIL,
    title=_title,
    heading=_heading,
    card=_card,
    row=_row,
    line=_line,
    small=_small,
    document=_document,
)
