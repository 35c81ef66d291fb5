r"""Discord's Markdown, for the description of an embed.

A backslash makes any sign after it plain, but not in the label of a link: brackets become others that look like them. An embed calls
nobody, whatever stands in it.
"""

import re

from monitor.alert.render.chat import Markup, chat_dialect, flat, no_block
from monitor.model import MessageFormat

# https://discord.com/developers/docs/resources/message#embed-object-embed-limits: 4,096 characters. Apprise adds a
# backslash before each colon of what would be an emoji.
_LONGEST_BODY = 3_800
_LOOKALIKES = str.maketrans({"\\": "∖", "`": "'", "[": "［", "]": "］"})
_ESCAPED = re.compile(r"[*_~|<>#]")


def _text(text: str) -> str:
    return _ESCAPED.sub(r"\\\g<0>", flat(text).translate(_LOOKALIKES))


def _line(text: str) -> str:
    return no_block(_text(text))


_MARKUP = Markup(
    text=_text,
    line=_line,
    bold=lambda content: f"**{content}**",
    link=lambda label, link: f"[{label}](<{link}>)",
    quote=lambda line: f"> {no_block(line)}",
)
DISCORD = chat_dialect(MessageFormat.DISCORD, _MARKUP, limit=_LONGEST_BODY)
