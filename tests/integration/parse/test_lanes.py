"""Documents that take long, beside others."""

import asyncio

from monitor.model import Document, ParsedFeed, ParseFailed, Reason
from monitor.parse.lanes import MOST_PATIENT, Lanes
from tests.integration.parse.test_pool import GOOD, SLOW, pool, reason
from tests.support.rss import Item, rss

# Takes about a second.
LONG = Document(
    url="https://long.example/rss",
    body=rss(*[Item(title=f"News {n}", guid=str(n), description="<p>Words</p>" * 50) for n in range(4_000)]),
)


async def test_a_document_that_takes_long_is_read_all_the_same() -> None:
    async with pool(timeout=0.1) as quick, pool(timeout=60) as patient:
        assert reason(await quick.parse(LONG)) is Reason.PARSER_STUCK
        outcome = await Lanes(quick, patient).parse(LONG)
    assert isinstance(outcome, ParsedFeed)
    assert len(outcome.entries) == 4_000


async def test_a_document_that_takes_for_ever_keeps_nobody_waiting() -> None:
    async with pool(timeout=0.5) as quick, pool(timeout=5) as patient:
        lanes = Lanes(quick, patient)
        slow = asyncio.create_task(lanes.parse(SLOW))
        assert [reason(await lanes.parse(GOOD)) for _ in range(20)] == [Reason.OK] * 20
        assert not slow.done()
        assert await slow == ParseFailed(
            reason=Reason.PARSER_STUCK, detail="parsing it takes longer than 5 s"
        )


async def test_only_so_many_wait_for_a_long_time() -> None:
    async with pool(workers=2, timeout=0.1) as quick, pool(workers=MOST_PATIENT, timeout=5) as patient:
        lanes = Lanes(quick, patient)
        outcomes = await asyncio.gather(*[lanes.parse(SLOW) for _ in range(MOST_PATIENT + 2)])
    details = sorted(outcome.detail for outcome in outcomes if isinstance(outcome, ParseFailed))
    quickly = details.count("parsing it takes longer than 0.1 s")
    assert (quickly, len(details)) == (2, MOST_PATIENT + 2)
