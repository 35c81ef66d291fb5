"""What is read of a document changes nothing in which of its entries are new."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.identity import read_seen, seal, write_seen
from monitor.model import (
    Before,
    ClaimedFeed,
    Document,
    Entry,
    Identified,
    IdentifyOutcome,
    KnownEntry,
    Predecessor,
    Remembered,
    Tombstone,
)
from monitor.parse.feed import identify_feed
from monitor.pipeline.sift import Sifted, sift
from tests.support.clock import NOON
from tests.support.rss import Item, rss

STORM = Item(title="Storm in Oslo", guid="1", link="https://news.example/1", description="Wind")
TRUCE = Item(title="Truce in Kyiv", guid="2", link="https://news.example/2", description="Peace")
FLOOD = Item(title="Flood in Lyon", guid="3", link="https://news.example/3", description="Rain")


class InProcessParser:
    """Parses without processes, and counts the entries that had to be read."""

    def __init__(self) -> None:
        self.read: list[int] = []

    async def identify(self, document: Document, before: Before) -> IdentifyOutcome:
        outcome = identify_feed(document, before, NOON)
        self.read.append(len(outcome.feed.entries) if isinstance(outcome, Identified) else 0)
        return outcome


@dataclass
class Shelf:
    """What the store would know of one feed; `pruned`: it has kept no entry."""

    keys: dict[str, int] = field(default_factory=dict)
    stored: list[Entry] = field(default_factory=list)
    asked: list[Collection[str]] = field(default_factory=list, compare=False)
    pruned: bool = field(default=False, compare=False)

    async def known_entries(self, feed_id: int, keys: Collection[str]) -> Mapping[str, int]:
        self.asked.append(keys)
        return {key: self.keys[key] for key in keys if key in self.keys}

    async def read_entries(self, ids: Collection[int]) -> Mapping[int, Remembered]:
        return {n: self._remembered(n, self.stored[n - 1]) for n in ids}

    def _remembered(self, number: int, entry: Entry) -> Remembered:
        if self.pruned:
            return Tombstone(traits=seal(entry), published_at=entry.published_at, linked=bool(entry.link))
        return KnownEntry(id=number, entry=entry)

    async def predecessor(self, keys: Collection[str], least: int, now: datetime) -> Predecessor | None:
        return None

    def take(self, sifted: Sifted) -> None:
        for seen in sifted.sightings:
            self.keys |= dict.fromkeys(seen.new_keys, seen.entry_id)
        for new in sifted.new:
            self.stored.append(new.entry)
            self.keys |= dict.fromkeys(new.keys, len(self.stored))


class Reader:
    """Polls one feed, document after document; `forgetful` reads each as a whole, `listing` notes what each lists."""

    def __init__(self, *, forgetful: bool = False, listing: bool = False, pruned: bool = False) -> None:
        self.parser = InProcessParser()
        self.shelf = Shelf(pruned=pruned)
        self.listed: set[int] = set()
        self.is_listing = False
        self._forgetful = forgetful
        self._feed = ClaimedFeed(
            id=1,
            url="https://news.example/feed",
            lease="x",
            baselined=True,
            reached=True,
            listed_on=None if listing else NOON.date(),
        )

    def poll(self, body: bytes) -> list[Entry]:
        """Take a document in and return its new entries."""
        document = Document(url="https://news.example/feed", body=body)
        sifted = asyncio.run(sift(document, self._feed, parser=self.parser, shelf=self.shelf, now=NOON))
        assert isinstance(sifted, Sifted)
        self.shelf.take(sifted)
        self.is_listing = sifted.is_listing
        self.listed = {
            *sifted.listed,
            *range(len(self.shelf.stored) - len(sifted.new) + 1, len(self.shelf.stored) + 1),
        }
        kept = unlike(sifted.seen) if self._forgetful else sifted.seen
        self._feed = replace(self._feed, seen=kept, evidence=sifted.evidence)
        return [new.entry for new in sifted.new]


def unlike(kept: bytes) -> bytes:
    """Return what is kept of a document, so that none of its entries looks as if it had been seen."""
    seen = read_seen(kept)
    return write_seen([bytes(255 - byte for byte in digest) for digest in seen], list(seen.values()))


def titles(entries: Sequence[Entry]) -> list[str]:
    return [entry.title for entry in entries]


def test_only_unseen_entries_are_read() -> None:
    reader = Reader()
    assert titles(reader.poll(rss(STORM, TRUCE))) == ["Storm in Oslo", "Truce in Kyiv"]
    assert titles(reader.poll(rss(FLOOD, STORM, TRUCE))) == ["Flood in Lyon"]
    assert reader.poll(rss(FLOOD, TRUCE, STORM, title="Other head")) == []
    assert reader.parser.read == [2, 1, 0]


def test_only_entries_whose_keys_may_be_new_are_asked_for() -> None:
    reader, crowded = Reader(), Reader()
    for one in (reader, crowded):
        one.poll(rss(STORM, TRUCE))
    reader.poll(rss(FLOOD, STORM, TRUCE))
    # Beside another entry with its guid the storm has other keys than before.
    crowded.poll(rss(replace(FLOOD, guid="1"), STORM, TRUCE))
    assert len(reader.shelf.asked[-1]) < len(crowded.shelf.asked[-1])
    assert all(reader.shelf.keys[key] == 3 for key in reader.shelf.asked[-1])


def test_a_document_that_has_only_lost_entries_asks_for_nothing() -> None:
    reader = Reader()
    reader.poll(rss(STORM, TRUCE))
    asked = len(reader.shelf.asked)
    assert reader.poll(rss(STORM)) == []
    assert len(reader.shelf.asked) == asked


def test_an_edited_entry_is_read_and_not_new() -> None:
    reader = Reader()
    reader.poll(rss(STORM, TRUCE))
    assert reader.poll(rss(replace(STORM, description="More wind"), TRUCE)) == []
    assert reader.parser.read == [2, 1]


def test_entries_that_share_one_guid_stay_apart_though_only_the_new_one_is_read() -> None:
    reader = Reader()
    reader.poll(rss(replace(STORM, guid="same"), replace(TRUCE, guid="same")))
    document = rss(replace(FLOOD, guid="same"), replace(STORM, guid="same"), replace(TRUCE, guid="same"))
    assert titles(reader.poll(document)) == ["Flood in Lyon"]
    assert reader.parser.read == [2, 1]


def test_entries_of_damaged_documents_are_all_read() -> None:
    reader = Reader()
    reader.poll(rss(STORM, TRUCE))
    reader.poll(rss(STORM, TRUCE).replace(b"</channel></rss>", b""))
    assert reader.poll(rss(STORM, TRUCE)) == []
    assert reader.parser.read == [2, 2, 2]


def test_when_it_is_due_it_is_noted_which_entries_a_feed_lists_though_none_is_read_again() -> None:
    reader = Reader(listing=True)
    reader.poll(rss(STORM, TRUCE, FLOOD))
    reader.poll(rss(STORM, FLOOD))
    assert reader.listed == {1, 3}
    reader.poll(rss(STORM, FLOOD, title="Other head"))
    assert reader.listed == {1, 3}
    assert reader.parser.read == [3, 0, 0]


def test_an_empty_document_doesn_t_say_that_a_feed_lists_nothing() -> None:
    reader = Reader(listing=True)
    reader.poll(rss(STORM))
    assert reader.is_listing
    reader.poll(rss())
    assert not reader.is_listing


def test_an_entry_that_comes_back_is_noted_at_once() -> None:
    reader = Reader()
    for document in (rss(STORM, TRUCE), rss(STORM), rss(STORM, TRUCE)):
        reader.poll(document)
    assert reader.listed == {2}


# Few values for each part, so that entries share them in every way.
ITEMS = st.builds(
    Item,
    title=st.sampled_from(["Storm", "Truce", ""]),
    guid=st.sampled_from(["1", "2", "3", None]),
    link=st.sampled_from(["https://news.example/1", "https://news.example/2", "https://news.example/", None]),
    description=st.sampled_from(["", "Wind", "<b>Peace</b>"]),
    published=st.sampled_from([NOON, NOON - timedelta(hours=1), NOON - timedelta(days=1), None]),
)


@settings(deadline=None)  # each example parses up to ten documents, on a machine that may be busy
@given(st.lists(st.lists(ITEMS, max_size=5), max_size=5), st.data())
@example(
    [[Item(title="Storm", guid="1"), Item(title="Truce", guid="1")], [Item(title="Storm", guid="1")]], None
)
def test_neither_what_is_left_unread_nor_what_is_pruned_changes_what_is_new(
    documents: list[list[Item]], data: st.DataObject | None
) -> None:
    reader, *others = Reader(), Reader(forgetful=True), Reader(listing=True), Reader(pruned=True)
    before: list[Item] = []
    for fresh in documents:
        kept = data.draw(st.lists(st.sampled_from(before))) if data and before else []
        before = [*fresh, *kept]
        body = rss(*before)
        new = reader.poll(body)
        assert [other.poll(body) for other in others] == [new] * 3
        assert [other.shelf for other in others] == [reader.shelf] * 3
