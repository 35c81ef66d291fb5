"""Connections that are kept for the next message: when they are, when they aren't, and what never comes twice for it."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import requests

from monitor.model import SendOutcome, SendStatus
from monitor.notify import Notifier
from monitor.notify.lane import Lane
from monitor.notify.wire import Line, tap
from tests.integration.notify.conftest import channel, json_url, text
from tests.integration.notify.test_slack import URL as SLACK
from tests.support.sinks import Answer, WebhookSink

SENT = SendOutcome(SendStatus.SENT)
FOR_EVER = timedelta(hours=1)


@asynccontextmanager
async def notifier(*urls: str, idle: timedelta = FOR_EVER) -> AsyncIterator[Notifier]:
    """Give one with a channel for each URL, which is called by its number, from 0."""
    channels = [channel(str(number), url) for number, url in enumerate(urls)]
    opened = Notifier(channels, console=io.StringIO(), idle=idle)
    yield opened
    await opened.close()


def connections(sink: WebhookSink) -> list[int]:
    """Return by which connection each request came: 0 is the first, 1 the next, and so on."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(request.connection, len(numbers)) for request in sink.requests]


@pytest.mark.parametrize("tls", [False, True])
async def test_the_messages_of_a_burst_share_a_connection(
    webhook: WebhookSink, slack: WebhookSink, *, tls: bool
) -> None:
    sink = slack if tls else webhook
    async with notifier(SLACK if tls else json_url(webhook)) as lanes:
        assert [await lanes.send("0", text()) for _ in range(5)] == [SENT] * 5
    assert connections(sink) == [0] * 5


async def test_each_channel_has_a_connection_of_its_own(webhook: WebhookSink) -> None:
    async with notifier(json_url(webhook), json_url(webhook)) as lanes:
        for name in "0101":
            assert await lanes.send(name, text()) == SENT
    assert connections(webhook) == [0, 1, 0, 1]


async def test_a_connection_that_was_closed_meanwhile_costs_no_message_and_makes_no_copy(
    webhook: WebhookSink,
) -> None:
    webhook.script(Answer(leave=True))
    async with notifier(json_url(webhook)) as lanes:
        assert await lanes.send("0", text("first")) == SENT
        await asyncio.to_thread(webhook.wait_until_left)
        assert await lanes.send("0", text("second")) == SENT
    assert [b"first" in request.body for request in webhook.requests] == [True, False]
    assert connections(webhook) == [0, 1]


async def test_a_connection_that_its_server_wants_to_close_is_not_used_again(webhook: WebhookSink) -> None:
    webhook.default = Answer(headers={"Connection": "close"})
    async with notifier(json_url(webhook)) as lanes:
        assert [await lanes.send("0", text()) for _ in range(3)] == [SENT] * 3
    assert connections(webhook) == [0, 1, 2]


async def test_an_answer_that_is_lost_on_a_kept_connection_is_unknown_and_not_asked_for_again(
    webhook: WebhookSink,
) -> None:
    webhook.script(Answer(), Answer(drop=True))
    async with notifier(json_url(webhook)) as lanes:
        outcomes = [await lanes.send("0", text(f"{number}")) for number in range(3)]
    assert [outcome.status for outcome in outcomes] == [SendStatus.SENT, SendStatus.UNKNOWN, SendStatus.SENT]
    assert connections(webhook) == [0, 0, 1]


async def test_a_refusal_keeps_the_connection(webhook: WebhookSink) -> None:
    webhook.script(Answer(status=404, body=b"no such hook"))
    async with notifier(json_url(webhook)) as lanes:
        assert (await lanes.send("0", text())).status is SendStatus.REFUSED
        assert await lanes.send("0", text()) == SENT
    assert connections(webhook) == [0, 0]


async def test_a_connection_that_nobody_uses_is_closed_after_a_moment(webhook: WebhookSink) -> None:
    async with notifier(json_url(webhook), idle=timedelta(milliseconds=1)) as lanes:
        assert await lanes.send("0", text()) == SENT
        await asyncio.to_thread(webhook.wait_until_left)
        assert await lanes.send("0", text()) == SENT
    assert connections(webhook) == [0, 1]


async def test_the_end_closes_connections(webhook: WebhookSink) -> None:
    async with notifier(json_url(webhook)) as lanes:
        assert await lanes.send("0", text()) == SENT
    await asyncio.to_thread(webhook.wait_until_left)


async def test_cookies_are_not_kept(webhook: WebhookSink) -> None:
    webhook.default = Answer(headers={"Set-Cookie": "seen=yes; Path=/"})
    async with notifier(json_url(webhook)) as lanes:
        assert [await lanes.send("0", text()) for _ in range(2)] == [SENT] * 2
    assert connections(webhook) == [0, 0]
    assert all("cookie" not in request.headers for request in webhook.requests)


async def test_the_proxy_of_the_environment_is_asked_and_one_that_changes_as_well_after_a_rest(
    webhook: WebhookSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebhookSink() as other:
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        async with notifier("json://news.invalid/hook", idle=timedelta(milliseconds=1)) as lanes:
            for proxy in (webhook, other):
                monkeypatch.setenv("http_proxy", proxy.url)
                assert await lanes.send("0", text()) == SENT
                await asyncio.to_thread(proxy.wait_until_left)
        assert [request.path for request in webhook.requests] == ["http://news.invalid/hook"]
        assert [request.path for request in other.requests] == ["http://news.invalid/hook"]


async def test_an_address_that_needs_no_proxy_is_asked_without(
    webhook: WebhookSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    async with notifier(json_url(webhook)) as lanes:
        assert [await lanes.send("0", text()) for _ in range(2)] == [SENT] * 2
    assert connections(webhook) == [0, 0]


def test_a_service_of_two_servers_keeps_a_connection_to_each(webhook: WebhookSink) -> None:
    tap()
    line = Line()
    with WebhookSink() as other, line.listening():
        for sink in (webhook, other, webhook, other):
            assert requests.post(sink.url, data=b"{}", timeout=10).ok
        line.hang_up()
    assert connections(webhook) == connections(other) == [0, 0]


async def test_a_lane_rests_when_the_last_send_of_a_burst_ended_long_enough_ago() -> None:
    idle = timedelta(milliseconds=30)
    rests: asyncio.Queue[float] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    lane = Lane("it", deadline=timedelta(seconds=10), idle=idle, rest=lambda: rests.put_nowait(loop.time()))
    began = ended = loop.time()

    def send() -> SendOutcome:
        nonlocal ended
        ended = loop.time()
        return SENT

    while ended < began + 4 * idle.total_seconds():
        await lane.run(send)
    rested = await rests.get()
    while rested < ended:  # the machine was busy with something else in the middle of the burst
        rested = await rests.get()
    assert rested >= ended + idle.total_seconds()
