r"""Markdown as Apprise turns it into Slack's own markup.

Apprise keeps the backslash escapes below as plain signs (``\<`` arrives as ``&lt;``), turns ``**x**`` into
bold and ``[label](<url>)`` into a link; nothing else of the text may be markup. Slack calls people for
``<!here>`` and ``<@U1>``, which can't arise once every ``<`` of a feed is escaped.
"""

import re
from datetime import tzinfo

from monitor.alert.excerpt import Excerpt
from monitor.alert.render.view import View, marked, view
from monitor.model import Alert, Message, MessageFormat

# Slack's limit for a section is 3,000; Apprise's entities make the text longer than it is here.
LONGEST_BODY = 2_900
_WIDTHS = (240, 120, 40)

# Signs that no escape reaches on all ways into Slack: others that look like them.
_LOOKALIKES = str.maketrans({"\\": "∖", "`": "'", "*": "∗", "~": "∼", "@": "＠"})
_ITALIC = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_ESCAPED = re.compile(r"[<>\[\]()!#]")

# Slack shows bold only where signs or blanks stand around it.
_OPENERS = " \"'“‘«([‹„-–—/"
_CLOSERS = " \"'”’»)]›.,;:!?…-–—/"


def render_slack(alert: Alert, zone: tzinfo) -> Message:
    """Return the message for Slack: `body` is Markdown for Apprise, at most 2,900 characters.

    It is the whole message, led by the headline as the link; the title, which can't be one, is not sent.
    """
    # Escaping can double a text; what is cut is the text, so that no escape is cut in two.
    for width in _WIDTHS:
        seen = view(alert, zone, width)
        body = _body(seen)
        if len(body) <= LONGEST_BODY:
            break
    return Message(format=MessageFormat.SLACK, title=seen.title, body=body)


def _body(seen: View) -> str:
    headline = escaped(seen.headline.text)
    lines = [f"**[{headline}](<{seen.link}>)**" if seen.link else f"**{headline}**"]
    if seen.excerpt is not None:
        shown = Excerpt(_plain(seen.excerpt.text), seen.excerpt.hits)
        lines.append(marked(_with_room(shown), _escape, lambda word: f"**{word}**"))
    lines.append(escaped(": ".join(filter(None, (seen.rules, seen.source)))))
    if seen.story:
        lines.append(escaped(seen.story))
    return "\n".join(lines)


def escaped(text: str) -> str:
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
