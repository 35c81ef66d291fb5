"""Hostile documents, fetched over a socket and parsed in a process: time, memory and what is left of them."""

import os
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.fetch import HttpFetcher
from monitor.model import Document, ParsedFeed, ParseFailed, ParseOutcome, Reason
from monitor.parse.pool import ParserPool
from tests.integration.fetch.fetching import limits, request
from tests.integration.parse.test_pool import GOOD, workers_of
from tests.support.clock import ManualClock
from tests.support.feed_server import Answer, FeedServer
from tests.support.hostile import Peak, entity_bombs, huge_documents, reaching_out, stuck_document

DEADLINE = 1.5
# What a slow machine needs beyond the deadline to end the process and start the next one.
GRACE = 5.0
MEMORY = 256
# A worker before its first document.
IDLE = 80
SECRET = "the-word-in-the-file"
HUGE = huge_documents()
BOMBS = entity_bombs("sink", "file")
CARELESS = reaching_out("sink")


@dataclass(frozen=True)
class Reading:
    """What one document has come to: `seconds` and `megabytes` are the worker's."""

    outcome: ParseOutcome
    seconds: float
    megabytes: float


async def read(server: FeedServer, body: bytes) -> Reading:
    """Fetch and parse `body`, and another document after it."""
    server.script("/feed", Answer(body=body))
    fetched = await HttpFetcher(limits(max_body=20_000_000), version="1").fetch(request(server.url("/feed")))
    assert isinstance(fetched, Document)
    async with ParserPool(
        workers=1, timeout=timedelta(seconds=DEADLINE), clock=ManualClock(), memory_limit=MEMORY * 2**20
    ) as parser:
        await parser.parse(GOOD)
        async with Peak([*workers_of(os.getpid())]) as peak:
            started = time.monotonic()
            outcome = await parser.parse(fetched)
            seconds = time.monotonic() - started
        assert isinstance(await parser.parse(GOOD), ParsedFeed)
    return Reading(outcome, seconds, peak.megabytes)


@pytest.mark.parametrize("name", HUGE)
async def test_too_much_of_anything_ends_by_a_bound_or_the_deadline(name: str) -> None:
    with FeedServer() as server:
        reading = await read(server, HUGE[name])
    assert reading.seconds < DEADLINE + GRACE
    assert reading.megabytes < MEMORY + IDLE
    if isinstance(reading.outcome, ParseFailed):
        assert reading.outcome.detail
        assert len(reading.outcome.detail) < 500
        return
    assert len(reading.outcome.entries) <= 5_000
    for entry in reading.outcome.entries:
        assert len(entry.title) <= 500
        assert len(entry.summary) <= 20_000
        assert len(entry.categories) <= 50


async def test_a_document_on_which_the_parser_is_stuck_is_given_up_at_the_deadline() -> None:
    with FeedServer() as server:
        reading = await read(server, stuck_document())
    assert isinstance(reading.outcome, ParseFailed)
    assert reading.outcome.reason is Reason.PARSER_STUCK
    assert DEADLINE <= reading.seconds < DEADLINE + GRACE


@pytest.mark.parametrize("name", BOMBS)
async def test_entities_are_refused_at_once_and_nothing_is_asked_for_them(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    with FeedServer() as server:
        reading = await read(server, entity_bombs(server.url("/sink"), secret.as_uri())[name])
        assert server.requests("/sink") == ()
    assert isinstance(reading.outcome, ParseFailed)
    assert reading.outcome.reason is Reason.ENTITIES
    assert SECRET not in repr(reading.outcome)
    assert reading.seconds < 1
    assert reading.megabytes < IDLE


@pytest.mark.parametrize("name", CARELESS)
async def test_reading_a_document_asks_for_nothing_else(name: str) -> None:
    with FeedServer() as server:
        reading = await read(server, reaching_out(server.url("/sink"))[name])
        assert server.requests("/sink") == ()
    assert isinstance(reading.outcome, ParsedFeed)
    assert [entry.title for entry in reading.outcome.entries] == ["Truce"]
    assert reading.seconds < 1
