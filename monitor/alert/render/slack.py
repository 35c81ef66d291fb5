r"""Markdown as Apprise turns it into Slack's own markup.

Apprise keeps the backslash escapes below as plain signs (``\<`` arrives as ``&lt;``), turns ``**x**`` into
bold and ``[label](<url>)`` into a link; nothing else of the text may be markup. Slack calls people for
``<!here>`` and ``<@U1>``, which can't arise once every ``<`` of a feed is escaped.
"""

import re

from monitor.alert.excerpt import Excerpt
from monitor.alert.render.dialect import Dialect
from monitor.alert.render.page import Card, Row, marked
from monitor.model import MessageFormat

# Slack's limit for a section is 3,000; Apprise's entities make the text longer than it is here.
_LONGEST_BODY = 2_900

# Signs that no escape reaches on all ways into Slack: others that look like them.
_LOOKALIKES = str.maketrans({"\\": "∖", "`": "'", "*": "∗", "~": "∼", "@": "＠"})
_ITALIC = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_ESCAPED = re.compile(r"[<>\[\]()!#]")

# Slack shows bold only where signs or blanks stand around it.
_OPENERS = " \"'“‘«([‹„-–—/"
_CLOSERS = " \"'”’»)]›.,;:!?…-–—/"


def _card(card: Card) -> str:
    lines = [_headline(card)]
    if card.excerpt is not None:
        shown = Excerpt(_plain(card.excerpt.text), card.excerpt.hits)
        lines.append(f"> {marked(_with_room(shown), _escape, _bold)}")
    lines.append(_escaped(": ".join(filter(None, (card.rules, card.source)))))
    if card.story:
        lines.append(_escaped(card.story))
    return "\n".join(lines)


def _row(row: Row) -> str:
    return f"{_headline(row)} · {_escaped(row.source)}"


def _headline(about: Card | Row) -> str:
    text = _escaped(about.headline.text)
    return _bold(f"[{text}](<{about.link}>)" if about.link else text)


def _title(text: str) -> str:
    return _bold(_escaped(text))


def _bold(content: str) -> str:
    return f"**{content}**"


def _escaped(text: str) -> str:
    """Return feed text as Markdown that shows it and formats nothing."""
    return _escape(_plain(text))


def _plain(text: str) -> str:
    """Replace signs one by one, so that spans stay right. Inside a word an underscore formats nothing."""
    return _ITALIC.sub("＿", text.translate(_LOOKALIKES))


def _escape(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", text)


def _with_room(shown: Excerpt) -> Excerpt:
    """Keep the hits that Slack can show in bold."""
    text = f" {shown.text} "
    hits = (
        (start, end) for start, end in shown.hits if text[start] in _OPENERS and text[end + 1] in _CLOSERS
    )
    return Excerpt(shown.text, tuple(hits))


SLACK = Dialect(
    format=MessageFormat.SLACK,
    title=_title,
    heading=_title,
    card=_card,
    row=_row,
    bullet="• ",
    line=_escaped,
    small=_escaped,
    limit=_LONGEST_BODY,
)
