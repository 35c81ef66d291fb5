"""What publishers expect of a feed client, over simulated weeks: what a server is asked, and when."""

from datetime import timedelta
from itertools import pairwise

import pytest

from monitor.model import PollRecord, Reason
from monitor.store import Store
from tests.support.feed_server import Answer, document
from tests.support.rss import Item, rss
from tests.support.simulation import JANUARY_2041, Simulation, gaps, growing, numbered

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


async def test_in_a_week_every_request_after_the_first_is_conditional_with_the_exact_validators(
    world: Simulation,
) -> None:
    async with world:
        world.serve("/feed", growing(world, 5 * HOUR))
        await world.watch("/feed")
        await world.run(WEEK)
    first, *later = world.seen()
    assert not first.conditional
    assert len(later) > 200
    assert all(one.conditional for one in later)
    assert {one.since for one in later} == {JANUARY_2041}
    for before, after in pairwise(world.seen()):
        assert after.etag in (before.etag, f'W/"é{(before.at - first.at) // (5 * HOUR)}"')
    assert sum(one.status == 200 for one in world.seen()) == len(world.titles()) == WEEK // (5 * HOUR) + 1
    assert min(gaps(world.seen())) >= 15 * MINUTE / 4
    assert max(gaps(world.seen())) <= 4 * 15 * MINUTE * 1.1


async def test_requests_carry_nothing_but_what_a_feed_needs(world: Simulation) -> None:
    async with world:
        cookie = [("Set-Cookie", "id=1"), ("ETag", '"1"')]
        world.serve("/feed?a=1", Answer(200, cookie, numbered(1)), Answer(304))
        await world.watch("/feed?a=1")
        await world.run(DAY)
    requests = [one.request for one in world.seen()]
    assert {request.method for request in requests} == {"GET"}
    assert {request.target for request in requests} == {"/feed?a=1"}
    assert {request.header("User-Agent") for request in requests} == {"news-monitor/1.2"}
    sent = {name.lower() for request in requests for name, _ in request.headers}
    assert sent.isdisjoint({"cookie", "referer", "a-im"})


async def test_a_poll_is_one_request_whatever_the_document_names(world: Simulation) -> None:
    async with world:
        named = "".join(
            f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{rel}" href="{world.server.url("/" + rel)}"/>'
            for rel in ("hub", "self", "next", "icon", "alternate")
        )
        pictured = (
            f"<image><url>{world.server.url('/logo.png')}</url></image><webMaster>a@b.example</webMaster>"
        )
        items = rss(Item(title="Calm", guid="1", link=world.server.url("/1")))
        body = items.replace(b"<item>", (named + pictured).encode() + b"<item>", 1)
        world.serve("/feed", *[Answer(200, [], body + b"\n" * n) for n in range(100)])
        await world.watch("/feed")
        await world.run(DAY)
    assert len(world.reports) > 20
    assert len(world.server.requests()) == len(world.server.requests("/feed")) == len(world.reports)


async def test_a_feed_with_a_new_address_is_asked_without_the_old_ones_validators(world: Simulation) -> None:
    async with world:
        for path in ("/old", "/new"):
            world.serve(path, document(numbered(1), etag='"1"'))
        await world.watch("/old")
        await world.run(HOUR)
        await world.watch("/new")
        await world.run(HOUR)
    assert world.seen("/old")[-1].conditional
    assert [one.conditional for one in world.seen("/new")][:2] == [False, True]


async def test_both_validators_come_from_the_same_answer_and_none_outlives_it(world: Simulation) -> None:
    dated = ("Last-Modified", JANUARY_2041)
    answers = [
        [("ETag", '"1"'), dated],
        [("ETag", '"2"'), dated],  # the date alone hasn't changed
        [dated],
        [],
        [("ETag", '"5"')],
    ]
    async with world:
        world.serve("/feed", *[Answer(200, given, numbered(n)) for n, given in enumerate(answers)])
        await world.watch("/feed")
        await world.run(DAY)
    assert [(one.etag, one.since) for one in world.seen()[:6]] == [
        (None, None),
        ('"1"', JANUARY_2041),
        ('"2"', JANUARY_2041),
        (None, JANUARY_2041),
        (None, None),
        ('"5"', None),
    ]


