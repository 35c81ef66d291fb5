import io
import json
import logging
from datetime import timedelta

import pytest

from monitor import log
from monitor.model import DeliveryReport, DeliveryState, PollReport, Reason, SendStatus
from tests.support.clock import NOON

SECRET = "T0KEN/verysecret"


@pytest.fixture
def stream(logging_of_its_own: None) -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()


def set_up(stream: io.StringIO, *, json_lines: bool = False, level: str = "debug") -> None:
    log.set_up(json_lines=json_lines, level=level, secrets=[SECRET, "T0KEN/"], stream=stream)


def test_an_event_is_one_line_of_text_with_its_fields(stream: io.StringIO) -> None:
    set_up(stream)
    log.event(
        logging.INFO, "polled", feed="https://example.org/rss", entries=3, detail="two words", none=None
    )
    (line,) = lines(stream)
    assert line.endswith('info    polled feed=https://example.org/rss entries=3 detail="two words"')


def test_an_event_is_one_json_object_a_line(stream: io.StringIO) -> None:
    set_up(stream, json_lines=True)
    log.event(logging.WARNING, "poll failed", feed="f", failures=2, next_poll_at=NOON)
    (line,) = lines(stream)
    seen = json.loads(line)
    assert seen.pop("time")
    assert seen == {
        "level": "warning",
        "event": "poll failed",
        "feed": "f",
        "failures": 2,
        "next_poll_at": "2026-11-23T12:00:00+00:00",
    }


@pytest.mark.parametrize("json_lines", [False, True])
def test_hostile_text_can_neither_forge_a_line_nor_steer_a_terminal(
    stream: io.StringIO, *, json_lines: bool
) -> None:
    set_up(stream, json_lines=json_lines)
    log.event(logging.INFO, "sent", title="a\nb\r\x1b]0;owned\x07 \x9b2J \u2028c \u202ed \ud800")
    (line,) = lines(stream)
    assert not any(c in line for c in "\r\x1b\x07\x9b\u2028\u202e\ud800")


def test_a_traceback_holds_no_line_that_looks_like_an_event(stream: io.StringIO) -> None:
    set_up(stream)
    error = ValueError("odd\n2026-11-26T08:00:00.000+00:00 info    sent delivery=1")
    logging.getLogger("monitor").error("broken", exc_info=error)
    event, *traceback = lines(stream)
    assert event.endswith("error   broken")
    assert traceback
    assert all(line.startswith("    ") for line in traceback)


@pytest.mark.parametrize("json_lines", [False, True])
def test_secrets_are_masked_in_fields_messages_and_tracebacks(
    stream: io.StringIO, *, json_lines: bool
) -> None:
    set_up(stream, json_lines=json_lines)
    error = ValueError(f"could not reach {SECRET}")
    logging.getLogger("monitor").error(
        "broken %s", SECRET, exc_info=error, extra={"fields": {"url": f"x{SECRET}"}}
    )
    assert "verysecret" not in stream.getvalue()
    assert "T0KEN" not in stream.getvalue()
    assert "could not reach ***" in stream.getvalue()


def test_libraries_that_log_addresses_are_silent_even_at_debug(stream: io.StringIO) -> None:
    set_up(stream)
    logging.getLogger("httpx").info("HTTP Request: GET https://user:pass@example.org")
    logging.getLogger("httpcore.connection").debug("connect_tcp.started host=10.0.0.1")
    assert lines(stream) == []


def poll(reason: Reason, *, new: int = 0, baseline: bool = False) -> PollReport:
    return PollReport(
        feed="https://example.org/rss",
        reason=reason,
        detail="",
        entries=30,
        new=new,
        alerts=0,
        baseline=baseline,
        failures=0,
        next_poll_at=NOON,
        took=0.25,
    )


@pytest.mark.parametrize(
    ("report", "start"),
    [
        (poll(Reason.OK, new=30, baseline=True), "info    baseline feed="),
        (poll(Reason.OK, new=1), "info    polled feed="),
        (poll(Reason.TIMEOUT), "warning poll failed feed="),
        (poll(Reason.GONE), "error   feed is gone and not polled any more feed="),
    ],
)
def test_a_poll_is_told_by_what_came_of_it(stream: io.StringIO, report: PollReport, start: str) -> None:
    set_up(stream, level="info")
    log.report(report)
    (line,) = lines(stream)
    assert line.partition(" ")[2].startswith(start)


def test_a_poll_without_news_is_quiet(stream: io.StringIO) -> None:
    set_up(stream, level="info")
    log.report(poll(Reason.NOT_MODIFIED))
    assert lines(stream) == []


@pytest.mark.parametrize(
    ("state", "start"),
    [
        (DeliveryState.SENT, "info    sent "),
        (DeliveryState.FAILED, "warning send failed, will be tried again "),
        (DeliveryState.DEAD, "error   send failed, given up "),
    ],
)
def test_a_delivery_is_told_by_where_it_stands(stream: io.StringIO, state: DeliveryState, start: str) -> None:
    set_up(stream, level="info")
    log.report(
        DeliveryReport(
            deliveries=(7,),
            channel="desk",
            rules=("a", "b"),
            title="Talks",
            attempt=2,
            status=SendStatus.SENT if state is DeliveryState.SENT else SendStatus.FAILED,
            detail="",
            state=state,
            next_attempt_at=NOON + timedelta(minutes=1) if state is DeliveryState.FAILED else None,
            delay=1.5,
        )
    )
    (line,) = lines(stream)
    assert line.partition(" ")[2].startswith(start)
    assert "delivery=7 channel=desk rules=a,b title=Talks attempt=2" in line


def test_secrets_of_a_later_configuration_are_hidden_and_those_before_stay_so(stream: io.StringIO) -> None:
    set_up(stream)
    log.hide(["another-secret"])
    log.event(logging.INFO, "sent", detail=f"{SECRET} and another-secret")
    assert lines(stream)[0].endswith('detail="*** and ***"')
