"""Each way a send can end, made to happen, and what comes of it."""

import gzip
import json
import socket
import tracemalloc
from datetime import timedelta

import pytest

from monitor.model import SendOutcome, SendStatus
from tests.integration.notify.conftest import Send, json_url, text
from tests.support.sinks import Answer, Authority, WebhookSink

DISCORD = "discord://417421629812345678/JHMHI8qBe7bk2ZwO5U711o3dV_jsKuG"


def test_an_accepted_message_is_sent(webhook: WebhookSink, send: Send) -> None:
    assert send(json_url(webhook), text("body & <b>", "title")) == SendOutcome(SendStatus.SENT)
    payload = json.loads(webhook.requests[0].body)
    assert (payload["title"], payload["message"]) == ("title", "body & <b>")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, SendStatus.REFUSED),
        (401, SendStatus.REFUSED),
        (404, SendStatus.REFUSED),
        (408, SendStatus.FAILED),
        (410, SendStatus.REFUSED),
        (413, SendStatus.REFUSED),
        (429, SendStatus.FAILED),
        (500, SendStatus.FAILED),
        (502, SendStatus.FAILED),
        (503, SendStatus.FAILED),
    ],
)
def test_the_http_status_decides(webhook: WebhookSink, send: Send, status: int, expected: SendStatus) -> None:
    webhook.script(Answer(status=status, body=b"because"))
    outcome = send(json_url(webhook), text())
    assert outcome.status is expected
    assert outcome.detail.startswith(f"HTTP {status} ")
    assert outcome.detail.endswith(": because")
    assert len(webhook.requests) == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("7", timedelta(seconds=7)),
        ("0.5", timedelta(seconds=0.5)),
        ("Mon, 23 Nov 2026 09:42:30 GMT", timedelta(seconds=90)),
        ("Mon, 23 Nov 2026 09:40:00 GMT", timedelta(0)),
        ("Mon, 23 Nov 2026 09:42:30", None),
        ("soon", None),
        ("-1", None),
        ("9" * 400, None),
        (f"Mon, 23 Nov {'9' * 30} 09:42:30 GMT", None),
    ],
)
def test_what_the_service_asks_to_wait_is_passed_on(
    webhook: WebhookSink, send: Send, given: str, expected: timedelta | None
) -> None:
    webhook.script(
        Answer(status=429, headers={"Date": "Mon, 23 Nov 2026 09:41:00 GMT", "Retry-After": given})
    )
    assert send(json_url(webhook), text()).retry_after == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b'{"ok":false,"error_code":429,"parameters":{"retry_after":14}}', timedelta(seconds=14)),
        (b'{"message": "You are being rate limited.", "retry_after": 0.64}', timedelta(seconds=0.64)),
        (b'{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2000}', timedelta(seconds=2)),
        (b'{"retry_after": "soon"}', None),
        (b'{"retry_after": 99999999}', None),
    ],
)
def test_a_wait_that_only_the_body_names_is_passed_on(
    webhook: WebhookSink, send: Send, said: bytes, expected: timedelta | None
) -> None:
    webhook.script(Answer(status=429, body=said))
    assert send(json_url(webhook), text()).retry_after == expected


def test_a_good_status_with_a_no_in_its_body_is_refused(webhook: WebhookSink, send: Send) -> None:
    webhook.script(Answer(body=b'{"ok":false,"description":"Bad Request: chat not found"}'))
    outcome = send(json_url(webhook), text())
    assert outcome.status is SendStatus.REFUSED
    assert "chat not found" in outcome.detail


def test_an_answer_without_end_fills_no_memory(webhook: WebhookSink, send: Send) -> None:
    bomb = gzip.compress(b"a" * 50_000_000, 9)
    webhook.script(Answer(status=500, body=bomb, headers={"Content-Encoding": "gzip"}), Answer())
    tracemalloc.start()
    try:
        outcome = send(json_url(webhook), text())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert outcome.status is SendStatus.FAILED
    assert outcome.detail.startswith("HTTP 500 Internal Server Error: aaa")
    assert peak < 10_000_000
    assert send(json_url(webhook), text()).status is SendStatus.SENT


def test_discord_is_asked_once_when_it_says_to_wait(services: WebhookSink, send: Send) -> None:
    spent = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "32503680000", "Retry-After": "9"}
    services.script(Answer(status=429, headers=spent))
    outcome = send(DISCORD, text())
    assert (outcome.status, outcome.retry_after) == (SendStatus.FAILED, timedelta(seconds=9))
    assert len(services.requests) == 1