async def test_validators_of_a_304_are_taken_over(world: Simulation) -> None:
    async with world:
        first = Answer(200, [("ETag", '"1"')], numbered(1))
        world.serve("/feed", first, Answer(304, [("ETag", '"2"')]), Answer(304))
        await world.watch("/feed")
        await world.run(6 * HOUR)
    assert [one.etag for one in world.seen()][:4] == [None, '"1"', '"2"', '"2"']


async def test_validators_are_not_kept_without_their_entries(
    world: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Store.commit_poll
    lost: list[PollRecord] = []

    async def dies_once(store: Store, record: PollRecord) -> None:
        if not lost:
            lost.append(record)
            raise ConnectionError
        await kept(store, record)

    monkeypatch.setattr(Store, "commit_poll", dies_once)
    async with world:
        world.serve("/feed", document(numbered(1), etag='"1"'))
        await world.watch("/feed")
        with pytest.raises(ConnectionError):
            await world.poll_due()
        await world.restart()
        await world.poll_due()
        assert [one.conditional for one in world.seen()] == [False, False]
        assert world.titles() == ["Truce 1"]


async def test_a_restart_asks_nobody_early_and_keeps_the_validators(world: Simulation) -> None:
    async with world:
        world.serve("/feed", document(numbered(1), etag='"1"'))
        await world.watch("/feed", poll_every=HOUR, own_interval=True, adaptive=False)
        for _ in range(50):
            await world.run(17 * MINUTE)
            await world.restart()
    assert min(gaps(world.seen())) >= HOUR
    assert len(world.seen()) > 10
    assert all(one.etag == '"1"' for one in world.seen()[1:])


@pytest.mark.parametrize(
    ("status", "value", "pause"),
    [
        (429, "10800", 3 * HOUR),
        (503, "10800", 3 * HOUR),
        (429, "Mon, 23 Nov 2026 15:00:00 GMT", 3 * HOUR),
        (429, str(3 * 86400), 3 * DAY),
        (503, str(400 * 86400), 7 * DAY),
        (429, "soon", HOUR),
        (429, "-60", HOUR),
        (429, "0", HOUR),
    ],
)
async def test_no_request_falls_inside_retry_after(
    world: Simulation, status: int, value: str, pause: timedelta
) -> None:
    headers = [("Retry-After", value), ("Date", "Mon, 23 Nov 2026 12:00:00 GMT")]
    async with world:
        world.serve(
            "/feed", Answer(200, [("ETag", '"1"')], numbered(1)), Answer(status, headers), Answer(304)
        )
        await world.watch("/feed", poll_every=HOUR)
        for _ in range(10):
            await world.run(20 * HOUR)
            await world.restart()
    _, refused, after, *_ = world.seen()
    assert refused.status == status
    assert pause <= after.at - refused.at <= pause * 1.1
    assert after.etag == '"1"'


async def test_two_feeds_that_were_asked_to_wait_keep_the_whole_host_waiting(world: Simulation) -> None:
    busy = Answer(429, [("Retry-After", "36000")])
    async with world:
        paths = [f"/{name}" for name in "abcde"]
        good = Answer(200, [], numbered(1))
        for path in paths:
            world.serve(path, *([good, busy, good] if path in ("/a", "/b") else [good]))
        await world.watch(*paths, poll_every=HOUR, own_interval=True, adaptive=False)
        await world.run(2 * DAY)
    refused = [one.at for one in world.seen() if one.status == 429]
    assert len(refused) == 2
    quiet = [one for one in world.seen() if refused[1] < one.at < refused[1] + 10 * HOUR - MINUTE]
    assert quiet == []
    back = [one.at for one in world.seen() if one.at >= refused[1] + 10 * HOUR - MINUTE]
    assert len(back) > 5 * 20
    assert back[4] - back[0] >= timedelta(seconds=10)  # not all in one moment


async def test_one_feed_that_was_asked_to_wait_waits_alone(world: Simulation) -> None:
    async with world:
        world.serve("/a", Answer(429, [("Retry-After", "36000")]))
        world.serve("/b", document(numbered(1), etag='"1"'))
        await world.watch("/a", "/b")
        await world.run(9 * HOUR)
    assert len(world.seen("/a")) == 1
    assert len(world.seen("/b")) > 8


async def test_a_feed_that_is_gone_is_never_asked_again_and_told_once(world: Simulation) -> None:
    async with world:
        world.serve("/feed", Answer(200, [], numbered(1)), Answer(410))
        await world.watch("/feed")
        await world.run(2 * DAY)
        await world.restart()
        await world.run(30 * DAY)
        assert [one.status for one in world.seen()] == [200, 410]
        assert [report.reason for report in world.reports] == [Reason.OK, Reason.GONE]
        await world.watch()
        await world.watch("/feed")
        await world.run(2 * DAY)
        assert [one.status for one in world.seen()] == [200, 410, 410]


@pytest.mark.parametrize(
    ("status", "first"),
    [(404, 15 * MINUTE), (500, 15 * MINUTE), (401, HOUR), (403, HOUR), (429, 15 * MINUTE)],
)
async def test_errors_double_the_gaps_up_to_a_day_and_the_feed_is_kept(
    world: Simulation, status: int, first: timedelta
) -> None:
    async with world:
        world.serve("/feed", Answer(status))
        await world.watch("/feed")
        await world.run(WEEK)
        found = gaps(world.seen())
        assert [round(gap / first / 1.05) for gap in found[:4]] == [1, 2, 4, 8]
        assert DAY <= found[-1] <= 1.1 * DAY
        world.serve("/feed", document(numbered(1)))
        await world.run(2 * DAY)
    assert world.reports[-1].reason.is_success


async def test_a_machine_that_comes_up_before_its_network_has_its_news_soon_after(world: Simulation) -> None:
    async with world:
        world.serve("/feed", document(numbered(1)))
        await world.watch("/feed")
        world.server.stop()
        await world.run(5 * MINUTE)
        world.server.start()
        await world.run(5 * MINUTE)
        assert world.titles() == ["Truce 1"]
    assert [report.reason for report in world.reports][:2] == [Reason.CONNECT] * 2


@pytest.mark.parametrize(
    ("headers", "least"),
    [
        ([("Cache-Control", "max-age=14400")], 4 * HOUR),
        ([("Cache-Control", "max-age=14400"), ("Age", "7200")], 2 * HOUR),
        ([("Date", "Mon, 23 Nov 2026 12:00:00 GMT"), ("Expires", "Mon, 23 Nov 2026 15:00:00 GMT")], 3 * HOUR),
        ([("Cache-Control", "max-age=31536000")], DAY),
    ],
)
async def test_an_answer_is_not_asked_for_again_while_it_is_fresh(
    world: Simulation, headers: list[tuple[str, str]], least: timedelta
) -> None:
    async with world:
        both = [("ETag", '"1"'), *headers]
        world.serve("/feed", Answer(200, both, numbered(1)), Answer(304, headers))
        await world.watch("/feed")
        await world.run(WEEK)
    found = gaps(world.seen())
    assert len(found) > 5
    assert least <= min(found) <= max(found) <= least * 1.1


@pytest.mark.parametrize(
    ("headers", "renewed", "least"),
    [
        ([("Cache-Control", "max-age=14400")], [], 4 * HOUR),
        ([("Cache-Control", "max-age=14400")], [("Age", "7200")], 2 * HOUR),
        ([("Cache-Control", "max-age=36000")], [("Cache-Control", "max-age=14400")], 4 * HOUR),
    ],
)
async def test_a_304_that_does_not_repeat_the_freshness_renews_it(
    world: Simulation, headers: list[tuple[str, str]], renewed: list[tuple[str, str]], least: timedelta
) -> None:
    async with world:
        first = Answer(200, [("ETag", '"1"'), *headers], numbered(1))
        world.serve("/feed", first, Answer(304, renewed), Answer(304))
        await world.watch("/feed")
        await world.run(DAY)
        await world.restart()
        await world.run(DAY)
    _, *found = gaps(world.seen())[:-1]
    assert len(found) > 3
    assert least <= found[0] <= least * 1.1
    assert 4 * HOUR <= min(found[1:]) <= max(found[1:]) <= 4 * HOUR * 1.1


async def test_an_expires_that_is_not_renewed_runs_out(world: Simulation) -> None:
    async with world:
        dated = [("Date", "Mon, 23 Nov 2026 12:00:00 GMT"), ("Expires", "Mon, 23 Nov 2026 15:00:00 GMT")]
        first = Answer(200, [("ETag", '"1"'), *dated], numbered(1))
        world.serve("/feed", first, Answer(304, [("Date", "Mon, 23 Nov 2026 15:05:00 GMT")]))
        await world.watch("/feed", poll_every=HOUR, own_interval=True, adaptive=False)
        await world.run(DAY)
    fresh, *later = gaps(world.seen())
    assert 3 * HOUR <= fresh <= 3 * HOUR * 1.1
    assert set(later) == {HOUR * 1.05}


async def test_a_failure_between_does_not_forget_the_freshness(world: Simulation) -> None:
    async with world:
        first = Answer(200, [("ETag", '"1"'), ("Cache-Control", "max-age=14400")], numbered(1))
        world.serve("/feed", first, Answer(500), Answer(304))
        await world.watch("/feed", poll_every=HOUR, own_interval=True, adaptive=False)
        await world.run(DAY)
    fresh, backoff, *later = gaps(world.seen())
    assert (fresh > 4 * HOUR, backoff) == (True, HOUR * 1.05)
    assert set(later) == {4 * HOUR * 1.05}


async def test_no_request_falls_into_skipped_hours_or_days(world: Simulation) -> None:
    skipped = (
        "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(6)) + "</skipHours>"
        "<skipDays><day>Saturday</day><day>Sunday</day></skipDays>"
    )
    async with world:
        world.serve("/feed", document(numbered(1, channel=skipped), etag='"1"'))
        await world.watch("/feed", poll_every=HOUR)
        await world.run(2 * WEEK)
    assert len(world.seen()) > 100
    assert not [one.at for one in world.seen() if one.at.hour < 6 or one.at.weekday() >= 5]


async def test_a_documents_ttl_holds_for_its_304_answers_too(world: Simulation) -> None:
    async with world:
        world.serve("/feed", growing(world, 5 * HOUR, channel="<ttl>120</ttl>"))
        await world.watch("/feed")
        await world.run(2 * DAY)
    assert 2 * HOUR <= min(gaps(world.seen())) <= max(gaps(world.seen())) <= 2 * HOUR * 1.1


async def test_a_feed_polled_at_its_own_interval_keeps_it(world: Simulation) -> None:
    async with world:
        world.serve("/feed", growing(world, 10 * MINUTE))
        await world.watch("/feed", poll_every=HOUR, own_interval=True, adaptive=False)
        await world.run(2 * DAY)
    assert set(gaps(world.seen())) == {HOUR * 1.05}


async def test_busy_feeds_get_the_polls_that_quiet_ones_do_not_need(world: Simulation) -> None:
    async with world:
        world.serve("/busy", growing(world, 30 * MINUTE))
        quiet = [f"/quiet{n}" for n in range(3)]
        for path in quiet:
            world.serve(path, document(numbered(1), etag='"1"'))
        await world.watch("/busy", *quiet, poll_every=HOUR)
        await world.run(2 * DAY)
        start = world.clock.now()
        await world.run(2 * DAY)
    counts = {path: sum(one.at >= start for one in world.seen(path)) for path in ("/busy", *quiet)}
    assert counts["/busy"] > 3 * max(counts[path] for path in quiet)
    assert sum(counts.values()) <= 4 * (2 * DAY / HOUR)
    assert min(counts.values()) >= 2 * DAY / (4 * HOUR) / 1.1 - 1
