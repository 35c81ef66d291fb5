"""Lines for a terminal, without colours: the output may be a log file."""

from monitor.alert.render.dialect import Dialect
from monitor.alert.render.page import Card, Row, starred
from monitor.model import MessageFormat


def _card(card: Card) -> str:
    headline = ": ".join(filter(None, (card.rules, starred(card.headline))))
    excerpt = starred(card.excerpt) if card.excerpt else ""
    return "\n".join(filter(None, (headline, excerpt, card.source, card.story, card.link)))


def _row(row: Row) -> str:
    return " · ".join(filter(None, (starred(row.headline), row.source, row.link)))


CONSOLE = Dialect(
    format=MessageFormat.CONSOLE, title=str, heading=str, card=_card, row=_row, line=str, small=str
)
