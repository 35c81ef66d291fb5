"""HTML for chats: Telegram, which knows few tags and counts what is seen, and Matrix.

Both act on ``@name``, and Telegram sends the ``/command`` on which somebody taps; neither sign is that of feeds here.
"""

import re
from html import escape, unescape

from monitor.alert.render.chat import Markup, chat_dialect, flat
from monitor.alert.render.dialect import in_bytes
from monitor.model import MessageFormat

# https://core.telegram.org/bots/api#sendmessage: 4,096 after the markup is read.
_LONGEST_SEEN = 4_000
# An event has 64 KB, and the text is in it twice: https://spec.matrix.org/latest/client-server-api/#size-limits.
_LONGEST_EVENT = 24_000
_COMMAND = re.compile(r"(?<!\S)/(?=\w)")
_TAG = re.compile(r"<[^>]*>")


def _text(text: str) -> str:
    return escape(_COMMAND.sub("∕", flat(text)), quote=False)


def _link(label: str, link: str) -> str:
    # In Matrix an address with a name in it is a mention.
    return f'<a href="{escape(link.replace("@", "%40"))}">{label}</a>'


def _document(_: object, body: str) -> str:
    return body.replace("\n", "<br>")


def _seen(body: str) -> int:
    """Return the length as Telegram counts it, in units of UTF-16."""
    return len(unescape(_TAG.sub("", body.replace("<br>", "\n"))).encode("utf-16-le")) // 2


_MARKUP = Markup(
    text=_text,
    line=_text,
    bold=lambda content: f"<b>{content}</b>",
    link=_link,
    quote=lambda line: f"<i>{line}</i>",
)
TELEGRAM = chat_dialect(MessageFormat.TELEGRAM, _MARKUP, limit=_LONGEST_SEEN, size=_seen, document=_document)
MATRIX = chat_dialect(MessageFormat.MATRIX, _MARKUP, limit=_LONGEST_EVENT, size=in_bytes, document=_document)
