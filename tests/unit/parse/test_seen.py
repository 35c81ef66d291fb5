"""Entries that were seen are left out of a document, and nothing else of it changes."""

from dataclasses import replace
from itertools import combinations

import pytest

from monitor.model import Document, ParsedFeed
from monitor.parse.feed import parse_feed
from tests.unit.parse.documents import NOW, URL, atom, parsed, rss

ONE = "<title>Storm</title><guid>1</guid><link>/1</link>"
TWO = "<title>Truce</title><guid>2</guid><link>/2</link>"
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    '<channel rdf:about="/"><title>World</title></channel>'
    '<item rdf:about="/1"><title>Storm</title></item><item rdf:about="/2"><title>Truce</title></item></rdf:RDF>'
)
CUT = {
    "rss": rss(ONE, TWO),
    "atom": atom("<title>Storm</title><id>1</id>", "<title type='html'>&lt;b>Truce&lt;/b></title><id>2</id>"),
    "rdf": RDF,
    "a prefix for all of atom": (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>World</a:title>'
        "<a:entry><a:id>1</a:id></a:entry><a:entry ><a:id>2</a:id></a:entry ></a:feed>"
    ),
    "items outside of the channel": (
        f'<rss version="0.9"><channel><title>World</title></channel><item>{ONE}</item><item>{TWO}</item></rss>'
    ),
    "CDATA and comments with tags": rss(
        f"{ONE}<description><![CDATA[</item><item>]]></description>", f"{TWO}<!-- <item> </item> -->"
    ),
    "a comment between": rss(ONE).replace(
        "</channel>", f"<!-- <item>x</item> --><item>{TWO}</item></channel>"
    ),
    "tags that close themselves": rss().replace("</channel>", "<item/><item a='/>'/><item></item></channel>"),
    "a greater-than in an attribute": rss().replace(
        "</channel>", f"<item a='>' b=\"/>\">{ONE}</item\n><item>{TWO}</item></channel>"
    ),
    "base and language": atom('<id>1</id><link href="a"/>', '<id>2</id><link href="b"/>').replace(
        "<feed ", '<feed xml:base="https://base.example/x/" xml:lang="de" '
    ),
    "a head behind the entries": rss(ONE, TWO).replace("</channel>", "<ttl>5</ttl></channel>"),
    "the same entry twice": rss(ONE, ONE, TWO),
    "an own namespace in each entry": rss(
        *(
            f'{own}<d:date xmlns:d="http://purl.org/dc/elements/1.1/">2026-11-22</d:date>'
            for own in (ONE, TWO)
        )
    ),
    "HTML's entities": rss(f"{ONE}<description>caf&eacute; &nbsp;</description>", TWO),
}
NOT_CUT = {
    "damaged XML": rss(ONE, TWO)[:-6],
    "a DOCTYPE": f"<!DOCTYPE rss SYSTEM 'rss.dtd'>{rss(ONE, TWO)}",
    "an entry in an entry": rss(f"{ONE}<item>{TWO}</item>"),
    "entries deep in an entry": rss(f"{ONE}<a><b><item/><entry>{TWO}</entry></b></a>", TWO),
    "an entry in an odd place": rss(ONE).replace("<item>", f"<image><item>{TWO}</item></image><item>"),
    "a prefix without a namespace": rss(f"{ONE}<x:y/>", TWO),
    "a prefix with two meanings": rss(f'{ONE}<a:b xmlns:a="u:1"/>', f'{TWO}<a:b xmlns:a="u:2"/>'),
    "RDF that only an entry makes a feed": RDF.replace(' xmlns="http://purl.org/rss/1.0/"', "").replace(
        '<item rdf:about="/2">', '<item rdf:about="/2" xmlns="http://purl.org/rss/1.0/">'
    ),
}


def reread(body: str, seen: frozenset[bytes]) -> ParsedFeed:
    outcome = parse_feed(Document(url=URL, body=body.encode(), seen=seen), NOW)
    assert isinstance(outcome, ParsedFeed), outcome
    return outcome


@pytest.mark.parametrize("body", CUT.values(), ids=CUT.keys())
def test_whichever_entries_were_seen_the_others_are_read_as_before(body: str) -> None:
    whole = parsed(body)
    assert len(whole.digests) == len(whole.entries) >= 2
    for count in range(len(whole.digests) + 1):
        for seen in map(frozenset, combinations(whole.digests, count)):
            unseen = zip(whole.entries, whole.digests, strict=True)
            expected = tuple(entry for entry, digest in unseen if digest not in seen)
            assert reread(body, seen) == replace(whole, entries=expected)


@pytest.mark.parametrize("body", NOT_CUT.values(), ids=NOT_CUT.keys())
def test_an_unusual_document_is_read_whole(body: str) -> None:
    seen = frozenset(parsed(rss(ONE, TWO)).digests)
    assert parsed(body).digests == ()
    assert reread(body, seen) == parsed(body)


def test_the_head_is_read_each_time() -> None:
    seen = frozenset(parsed(rss(ONE, TWO)).digests)
    assert reread(rss(ONE, TWO).replace("World", "Globe"), seen).title == "Globe"


def test_the_encoding_of_a_document_makes_no_entry_unseen() -> None:
    entry = "<title>Überfall</title>"
    latin = f'<?xml version="1.0" encoding="iso-8859-1"?>{rss(entry)}'.encode("latin-1")
    wide = rss(entry).encode("utf-16")
    assert parsed(rss(entry)).digests == parsed(latin).digests == parsed(wide).digests


@pytest.mark.parametrize(
    "other",
    [
        rss(ONE.replace("Storm", "storm")),
        rss(ONE).replace("<rss", '<rss xml:base="https://other.example/"'),
        rss(ONE).replace("<channel>", '<channel xml:base="https://other.example/">'),
        rss(ONE).replace("<item>", "<item >"),
    ],
)
def test_what_an_entry_is_read_with_is_part_of_its_digest(other: str) -> None:
    assert parsed(rss(ONE)).digests != parsed(other).digests
    assert len(parsed(other).digests) == 1


def test_a_document_at_another_address_has_other_digests() -> None:
    moved = parse_feed(Document(url="https://moved.example/feed", body=rss(ONE).encode()), NOW)
    assert isinstance(moved, ParsedFeed)
    assert moved.digests != parsed(rss(ONE)).digests
