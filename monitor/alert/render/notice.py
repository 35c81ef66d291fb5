"""A notice as text: what the owner is told of the program's own work, in every format."""

from collections.abc import Callable
from datetime import tzinfo
from html import escape

from monitor.alert.excerpt import one_line
from monitor.alert.graphemes import cut
from monitor.alert.render.mail import document, paragraph
from monitor.alert.render.slack import LONGEST_BODY, escaped
from monitor.alert.render.text import harmless
from monitor.alert.render.view import LONGEST_TITLE, spoken_time
from monitor.model import Message, MessageFormat, Notice

_LONGEST_LINE = 300
# Escaping can double a text; with fewer letters of each line it fits all the same.
_SHORTER_LINES = (_LONGEST_LINE, 140, 60)
_TITLE_STYLE = "margin:4px 0;font-size:20px;line-height:1.3"
_LINE_STYLE = "margin:8px 0"
_SMALL_STYLE = "margin:16px 0 0;font-size:14px;opacity:.75"


def render_notice(notice: Notice, format: MessageFormat, zone: tzinfo) -> Message:  # noqa: A002 - as in render
    """Return `notice` as a message for channels of `format`; titles and bodies as `render` has them."""
    title = cut(one_line(f"news-monitor: {notice.subject}"), LONGEST_TITLE)
    seen = f"seen {spoken_time(notice.created_at, zone)}"
    body = _BODIES[format](title, [one_line(line) for line in notice.lines], seen)
    return Message(format=format, title=harmless(title) if format is MessageFormat.TEXT else title, body=body)


def _console(title: str, lines: list[str], seen: str) -> str:
    return "\n".join([title, *_cut(lines), seen])


def _text(_: str, lines: list[str], seen: str) -> str:
    return "\n".join([*map(harmless, _cut(lines)), "", seen])


def _slack(title: str, lines: list[str], seen: str) -> str:
    for width in _SHORTER_LINES:
        body = "\n".join([f"**{escaped(title)}**", *map(escaped, _cut(lines, width)), seen])
        if len(body) <= LONGEST_BODY:
            break
    return body


def _mail(title: str, lines: list[str], seen: str) -> str:
    shown = [paragraph(_LINE_STYLE, escape(line)) for line in _cut(lines)]
    headline = f'<h1 style="{_TITLE_STYLE}">{escape(title)}</h1>'
    return document(title, [headline, *shown, paragraph(_SMALL_STYLE, escape(seen))])


def _cut(lines: list[str], width: int = _LONGEST_LINE) -> list[str]:
    return [cut(line, width) for line in lines]


_BODIES: dict[MessageFormat, Callable[[str, list[str], str], str]] = {
    MessageFormat.CONSOLE: _console,
    MessageFormat.TEXT: _text,
    MessageFormat.SLACK: _slack,
    MessageFormat.MAIL: _mail,
}
