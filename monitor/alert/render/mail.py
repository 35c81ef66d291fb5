"""An HTML document for mail programs: inline styles, nothing fetched from anywhere.

Apprise derives the plain-text part from it and drops addresses of links, so that the link is also shown.
Colours are left to the mail program, light or dark, but for the matched words.
"""

from collections.abc import Sequence
from datetime import tzinfo
from html import escape

from monitor.alert.excerpt import Excerpt
from monitor.alert.render.view import View, marked, view
from monitor.model import Alert, Message, MessageFormat

_HEAD = (
    '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n'
)
_BODY = "margin:0 auto;padding:16px;max-width:40em;font:16px/1.5 system-ui,sans-serif"
_SMALL = "margin:0;font-size:14px;opacity:.75"
_HEADLINE = "margin:4px 0;font-size:20px;line-height:1.3"
_TEXT = "margin:16px 0"
_LINK = "margin:0;font-size:14px;word-break:break-all"
_MARK = "background:#ffe58a;color:#000"


def render_mail(alert: Alert, zone: tzinfo) -> Message:
    """Return the message for mail: `title` is the subject, `body` an HTML document."""
    seen = view(alert, zone)
    about = [paragraph(_SMALL, escape(line)) for line in (seen.source, seen.story) if line]
    lines = [paragraph(_SMALL, escape(seen.rules)), _headline(seen), *about]
    if seen.excerpt is not None:
        lines.append(paragraph(_TEXT, _highlighted(seen.excerpt)))
    if seen.link is not None:
        lines.append(paragraph(_LINK, _anchor(seen.link, escape(seen.link))))
    return Message(format=MessageFormat.MAIL, title=seen.title, body=document(seen.title, lines))


def document(title: str, content: Sequence[str]) -> str:
    """Return the HTML document with this title and escaped content."""
    head = f"{_HEAD}<title>{escape(title)}</title>\n</head>"
    return "\n".join([head, f'<body style="{_BODY}">', *content, "</body>\n</html>\n"])


def _headline(seen: View) -> str:
    text = _highlighted(seen.headline)
    return f'<h1 style="{_HEADLINE}">{_anchor(seen.link, text) if seen.link else text}</h1>'


def paragraph(style: str, content: str) -> str:
    """Return a paragraph of escaped content."""
    return f'<p style="{style}">{content}</p>'


def _anchor(link: str, content: str) -> str:
    return f'<a href="{escape(link)}">{content}</a>'


def _highlighted(shown: Excerpt) -> str:
    return marked(shown, escape, lambda word: f'<mark style="{_MARK}">{word}</mark>')
