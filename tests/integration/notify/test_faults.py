"""Each service in each way of failing: what comes of the send, and how often it was asked."""

from datetime import UTC, timedelta

import pytest

from monitor.alert import render
from monitor.model import SendOutcome, SendStatus
from tests.integration.notify.conftest import Send, channel, play_homeserver
from tests.integration.notify.test_attacks import TEAMS, TELEGRAM, attacked
from tests.integration.notify.test_chats import DISCORD, ROOM
from tests.integration.notify.test_slack import URL as SLACK
from tests.support.sinks import Answer, Reply, SmtpSink, WebhookSink

URLS = {
    "slack": SLACK,
    "discord": DISCORD,
    "telegram": TELEGRAM,
    "teams": TEAMS,
    "ntfy": "ntfy://127.0.0.1:{port}/topic",
    "matrix": f"matrix://token@127.0.0.1:{{port}}/{ROOM}",
    "webhook": "webhook://127.0.0.1:{port}/hook",
    "json": "json://127.0.0.1:{port}/hook",
}
EVERY_SERVICE = pytest.mark.parametrize("service", URLS)


@pytest.fixture
def end(services: WebhookSink, send: Send) -> "End":
    play_homeserver(services, ROOM)
    return End(services, send)


class End:
    """Sends one alert to a service that answers so."""

    def __init__(self, sink: WebhookSink, send: Send) -> None:
        self._sink = sink
        self._send = send

    def __call__(self, service: str, *answers: Answer, arguments: str = "") -> SendOutcome:
        url = URLS[service].format(port=self._sink.port) + arguments
        self._sink.script(*answers)
        before = len(self._sink.requests)
        outcome = self._send(url, render(attacked("x"), channel("it", url), UTC))
        assert len(self._sink.requests) == before + 1, "asked once, whatever the answer"
        return outcome


def good(service: str) -> Answer:
    return Answer() if service == "slack" else Answer(body=b'{"ok": true, "event_id": "$1"}')


@EVERY_SERVICE
def test_a_fault_of_the_service_is_passing(service: str, end: End) -> None:
    first = end(service, Answer(status=500, body=b"{}"))
    assert first.status is SendStatus.FAILED
    assert first.detail.startswith("HTTP 500 ")
    assert end(service, good(service)) == SendOutcome(SendStatus.SENT)


@EVERY_SERVICE
@pytest.mark.parametrize("after", ["30", "Mon, 23 Nov 2026 09:41:30 GMT"])
def test_too_many_says_when_there_is_room(service: str, after: str, end: End) -> None:
    headers = {"Date": "Mon, 23 Nov 2026 09:41:00 GMT", "Retry-After": after}
    outcome = end(service, Answer(status=429, headers=headers, body=b"{}"))
    assert (outcome.status, outcome.retry_after) == (SendStatus.FAILED, timedelta(seconds=30))


@EVERY_SERVICE
@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_a_refusal_is_for_good(service: str, status: int, end: End) -> None:
    outcome = end(service, Answer(status=status, body=b"{}"))
    assert outcome.status is SendStatus.REFUSED
    assert outcome.detail.startswith(f"HTTP {status} ")


@EVERY_SERVICE
def test_no_answer_to_what_was_read_is_unknown(service: str, end: End) -> None:
    # As one that takes 60 s and more, with a shorter patience.
    arguments = "/?rto=0.3" if service in ("slack", "discord", "telegram") else "?rto=0.3"
    outcome = end(service, Answer(hang=True), arguments=arguments)
    assert outcome == SendOutcome(SendStatus.UNKNOWN, "no answer in time; the message may have arrived")


@EVERY_SERVICE
def test_a_connection_that_breaks_after_the_message_is_unknown(service: str, end: End) -> None:
    assert end(service, Answer(drop=True)).status is SendStatus.UNKNOWN


@pytest.mark.parametrize("service", ["telegram", "slack", "json", "webhook"])
def test_a_good_status_with_a_no_in_the_body_is_refused(service: str, end: End) -> None:
    body = b"invalid_payload" if service == "slack" else b'{"ok": false, "description": "chat not found"}'
    assert end(service, Answer(body=body)).status is SendStatus.REFUSED


def test_a_greylisted_mail_goes_the_next_time(smtp: SmtpSink, send: Send) -> None:
    message = render(attacked("x"), channel("it", smtp.url()), UTC)
    smtp.script(Reply(at="RCPT", text="450 4.7.1 greylisted"))
    first, second = send(smtp.url(), message), send(smtp.url(), message)
    assert (first.status, second.status) == (SendStatus.FAILED, SendStatus.SENT)
    assert len(smtp.mails) == 1


def test_a_mail_whose_fate_is_unknown_comes_twice_under_one_id(smtp: SmtpSink, send: Send) -> None:
    message = render(attacked("x"), channel("it", smtp.url()), UTC)
    smtp.script(Reply(drop=True))
    first, second = send(smtp.url(), message), send(smtp.url(), message)
    assert (first.status, second.status) == (SendStatus.UNKNOWN, SendStatus.SENT)
    assert len({mail.message["Message-ID"] for mail in smtp.mails}) == 1
