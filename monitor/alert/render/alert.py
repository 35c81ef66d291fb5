"""An alert as a page, a card or a row."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, tzinfo

from monitor.alert.excerpt import Excerpt, Span, excerpt, first_of_each, one_line, paragraphs, tidy
from monitor.alert.graphemes import cut
from monitor.alert.render.link import web_link
from monitor.alert.render.page import LONGEST_TITLE, Card, Page, Row
from monitor.alert.render.times import told_time
from monitor.model import Alert, Layout, Match, Progress, TextField

# In all, so that a message stays readable, and below the 3,000 characters that Slack takes.
_LONGEST_NAMES = 80
_LONGEST_RULES = 300
_LONGEST_HEADLINE = 300
_LONGEST_IN_ROW = 160
_LONGEST_FEED = 80
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


def alert_pages(alert: Alert, layout: Layout, zone: tzinfo, *, late: tuple[str, ...] = ()) -> Iterator[Page]:
    """Yield the page about one alert, then the same in ever fewer words. Its title is the rules and the headline.

    `late` says why it comes only now.
    """
    full = card(alert, zone, _WIDTHS[0])
    news = "update" if _progress(alert) else ""
    title = ": ".join(filter(None, (cut(full.rules, _LONGEST_NAMES), news, full.headline.text)))
    page = Page(
        title=cut(title, LONGEST_TITLE), headed=False, blocks=(full,), closing=(*late, *_stands_in(alert))
    )
    if layout is Layout.FULL:
        yield page
        for width in _WIDTHS[1:]:
            yield replace(page, blocks=(card(alert, zone, width),))
    yield replace(page, blocks=(row(alert, zone),))


def card(alert: Alert, zone: tzinfo, width: int, today: date | None = None) -> Card:
    """Return all that there is to say of `alert`, the excerpt up to `width` code points; times as `told_time` has them."""
    headline = _headline(alert, _LONGEST_HEADLINE)
    published = alert.entry.published_at
    time = f"{'published' if published else 'seen'} {told_time(published or alert.created_at, zone, today)}"
    return Card(
        rules=cut(", ".join(one_line(match.rule) for match in alert.matches), _LONGEST_RULES),
        headline=headline,
        link=web_link(alert.entry.link),
        source=f"{_feed(alert)}, {time}{_edited(alert)}",
        story=cut("; ".join(filter(None, (_progress(alert), _outlets(alert.outlets)))), width),
        excerpt=_excerpt(alert, headline, width),
    )


def row(alert: Alert, zone: tzinfo, today: date | None = None, *, count: int = 1) -> Row:
    """Return `alert` on one line, as one of `count` alerts of its story."""
    published = alert.entry.published_at
    time = f"{'' if published else 'seen '}{told_time(published or alert.created_at, zone, today)}"
    return Row(
        headline=_headline(alert, _LONGEST_IN_ROW),
        link=web_link(alert.entry.link),
        source=f"{_feed(alert)}, {time}" + (f", {count} alerts" if count > 1 else ""),
        count=count,
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


def _stands_in(alert: Alert) -> tuple[str, ...]:
    channel = alert.escalated_from
    return (
        (f"It comes here because {cut(one_line(channel), _LONGEST_NAMES)} couldn't be told.",)
        if channel
        else ()
    )


def _edited(alert: Alert) -> str:
    return ", since edited" if alert.changed else ""


def _headline(alert: Alert, longest: int) -> Excerpt:
    line = tidy(alert.entry.title, _hits(alert.matches, TextField.TITLE))
    if not line.text:
        return Excerpt(_NO_TITLE)
    text = cut(line.text, longest)
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
