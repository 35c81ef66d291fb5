"""Servers that move, flip, lie and break, over simulated weeks: what is asked of them, and who is told."""

from datetime import timedelta
from itertools import pairwise

import pytest

from monitor.model import Reason
from tests.support.feed_server import Answer, Received, Step, document, sends
from tests.support.rss import rss
from tests.support.simulation import Simulation, growing, numbered

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


async def test_the_same_bytes_cause_no_work_and_no_alert(world: Simulation) -> None:
    async with world:
        world.serve("/feed", Answer(200, [], numbered(1)))
        await world.watch("/feed")
        await world.run(DAY)
    assert {report.reason for report in world.reports[1:]} == {Reason.UNCHANGED}
    assert world.titles() == ["Truce 1"]


@pytest.mark.parametrize("times", [1, 3])
async def test_what_a_document_has_lost_on_the_way_comes_with_the_next(world: Simulation, times: int) -> None:
    whole = numbered(3, 2, 1)
    # As from a proxy that lost its server: no length says that something is missing, and the ETag is that of the whole.
    cut = sends(
        b'HTTP/1.1 200 OK\r\nConnection: close\r\nETag: "3"\r\n\r\n' + whole[: whole.index(b"Truce 2")]
    )
    async with world:
        world.serve("/feed", Answer(200, [("ETag", '"0"')], numbered(0)))
        await world.watch("/feed", poll_every=HOUR)
        await world.poll_due()
        world.serve("/feed", *[cut] * times, document(whole, etag='"3"'))
        await world.run(10 * HOUR)
    assert sorted(world.alerts()) == ["Truce 1", "Truce 2", "Truce 3"]
    assert world.seen("/feed")[-1].etag == '"3"'


@pytest.mark.parametrize("before", [(), (Answer(body=numbered()),)], ids=["at once", "after an empty one"])
async def test_what_a_first_document_has_lost_on_the_way_is_no_news(
    world: Simulation, before: tuple[Answer, ...]
) -> None:
    whole = numbered(3, 2, 1)
    async with world:
        cut = Answer(body=whole[: whole.index(b"Truce 2")])
        world.serve("/feed", *before, cut, document(whole, etag='"3"'))
        await world.watch("/feed", poll_every=HOUR)
        await world.run(5 * HOUR)
        assert sorted(world.titles()) == ["Truce 1", "Truce 2", "Truce 3"]
        world.serve("/feed", document(numbered(4, 3, 2, 1), etag='"4"'))
        await world.run(5 * HOUR)
    assert world.alerts() == ["Truce 4"]


async def test_what_it_has_lost_of_the_first_document_after_a_long_time_is_no_news(world: Simulation) -> None:
    whole = numbered(4, 3, 2, 1)
    async with world:
        await world.watch("/feed")
        await world.take_in("/feed", numbered(1))
        await world.watch()
        world.clock.advance(400 * DAY)
        await world.watch("/feed")
        await world.take_in("/feed", whole[: whole.index(b"Truce 3")], whole, numbered(5, 4, 3, 2, 1))
    assert world.alerts() == ["Truce 5"]


async def test_a_feed_that_never_ends_its_document_tells_from_the_third_poll_on(world: Simulation) -> None:
    async with world:
        await world.watch("/feed", poll_every=HOUR)
        for numbers in ((2, 1), (3, 2, 1), (4, 3, 2, 1), (5, 4, 3, 2, 1)):
            await world.take_in("/feed", numbered(*numbers).removesuffix(b"</channel></rss>"))
    assert world.alerts() == ["Truce 4", "Truce 5"]


async def test_a_feed_that_has_moved_for_good_is_asked_where_it_is_after_a_day(
    world: Simulation, caplog: pytest.LogCaptureFixture
) -> None:
    async with world:
        world.serve("/old", Answer(301, [("Location", "/new")]))
        world.serve("/new", growing(world, 5 * HOUR))
        await world.watch("/old", poll_every=HOUR)
        await world.run(WEEK)
        await world.restart()
        await world.run(DAY)
    assert [record.message for record in caplog.records if "moved" in record.message] == [
        "feed has moved for good, its new address belongs in the configuration"
    ]
    old, new = world.seen("/old"), world.seen("/new")
    assert DAY <= old[-1].at - old[0].at < DAY + 4 * HOUR
    assert len(new) > 2 * len(old)
    assert all(one.conditional for one in new[1:])
    assert not [one for one in old if one.conditional]
    assert {report.feed for report in world.reports} == {world.server.url("/old")}


async def test_a_temporary_redirect_is_never_remembered_and_its_target_asked_conditionally(
    world: Simulation,
) -> None:
    async with world:
        world.serve("/old", Answer(302, [("Location", "/new")]))
        world.serve("/new", document(numbered(1), etag='"1"'))
        await world.watch("/old", poll_every=HOUR)
        await world.run(WEEK)
    assert len(world.seen("/old")) == len(world.seen("/new"))
    assert [one.etag for one in world.seen("/new")][1:] == ['"1"'] * (len(world.seen("/new")) - 1)


