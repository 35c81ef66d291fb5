"""An alert as a page, a card or a row."""

import re
from collections.abc import Sequence
from datetime import datetime, tzinfo
from urllib.parse import quote

from monitor.alert.excerpt import Excerpt, Span, excerpt, first_of_each, one_line, paragraphs, tidy
from monitor.alert.graphemes import cut
from monitor.alert.render.page import LONGEST_TITLE, Card, Page
from monitor.model import Alert, Match, Progress, TextField

# In all, so that a message stays readable, and below the 3,000 characters that Slack takes.
_LONGEST_NAMES = 80
_LONGEST_RULES = 300
_LONGEST_HEADLINE = 300
_LONGEST_FEED = 80
_LONGEST_LINK = 1_000
_LONGEST_OUTLET = 40
_MOST_OUTLETS = 5
# How long an excerpt is, in code points, and how short it becomes where there is no room.
_WIDTHS = (240, 120, 40)
# What people are told that is new in a story.
NEWS = {
    Progress.STAGE: "a new stage",
    Progress.FIGURES: "new numbers",
    Progress.OUTLETS: "more outlets",
}
_NO_TITLE = "(no title)"

# A name before the host ("https://bank.example@evil.example") serves only to deceive; it is left out.
_WEB = re.compile(r"(?P<scheme>https?://)(?:[^/?#]*@)?(?P<rest>[^/?#\s].*)", re.IGNORECASE | re.DOTALL)
# No part of a URL as RFC 3986 writes it; in text or markup they would end it.
_NOT_IN_URL = re.compile("[\\s\\\\<>|`\"'^{}\x00-\x20\x7f-\x9f]")


def alert_pages(alert: Alert, zone: tzinfo) -> tuple[Page, ...]:
    """Return the page about one alert, with ever shorter excerpts. Its title is the rules and the headline."""
    cards = [card(alert, zone, width) for width in _WIDTHS]
    news = "update" if _progress(alert) else ""
    title = ": ".join(filter(None, (cut(cards[0].rules, _LONGEST_NAMES), news, cards[0].headline.text)))
    return tuple(Page(title=cut(title, LONGEST_TITLE), headed=False, blocks=(one,)) for one in cards)


def card(alert: Alert, zone: tzinfo, width: int) -> Card:
    """Return all that there is to say of `alert`, its times in `zone`, the excerpt up to `width` code points."""
    headline = _headline(alert)
    return Card(
        rules=cut(", ".join(one_line(match.rule) for match in alert.matches), _LONGEST_RULES),
        headline=headline,
        link=_link(alert.entry.link),
        source=f"{_feed(alert)}, {_time(alert, zone)}{_edited(alert)}",
        story=cut("; ".join(filter(None, (_progress(alert), _outlets(alert.outlets)))), width),
        excerpt=_excerpt(alert, headline, width),
    )


def _feed(alert: Alert) -> str:
    return cut(one_line(alert.feed_name or alert.feed_url), _LONGEST_FEED)


def _progress(alert: Alert) -> str:
    """Return what is new to those who have been told of the story before; "" when this is the first time."""
    news = [match.progress for match in alert.matches if match.progress]
    if not news or len(news) < len(alert.matches):
        return ""
    return f"update: {', '.join(dict.fromkeys(NEWS[one] for one in news))}"


def _outlets(names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = [cut(one_line(name), _LONGEST_OUTLET) for name in names[:_MOST_OUTLETS]]
    more = len(names) - len(shown)
    return f"also reported by {', '.join(shown)}" + (f" and {more} more" if more else "")


def _edited(alert: Alert) -> str:
    return ", since edited" if alert.changed else ""


def _headline(alert: Alert) -> Excerpt:
    line = tidy(alert.entry.title, _hits(alert.matches, TextField.TITLE))
    if not line.text:
        return Excerpt(_NO_TITLE)
    text = cut(line.text, _LONGEST_HEADLINE)
    whole = len(line.text) if text == line.text else len(text) - 1
    return Excerpt(text, tuple((start, min(end, whole)) for start, end in line.hits if start < whole))


def _excerpt(alert: Alert, headline: Excerpt, width: int) -> Excerpt | None:
    if found := _hits(alert.matches, TextField.TEXT):
        return _text_excerpt(alert, found, width)
    shown = excerpt(alert.entry.summary, _hits(alert.matches, TextField.SUMMARY), width)
    return shown if shown.text not in ("", headline.text) else None


def _text_excerpt(alert: Alert, found: list[Span], width: int) -> Excerpt:
    """Return the paragraphs of the page with the words that neither title nor summary have."""
    missing = first_of_each(alert.text, found)
    for text, field in ((alert.entry.title, TextField.TITLE), (alert.entry.summary, TextField.SUMMARY)):
        for word in first_of_each(text, _hits(alert.matches, field)):
            missing.pop(word, None)
    return excerpt(*paragraphs(alert.text, sorted(missing.values()) or found), width)


def _hits(matches: tuple[Match, ...], field: TextField) -> list[tuple[int, int]]:
    return [(hit.start, hit.end) for match in matches for hit in match.hits if hit.field is field]


def _time(alert: Alert, zone: tzinfo) -> str:
    published = alert.entry.published_at
    moment = spoken_time(published or alert.created_at, zone)
    return f"{'published' if published else 'seen'} {moment}"


def spoken_time(moment: datetime, zone: tzinfo) -> str:
    """Return the date and the time in `zone`, with its name."""
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    # Some zones have no name but their offset.
    name = f"UTC{name}" if name.startswith(("+", "-")) else name
    return f"{local:%Y-%m-%d %H:%M} {name}"


def _link(link: str | None) -> str | None:
    """Return a web address that can't end early wherever it is written, else None."""
    web = _WEB.fullmatch(link) if link else None
    if web is None:
        return None
    safe = _NOT_IN_URL.sub(lambda found: quote(found[0], safe=""), web["scheme"] + web["rest"])
    return safe if len(safe) <= _LONGEST_LINK else None
