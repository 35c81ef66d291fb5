"""URLs that name several: each gets a URL of its own, and only its own message."""

import asyncio
import io
import json
from datetime import timedelta

import pytest

from monitor.model import Channel, MessageFormat, Recipient, Secret, SendStatus
from monitor.notify import Notifier, check_channel
from tests.integration.notify.conftest import Send, play_homeserver, text
from tests.integration.notify.test_mail import mail_message
from tests.support.sinks import Authority, Reply, SmtpSink, WebhookSink

TOKEN = "abcdefghijklmnopqrstuvwx"
BOT = "123456789:abcdefghijklmnopqrstuvwxyzABCDE_fgh"


def names(found: tuple[Recipient, ...]) -> list[str]:
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"to": "ann@example.org,bob@example.org"}, ["ann@example.org", "bob@example.org"]),
        ({"to": "ann@example.org", "cc": "cat@example.org,bob@example.org"}, ["ann", "bob", "cat"]),
        ({"to": "ann@example.org", "bcc": "dan@example.org", "cc": "ann@example.org"}, ["ann", "dan"]),
    ],
)
def test_each_address_of_a_mail_gets_a_mail_of_its_own(
    smtp: SmtpSink, send: Send, arguments: dict[str, str], expected: list[str]
) -> None:
    found = check_channel(smtp.url(**arguments))
    addresses = [f"{name.partition('@')[0]}@example.org" for name in expected]
    assert names(found) == addresses
    for one in found:
        assert send(one.url.reveal(), mail_message()).status is SendStatus.SENT
    assert [mail.recipients for mail in smtp.mails] == [(address,) for address in addresses]
    assert [mail.message["To"] for mail in smtp.mails] == addresses
    assert not any(mail.message["Cc"] for mail in smtp.mails)


def test_the_login_the_sender_and_the_names_stay(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, send: Send
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    login = ("ann@corp.example", "s3cret/word")
    with SmtpSink(tls=authority.server_context("127.0.0.1"), login=login) as sink:
        url = (
            f"mailtos://ann%40corp.example:s3cret%2Fword@127.0.0.1:{sink.port}?smtp=127.0.0.1&mode=starttls"
            '&from=Desk<desk@corp.example>&to="Bob, B."<bob@example.org>,cat@example.org'.replace(" ", "%20")
        )
        for one in check_channel(url):
            assert send(one.url.reveal(), mail_message()).status is SendStatus.SENT
        assert [mail.login for mail in sink.mails] == ["ann@corp.example"] * 2
        assert [mail.message["From"] for mail in sink.mails] == ["Desk <desk@corp.example>"] * 2
        assert [mail.message["To"] for mail in sink.mails] == [
            '"Bob, B." <bob@example.org>',
            "cat@example.org",
        ]


def test_one_address_that_is_refused_costs_the_others_nothing(smtp: SmtpSink, send: Send) -> None:
    found = check_channel(smtp.url(to="ann@example.org,bob@example.org,cat@example.org"))
    smtp.script(Reply(at="RCPT", text="250 OK"), Reply(at="RCPT", text="550 5.1.1 no such user"))
    ends = [send(one.url.reveal(), mail_message()).status for one in found]
    assert ends == [SendStatus.SENT, SendStatus.REFUSED, SendStatus.SENT]
    assert [mail.recipients for mail in smtp.mails] == [("ann@example.org",), ("cat@example.org",)]


def test_each_channel_of_slack_gets_a_message_of_its_own(slack: WebhookSink, send: Send) -> None:
    found = check_channel(f"slack://T0AAAAAAA/B0BBBBBBB/{TOKEN}/#world/#desk?footer=yes")
    assert names(found) == ["#desk", "#world"]
    for one in found:
        assert send(one.url.reveal(), text()).status is SendStatus.SENT
    payloads = [json.loads(request.body) for request in slack.requests]
    assert [payload["channel"] for payload in payloads] == ["#desk", "#world"]
    assert all(payload["attachments"][0]["footer"] for payload in payloads)
    assert {request.path for request in slack.requests} == {f"/services/T0AAAAAAA/B0BBBBBBB/{TOKEN}"}


def test_each_chat_of_telegram_gets_a_message_of_its_own(services: WebhookSink, send: Send) -> None:
    found = check_channel(f"tgram://{BOT}/12345/-10067890:7/@desk")
    assert names(found) == ["-10067890:7", "12345", "@desk"]
    for one in found:
        assert send(one.url.reveal(), text()).status is SendStatus.SENT
    payloads = [json.loads(request.body) for request in services.requests]
    assert [(sent["chat_id"], sent.get("message_thread_id")) for sent in payloads] == [
        (-10067890, 7),
        (12345, None),
        ("@desk", None),
    ]


def test_each_topic_of_ntfy_gets_a_message_of_its_own_and_is_kept_secret(
    webhook: WebhookSink, send: Send
) -> None:
    found = check_channel(f"ntfy://ann:{TOKEN}@127.0.0.1:{webhook.port}/hush-one/hush-two?priority=high")
    assert names(found) == ["1", "2"]
    for one in found:
        assert send(one.url.reveal(), text()).status is SendStatus.SENT
    assert [json.loads(request.body)["topic"] for request in webhook.requests] == ["hush-one", "hush-two"]
    assert {request.headers["x-priority"] for request in webhook.requests} == {"high"}


def test_each_room_of_matrix_gets_a_message_of_its_own(webhook: WebhookSink, send: Send) -> None:
    play_homeserver(webhook, "!one:127.0.0.1", "!two:127.0.0.1")
    found = check_channel(f"matrix://{TOKEN}@127.0.0.1:{webhook.port}/!one:127.0.0.1/!two:127.0.0.1")
    assert names(found) == ["!one:127.0.0.1", "!two:127.0.0.1"]
    for one in found:
        assert send(one.url.reveal(), text()).status is SendStatus.SENT
    rooms = [request.path.split("/rooms/")[1].split("/")[0] for request in webhook.requests]
    assert rooms == ["%21one%3A127.0.0.1", "%21two%3A127.0.0.1"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"slack://T0AAAAAAA/B0BBBBBBB/{TOKEN}", 1),
        (f"discord://4174216298/{TOKEN}", 2),
        (f"tgram://{BOT}/12345", 1),
        (f"tgram://{BOT}/-12345", 3),
        (f"tgram://{BOT}/@desk", 3),
        ("ntfys://ntfy.example.org/topic", 5),
        ("mailtos://ann:word@mail.example.org?to=bob@example.org", 2),
        ("webhooks://hooks.example.org/news", 0),
        ("json://hooks.example.org/news", 0),
        ("console:", 0),
        (f"pbul://{TOKEN}", 1.2),  # Apprise's own
    ],
)
def test_the_pace_of_the_service_is_told(url: str, expected: float) -> None:
    assert [one.gap for one in check_channel(url)] == [timedelta(seconds=expected)]


def test_who_names_one_or_none_keeps_the_url() -> None:
    url = "mailto://ann:word@mail.example.org?to=bob@example.org"
    (one,) = check_channel(url)
    assert (one.name, one.url.reveal()) == ("", url)
    assert "word" not in repr(one)


def test_no_message_goes_through_a_url_that_names_several(smtp: SmtpSink, send: Send) -> None:
    several = Channel(
        name="it", url=Secret(smtp.url(to="a@example.org,b@example.org")), format=MessageFormat.MAIL
    )
    with pytest.raises(ValueError, match="several"):
        asyncio.run(Notifier([several], console=io.StringIO()).send("it", mail_message()))
    assert smtp.mails == []
