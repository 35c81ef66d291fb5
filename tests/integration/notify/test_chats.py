"""What Discord and Matrix are given beside the text."""

import asyncio
import io
import json
from typing import Any

import pytest

from monitor.model import Message, MessageFormat, SendOutcome, SendStatus
from monitor.notify import Notifier
from tests.integration.notify.conftest import Send, channel, play_homeserver
from tests.support.sinks import Answer, WebhookSink

DISCORD = "discord://417421629812345678/JHMHI8qBe7bk2ZwO5U711o3dV_jsKuG"
ROOM = "!desk:127.0.0.1"


def keyed(key: str, body: str = "Truce agreed") -> Message:
    return Message(format=MessageFormat.TEXT, title="", body=body, key=key)


def payloads(sink: WebhookSink) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in sink.requests]


@pytest.fixture
def homeserver(webhook: WebhookSink) -> WebhookSink:
    play_homeserver(webhook, ROOM)
    return webhook


def test_discord_gets_an_embed_in_which_nobody_is_called(services: WebhookSink, send: Send) -> None:
    services.default = Answer(status=204, body=b"")
    assert send(DISCORD, keyed("1", "hello @everyone <@123>")) == SendOutcome(SendStatus.SENT)
    (payload,) = payloads(services)
    assert payload["allowed_mentions"] == {"parse": []}
    assert payload["content"] == ""
    assert payload["embeds"] == [{"description": "hello @everyone <@123>"}]
    assert "avatar_url" not in payload


def test_discord_calls_whom_the_url_names_and_nobody_else(services: WebhookSink, send: Send) -> None:
    services.default = Answer(status=204, body=b"")
    send(f"{DISCORD}?ping=<@%26456>", keyed("1", "hello @everyone <@123>"))
    (payload,) = payloads(services)
    assert payload["allowed_mentions"] == {"parse": [], "users": [], "roles": ["456"]}
    assert payload["content"].endswith("<@&456>")
    assert payload["embeds"] == [{"description": "hello @everyone <@123>"}]


@pytest.mark.parametrize("login", ["token", "ann:word"])
def test_matrix_sees_each_message_and_no_second_copy(homeserver: WebhookSink, login: str) -> None:
    async def go() -> None:
        it = channel("it", f"matrix://{login}@127.0.0.1:{homeserver.port}/{ROOM}")
        for messages in (["1", "2"], ["1"]):  # the second after a new start
            notifier = Notifier([it], console=io.StringIO())
            for key in messages:
                assert await notifier.send("it", keyed(key)) == SendOutcome(SendStatus.SENT)
            await notifier.close()

    asyncio.run(go())
    first, second, copy = (request.path.rpartition("/")[2] for request in homeserver.requests)
    assert first == copy
    assert first != second


def test_the_url_cannot_change_how_a_body_that_is_written_for_the_service_is_read(
    services: WebhookSink, send: Send
) -> None:
    message = Message(format=MessageFormat.TELEGRAM, title="", body="<b>a &lt;b&gt; *c*</b>", key="1")
    url = "tgram://123456789:abcdefghijklmnopqrstuvwxyzABCDE_fgh/12345?format=markdown"
    assert send(url, message) == SendOutcome(SendStatus.SENT)
    (payload,) = payloads(services)
    assert (payload["parse_mode"], payload["text"]) == ("HTML", "<b>a &lt;b&gt; *c*</b>")
