"""Plain text, for every service without a format of its own."""

from monitor.alert.graphemes import cut
from monitor.alert.render.dialect import Dialect
from monitor.alert.render.page import LONGEST_TITLE, Card, Row
from monitor.model import MessageFormat

# Most services take it in one piece; Apprise sends more to the others in parts.
_LONGEST_BODY = 3_500


def _single(card: Card) -> str:
    return "\n\n".join(filter(None, ("\n".join(_said(card)), "\n".join(_about(card)))))


def _card(card: Card) -> str:
    return "\n".join([*_said(card), *_about(card)])


def _said(card: Card) -> list[str]:
    excerpt = card.excerpt.text if card.excerpt else ""
    return [harmless(text) for text in (card.headline.text, excerpt) if text]


def _about(card: Card) -> list[str]:
    source = ": ".join(filter(None, (card.rules, card.source)))
    return [*(harmless(text) for text in (source, card.story) if text), *_address(card.link)]


def _row(row: Row) -> str:
    said = " · ".join(harmless(text) for text in (row.headline.text, row.source) if text)
    return " ".join([said, *_address(row.link)])


def _address(link: str | None) -> list[str]:
    return [link.replace("@", "%40").replace("](", "%5D(")] if link else []


def _subject(title: str) -> str:
    return cut(harmless(title), LONGEST_TITLE)


def harmless(text: str) -> str:
    """Take from feed text what chat services act on, though they are sent plain text.

    ``@everyone`` calls people (Discord, Telegram, Mattermost, ...), and no invisible character stops all of
    them; the full-width sign does. A blank keeps ``[label](url)`` from hiding where it leads.
    """
    return text.replace("@", "＠").replace("](", "] (")


TEXT = Dialect(
    format=MessageFormat.TEXT,
    title=harmless,
    heading=harmless,
    card=_card,
    single=_single,
    row=_row,
    line=harmless,
    small=harmless,
    subject=_subject,
    titled=True,
    limit=_LONGEST_BODY,
)
