"""Over the whole corpus: leaving out entries that were seen changes nothing about the others."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.model import Document, ParsedFeed
from monitor.parse.feed import parse_feed
from tests.corpus.run import content_type, feed_files
from tests.support.clock import NOON
from tests.support.summary import note


def test_a_document_without_its_seen_entries_reads_like_the_whole(
    corpora: Path, pytestconfig: pytest.Config
) -> None:
    documents = cut = 0
    for path in feed_files(corpora / "feeds"):
        body = path.read_bytes()
        document = Document(
            url="http://corpus.example/feed", body=body, content_type=content_type(path, body)
        )
        whole = parse_feed(document, NOON)
        if isinstance(whole, ParsedFeed) and whole.entries:
            documents, cut = documents + 1, cut + bool(whole.digests)
            for seen in _subsets(whole.digests):
                assert parse_feed(replace(document, seen=seen), NOON) == _without(whole, seen), path
    note(
        pytestconfig, "corpus", f"{documents} documents with entries: of {cut} only the unseen ones are read"
    )
    assert cut > documents / 2


def _subsets(digests: tuple[bytes, ...]) -> Iterator[frozenset[bytes]]:
    yield frozenset(digests)
    if len(digests) > 1:
        yield frozenset(digests[1:])
        yield frozenset(digests[::2])
        yield frozenset(digests[1::2])


def _without(whole: ParsedFeed, seen: frozenset[bytes]) -> ParsedFeed:
    if not whole.digests:
        return whole
    pairs = zip(whole.entries, whole.digests, strict=True)
    return replace(whole, entries=tuple(entry for entry, digest in pairs if digest not in seen))
