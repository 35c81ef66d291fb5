r"""Markdown of Adaptive Cards, for Teams.

It has no escapes that all of Teams' programs know, so that signs become others that look like them. Two things act in a card
beside Markdown: Apprise makes a mention of ``<at>name</at>``, and the card a date of ``{{DATE(...)}}``.
"""

import json
import re

from monitor.alert.render.chat import Markup, chat_dialect, flat, no_block
from monitor.model import MessageFormat

# Of 28 KB for the whole of it.
_LONGEST_BODY = 20_000
_LOOKALIKES = str.maketrans(
    {"\\": "∖", "`": "'", "*": "∗", "_": "＿", "~": "∼", "[": "［", "]": "］", "<": "‹", ">": "›"}
)
_FUNCTION = re.compile(r"\{(?=\{)")
_IN_LINK = str.maketrans({"(": "%28", ")": "%29", "*": "%2A", "_": "%5F", "~": "%7E"})
_LINES = re.compile(r"\n+")


def _text(text: str) -> str:
    return _FUNCTION.sub("｛", flat(text).translate(_LOOKALIKES))


def _line(text: str) -> str:
    return no_block(_text(text))


def _document(_: object, body: str) -> str:
    """Make a paragraph of each line: a single line break is none in a card."""
    return _LINES.sub("\n\n", body)


def _size(body: str) -> int:
    return len(json.dumps(body))


_MARKUP = Markup(
    text=_text,
    line=_line,
    bold=lambda content: f"**{content}**",
    link=lambda label, link: f"[{label}]({link.translate(_IN_LINK)})",
    quote=no_block,
)
TEAMS = chat_dialect(MessageFormat.TEAMS, _MARKUP, limit=_LONGEST_BODY, size=_size, document=_document)
