"""Hostile text, ids, dates and links, from the socket to the row of either database, and what is told of them."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Reason
from monitor.parse.text import without_invisible
from tests.support.feed_server import Answer
from tests.support.hostile import item, rss_around
from tests.support.simulation import Simulation

HOUR = timedelta(hours=1)
TEXTS = {
    "NUL": b"Tr\x00uce",
    "NUL as a reference": b"Truce &#0;",
    "C0": b"Tr\x01\x08\x1b[2Juce Truce",
    "C1": b"Truce \xc2\x9b2J",
    "surrogate": b"Truce \xed\xa0\x80",
    "surrogate as a reference": b"Truce &#xD800;",
    "noncharacters": "Tr\ufffeuce\U0001ffff".encode(),
    "bidi overrides": "Tr\u202euce\u2066".encode(),
    "zero width": "Tr\u200bu\u2060ce".encode(),
    "combining marks": ("Truce e" + "\u0301" * 10_000).encode(),
    "invalid UTF-8": b"Truce \xff\xfe\xc3",
    "beyond Unicode": b"Truce &#x110000; &#99999999999999999999;",
    "a terminal's title": b"Truce \x1b]0;owned\x07",
}
DECLARED = '<?xml version="1.0" encoding="{}"?>'
ENCODED = {
    "UTF-16 without a mark, little": rss_around(item()).decode().encode("utf-16-le"),
    "UTF-16 without a mark, big": rss_around(item()).decode().encode("utf-16-be"),
    "UTF-16 that is UTF-8": DECLARED.format("utf-16").encode() + rss_around(item()),
    "UTF-7": DECLARED.format("utf-7").encode() + rss_around(item("+ADw-script+AD4-")),
    "an unknown one": DECLARED.format("x-" + "y" * 1_000).encode() + rss_around(item()),
    "a codec that is no charset": DECLARED.format("zip").encode() + rss_around(item()),
    "UTF-32 with a mark": rss_around(item()).decode().encode("utf-32"),
}
DATES = [
    "",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Wed, 31 Dec 2099 00:00:00 GMT",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59+14:00",
    "-1",
    "Sat, 31 Feb 2026 25:00:00 GMT",
    "2026-06-30T23:59:60Z",
    "Mon, 23 Nov 2026 12:00:00 GMT+99",
    "Montag, 23. Mai 2026",
    "23 мая 2026",
    "1795435200",
    "9" * 1_000,
]
LINKS = [
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    " JaVaScRiPt:alert(1)",
    "java&#10;script:alert(1)",
    "https://user:pass@news.example/1",
    "https://news.example/&#13;&#10;X-A: b",
    "https://news.example/&quot;&gt;&lt;b&gt;",
    "https://news.example/" + "a" * 100_000,
    "//news.example/2",
    "https://[::1",
    "https://news.example:99999999/",
    "http://\u0440\u0430\u0443.example/",
    "feed:file:///etc/passwd",
]


def feed(*items: str) -> Answer:
    return Answer(body=rss_around("".join(items)))


async def served(world: Simulation, *answers: Answer) -> None:
    """Poll the feed once for each answer, an hour apart."""
    world.serve("/feed", *answers)
    await world.watch("/feed", poll_every=HOUR / 2, own_interval=True)
    for _ in answers:
        await world.poll_due()
        world.clock.advance(HOUR)
    assert len(world.reports) == len(answers)


@pytest.mark.parametrize("name", TEXTS)
async def test_text_is_stored_clean_and_found_by_rules(world: Simulation, name: str) -> None:
    async with world:
        body = rss_around(item("<guid>2</guid>", "TITLE")).replace(b"TITLE", TEXTS[name])
        await served(world, feed(item("<guid>1</guid>", "Old")), Answer(body=body))
    (_, title) = world.titles()
    assert title == without_invisible(title)
    assert title.isprintable()
    assert len(title.encode()) < 100
    assert world.alerts() == [title]


@pytest.mark.parametrize("name", ENCODED)
async def test_a_document_in_an_odd_encoding_is_read_or_refused(world: Simulation, name: str) -> None:
    async with world:
        await served(world, Answer(body=ENCODED[name]), feed(item("<guid>2</guid>", "News")))
    first, second = world.reports
    assert first.reason in (Reason.OK, Reason.MALFORMED, Reason.NOT_A_FEED)
    assert first.reason is Reason.OK or first.detail
    assert second.reason is Reason.OK
    assert not any("<script>" in title for title in world.titles())


GUIDS = {
    "none": [""] * 2,
    "empty": ["<guid></guid>"] * 2,
    "blank": ["<guid> \u00a0\u200b&#9;</guid>"] * 2,
    "the same for all": ["<guid>x</guid>"] * 2,
    "1 MB": [f"<guid>{'x' * 1_000_000}</guid>"] * 2,
    "1 MB that differs at the end": [f"<guid>{'x' * 1_000_000}{n}</guid>" for n in range(2)],
    "another one each time": ["<guid>session-{n}-1</guid>", "<guid>session-{n}-2</guid>"],
    "letter case": ["<guid>ABC-1</guid>", "<guid>abc-1</guid>"],
    "blanks": ["<guid>abc-1</guid>", "<guid>  abc-1 </guid>"],
    "scheme and host": ["<guid>http://news.example/1</guid>", "<guid>https://www.news.example/1</guid>"],
}


@pytest.mark.parametrize("name", GUIDS)
async def test_ids_that_identify_nothing_flood_nobody_and_lose_nothing(world: Simulation, name: str) -> None:
    def document(number: int, *, breaking: str = "") -> Answer:
        old = [
            item(
                f"{guid.replace('{n}', str(number))}<link>https://news.example/{place}</link>",
                f"Truce {place}",
            )
            for place, guid in enumerate(GUIDS[name])
        ]
        return feed(*([breaking] if breaking else []), *old)

    breaking = item(
        GUIDS[name][0].replace("{n}", "9") + "<link>https://news.example/new</link>", "Truce at last"
    )
    async with world:
        await served(world, document(1), document(2), document(3, breaking=breaking), document(4))
    assert world.titles() == ["Truce 0", "Truce 1", "Truce at last"]
    assert world.alerts() == ["Truce at last"]


@pytest.mark.parametrize("element", ["pubDate", "dc:date"])
async def test_absurd_dates_alert_once_and_are_none(world: Simulation, element: str) -> None:
    def document(dates: list[str]) -> Answer:
        return feed(
            *[
                item(f"<guid>{n}</guid><{element}>{date}</{element}>", f"Truce {n}")
                for n, date in enumerate(dates)
            ]
        )

    async with world:
        shifted = DATES[1:] + DATES[:1]
        await served(world, feed(item("<guid>x</guid>", "Old")), document(DATES), document(shifted))
        now = world.clock.now()
        rows = world.rows("SELECT published_at FROM entry WHERE published_at IS NOT NULL")
    assert sorted(world.alerts()) == sorted(f"Truce {n}" for n in range(len(DATES)))
    for (moment,) in rows:
        found = datetime.fromisoformat(moment).replace(tzinfo=UTC) if isinstance(moment, str) else moment
        assert now - timedelta(days=3660) < found < now + timedelta(days=3)


async def test_only_plain_web_addresses_become_links(world: Simulation) -> None:
    items = [item(f"<guid>g{n}</guid><link>{link}</link>", f"News {n}") for n, link in enumerate(LINKS)]
    async with world:
        await served(world, feed(*items))
        links = [link for (link,) in world.rows("SELECT link FROM entry ORDER BY id")]
    assert len(links) == len(LINKS)
    for link in filter(None, links):
        assert link.startswith(("http://", "https://"))
        assert len(link) <= 4_000
        assert not set(link) & set('\r\n "<>@')
    assert links[:4] == [None] * 4
    assert links[5] == "https://news.example/1"
