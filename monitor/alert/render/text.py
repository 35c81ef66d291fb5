"""Plain text, for every service without a format of its own."""

from monitor.alert.graphemes import cut
from monitor.alert.render.dialect import Dialect
from monitor.alert.render.page import LONGEST_TITLE, Card, Row
from monitor.model import MessageFormat


def _card(card: Card) -> str:
    told = [
        card.headline.text,
        card.rules and f"Rules: {card.rules}",
        card.excerpt.text if card.excerpt else "",
    ]
    above = [harmless(text) for text in told if text]
    below = [harmless(text) for text in (card.source, card.story) if text]
    return "\n".join([*above, *[""] * bool(above), *below, *_address(card.link)])


def _row(row: Row) -> str:
    return "\n".join([f"- {harmless(row.headline.text)}, {harmless(row.source)}", *_address(row.link)])


def _address(link: str | None) -> list[str]:
    return [link.replace("@", "%40")] if link else []


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
    row=_row,
    line=harmless,
    small=harmless,
    subject=_subject,
    titled=True,
)