async def test_where_a_feed_moved_to_is_forgotten_when_it_is_no_feed_any_more(world: Simulation) -> None:
    async with world:
        world.serve("/old", Answer(308, [("Location", "/new")]))
        world.serve("/new", document(numbered(1), etag='"1"'))
        await world.watch("/old", poll_every=HOUR)
        await world.run(3 * DAY)
        before = len(world.seen("/old"))
        world.serve("/new", Answer(200, [], b"<html><body>This domain is for sale.</body></html>"))
        world.serve("/old", document(numbered(1, 2), etag='"2"'))
        await world.run(DAY)
    assert len(world.seen("/old")) > before
    assert world.titles() == ["Truce 1", "Truce 2"]
    assert world.reports[-1].reason.is_success


async def test_a_redirect_to_a_page_that_is_no_feed_is_never_remembered(world: Simulation) -> None:
    async with world:
        world.serve("/old", Answer(301, [("Location", "/login")]))
        world.serve("/login", Answer(200, [], b"<html><body>Please log in.</body></html>"))
        await world.watch("/old")
        await world.run(WEEK)
    assert len(world.seen("/old")) == len(world.seen("/login"))


async def test_a_server_that_says_not_modified_for_ever_is_asked_in_full_once_a_week(
    world: Simulation,
) -> None:
    async with world:
        world.serve("/feed", Answer(200, [("ETag", '"1"')], numbered(1)), Answer(304))
        await world.watch("/feed", poll_every=3 * HOUR)
        await world.run(WEEK)
        assert [one.conditional for one in world.seen()] == [False] + [True] * (len(world.seen()) - 1)

        def lies(received: Received) -> Answer:
            return (
                Answer(304)
                if received.header("If-None-Match")
                else Answer(200, [("ETag", '"1"')], numbered(2, 1))
            )

        world.serve("/feed", lies)
        await world.run(20 * DAY)
    assert world.titles() == ["Truce 1", "Truce 2"]
    in_full = [one.at for one in world.seen() if not one.conditional]
    assert len(in_full) in (3, 4)
    assert all(WEEK <= later - earlier <= 8 * DAY + 6 * HOUR for earlier, later in pairwise(in_full))


async def test_not_modified_as_the_first_answer_is_a_failure_that_passes(world: Simulation) -> None:
    async with world:
        world.serve("/feed", Answer(304), document(numbered(1), etag='"1"'))
        await world.watch("/feed")
        await world.run(HOUR)
    assert not world.reports[0].reason.is_success
    assert not world.seen()[1].conditional
    assert world.titles() == ["Truce 1"]


async def test_an_etag_that_changes_each_time_costs_nothing_but_the_transfer(world: Simulation) -> None:
    async with world:
        world.serve("/feed", *[Answer(200, [("ETag", f'"{n}"')], numbered(1)) for n in range(400)])
        await world.watch("/feed")
        await world.run(DAY)
    assert [one.etag for one in world.seen()][1:] == [f'"{n}"' for n in range(len(world.seen()) - 1)]
    assert {report.reason for report in world.reports[1:]} == {Reason.UNCHANGED}


async def test_two_caches_that_take_turns_alert_once(world: Simulation) -> None:
    a, b = (
        Answer(200, [("ETag", f'"{name}"')], body)
        for name, body in (("a", numbered(3, 2, 1)), ("b", numbered(2, 1)))
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
async def test_an_answer_that_is_no_feed_changes_nothing_that_is_known(
    world: Simulation, broken: Step
) -> None:
    async with world:
        good = document(numbered(1), etag='"1"')
        world.serve("/feed", good, broken, good)
        await world.watch("/feed")
        await world.run(DAY)
    assert [one.etag for one in world.seen()][1:4] == ['"1"'] * 3
    assert not world.reports[1].reason.is_success
    assert (world.reports[2].reason, world.titles(), world.alerts()) == (Reason.NOT_MODIFIED, ["Truce 1"], [])


@pytest.mark.parametrize("away", [30 * DAY, 90 * DAY])
async def test_an_entry_that_was_gone_for_long_and_comes_back_alerts_nobody(
    world: Simulation, away: timedelta
) -> None:
    async with world:
        world.serve("/feed", document(numbered(1)))
        await world.watch("/feed", poll_every=6 * HOUR)
        await world.run(DAY)
        for numbers in ((2, 1), (3,), (3, 2, 1)):
            world.serve("/feed", document(numbered(*numbers)))
            await world.run(away)
    assert (world.titles(), world.alerts()) == (
        ["Truce 1", "Truce 2", "Truce 3"],
        ["Truce 2", "Truce 3"],
    )


async def test_a_feed_that_is_empty_for_a_while_alerts_nobody_when_it_is_full_again(
    world: Simulation,
) -> None:
    async with world:
        for numbers in ((2, 1), (), (2, 1), (3, 2, 1)):
            world.serve("/feed", document(rss() if not numbers else numbered(*numbers)))
            if not world.seen():
                await world.watch("/feed")
            await world.run(2 * DAY)
    assert world.alerts() == ["Truce 3"]


async def test_a_first_document_of_a_thousand_old_entries_alerts_nobody(world: Simulation) -> None:
    async with world:
        world.serve("/feed", document(numbered(*range(1_000))), document(numbered(*range(1_001))))
        await world.watch("/feed")
        await world.run(2 * DAY)
    assert len(world.titles()) == 1_001
    assert world.alerts() == ["Truce 1000"]
