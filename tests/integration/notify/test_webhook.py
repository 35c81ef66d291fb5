"""Webhooks of the reader's own: what they are given, and how they know whom it is from."""

import base64
import hashlib
import hmac
import json
import re
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Message, MessageFormat, SendOutcome, SendStatus
from monitor.notify import check_channel
from tests.integration.notify.conftest import NOW, Send
from tests.support.sinks import Answer, Authority, Request, WebhookSink

KEY = bytes(range(200, 232))
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
BODY = '{"version": 1, "title": "Truce & <b> – 停火"}\n'
DOCS = (Path(__file__).parents[3] / "docs" / "webhook.md").read_text()


def message(key: str = "alert-1", body: str = BODY) -> Message:
    return Message(format=MessageFormat.WEBHOOK, title="Truce", body=body, key=key)


def url(sink: WebhookSink, arguments: str = "") -> str:
    return f"webhook://127.0.0.1:{sink.port}/hook/path{arguments}"


def signature(request: Request) -> str:
    signed = (
        f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    )
    return base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()


def test_the_body_arrives_byte_for_byte_with_what_it_is_known_by(webhook: WebhookSink, send: Send) -> None:
    assert send(url(webhook), message()) == SendOutcome(SendStatus.SENT)
    (request,) = webhook.requests
    assert (request.method, request.path) == ("POST", "/hook/path")
    assert request.body == BODY.encode()
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert re.fullmatch(r"[0-9a-f]{32}", request.headers["webhook-id"])
    assert "webhook-signature" not in request.headers


def test_a_second_copy_has_the_same_id(webhook: WebhookSink, send: Send) -> None:
    for one in (message(), message(), message("alert-2"), message(body="{}")):
        send(url(webhook), one)
    ids = [request.headers["webhook-id"] for request in webhook.requests]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    "secret", [SECRET, SECRET.removeprefix("whsec_"), SECRET.replace("/", "_").replace("+", "-")]
)
def test_a_secret_signs_id_time_and_body(webhook: WebhookSink, send: Send, secret: str) -> None:
    assert "/" in SECRET or "+" in SECRET
    assert send(url(webhook, f"?secret={secret}"), message()).status is SendStatus.SENT
    (request,) = webhook.requests
    assert request.headers["webhook-signature"] == f"v1,{signature(request)}"


def test_the_code_of_the_documentation_knows_a_good_message_from_a_bad_one(
    webhook: WebhookSink, send: Send
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    read: dict[str, Any] = {}
    exec(code, read)
    send(url(webhook, f"?secret={SECRET}"), message())
    (request,) = webhook.requests
    now = NOW.timestamp()
    assert read["verified"](request.headers, request.body, SECRET, now) == json.loads(BODY)
    other = {**request.headers, "webhook-id": "another"}
    for headers, body, secret, then in [
        (other, request.body, SECRET, now),
        (request.headers, request.body + b" ", SECRET, now),
        (request.headers, request.body, f"whsec_{base64.b64encode(bytes(32)).decode()}", now),
        (request.headers, request.body, SECRET, now + 301),
        (request.headers, request.body, SECRET, now - 301),
    ]:
        with pytest.raises(ValueError, match="webhook"):
            read["verified"](headers, body, secret, then)


def test_headers_arguments_and_a_login_are_the_receivers(webhook: WebhookSink, send: Send) -> None:
    address = url(webhook, "?%2BAuthorization-Key=a%20b&-token=c%26d").replace("://", "://ann:pw@")
    assert send(address, message()).status is SendStatus.SENT
    (request,) = webhook.requests
    assert request.path == "/hook/path?token=c%26d"
    assert request.headers["authorization-key"] == "a b"
    assert request.headers["authorization"] == f"Basic {base64.b64encode(b'ann:pw').decode()}"


def test_it_goes_over_tls(authority: Authority, monkeypatch: pytest.MonkeyPatch, send: Send) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with WebhookSink(tls=authority.server_context("127.0.0.1")) as sink:
        assert send(f"webhooks://127.0.0.1:{sink.port}", message()).status is SendStatus.SENT
        assert sink.requests[0].path == "/"
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        refused = send(f"webhooks://127.0.0.1:{sink.port}", message())
    assert refused == SendOutcome(SendStatus.FAILED, "the server's certificate is not trusted")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(status=204, body=b""), SendStatus.SENT),
        (Answer(status=202), SendStatus.SENT),
        (Answer(status=302, headers={"Location": "/elsewhere"}), SendStatus.REFUSED),
        (Answer(status=410), SendStatus.REFUSED),
        (Answer(status=401), SendStatus.REFUSED),
        (Answer(status=429), SendStatus.FAILED),
        (Answer(status=503), SendStatus.FAILED),
        (Answer(drop=True), SendStatus.UNKNOWN),
    ],
)
def test_the_answer_decides(webhook: WebhookSink, send: Send, answer: Answer, expected: SendStatus) -> None:
    webhook.script(answer)
    assert send(url(webhook), message()).status is expected
    assert len(webhook.requests) == 1


def test_no_answer_in_time_is_unknown(webhook: WebhookSink, send: Send) -> None:
    webhook.script(Answer(hang=True))
    outcome = send(url(webhook, "?rto=0.2"), message())
    assert outcome == SendOutcome(SendStatus.UNKNOWN, "no answer in time; the message may have arrived")


@pytest.mark.parametrize(
    "secret", ["hush-word", f"whsec_{base64.b64encode(bytes(23)).decode()}", "whsec_" + "QUJD" * 30]
)
def test_a_secret_that_is_none_is_refused_and_not_told(secret: str) -> None:
    with pytest.raises(ValueError, match=r"webhooks://\{host\}.*secret=whsec_.*docs/webhook.md") as refusal:
        check_channel(f"webhooks://hooks.example.org/{'x' * 20}?secret={secret}")
    assert secret not in str(refusal.value)


def test_secret_and_address_stay_out_of_what_is_told(webhook: WebhookSink, send: Send) -> None:
    webhook.script(Answer(status=403, body=f"no: {SECRET} at /hook/path".encode()))
    assert (
        send(url(webhook, f"?secret={SECRET}"), message()).detail == "HTTP 403 Forbidden: no: *** at /***/***"
    )
