"""An entry -> what is kept of it to be compared with others.

It isn't stored: it is made anew from title and summary at the start, so that better word lists need
no migration.
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.identity import canonical_link
from monitor.match.analysis import analyse
from monitor.model import Entry
from monitor.story.headline import Headline, headline
from monitor.story.reading import read
from monitor.story.sense import terms
from monitor.story.words import lexicon_of

_SUMMARY_WORDS = 40

# More than a headline has, and more than 40 words have: a text of any length costs no more than these.
_TITLE_CHARACTERS = 300
_SUMMARY_CHARACTERS = 600

# A summary with fewer significant words tells nothing, nor one that adds less to the title; many repeat it.
_LEAST_SUMMARY = 12
_LEAST_ADDED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What is compared of an entry: of the feed `feed`, first seen `at`.

    `link` is canonical, None for none. `body` are the significant words of title and summary, each once;
    empty where the summary is too short, or says no more than the title.
    """

    entry_id: int
    feed: str
    at: datetime
    link: str | None
    headline: Headline
    body: tuple[str, ...]


def outline(entry: Entry, *, entry_id: int, feed: str, at: datetime, language: str = "") -> Outline:
    """Return what is compared of `entry`. `language` is its feed's ("de-AT"); "" is told from the words."""
    title, summary = entry.title[:_TITLE_CHARACTERS], entry.summary[:_SUMMARY_CHARACTERS]
    of_title, of_summary = analyse(title).tokens, analyse(summary, _SUMMARY_WORDS).tokens
    lexicon = lexicon_of(language, (token.term for token in (*of_title, *of_summary)))
    read_title = headline(title, of_title, lexicon)
    return Outline(
        entry_id=entry_id,
        feed=feed,
        at=at,
        link=canonical_link(entry.link or ""),
        headline=read_title,
        body=_body(read_title.terms, terms(read(summary, of_summary), lexicon)),
    )


def _body(title: tuple[str, ...], summary: tuple[str, ...]) -> tuple[str, ...]:
    both = tuple(dict.fromkeys((*title, *summary)))
    enough = len(summary) >= _LEAST_SUMMARY and len(both) >= len(title) + _LEAST_ADDED
    return both if enough else ()