def test_a_redirect_is_not_followed_and_refused(webhook: WebhookSink, send: Send) -> None:
    webhook.script(Answer(status=302, headers={"Location": f"{webhook.url}/elsewhere"}, body=b""))
    outcome = send(json_url(webhook), text())
    assert outcome.status is SendStatus.REFUSED
    assert "has moved" in outcome.detail
    assert [request.path for request in webhook.requests] == ["/hook"]


def test_a_repeat_or_forgiveness_asked_for_in_the_url_is_not_done(webhook: WebhookSink, send: Send) -> None:
    webhook.default = Answer(status=500)
    outcome = send(json_url(webhook, "?retry=3&wait=0&optional=yes"), text())
    assert outcome.status is SendStatus.FAILED
    assert len(webhook.requests) == 1


def test_a_refused_connection_failed(send: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    expected = SendOutcome(SendStatus.FAILED, "the server refused the connection")
    assert send(f"json://127.0.0.1:{port}/", text()) == expected


def test_a_name_that_does_not_exist_failed(send: Send) -> None:
    expected = SendOutcome(SendStatus.FAILED, "the server's name is unknown")
    assert send("json://no-such-name.invalid/", text()) == expected


def test_a_certificate_from_nowhere_failed(authority: Authority, send: Send) -> None:
    with WebhookSink(tls=authority.server_context("127.0.0.1")) as sink:
        outcome = send(f"jsons://127.0.0.1:{sink.port}/", text())
    assert outcome == SendOutcome(SendStatus.FAILED, "the server's certificate is not trusted")


def test_a_server_that_speaks_no_tls_failed(webhook: WebhookSink, send: Send) -> None:
    outcome = send(f"jsons://127.0.0.1:{webhook.port}/", text())
    assert outcome == SendOutcome(SendStatus.FAILED, "no TLS connection could be made")


def test_no_answer_to_a_message_that_was_read_is_unknown(webhook: WebhookSink, send: Send) -> None:
    webhook.script(Answer(hang=True))
    outcome = send(json_url(webhook, "?rto=0.2"), text())
    assert outcome == SendOutcome(SendStatus.UNKNOWN, "no answer in time; the message may have arrived")
    assert len(webhook.wait_for(1)) == 1


def test_a_connection_dropped_after_the_message_was_read_is_unknown(webhook: WebhookSink, send: Send) -> None:
    webhook.script(Answer(drop=True))
    outcome = send(json_url(webhook), text())
    assert outcome == SendOutcome(
        SendStatus.UNKNOWN, "the connection broke off; the message may have arrived"
    )


def test_an_answer_that_breaks_off_in_its_body_is_unknown(webhook: WebhookSink, send: Send) -> None:
    webhook.script(Answer(headers={"Content-Length": "50", "Connection": "close"}, body=b"half"))
    outcome = send(json_url(webhook), text())
    assert outcome == SendOutcome(SendStatus.UNKNOWN, "the answer broke off; the message may have arrived")


def test_a_server_that_accepts_no_connection_in_time_failed(send: Send) -> None:
    # A full backlog: the kernel answers no more connection requests.
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for client in (first, second):
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        outcome = send(f"json://127.0.0.1:{listener.getsockname()[1]}/?cto=0.2", text())
    assert outcome == SendOutcome(SendStatus.FAILED, "no answer in time")


def test_a_long_or_multi_line_answer_is_told_in_one_short_line(webhook: WebhookSink, send: Send) -> None:
    webhook.script(Answer(status=400, body=b"first\r\nsecond\x1b[2J" + b"x" * 5000))
    detail = send(json_url(webhook), text()).detail
    assert detail.startswith("HTTP 400 Bad Request: first second [2Jxxx")
    assert detail.isprintable()
    assert len(detail) < 200


def test_a_text_too_long_for_the_service_arrives_in_parts(services: WebhookSink, send: Send) -> None:
    services.default = Answer(status=204, body=b"")
    words = [f"word{n}" for n in range(1_000)]
    assert send(DISCORD, text(" ".join(words), "")) == SendOutcome(SendStatus.SENT)
    parts = [json.loads(request.body)["embeds"][0]["description"] for request in services.requests]
    assert len(parts) == 2
    assert " ".join(parts).split() == words
