"""What the dialects of chats have in common: a card's lines in the same order, in each chat's own markup."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from monitor.alert.excerpt import Excerpt
from monitor.alert.render.dialect import Dialect
from monitor.alert.render.page import Card, Page, Row, marked
from monitor.model import MessageFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """How a chat writes text that formats nothing, a line of it, bold text, a link under a label, and a quoted line."""

    text: Callable[[str], str]
    line: Callable[[str], str]
    bold: Callable[[str], str]
    link: Callable[[str, str], str]
    quote: Callable[[str], str]

    def title(self, text: str) -> str:
        """Return a line of its own in bold."""
        return self.bold(self.text(text))

    def card(self, card: Card) -> str:
        """Return the headline, the quoted excerpt with its hits in bold, and who says so."""
        lines = [self._headline(card)]
        if card.excerpt is not None:
            lines.append(self.quote(self._excerpt(card.excerpt)))
        lines.append(self.line(": ".join(filter(None, (card.rules, card.source)))))
        lines.append(self.line(card.story))
        return "\n".join(filter(None, lines))

    def row(self, row: Row) -> str:
        """Return the headline and who says so, on one line."""
        return " · ".join(filter(None, (self._headline(row), self.text(row.source))))

    def _headline(self, about: Card | Row) -> str:
        text = self.text(about.headline.text)
        if not text:
            return ""
        return self.bold(self.link(text, about.link) if about.link else text)

    def _excerpt(self, shown: Excerpt) -> str:
        return marked(shown, self.text, self.bold)


def flat(text: str) -> str:
    """Replace the signs of mentions: no chat that was tried calls anybody for a full-width one."""
    return text.replace("@", "＠")


# A line that begins so is a list, a heading or a quotation in Markdown.
_BLOCK = re.compile(r"[-+#>]|\d+[.)]")


def no_block(line: str) -> str:
    """Keep a line from beginning a list: after a blank that is none for Markdown, it is text."""
    return f"\u00a0{line}" if _BLOCK.match(line) else line


def chat_dialect(
    format: MessageFormat,  # noqa: A002 - the word of the model
    markup: Markup,
    *,
    limit: int,
    size: Callable[[str], int] = len,
    document: Callable[[Page, str], str] = lambda _, body: body,
) -> Dialect:
    """Return the dialect of a chat that writes so, and takes bodies of `limit` by `size`."""
    return Dialect(
        format=format,
        title=markup.title,
        heading=markup.title,
        card=markup.card,
        row=markup.row,
        bullet="• ",
        line=markup.line,
        small=markup.line,
        document=document,
        limit=limit,
        size=size,
    )
