import io
import unicodedata
import warnings
from collections.abc import Sequence
from pathlib import Path

import feedparser

from monitor.identity.keys import identity_keys, traits
from monitor.identity.sort import sort_out
from monitor.model import Entry, Keys, ParsedFeed, ParseFailed, Reason
from tests.corpus.run import Result

PARSE_REASONS = frozenset({Reason.EMPTY, Reason.NOT_A_FEED, Reason.MALFORMED, Reason.ENTITIES})


def test_every_collection_is_there(results: list[Result]) -> None:
    counts = {name: sum(result.collection == name for result in results) for name in ("feedparser", "gofeed")}
    assert counts["feedparser"] >= 2_106
    assert counts["gofeed"] >= 541


def test_every_document_gives_a_feed_or_a_reason(results: list[Result]) -> None:
    failed = [result for result in results if not isinstance(result.outcome, ParsedFeed)]
    odd = [result for result in failed if not _refused_for_what_it_holds(result)]
    assert not odd
    assert all(result.outcome.detail for result in failed if isinstance(result.outcome, ParseFailed))


def _refused_for_what_it_holds(result: Result) -> bool:
    return isinstance(result.outcome, ParseFailed) and result.outcome.reason in PARSE_REASONS


def test_no_entry_that_feedparser_finds_is_lost(results: list[Result]) -> None:
    lost = [
        (str(result.path), expected, result.kind)
        for result in results
        if result.path.suffix != ".json"
        and (expected := _entries_of_feedparser(result.path)) > _entries(result)
        and not _may_be_refused(result)
    ]
    assert not lost


def _entries(result: Result) -> int:
    return len(result.outcome.entries) if isinstance(result.outcome, ParsedFeed) else 0


def _entries_of_feedparser(path: Path) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own deprecations
        return len(feedparser.parse(io.BytesIO(path.read_bytes()), sanitize_html=False).entries)


def _may_be_refused(result: Result) -> bool:
    """Entity declarations, and a feed inside the body of an HTML page."""
    return isinstance(result.outcome, ParseFailed) and (
        result.outcome.reason is Reason.ENTITIES or result.outcome.detail.startswith("an HTML page")
    )


def test_every_text_is_clean(results: list[Result]) -> None:
    unclean = [
        (str(result.path), text)
        for result in results
        if isinstance(result.outcome, ParsedFeed)
        for entry in result.outcome.entries
        for text in _texts(entry)
        if not _is_clean(text)
    ]
    assert not unclean


def _texts(entry: Entry) -> list[str]:
    return [entry.guid or "", entry.link or "", entry.title, entry.summary, *entry.authors, *entry.categories]


def _is_clean(text: str) -> bool:
    return all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Cn") for char in text)


def test_every_link_is_a_web_address(results: list[Result]) -> None:
    links = [
        entry.link
        for result in results
        if isinstance(result.outcome, ParsedFeed)
        for entry in result.outcome.entries
        if entry.link
    ]
    assert links
    assert all(link.startswith(("http://", "https://")) for link in links)


def test_a_feed_served_again_has_nothing_new(results: list[Result]) -> None:
    for result in results:
        if isinstance(result.outcome, ParsedFeed):
            assert _new_in_second_poll(result.outcome) == [], result.path


def _new_in_second_poll(feed: ParsedFeed) -> list[Entry]:
    first = sort_out(feed.entries, _keys(feed.entries), {})
    known = {key: number for number, (_, own) in enumerate(first.new, start=1) for key in own}
    again = tuple(reversed(feed.entries))
    return [entry for entry, _ in sort_out(again, _keys(again), known).new]


def _keys(entries: Sequence[Entry]) -> Sequence[Keys]:
    return identity_keys([traits(entry) for entry in entries])
