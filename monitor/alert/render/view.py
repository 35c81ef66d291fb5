"""What all kinds of messages say, as clean text: one line each, bounded, not escaped yet."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import quote

from monitor.alert.excerpt import Excerpt, Span, excerpt, first_of_each, one_line, paragraphs, tidy
from monitor.alert.graphemes import cut
from monitor.model import Alert, Match, Progress, TextField

LONGEST_TITLE = 200
# In all, so that a message stays readable, and below the 3,000 characters that Slack takes.
_LONGEST_NAMES = 80
_LONGEST_RULES = 300
_LONGEST_HEADLINE = 300
_LONGEST_FEED = 80
_LONGEST_LINK = 1_000
_LONGEST_OUTLET = 40
_MOST_OUTLETS = 5
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


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An alert to be shown.

    `title` is the rules and the headline as far as 200 code points go; `rest` is what it had no room for.
    `source` is the feed and the time, `story` what is new in a story, and who else reports it ("" for nothing).
    `excerpt` is None when it would say nothing new.
    """

    title: str
    rest: tuple[str, ...]
    rules: str
    headline: Excerpt
    source: str
    story: str
    excerpt: Excerpt | None
    link: str | None


def view(alert: Alert, zone: tzinfo, width: int = 240) -> View:
    """Return what a message about `alert` says, its times in `zone`, the excerpt up to `width` code points."""
    rules = cut(", ".join(one_line(match.rule) for match in alert.matches), _LONGEST_RULES)
    names = cut(rules, _LONGEST_NAMES)
    headline = _headline(alert)
    progress = _progress(alert)
    title = ": ".join(filter(None, (names, "update" if progress else "", headline.text)))
    rest = []
    if len(title) > LONGEST_TITLE:
        rest.append(headline.text)
    if names != rules:
        rest.append(f"Rules: {rules}")
    return View(
        title=cut(title, LONGEST_TITLE),
        rest=tuple(rest),
        rules=rules,
        headline=headline,
        source=f"{cut(one_line(alert.feed_name or alert.feed_url), _LONGEST_FEED)}, {_time(alert, zone)}{_edited(alert)}",
        story=cut("; ".join(filter(None, (progress, _outlets(alert.outlets)))), width),
        excerpt=_excerpt(alert, headline, width),
        link=_link(alert.entry.link),
    )


def marked(shown: Excerpt, escape: Callable[[str], str], mark: Callable[[str], str]) -> str:
    """Return the escaped text of `shown`; `mark` gets each matched stretch, escaped."""
    parts: list[str] = []
    position = 0
    for start, end in shown.hits:
        parts += [escape(shown.text[position:start]), mark(escape(shown.text[start:end]))]
        position = end
    return "".join([*parts, escape(shown.text[position:])])


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
