"""What publishers expect of a feed client, over simulated weeks: what a server is asked, and when."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.model import PollRecord, Reason
from monitor.store import Store
from tests.support.database import migrated_database
from tests.support.feed_server import Answer, Received, Step, document, sends
from tests.support.rss import Item, rss
from tests.support.simulation import Seen, Simulation

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
JANUARY_2041 = "Tue, 01 Jan 2041 00:00:00 GMT"


class World(Simulation):
    """A simulation whose feeds hold numbered entries."""

    @staticmethod
    def body(*numbers: int, channel: str = "") -> bytes:
        items = [
            Item(title=f"Truce {n}", guid=str(n), link=f"https://news.example/{n}", published=None)
            for n in numbers
        ]
        return rss(*items).replace(b"<item>", channel.encode() + b"<item>", 1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(migrated_database("sqlite", tmp_path))


def gaps(seen: Iterable[Seen]) -> list[timedelta]:
    return [later.at - earlier.at for earlier, later in pairwise(seen)]


def growing(world: World, every: timedelta) -> Step:
    """Return a step for a feed with a new entry after each `every`, and proper validators."""
    start = world.clock.now()

    def answer(received: Received) -> Answer:
        number = (world.clock.now() - start) // every
        headers = [("ETag", f'W/"é{number}"'), ("Last-Modified", JANUARY_2041)]
        if received.header("If-None-Match") == headers[0][1]:
            return Answer(304, headers)
        return Answer(200, headers, world.body(*range(number, max(number - 30, -1), -1)))

    return answer


async def test_in_a_week_every_request_after_the_first_is_conditional_with_the_exact_validators(
    world: World,
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


async def test_requests_carry_nothing_but_what_a_feed_needs(world: World) -> None:
    async with world:
        cookie = [("Set-Cookie", "id=1"), ("ETag", '"1"')]
        world.serve("/feed?a=1", Answer(200, cookie, world.body(1)), Answer(304))
        await world.watch("/feed?a=1")
        await world.run(DAY)
    requests = [one.request for one in world.seen()]
    assert {request.method for request in requests} == {"GET"}
    assert {request.target for request in requests} == {"/feed?a=1"}
    assert {request.header("User-Agent") for request in requests} == {"news-monitor/1.2"}
    assert not [name for request in requests for name, _ in request.headers if name in ("Cookie", "Referer")]


async def test_both_validators_come_from_the_same_answer_and_none_outlives_it(world: World) -> None:
    dated = ("Last-Modified", JANUARY_2041)
    answers = [
        [("ETag", '"1"'), dated],
        [("ETag", '"2"'), dated],  # the date alone hasn't changed
        [dated],
        [],
        [("ETag", '"5"')],
    ]
    async with world:
        world.serve("/feed", *[Answer(200, given, world.body(n)) for n, given in enumerate(answers)])
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


async def test_validators_of_a_304_are_taken_over(world: World) -> None:
    async with world:
        first = Answer(200, [("ETag", '"1"')], world.body(1))
        world.serve("/feed", first, Answer(304, [("ETag", '"2"')]), Answer(304))
        await world.watch("/feed")
        await world.run(6 * HOUR)
    assert [one.etag for one in world.seen()][:4] == [None, '"1"', '"2"', '"2"']


async def test_validators_are_not_kept_without_their_entries(
    world: World, monkeypatch: pytest.MonkeyPatch
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
        world.serve("/feed", document(world.body(1), etag='"1"'))
        await world.watch("/feed")
        with pytest.raises(ConnectionError):
            await world.poll_due()
        await world.restart()
        await world.poll_due()
        assert [one.conditional for one in world.seen()] == [False, False]
        assert world.titles() == ["Truce 1"]


async def test_a_restart_asks_nobody_early_and_keeps_the_validators(world: World) -> None:
    async with world:
        world.serve("/feed", document(world.body(1), etag='"1"'))
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
    world: World, status: int, value: str, pause: timedelta
) -> None:
    headers = [("Retry-After", value), ("Date", "Mon, 23 Nov 2026 12:00:00 GMT")]
    async with world:
        world.serve(
            "/feed", Answer(200, [("ETag", '"1"')], world.body(1)), Answer(status, headers), Answer(304)
        )
        await world.watch("/feed", poll_every=HOUR)
        for _ in range(10):
            await world.run(20 * HOUR)
            await world.restart()
    _, refused, after, *_ = world.seen()
    assert refused.status == status
    assert pause <= after.at - refused.at <= pause * 1.1
    assert after.etag == '"1"'


async def test_two_feeds_that_were_asked_to_wait_keep_the_whole_host_waiting(world: World) -> None:
    busy = Answer(429, [("Retry-After", "36000")])
    async with world:
        paths = [f"/{name}" for name in "abcde"]
        good = Answer(200, [], world.body(1))
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


async def test_one_feed_that_was_asked_to_wait_waits_alone(world: World) -> None:
    async with world:
        world.serve("/a", Answer(429, [("Retry-After", "36000")]))
        world.serve("/b", document(world.body(1), etag='"1"'))
        await world.watch("/a", "/b")
        await world.run(9 * HOUR)
    assert len(world.seen("/a")) == 1
    assert len(world.seen("/b")) > 8


async def test_a_feed_that_is_gone_is_never_asked_again_and_told_once(world: World) -> None:
    async with world:
        world.serve("/feed", Answer(200, [], world.body(1)), Answer(410))
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
    world: World, status: int, first: timedelta
) -> None:
    async with world:
        world.serve("/feed", Answer(status))
        await world.watch("/feed")
        await world.run(WEEK)
        found = gaps(world.seen())
        assert [round(gap / first / 1.05) for gap in found[:4]] == [1, 2, 4, 8]
        assert DAY <= found[-1] <= 1.1 * DAY
        world.serve("/feed", document(world.body(1)))
        await world.run(2 * DAY)
    assert world.reports[-1].reason.is_success


async def test_a_machine_that_comes_up_before_its_network_has_its_news_soon_after(world: World) -> None:
    async with world:
        world.serve("/feed", document(world.body(1)))
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
    world: World, headers: list[tuple[str, str]], least: timedelta
) -> None:
    async with world:
        both = [("ETag", '"1"'), *headers]
        world.serve("/feed", Answer(200, both, world.body(1)), Answer(304, headers))
        await world.watch("/feed")
        await world.run(WEEK)
    found = gaps(world.seen())
    assert len(found) > 5
    assert least <= min(found) <= max(found) <= least * 1.1


async def test_no_request_falls_into_skipped_hours_or_days(world: World) -> None:
    skipped = (
        "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(6)) + "</skipHours>"
        "<skipDays><day>Saturday</day><day>Sunday</day></skipDays>"
    )
    async with world:
        world.serve("/feed", document(world.body(1, channel=skipped), etag='"1"'))
        await world.watch("/feed", poll_every=HOUR)
        await world.run(2 * WEEK)
    assert len(world.seen()) > 100
    assert not [one.at for one in world.seen() if one.at.hour < 6 or one.at.weekday() >= 5]


async def test_a_documents_ttl_holds_for_its_304_answers_too(world: World) -> None:
    async with world:
        world.serve("/feed", document(world.body(1, channel="<ttl>120</ttl>"), etag='"1"'))
        await world.watch("/feed")
        await world.run(2 * DAY)
    assert 2 * HOUR <= min(gaps(world.seen())) <= max(gaps(world.seen())) <= 2 * HOUR * 1.1


async def test_the_same_bytes_cause_no_work_and_no_alert(world: World) -> None:
    async with world:
        world.serve("/feed", Answer(200, [], world.body(1)))
        await world.watch("/feed")
        await world.run(DAY)
    assert {report.reason for report in world.reports[1:]} == {Reason.UNCHANGED}
    assert world.titles() == ["Truce 1"]


async def test_a_feed_that_has_moved_for_good_is_asked_where_it_is_after_a_day(world: World) -> None:
    async with world:
        world.serve("/old", Answer(301, [("Location", "/new")]))
        world.serve("/new", growing(world, 5 * HOUR))
        await world.watch("/old", poll_every=HOUR)
        await world.run(WEEK)
        await world.restart()
        await world.run(DAY)
    old, new = world.seen("/old"), world.seen("/new")
    assert DAY <= old[-1].at - old[0].at < DAY + 4 * HOUR
    assert len(new) > 2 * len(old)
    assert all(one.conditional for one in new[1:])
    assert not [one for one in old if one.conditional]
    assert {report.feed for report in world.reports} == {world.server.url("/old")}


async def test_a_temporary_redirect_is_never_remembered_and_its_target_asked_conditionally(
    world: World,
) -> None:
    async with world:
        world.serve("/old", Answer(302, [("Location", "/new")]))
        world.serve("/new", document(world.body(1), etag='"1"'))
        await world.watch("/old", poll_every=HOUR)
        await world.run(WEEK)
    assert len(world.seen("/old")) == len(world.seen("/new"))
    assert [one.etag for one in world.seen("/new")][1:] == ['"1"'] * (len(world.seen("/new")) - 1)


async def test_where_a_feed_moved_to_is_forgotten_when_it_is_no_feed_any_more(world: World) -> None:
    async with world:
        world.serve("/old", Answer(308, [("Location", "/new")]))
        world.serve("/new", document(world.body(1), etag='"1"'))
        await world.watch("/old", poll_every=HOUR)
        await world.run(3 * DAY)
        before = len(world.seen("/old"))
        world.serve("/new", Answer(200, [], b"<html><body>This domain is for sale.</body></html>"))
        world.serve("/old", document(world.body(1, 2), etag='"2"'))
        await world.run(DAY)
    assert len(world.seen("/old")) > before
    assert world.titles() == ["Truce 1", "Truce 2"]
    assert world.reports[-1].reason.is_success


async def test_a_redirect_to_a_page_that_is_no_feed_is_never_remembered(world: World) -> None:
    async with world:
        world.serve("/old", Answer(301, [("Location", "/login")]))
        world.serve("/login", Answer(200, [], b"<html><body>Please log in.</body></html>"))
        await world.watch("/old")
        await world.run(WEEK)
    assert len(world.seen("/old")) == len(world.seen("/login"))


async def test_a_server_that_says_not_modified_for_ever_is_asked_in_full_once_a_week(world: World) -> None:
    async with world:
        world.serve("/feed", Answer(200, [("ETag", '"1"')], world.body(1)), Answer(304))
        await world.watch("/feed", poll_every=3 * HOUR)
        await world.run(WEEK)
        assert [one.conditional for one in world.seen()] == [False] + [True] * (len(world.seen()) - 1)

        def lies(received: Received) -> Answer:
            return (
                Answer(304)
                if received.header("If-None-Match")
                else Answer(200, [("ETag", '"1"')], world.body(2, 1))
            )

        world.serve("/feed", lies)
        await world.run(20 * DAY)
    assert world.titles() == ["Truce 1", "Truce 2"]
    in_full = [one.at for one in world.seen() if not one.conditional]
    assert len(in_full) in (3, 4)
    assert all(WEEK <= later - earlier <= 8 * DAY + 6 * HOUR for earlier, later in pairwise(in_full))


async def test_not_modified_as_the_first_answer_is_a_failure_that_passes(world: World) -> None:
    async with world:
        world.serve("/feed", Answer(304), document(world.body(1), etag='"1"'))
        await world.watch("/feed")
        await world.run(HOUR)
    assert not world.reports[0].reason.is_success
    assert not world.seen()[1].conditional
    assert world.titles() == ["Truce 1"]


async def test_an_etag_that_changes_each_time_costs_nothing_but_the_transfer(world: World) -> None:
    async with world:
        world.serve("/feed", *[Answer(200, [("ETag", f'"{n}"')], world.body(1)) for n in range(400)])
        await world.watch("/feed")
        await world.run(DAY)
    assert [one.etag for one in world.seen()][1:] == [f'"{n}"' for n in range(len(world.seen()) - 1)]
    assert {report.reason for report in world.reports[1:]} == {Reason.UNCHANGED}


async def test_two_caches_that_take_turns_alert_once(world: World) -> None:
    a, b = (
        Answer(200, [("ETag", f'"{name}"')], body)
        for name, body in (("a", world.body(3, 2, 1)), ("b", world.body(2, 1)))
    )
    async with world:
        world.serve("/feed", b, *[a, b] * 200)
        await world.watch("/feed", poll_every=HOUR)
        await world.run(2 * DAY)
    assert world.titles() == ["Truce 2", "Truce 1", "Truce 3"]
    assert world.alerts() == ["Truce 3"]


@pytest.mark.parametrize(
    "broken",
    [
        Answer(200, [("ETag", '"x"')], b""),
        Answer(200, [("ETag", '"x"')], b"<html><body>We value your privacy.</body></html>"),
        sends(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 5000\r\n\r\n<rss><channel>'),
        sends(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n'),
    ],
    ids=["empty", "cookie wall", "cut off", "cut off in chunks"],
)
async def test_an_answer_that_is_no_feed_changes_nothing_that_is_known(world: World, broken: Step) -> None:
    async with world:
        good = document(world.body(1), etag='"1"')
        world.serve("/feed", good, broken, good)
        await world.watch("/feed")
        await world.run(DAY)
    assert [one.etag for one in world.seen()][1:4] == ['"1"'] * 3
    assert not world.reports[1].reason.is_success
    assert (world.reports[2].reason, world.titles(), world.alerts()) == (Reason.NOT_MODIFIED, ["Truce 1"], [])


async def test_a_feed_polled_at_its_own_interval_keeps_it(world: World) -> None:
    async with world:
        world.serve("/feed", growing(world, 10 * MINUTE))
        await world.watch("/feed", poll_every=HOUR, own_interval=True, adaptive=False)
        await world.run(2 * DAY)
    assert set(gaps(world.seen())) == {HOUR * 1.05}


async def test_busy_feeds_get_the_polls_that_quiet_ones_do_not_need(world: World) -> None:
    async with world:
        world.serve("/busy", growing(world, 30 * MINUTE))
        quiet = [f"/quiet{n}" for n in range(3)]
        for path in quiet:
            world.serve(path, document(world.body(1), etag='"1"'))
        await world.watch("/busy", *quiet, poll_every=HOUR)
        await world.run(2 * DAY)
        start = world.clock.now()
        await world.run(2 * DAY)
    counts = {path: sum(one.at >= start for one in world.seen(path)) for path in ("/busy", *quiet)}
    assert counts["/busy"] > 3 * max(counts[path] for path in quiet)
    assert sum(counts.values()) <= 4 * (2 * DAY / HOUR)
    assert min(counts.values()) >= 2 * DAY / (4 * HOUR) / 1.1 - 1
