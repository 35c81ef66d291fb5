"""What Slack is given, read from the request it would get."""

import json
from typing import Any

import pytest

from monitor.model import Message, MessageFormat, SendOutcome, SendStatus
from tests.integration.notify.conftest import Send
from tests.support.sinks import Answer, WebhookSink

URL = "slack://T0AAAAAAA/B0BBBBBBB/abcdefghijklmnopqrstuvwx"
NATIVE = "https://hooks.slack.com/services/T0AAAAAAA/B0BBBBBBB/abcdefghijklmnopqrstuvwx"


def slack_message(body: str) -> Message:
    return Message(format=MessageFormat.SLACK, title="The headline", body=body)


def received(sink: WebhookSink) -> dict[str, Any]:
    (request,) = sink.requests
    payload: dict[str, Any] = json.loads(request.body)
    return payload


@pytest.mark.parametrize("url", [URL, NATIVE])
def test_the_body_arrives_as_the_whole_message(slack: WebhookSink, send: Send, url: str) -> None:
    assert send(url, slack_message("one\ntwo")) == SendOutcome(SendStatus.SENT)
    assert slack.requests[0].path == "/services/T0AAAAAAA/B0BBBBBBB/abcdefghijklmnopqrstuvwx"
    (attachment,) = received(slack)["attachments"]
    assert attachment["text"] == "one\ntwo"
    assert attachment["title"] == ""
    assert not {"footer", "footer_icon", "ts"} & attachment.keys()
    assert "icon_url" not in received(slack)


def test_a_markdown_link_arrives_as_a_slack_link(slack: WebhookSink, send: Send) -> None:
    send(URL, slack_message("[label](<https://ok.example/?a=1&b=2>)"))
    assert received(slack)["attachments"][0]["text"] == "<https://ok.example/?a=1&amp;b=2|label>"


@pytest.mark.parametrize(
    ("escaped", "shown"),
    [
        (r"\<\!channel\>", "&lt;!channel&gt;"),
        (r"\<@U123\> \<\!subteam^S1\>", "&lt;@U123&gt; &lt;!subteam^S1&gt;"),
        (r"&lt;\!here&gt;", "&amp;lt;!here&amp;gt;"),
        (r"\[x\]\(https://evil.example\)", "[x](https://evil.example)"),
        (r"\<https://evil.example|bank\>", "&lt;https://evil.example|bank&gt;"),
        (r"\# not a heading", "# not a heading"),
        ("AT&T", "AT&amp;T"),
        (":smile: stays", ":smile: stays"),
        ("{{7*7}} ${HOME} %(a)s", "{{7*7}} ${HOME} %(a)s"),
    ],
)
def test_backslashed_text_arrives_plain(slack: WebhookSink, send: Send, escaped: str, shown: str) -> None:
    send(URL, slack_message(escaped))
    assert received(slack)["attachments"][0]["text"] == shown


def test_a_long_body_arrives_in_full(slack: WebhookSink, send: Send) -> None:
    words = [f"word{n}" for n in range(9000)]
    assert send(URL, slack_message(" ".join(words))).status is SendStatus.SENT
    texts = [json.loads(request.body)["attachments"][0]["text"] for request in slack.requests]
    assert " ".join(texts).split() == words


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(status=404, body=b"no_service"), (SendStatus.REFUSED, "HTTP 404 Not Found: no_service")),
        (
            Answer(status=400, body=b"invalid_payload"),
            (SendStatus.REFUSED, "HTTP 400 Bad Request: invalid_payload"),
        ),
        (Answer(body=b"invalid_payload"), (SendStatus.REFUSED, "HTTP 200 OK: invalid_payload")),
        (Answer(body=b"rate_limited"), (SendStatus.FAILED, "HTTP 200 OK: rate_limited")),
        (Answer(body=b"<html>Maintenance</html>"), (SendStatus.FAILED, "HTTP 200 OK")),
        (
            Answer(status=500, body=b"fatal_error"),
            (SendStatus.FAILED, "HTTP 500 Internal Server Error: fatal_error"),
        ),
    ],
)
def test_slacks_own_words_decide_and_are_told(
    slack: WebhookSink, send: Send, answer: Answer, expected: tuple[SendStatus, str]
) -> None:
    slack.script(answer)
    outcome = send(URL, slack_message("hello"))
    assert (outcome.status, outcome.detail) == expected
    assert len(slack.requests) == 1
