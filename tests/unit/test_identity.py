"""An entry that is served again is known; another one is new."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.identity import canonical_link, identify, settle
from monitor.identity.keys import identity_keys, traits
from monitor.identity.sort import Sorted, sort_out
from monitor.model import Before, Entry, KnownEntry, ParsedFeed, Sighting

DAY = datetime(2026, 11, 23, tzinfo=UTC)
TRUCE = Entry(guid="tag:1", link="https://news.example/truce", title="Truce in Kyiv", published_at=DAY)
STORM = Entry(guid="tag:2", link="https://news.example/storm", title="Storm in Oslo", published_at=DAY)


class Memory:
    """What the store would know of one feed."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.stored: list[Entry] = []
        self.before = Before(whole=True)

    def poll(self, *entries: Entry) -> list[Entry]:
        """Take a document in and return its new entries."""
        digests = tuple(blake2b(repr(entry).encode(), digest_size=16).digest() for entry in entries)
        found = identify(ParsedFeed(title="", entries=entries, digests=digests), self.before)
        self.before = replace(self.before, seen=found.seen, evidence=found.evidence)
        assert found.items
        settled = settle(found.items, self.known, self.kept())
        for sighting in settled.sorted.sightings:
            self._remember(sighting.new_keys, sighting.entry_id)
        new = [(entry, own) for entry, own in settled.sorted.new if entry is not None]
        for entry, own in new:
            self.stored.append(entry)
            self._remember(own, len(self.stored))
        return [entry for entry, _ in new]

    def kept(self) -> dict[int, KnownEntry]:
        return {n: KnownEntry(id=n, entry=entry) for n, entry in enumerate(self.stored, start=1)}

    def _remember(self, keys: Sequence[str], entry_id: int) -> None:
        for key in keys:
            assert key not in self.known, "the store would refuse a key that it has"
            self.known[key] = entry_id


def after(*entries: Entry) -> Memory:
    memory = Memory()
    memory.poll(*entries)
    return memory


def test_entries_are_new_once() -> None:
    memory = Memory()
    assert memory.poll(TRUCE, STORM) == [TRUCE, STORM]
    assert memory.poll(STORM, TRUCE) == []
    assert memory.poll(TRUCE) == []


@pytest.mark.parametrize(
    "again",
    [
        replace(TRUCE, guid="TAG:1"),
        replace(TRUCE, guid=" tag:1\n"),
        replace(TRUCE, guid="session-8f2c"),
        replace(TRUCE, guid=None),
        replace(TRUCE, link="http://www.News.example:80/truce/?utm_source=rss&fbclid=x#top"),
        replace(TRUCE, link=None),
        replace(TRUCE, link="https://moved.example/truce"),
        replace(TRUCE, title="Truce in Kyiv (updated)"),
        replace(TRUCE, title="Other words", summary="All new", link=None, published_at=None),
        replace(TRUCE, guid="x", published_at=DAY + timedelta(hours=3), summary="longer"),
        replace(TRUCE, guid="x", link="http://news.example/truce?at_medium=RSS&at_campaign=rss"),
    ],
)
def test_an_entry_that_changed_in_one_place_is_the_same(again: Entry) -> None:
    assert after(TRUCE, STORM).poll(again, STORM) == []


@pytest.mark.parametrize(
    ("guid", "again"),
    [
        ("https://news.example/a?id=5", "http://www.news.example/a?id=5"),
        ("https://news.example/a?id=5", "HTTPS://NEWS.example/A?utm_medium=rss&id=5"),
        ("https://news.example/a#0", "https://news.example/a#1"),
        ("https://news.example/?p=12", "http://news.example/?p=12&utm_source=x"),
    ],
)
def test_a_guid_that_is_an_address_is_compared_as_one(guid: str, again: str) -> None:
    first = replace(TRUCE, guid=guid)
    assert after(first).poll(replace(first, guid=again, link=None, title="Edited")) == []


def test_another_entry_on_the_same_page_is_new() -> None:
    live = replace(TRUCE, title="Live: talks begin")
    later = replace(live, guid="tag:9", title="Live: talks end")
    assert after(live).poll(later) == [later]


