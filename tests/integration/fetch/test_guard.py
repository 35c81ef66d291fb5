from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from monitor.model import Reason
from tests.integration.fetch.fetching import failed, fetch, limits, served
from tests.support.feed_server import Answer, FeedServer

CLOSED = limits(allow=())
ONE_ADDRESS = limits(allow=(ip_network("127.0.0.1/32"),))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0x7f000001",
        "2130706433",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "100.64.0.1",
        "[fe80::1]",
        "[fd00::1]",
    ],
)
def test_a_private_address_is_refused_however_it_is_spelled(server: FeedServer, host: str) -> None:
    detail = failed(fetch(server.url("/feed", host=host), CLOSED), Reason.BLOCKED_ADDRESS)
    assert "[fetch] allow_networks" in detail
    assert server.requests() == ()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254", "64:ff9b::7f00:1", "fe80::1%lo"],
)
def test_a_name_that_resolves_to_a_private_address_is_refused(server: FeedServer, address: str) -> None:
    outcome = fetch(server.url("/feed", host="feeds.example"), CLOSED, lookup=lambda host, port: [address])
    assert "feeds.example" in failed(outcome, Reason.BLOCKED_ADDRESS)
    assert server.requests() == ()


def test_an_allowed_network_is_reached(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    assert served(fetch(server.url("/feed"))).body == b"<rss/>"


def test_a_blocked_address_is_skipped_when_another_one_is_permitted(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    with FeedServer(host="127.0.0.2", port=server.port) as blocked:
        url = server.url("/feed", host="feeds.example")
        served(fetch(url, ONE_ADDRESS, lookup=lambda host, port: ["127.0.0.2", "127.0.0.1"]))
        assert blocked.requests() == ()


def test_the_next_address_is_tried_when_one_refuses(server: FeedServer) -> None:
    server.script("/feed", Answer(body=b"<rss/>"))
    url = server.url("/feed", host="feeds.example")
    assert served(fetch(url, lookup=lambda host, port: ["127.0.0.9", "127.0.0.1"])).body == b"<rss/>"


def test_a_redirect_to_a_private_address_is_refused(server: FeedServer) -> None:
    server.script("/feed", Answer(302, [("Location", "http://169.254.169.254/latest/meta-data/")]))
    assert "169.254.169.254" in failed(fetch(server.url("/feed")), Reason.BLOCKED_ADDRESS)


def test_a_name_that_turns_private_between_two_hops_is_refused() -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    asked = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    with FeedServer(host="0.0.0.0") as everywhere:
        everywhere.script("/feed", Answer(302, [("Location", "/inside")]))
        everywhere.script("/inside", Answer(body=b"secret"))
        url = everywhere.url("/feed", host="feeds.example")
        failed(fetch(url, ONE_ADDRESS, lookup=rebinding), Reason.BLOCKED_ADDRESS)
        assert [one.path for one in everywhere.requests()] == ["/feed"]
    assert asked == ["feeds.example", "feeds.example"]


def test_the_address_that_was_checked_is_the_one_that_is_dialled(server: FeedServer) -> None:
    answers = iter([["127.0.0.1"]])  # a second lookup for the same request would raise StopIteration
    server.script("/feed", Answer(body=b"<rss/>"))
    url = server.url("/feed", host="feeds.example")
    served(fetch(url, lookup=lambda host, port: next(answers)))
    assert server.requests()[0].header("Host") == f"feeds.example:{server.port}"
