"""Findings and failures in plain words. They quote feed text: hostile data."""

from collections.abc import Iterable
from datetime import timedelta, tzinfo

from monitor.alert import spoken_time
from monitor.match import failing, watches
from monitor.model import (
    FIRST_POLL_ALERT,
    FIRST_POLL_SILENT,
    Clause,
    Hit,
    Origin,
    Rule,
    Silence,
    StoredEntry,
    TextField,
    Withheld,
)
from monitor.moments import lasting

_PLACES = {
    TextField.TITLE: "the title",
    TextField.SUMMARY: "the summary",
    TextField.TEXT: "the page",
    TextField.AUTHOR: "the authors",
    TextField.URL: "the link",
    TextField.SITE: "the site",
    TextField.CATEGORY: "the categories",
    TextField.FEED: "the feed",
    TextField.LANG: "the language",
}
_MOST_FINDINGS = 8
_LONGEST_QUOTE = 60


def times(number: int) -> str:
    """Return ``never``, ``once``, ``3 times``."""
    return {0: "never", 1: "once"}.get(number, f"{number:,} times")


def scope_trouble(rule: Rule, origin: Origin) -> str | None:
    """Return why a rule doesn't watch the feed `origin`, None when it does."""
    if watches(rule, origin):
        return None
    names = {origin.url, origin.name}
    tags = ", ".join(sorted(origin.tags)) or "none"
    if rule.feeds and rule.feeds.isdisjoint(names):
        return f"not watched: the rule has feeds of its own ({', '.join(sorted(rule.feeds))})"
    if not rule.not_feeds.isdisjoint(names):
        return "not watched: the feed is in the rule's not_feeds"
    if rule.tags and rule.tags.isdisjoint(origin.tags):
        return f"not watched: the rule asks for tags {', '.join(sorted(rule.tags))}; the feed has {tags}"
    both = ", ".join(sorted(rule.not_tags & origin.tags))
    return f"not watched: the feed has the tag {both}, which is in the rule's not_tags"


def hides(silence: Silence) -> str:
    """Say what a silence hides: ``rule quakes and feed BBC``."""
    parts = (
        ("rule", silence.rule),
        ("feed", silence.feed),
        ("story", silence.story),
        ("what matches", silence.query),
    )
    return " and ".join(f"{name} {value}" for name, value in parts if value is not None)


def findings(hits: Iterable[Hit], stored: StoredEntry) -> str:
    """Say what was found where: ``ceasefire in the title ("cease-fire"), Ukraine in the summary``."""
    said = list(dict.fromkeys(_finding(hit, stored) for hit in hits))
    more = len(said) - _MOST_FINDINGS
    return (
        ", ".join(said[:_MOST_FINDINGS]) + (f" and {more} more" if more > 0 else "") or "nothing is asked for"
    )


def failure(clause: Clause, stored: StoredEntry) -> str:
    """Say because of which part the query doesn't hold."""
    part = failing(clause) or clause
    whole = "" if part is clause else f"doesn't hold: {clause.text}. "
    if part.holds:
        return f"{whole}{part.text} is excluded: {findings(part.hits, stored)}"
    looked = "title, summary and page" if stored.text is not None else "title and summary"
    return f"{whole}{part.text} isn't there (in {looked})"


def withheld_because(withheld: Withheld | None, rule: Rule, zone: tzinfo, *, first_poll: timedelta) -> str:
    """Say why a match told nobody, after a colon. `first_poll` is that of the entry's feed."""
    began = f" ({spoken_time(rule.not_before, zone)})" if rule.not_before else ""
    return {
        Withheld.BASELINE: _old_news(first_poll),
        Withheld.TOO_OLD: f"the entry was older than the rule's max_age ({lasting(rule.max_age or timedelta(0))})",
        Withheld.NOT_YET: f"it came before the rule's not_before{began}",
        Withheld.INACTIVE: "it came outside the rule's active hours",
        Withheld.RESET: "it came, or changed, along with many old ones (see identity)",
        Withheld.CHANGED: "only an edit made the rule true (on_change)",
        Withheld.INHIBITED: "a rule that suppresses this one told of it, or of its story",
        Withheld.STORY: f"the rule had told of its story before (story = {rule.story.value})",
    }[withheld or Withheld.BASELINE]


def _old_news(first_poll: timedelta) -> str:
    if first_poll in (FIRST_POLL_SILENT, FIRST_POLL_ALERT):  # the latter was set since
        return "entries of a feed's first poll are old news (first_poll)"
    return f"of a feed's first poll only what was published within {lasting(first_poll)} before it is told (first_poll)"


def _finding(hit: Hit, stored: StoredEntry) -> str:
    found = _field_text(hit.field, stored)[hit.start : hit.end]
    quote = "" if found.casefold() in ("", hit.term.casefold()) else f' ("{_short(found)}")'
    return f"{hit.term or 'a word'} in {_PLACES[hit.field]}{quote}"


def _field_text(field: TextField, stored: StoredEntry) -> str:
    match field:
        case TextField.TITLE:
            return stored.entry.title
        case TextField.SUMMARY:
            return stored.entry.summary
        case TextField.TEXT:
            return stored.text or ""
        case _:
            return ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"