def test_a_page_that_gets_the_same_title_again_is_told_apart_by_guid_while_both_are_served() -> None:
    today = replace(TRUCE, title="Daily briefing")
    tomorrow = replace(today, guid="tag:9", published_at=DAY + timedelta(days=1))
    assert after(today).poll(tomorrow, today) == [tomorrow]


@pytest.mark.parametrize("dated", [True, False])
def test_a_feed_without_guids_is_known_by_its_links(dated: bool) -> None:
    moment = DAY if dated else None
    truce = replace(TRUCE, guid=None, published_at=moment)
    storm = replace(STORM, guid=None, published_at=moment)
    memory = after(truce, storm)
    assert memory.poll(storm, truce) == []
    assert memory.poll(replace(truce, title="Edited"), storm) == []
    fresh = replace(truce, link="https://news.example/other")
    assert memory.poll(fresh, truce) == [fresh]


def test_entries_that_all_share_one_link_are_told_apart_by_title() -> None:
    page = [Entry(link="https://news.example/status", title=f"Incident {n}") for n in range(5)]
    memory = Memory()
    assert memory.poll(*page[:3]) == page[:3]
    assert memory.poll(*page[1:5]) == page[3:]
    assert memory.poll(*reversed(page)) == []


@pytest.mark.parametrize(
    "link", ["https://news.example", "http://www.news.example/", "https://news.example/?utm_source=x#a"]
)
def test_the_root_of_a_site_identifies_nothing(link: str) -> None:
    first, second = (Entry(link=link, title=title) for title in ("One", "Two"))
    memory = after(first)
    if "#" not in link:
        assert memory.poll(second) == [second]
    assert memory.poll(first) == []


def test_entries_that_all_share_one_guid_are_told_apart_by_link() -> None:
    entries = [replace(TRUCE, guid="feed", link=f"https://news.example/{n}") for n in range(4)]
    memory = Memory()
    assert memory.poll(*entries[:3]) == entries[:3]
    assert memory.poll(*entries) == entries[3:]


def test_entries_that_all_share_guid_and_link_are_told_apart_by_title() -> None:
    entries = [
        replace(
            TRUCE,
            guid="https://news.example/status",
            link="https://news.example/status",
            title=f"Incident {n}",
        )
        for n in range(4)
    ]
    memory = Memory()
    assert memory.poll(*entries[:3]) == entries[:3]
    assert memory.poll(*entries) == entries[3:]


def test_an_entry_that_stands_in_a_document_twice_is_one() -> None:
    memory = Memory()
    assert memory.poll(TRUCE, STORM, TRUCE) == [TRUCE, STORM]
    assert memory.poll(STORM, TRUCE, TRUCE, STORM) == []


def test_the_same_guid_and_link_under_two_titles_is_one_entry() -> None:
    teaser = replace(TRUCE, title="Truce!")
    assert Memory().poll(TRUCE, STORM, teaser) == [TRUCE, STORM]


def test_entries_with_nothing_but_a_title_are_known_by_it() -> None:
    today, tomorrow = (Entry(title="Briefing", published_at=DAY + timedelta(days=n)) for n in (0, 1))
    memory = after(today)
    assert memory.poll(today) == []
    assert memory.poll(tomorrow, today) == [tomorrow]


def test_entries_with_nothing_but_a_summary_are_known_by_it() -> None:
    one, two = Entry(summary="First note"), Entry(summary="Second note")
    assert after(one).poll(two, one) == [two]


def test_a_site_that_issues_all_guids_anew_has_nothing_new() -> None:
    old = [
        replace(TRUCE, guid=f"old-{n}", link=f"https://news.example/{n}", title=f"Story {n}")
        for n in range(50)
    ]
    moved = [
        replace(entry, guid=f"https://cms.example/{n}", published_at=DAY + timedelta(days=1))
        for n, entry in enumerate(old)
    ]
    assert after(*old).poll(*moved) == []


def test_a_feed_that_flips_between_two_caches_has_nothing_new() -> None:
    entries = [
        replace(TRUCE, guid=f"g{n}", link=f"https://news.example/{n}", title=f"Story {n}") for n in range(20)
    ]
    bare = [replace(entry, guid=None, link=f"{entry.link}?utm_source=cache") for entry in entries]
    memory = after(*entries)
    for document in (bare, entries, bare[:10], entries):
        assert memory.poll(*document) == []


