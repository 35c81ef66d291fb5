"""Log lines: one event a line, with fields, free of secrets and control characters."""

import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from textwrap import indent
from typing import TextIO

from monitor.model import (
    ArticleReport,
    DeliveryReport,
    DeliveryState,
    NoticeReport,
    Occasion,
    PollReport,
    PruneReport,
    Reason,
    Redactor,
    Report,
)

LOGGER = logging.getLogger("monitor")

# Libraries log addresses and payloads as they go; those hold secrets, so only their warnings pass.
_NOISY = ("httpx", "httpcore", "apscheduler", "alembic", "asyncio", "sqlalchemy", "feedparser", "protego")
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_PLAIN = re.compile(r"[^\s\"=]+")


def set_up(*, json_lines: bool, level: str, secrets: Iterable[str], stream: TextIO = sys.stderr) -> None:
    """Send all log lines to `stream`, every secret in them replaced by ``***``."""
    handler = logging.StreamHandler(stream)
    formatter = JsonFormatter if json_lines else TextFormatter
    handler.setFormatter(formatter(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    LOGGER.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # The daemon tells of a job that failed, once; the scheduler would each time, and when one is cut off at the end.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)


def hide(secrets: Iterable[str]) -> None:
    """Keep these secrets as well out of all log lines from now on; those that went before may still come up."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, _Formatter):
            handler.formatter.hide(secrets)


def event(level: int, name: str, /, **fields: object) -> None:
    """Log one event. `fields` whose value is None or "" are left out."""
    if LOGGER.isEnabledFor(level):
        kept = {key: value for key, value in fields.items() if value is not None and value != ""}
        LOGGER.log(level, name, extra={"fields": kept})


def report(done: Report) -> None:
    """Log a finished poll, article or attempt, or a notice (the pipelines' observer)."""
    match done:
        case PollReport():
            _report_poll(done)
        case ArticleReport():
            _report_article(done)
        case DeliveryReport():
            _report_attempt(done)
        case NoticeReport():
            detail = " | ".join(done.lines)
            event(logging.WARNING, "notice", subject=done.subject, detail=detail, to=",".join(done.channels))
        case PruneReport():
            counts = {part.value: count for part, count in done.pruned.items() if count}
            level = logging.INFO if counts else logging.DEBUG
            event(level, "pruned", **counts, seconds=round(done.took, 3))


def _report_poll(done: PollReport) -> None:
    if done.reason is Reason.GONE:
        event(
            logging.ERROR,
            "feed is gone and not polled any more",
            feed=done.feed,
            detail=f"{done.detail}; take it out of the configuration, or find its new address",
        )
        return
    if not done.reason.is_success:
        event(
            logging.WARNING,
            "poll failed",
            feed=done.feed,
            reason=done.reason,
            detail=done.detail,
            failures=done.failures,
            next_poll_at=done.next_poll_at,
        )
        return
    quiet = not done.baseline and not done.new
    event(
        logging.DEBUG if quiet else logging.INFO,
        "baseline" if done.baseline else "polled",
        feed=done.feed,
        reason=done.reason,
        detail=done.detail,
        entries=done.entries,
        new=done.new,
        alerts=done.alerts,
        seconds=round(done.took, 3),
    )


def _report_article(done: ArticleReport) -> None:
    if done.reason.is_success:
        name, level = "read", logging.INFO
    elif done.next_attempt_at:
        name, level = "read failed, will be tried again", logging.INFO
    else:
        name, level = "read failed, given up", logging.WARNING
    event(
        level,
        name,
        feed=done.feed,
        link=done.link,
        attempt=done.attempt,
        reason=done.reason,
        detail=done.detail,
        alerts=done.alerts,
        next_attempt_at=done.next_attempt_at,
        seconds=round(done.took, 3),
    )


def _report_attempt(done: DeliveryReport) -> None:
    name, level = {
        DeliveryState.SENT: ("sent", logging.INFO),
        DeliveryState.FAILED: ("send failed, will be tried again", logging.WARNING),
        DeliveryState.DEAD: ("send failed, given up", logging.ERROR),
    }[done.state]
    event(
        level,
        name,
        delivery=done.deliveries[0],
        deliveries=len(done.deliveries) if len(done.deliveries) > 1 else None,
        occasion=done.occasion if done.occasion is not Occasion.ALONE else None,
        channel=done.channel,
        rules=",".join(done.rules),
        title=done.title,
        attempt=done.attempt,
        status=done.status if done.state is not DeliveryState.SENT else None,
        detail=done.detail,
        dead=done.dead if 0 < done.dead < len(done.deliveries) else None,
        next_attempt_at=done.next_attempt_at,
        delay_seconds=round(done.delay, 3),
    )


class _Formatter(logging.Formatter):
    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = frozenset(secrets)
        self._redact = Redactor(self._secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """Know these secrets as well."""
        if new := self._secrets.union(secrets).difference(self._secrets):
            self._secrets |= new
            self._redact = Redactor(self._secrets)

    def _parts(self, record: logging.LogRecord) -> dict[str, object]:
        parts: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": self._safe(record.getMessage()),
        }
        if record.name != LOGGER.name:
            parts["logger"] = record.name
        fields: dict[str, object] = getattr(record, "fields", {})
        parts.update({key: self._value(value) for key, value in fields.items()})
        if record.exc_info:
            lines = self.formatException(record.exc_info).splitlines()
            parts["traceback"] = "\n".join(map(self._safe, lines))
        return parts

    def _value(self, value: object) -> object:
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds")
        return value if isinstance(value, int | float) else self._safe(str(value))

    def _safe(self, text: str) -> str:
        return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", self._redact(text))


class TextFormatter(_Formatter):
    """``2026-11-23T12:00:00.000+00:00 info    baseline feed=https://... entries=30``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line (a traceback follows, indented, on lines of its own)."""
        parts = self._parts(record)
        traceback = parts.pop("traceback", None)
        head = f"{parts.pop('time')} {parts.pop('level'):<7} {parts.pop('event')}"
        line = " ".join([head, *(f"{key}={_quoted(value)}" for key, value in parts.items())])
        # Indented: an error's message may hold what looks like an event.
        return f"{line}\n{indent(str(traceback), '    ')}" if traceback else line


class JsonFormatter(_Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        return json.dumps(self._parts(record), ensure_ascii=False)


def _quoted(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
