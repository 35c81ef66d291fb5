"""Pages, hostile ones too, in the processes that extract their text."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from monitor.model import ArticleText, Document, ParseFailed, Reason
from tests.integration.parse.test_pool import GOOD, pool, reason, workers_of
from tests.support.pages import PARAGRAPHS, page

DEADLINE = 10.0


def document(body: bytes) -> Document:
    return Document(url="https://news.example/1", body=body, content_type="text/html")


def wide(attributes: int, tags: int = 1) -> bytes:
    names = " ".join(f"a{number}=x" for number in range(attributes))
    return page().replace(b"<main>", f"<main><i {names}>".encode() * tags)


HOSTILE = {
    "many attributes": wide(200_000),
    "many attributes, just under the bound": wide(2_000, tags=90),
    "deep": page().replace(b"<main>", b"<main>" + b"<div>" * 100_000),
    "deep and closed": b"<div>" * 100_000 + b"x" + b"</div>" * 100_000,
    "deep, other names": b"<x-a><x-b>" * 50_000,
    "an endless tag": b"<" + b"a" * 2_000_000,
    "endless tags": b"<a " * 600_000,
    "endless data": b'<script type="application/ld+json">' * 50_000,
    "deep data": b'<script type="application/ld+json">' + b"[" * 1_000_000 + b"</script>",
    "entities": b"<p>" + b"&amp;" * 400_000,
    "comments": b"<!--" * 500_000,
    "much text": b"<article>" + b"<p>Some words of a paragraph that is quite long, they say.</p>" * 32_000,
    "zero bytes": b"<html>" + b"\x00" * 2_000_000,
    "empty elements": b"<i></i>" * 280_000,
    "tables": b"<table><tr><td>" * 130_000,
    "lists": b"<ul><li>words" * 150_000,
    "unclosed quotes": b'<a href="' * 220_000,
}


async def test_a_page_becomes_text() -> None:
    async with pool() as extractor:
        outcome = await extractor.extract(document(page()))
    assert isinstance(outcome, ArticleText)
    assert PARAGRAPHS[4] in outcome.text


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_page_ends_by_a_bound_or_the_deadline(name: str) -> None:
    async with pool(timeout=DEADLINE) as extractor:
        await extractor.extract(document(page()))
        started = time.monotonic()
        outcome = await extractor.extract(document(HOSTILE[name]))
        took = time.monotonic() - started
        after = await extractor.extract(document(page()))
    assert isinstance(outcome, ArticleText | ParseFailed)
    if isinstance(outcome, ParseFailed):
        assert outcome.detail
    assert took < DEADLINE + 5
    assert isinstance(after, ArticleText)


async def test_a_page_of_ten_megabytes_is_no_danger_either() -> None:
    body = b"<article>" + b"<p>Some words of a paragraph that is quite long, they say.</p>" * 160_000
    async with pool(timeout=3) as extractor:
        outcome = await extractor.extract(document(body))
        assert isinstance(await extractor.extract(document(page())), ArticleText)
    assert isinstance(outcome, ArticleText | ParseFailed)


async def test_workers_that_only_see_feeds_stay_small() -> None:
    async with pool() as feeds:
        assert reason(await feeds.parse(GOOD)) is Reason.OK
        (worker,) = workers_of(os.getpid())
        small = resident(worker)
        for _ in range(30):
            await feeds.extract(document(page()))
        large = resident(worker)
    assert small < 60
    assert small < large < 120


def resident(pid: int) -> float:
    """Return the megabytes a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def test_feeds_do_not_wait_for_pages_of_another_pool() -> None:
    async with pool(timeout=DEADLINE) as feeds, pool(timeout=DEADLINE) as extractor:
        reading = asyncio.create_task(extractor.extract(document(HOSTILE["much text"])))
        assert reason(await feeds.parse(GOOD)) is Reason.OK
        assert not reading.done()
        await reading