def test_a_changed_entry_is_reported_with_the_keys_it_was_not_known_under() -> None:
    (keys,) = identity_keys([traits(TRUCE)])
    edited = replace(TRUCE, title="Truce holds")
    (own,) = identity_keys([traits(edited)])
    assert sort_out([edited], [own], dict.fromkeys(keys, 7)) == Sorted(
        [], {7: edited}, [Sighting(7, own[1:], "guid")]
    )
    assert sort_out([TRUCE], [keys], dict.fromkeys(keys, 7)) == Sorted([], {7: TRUCE}, [])


def test_the_strongest_known_key_decides() -> None:
    (keys,) = identity_keys([traits(TRUCE)])
    found = sort_out([TRUCE], [(*keys, "x:1")], {keys[0]: 1, keys[1]: 2})
    assert found.sightings == [Sighting(1, ("x:1",), "guid")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://n.example/a", "http://WWW.N.EXAMPLE:80/a/"),
        ("https://n.example/a?b=1&c=2", "https://n.example/a?c=2&utm_id=4&b=1"),
        ("https://n.example/a%20b", "https://n.example/a b"),
        ("https://n.example/%C3%A9", "https://n.example/é"),
        ("https://n.example/a;jsessionid=F00?b=1", "https://n.example/a?b=1&PHPSESSID=1"),
        ("https://n.example/a#top", "https://n.example/a"),
        ("https://n.example:443/a", "https://n.example/a"),
    ],
)
def test_addresses_of_one_page_are_equal(one: str, other: str) -> None:
    assert canonical_link(one) == canonical_link(other)
    assert canonical_link(one) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://n.example/a?id=5", "https://n.example/a?id=6"),
        ("https://n.example/?story=1", "https://n.example/?story=2"),
        ("https://n.example/?p=1", "https://n.example/?p"),
        ("https://n.example/#!/a", "https://n.example/#!/b"),
        ("https://n.example/app#/a", "https://n.example/app#/b"),
        ("https://n.example:8080/a", "https://n.example/a"),
        ("https://n.example/A", "https://n.example/a"),
        ("https://m.n.example/a", "https://n.example/a"),
    ],
)
def test_addresses_of_two_pages_differ(one: str, other: str) -> None:
    assert canonical_link(one) != canonical_link(other)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tag:1",
        "mailto:a@b.example",
        "https://[bad/",
        "https:///a",
        "https://n.example:99999/a",
        "https://n.example/",
    ],
)
def test_what_is_no_page_has_no_canonical_form(url: str) -> None:
    assert canonical_link(url) is None


FEW = st.sampled_from
ENTRIES = st.builds(
    Entry,
    guid=FEW([None, "a", "b", "https://n.example/1"]),
    link=FEW([None, "https://n.example/", "https://n.example/1", "https://n.example/2"]),
    title=FEW(["", "One", "Two"]),
    summary=FEW(["", "s"]),
    published_at=FEW([None, DAY]),
)


@given(st.data())
def test_a_document_served_again_in_any_order_has_nothing_new(data: st.DataObject) -> None:
    document = data.draw(st.lists(ENTRIES, max_size=6))
    assert after(*document).poll(*data.draw(st.permutations(document))) == []


@given(st.data())
def test_entries_with_titles_of_their_own_stay_known_whichever_neighbours_go(data: st.DataObject) -> None:
    drawn = data.draw(st.lists(ENTRIES, max_size=6))
    document = [replace(entry, title=f"Story {n}") for n, entry in enumerate(drawn)]
    left = [entry for entry in document if data.draw(st.booleans())]
    assert after(*document).poll(*left) == []


@given(st.lists(ENTRIES, max_size=6))
def test_every_entry_has_keys_and_none_is_lost(document: list[Entry]) -> None:
    keys = identity_keys([traits(entry) for entry in document])
    assert all(keys)
    found = sort_out(document, keys, {})
    assert not found.sightings
    held = {key for _, own in found.new for key in own}
    assert held == {key for own in keys for key in own}
