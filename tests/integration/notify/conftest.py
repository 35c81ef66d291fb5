"""Channels that end in local sinks."""

import asyncio
import io
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

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
SERVICES = ("api.telegram.org", "discord.com", "ntfy.sh", "slack.com", "prod-1.westus.logic.azure.com")
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
        sink.routes = {
            "/join/%23desk%3A127.0.0.1": Answer(body=b'{"room_id": "!desk:127.0.0.1"}'),
        }
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


def json_url(sink: WebhookSink, arguments: str = "") -> str:
    return f"json://127.0.0.1:{sink.port}/hook{arguments}"
