"""No secret of a channel's URL leaves through a log, an outcome or a repr."""

import asyncio
import io
import logging
from collections.abc import Iterator

import pytest

from monitor.model import Message, SendOutcome, SendStatus
from monitor.notify import Notifier
from tests.integration.notify.conftest import channel
from tests.support.sinks import Answer, Reply, SmtpSink, WebhookSink

WORDS = ("hush-hush-word", "T0AAAAAAA", "B0BBBBBBB", "abcdefghijklmnopqrstuvwx", "query-secret-7")


def outcomes(url: str, times: int) -> tuple[list[SendOutcome], str]:
    async def go() -> tuple[list[SendOutcome], str]:
        it = channel("it", url)
        notifier = Notifier([it], console=io.StringIO())
        message = Message(format=it.format, title="Truce agreed", body="<p>Truce agreed</p>")
        found = [await notifier.send("it", message) for _ in range(times)]
        return found, f"{notifier!r} {vars(notifier)!r} {it!r}"

    return asyncio.run(go())


def assert_kept(logged: str, told: list[SendOutcome], shown: str) -> None:
    assert "asyncio" in logged or "selector" in logged  # it does listen
    for word in WORDS:
        assert word not in logged
        assert word not in repr(told)
        assert word not in shown


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Give what a program would log that logs everything.

    A handler of the root, as a program has: caplog also listens to loggers that lead nowhere.
    """
    log, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(log), root.level
    handler.addFilter(lambda record: record.name != "mail.log")  # the mail server of the test
    root.addHandler(handler)
    root.setLevel(1)
    yield log
    root.setLevel(level)
    root.removeHandler(handler)


def test_slack(slack: WebhookSink, log: io.StringIO) -> None:
    echo = b"no such hook: /services/T0AAAAAAA/B0BBBBBBB/abcdefghijklmnopqrstuvwx"
    slack.script(Answer(), Answer(status=404, body=echo), Answer(status=500, body=echo), Answer(drop=True))
    told, shown = outcomes("slack://T0AAAAAAA/B0BBBBBBB/abcdefghijklmnopqrstuvwx", 4)
    assert [outcome.status for outcome in told] == [
        SendStatus.SENT,
        SendStatus.REFUSED,
        SendStatus.FAILED,
        SendStatus.UNKNOWN,
    ]
    assert told[1].detail == "HTTP 404 Not Found: no such hook: /services/***/***/***"
    assert_kept(log.getvalue(), told, shown)


def test_a_webhook(webhook: WebhookSink, log: io.StringIO) -> None:
    echo = b"ann:hush-hush-word@ /abcdefghijklmnopqrstuvwx ?key=query-secret-7 key=query%2Dsecret%2D7"
    webhook.script(Answer(), Answer(status=403, body=echo), Answer(status=503, body=echo), Answer(drop=True))
    url = f"json://ann:hush%2Dhush-word@127.0.0.1:{webhook.port}/abcdefghijklmnopqrstuvwx?-key=query%2Dsecret%2D7"
    told, shown = outcomes(url, 4)
    assert told[1].detail == "HTTP 403 Forbidden: ann:***@ /*** ?key=*** key=***"
    assert_kept(log.getvalue(), told, shown)


def test_mail_with_a_login(smtp: SmtpSink, log: io.StringIO) -> None:
    url = f"mailto://ann:hush-hush-word@127.0.0.1:{smtp.port}?smtp=127.0.0.1&mode=insecure"
    told, shown = outcomes(f"{url}&from=monitor@example.org&to=reader@example.org&+X-Key=query-secret-7", 1)
    assert [outcome.status for outcome in told] == [SendStatus.REFUSED]  # this server knows no login
    assert_kept(log.getvalue(), told, shown)


def test_mail_without_login(smtp: SmtpSink, log: io.StringIO) -> None:
    smtp.script(Reply(text="250 OK"), Reply(text="550 5.1.1 query-secret-7"), Reply(drop=True))
    told, shown = outcomes(smtp.url(**{"%2BX-Key": "query-secret-7"}), 3)
    assert [outcome.status for outcome in told] == [SendStatus.SENT, SendStatus.REFUSED, SendStatus.UNKNOWN]
    assert told[1].detail == "the mail server said 550 5.1.1 ***"
    assert_kept(log.getvalue(), told, shown)
