"""The sinks do as they say, so that a test that leans on them means something."""

import smtplib
import ssl
import time
from pathlib import Path

import pytest
import requests

from tests.support.sinks import (
    Answer,
    Authority,
    Reply,
    SmtpSink,
    WebhookSink,
    service_env,
    slack_sink,
)


def test_requests_are_kept_and_answers_follow_the_script() -> None:
    with WebhookSink() as sink, requests.Session() as session:
        sink.script(Answer(status=429, headers={"Retry-After": "7"}), Answer(drop=True))
        first = session.post(f"{sink.url}/hook?a=1", data=b"one")
        with pytest.raises(requests.ConnectionError):
            session.post(f"{sink.url}/hook", data=b"two")
        third = session.get(f"{sink.url}/hook")
        assert (first.status_code, first.headers["retry-after"], third.status_code) == (429, "7", 200)
        assert [(got.method, got.path, got.body) for got in sink.wait_for(3)] == [
            ("POST", "/hook?a=1", b"one"),
            ("POST", "/hook", b"two"),
            ("GET", "/hook", b""),
        ]


def test_closing_frees_hanging_and_idle_connections_at_once() -> None:
    with requests.Session() as idle, requests.Session() as session:
        with WebhookSink() as sink:
            idle.post(sink.url, data=b"kept alive")
            sink.script(Answer(hang=True))
            with pytest.raises(requests.Timeout):
                session.post(sink.url, data=b"x", timeout=0.1)
            start = time.monotonic()
        assert time.monotonic() - start < 5


def test_slack_is_reached_through_the_environment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    with slack_sink(authority) as sink, requests.Session() as session:
        for name, value in service_env(sink, authority).items():
            monkeypatch.setenv(name, value)
        assert session.post("https://hooks.slack.com/services/T/B/X", data=b"hello").text == "ok"
        with pytest.raises(requests.ConnectionError):
            session.post("https://elsewhere.example/", data=b"hello")
        assert [(got.host, got.path) for got in sink.requests] == [("hooks.slack.com", "/services/T/B/X")]
        assert session.post(f"{sink.url}/direct", data=b"hello").text == "ok"


def test_mails_are_kept_and_replies_follow_the_script() -> None:
    with SmtpSink() as sink:
        sink.script(Reply(text="451 later"), Reply(at="RCPT", text="550 nobody"), Reply(drop=True))
        with pytest.raises(smtplib.SMTPDataError):
            _mail(sink, "one")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            _mail(sink, "two")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            _mail(sink, "three")
        _mail(sink, "four")
        assert [mail.text().strip() for mail in sink.wait_for(3)] == ["one", "three", "four"]
        assert sink.mails[0].recipients == ("b@example.org",)


def test_mail_over_starttls_with_a_login(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with SmtpSink(tls=authority.server_context("127.0.0.1"), login=("ann", "pass")) as sink:
        with smtplib.SMTP("127.0.0.1", sink.port) as client:
            client.starttls(context=ssl.create_default_context(cafile=authority.bundle))
            client.login("ann", "pass")
            client.sendmail("a@example.org", "b@example.org", "Subject: x\r\n\r\nhello")
        assert [(mail.login, mail.tls) for mail in sink.mails] == [("ann", True)]


def _mail(sink: SmtpSink, text: str) -> None:
    client = smtplib.SMTP("127.0.0.1", sink.port)
    try:
        client.sendmail("a@example.org", ["b@example.org"], f"Subject: x\r\n\r\n{text}")
    finally:
        client.close()
