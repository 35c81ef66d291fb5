"""Slow, broken and printing channels beside each other."""

import asyncio
import io
import os
import subprocess
import sys
import textwrap
import time
from datetime import timedelta

import pytest

from monitor.model import Message, MessageFormat, SendOutcome, SendStatus
from monitor.notify import Notifier
from tests.integration.notify.conftest import channel, json_url, text
from tests.support.sinks import Answer, WebhookSink

SENT = SendOutcome(SendStatus.SENT)


def test_a_channel_that_hangs_delays_no_other() -> None:
    async def go() -> None:
        notifier = Notifier(
            [channel("slow", json_url(slow)), channel("quick", json_url(quick))], console=io.StringIO()
        )
        await notifier.warm_up()
        hanging = asyncio.create_task(notifier.send("slow", text()))
        await asyncio.to_thread(slow.wait_for, 1)
        for _ in range(40):
            assert await notifier.send("quick", text()) == SENT
        assert not hanging.done()
        await asyncio.to_thread(slow.close)
        assert (await hanging).status is SendStatus.UNKNOWN
        await notifier.close()

    slow = WebhookSink()
    slow.default = Answer(hang=True)
    with WebhookSink() as quick:
        asyncio.run(go())


def test_messages_of_one_channel_go_out_one_at_a_time_in_order(webhook: WebhookSink) -> None:
    async def go() -> None:
        notifier = Notifier([channel("it", json_url(webhook))], console=io.StringIO())
        sends = [notifier.send("it", text(f"body {n}")) for n in range(20)]
        assert await asyncio.gather(*sends) == [SENT] * 20

    asyncio.run(go())
    assert [f'"body {n}"'.encode() in request.body for n, request in enumerate(webhook.requests)] == [
        True
    ] * 20


def test_a_send_over_its_deadline_is_unknown_and_the_next_waits_for_it() -> None:
    async def go() -> list[SendOutcome]:
        notifier = Notifier(
            [channel("it", json_url(sink))], console=io.StringIO(), deadline=timedelta(seconds=0.3)
        )
        await notifier.warm_up()
        outcomes = [await notifier.send("it", text()), await notifier.send("it", text())]
        await asyncio.to_thread(sink.close)
        return outcomes

    sink = WebhookSink()
    sink.script(Answer(hang=True))
    first, second = asyncio.run(go())
    assert first == SendOutcome(SendStatus.UNKNOWN, "no answer in time; the message may have arrived")
    assert second.status is SendStatus.FAILED
    assert "busy" in second.detail
    assert len(sink.requests) == 1


def test_a_send_that_hangs_does_not_keep_the_program(webhook: WebhookSink) -> None:
    program = """
        import asyncio, io, sys
        from datetime import timedelta
        from monitor.model import *
        from monitor.notify import Notifier

        async def go():
            channel = Channel(name="it", url=Secret(sys.argv[1]), format=MessageFormat.TEXT)
            notifier = Notifier([channel], console=io.StringIO(), deadline=timedelta(seconds=2))
            print((await notifier.send("it", Message(format=channel.format, title="t", body="b"))).status)
            await notifier.close()

        asyncio.run(go())
    """
    webhook.default = Answer(hang=True)
    command = [sys.executable, "-c", textwrap.dedent(program), json_url(webhook)]
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, timeout=25, check=True)
    assert done.stdout.strip() == "unknown"
    assert done.stderr == ""
    assert time.monotonic() - start < 20  # the socket's own time-out is 30 s


def test_the_console_gets_the_body_and_a_newline_in_one_write() -> None:
    class Stream(io.StringIO):
        writes: list[str] = []  # noqa: RUF012 - one stream, one test

        def write(self, text: str) -> int:
            self.writes.append(text)
            return len(text)

    assert printed(Stream(), "one\ntwo") == SENT
    assert Stream.writes == ["one\ntwo\n"]


def test_a_console_without_unicode_gets_escapes() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    assert printed(stream, "Zürich — 停火") == SENT
    assert raw.getvalue() == b"Z\\xfcrich \\u2014 \\u505c\\u706b\n"


def test_a_closed_console_is_an_outcome() -> None:
    stream = io.StringIO()
    stream.close()
    assert printed(stream, "body").status is SendStatus.FAILED


def test_a_broken_pipe_is_an_outcome() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w")
    assert printed(stream, "body") == SendOutcome(
        SendStatus.FAILED, "the console can't be written: Broken pipe"
    )
    with pytest.raises(BrokenPipeError):
        stream.close()


def printed(stream: io.TextIOBase, body: str) -> SendOutcome:
    async def go() -> SendOutcome:
        notifier = Notifier([channel("screen", "console:")], console=stream)  # type: ignore[arg-type]  # TextIO has no real classes
        await notifier.warm_up()
        return await notifier.send("screen", Message(format=MessageFormat.CONSOLE, title="title", body=body))

    return asyncio.run(go())
