"""Channels that end in local sinks."""

import asyncio
import io
import json
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from monitor.model import Channel, Message, MessageFormat, SendOutcome
from monitor.notify import Notifier, check_channel
from tests.support.sinks import (
    Answer,
    Authority,
    SmtpSink,
    WebhookSink,
    service_env,
    service_sink,
    slack_sink,
)

Send = Callable[[str, Message], SendOutcome]
SERVICES = (
    "api.telegram.org",
    "discord.com",
    "hooks.slack.com",
    "prod-1.westus.logic.azure.com",
)
NOW = datetime(2026, 11, 23, 9, 41, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def apprise_plugins() -> None:
    with warnings.catch_warnings():
        # apprise.utils.pgp imports imghdr, which Python 3.11 calls deprecated; 3.13 is without it.
        warnings.filterwarnings("ignore", "'imghdr' is deprecated", DeprecationWarning)
        check_channel("json://127.0.0.1")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def slack(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookSink]:
    with slack_sink(authority) as sink:
        for name, value in service_env(sink, authority).items():
            monkeypatch.setenv(name, value)
        yield sink


@pytest.fixture
def services(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookSink]:
    """Give a sink that is every service of `SERVICES`."""
    with service_sink(authority, *SERVICES) as sink:
        for name, value in service_env(sink, authority).items():
            monkeypatch.setenv(name, value)
        yield sink


@pytest.fixture
def webhook() -> Iterator[WebhookSink]:
    with WebhookSink() as sink:
        yield sink


@pytest.fixture
def smtp() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def send() -> Send:
    """Send one message through the channel behind a URL."""

    def once(url: str, message: Message) -> SendOutcome:
        async def go() -> SendOutcome:
            notifier = Notifier([channel("it", url)], console=io.StringIO(), now=lambda: NOW)
            try:
                return await notifier.send("it", message)
            finally:
                await notifier.close()

        return asyncio.run(go())

    return once


def channel(name: str, url: str) -> Channel:
    (recipient,) = check_channel(url)
    return Channel(name=name, url=recipient.url, format=recipient.format)


def text(body: str = "Truce agreed\nhttps://news.example/1", title: str = "Truce agreed") -> Message:
    return Message(format=MessageFormat.TEXT, title=title, body=body)


def play_homeserver(sink: WebhookSink, *rooms: str) -> None:
    """Let `sink` answer as a homeserver of Matrix with these rooms; what remains to see are the messages."""
    sink.routes = {
        "/whoami": Answer(body=b'{"user_id": "@bot:127.0.0.1"}'),
        "/login": Answer(
            body=b'{"access_token": "t", "user_id": "@bot:127.0.0.1", "home_server": "127.0.0.1"}'
        ),
        "/logout": Answer(body=b"{}"),
        **{f"/join/{quote(room)}": Answer(body=json.dumps({"room_id": room}).encode()) for room in rooms},
    }
    sink.default = Answer(body=b'{"ok": true, "event_id": "$1"}')


def json_url(sink: WebhookSink, arguments: str = "") -> str:
    return f"json://127.0.0.1:{sink.port}/hook{arguments}"
