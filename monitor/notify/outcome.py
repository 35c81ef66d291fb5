"""What came of a send that wasn't accepted: will it help to try again, and may it have arrived?

HTTP 408, 425, 429, 5xx; SMTP 4xx           FAILED    another time
HTTP 3xx, other 4xx; SMTP 5xx               REFUSED   the answer would be the same
2xx, but the plugin reads a refusal in it   REFUSED   unless the words are about the moment
no answer to a message that was written     UNKNOWN   it may have arrived
anything earlier: name, connection, TLS     FAILED    nothing was handed over
"""

import http.client
import os
import re
import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from traceback import walk_tb

from monitor.model import SendOutcome, SendStatus
from monitor.notify.wire import Heard

_TRY_LATER = frozenset({408, 425, 429})
_MOVED = "; the address has moved, ask the service for the new one"
# What a service answers with 200 and means as a no: Slack's {"ok": false, ...} and its bare words.
_REFUSAL = re.compile(r'[a-z_]+|.*"ok"\s*:\s*false.*', re.DOTALL)
_NOT_OK = re.compile(r'\s*\{\s*"ok"\s*:\s*false\b')
_PASSING = re.compile(r"rate_?limit|internal_error|fatal_error|unavailable|timeout|try_again")
_NUMBER = re.compile(r"\d{1,6}(\.\d+)?")
_IN_BODY = re.compile(rf'"retry_after(?P<ms>_ms)?"\s*:\s*(?P<number>{_NUMBER.pattern})(?![\d.])')
_SHOWN = 160

# The functions that wait for the other side's word on a message it has been given.
_WAITING = {http.client.HTTPConnection.getresponse.__code__, smtplib.SMTP.data.__code__}
_CAUSES: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "the server's certificate is not trusted"),
    (ssl.SSLError, "no TLS connection could be made"),
    (socket.gaierror, "the server's name is unknown"),
    (ConnectionRefusedError, "the server refused the connection"),
    (TimeoutError, "no answer in time"),
    (ConnectionError, "the connection broke off"),
    (smtplib.SMTPServerDisconnected, "the connection broke off"),
    (http.client.HTTPException, "the answer broke off"),
)


def judge(heard: Heard) -> SendOutcome:
    """Return the outcome of a send that Apprise calls failed. `detail` may still hold secrets."""
    if heard.status is not None and not 200 <= heard.status < 300:
        return _by_status(heard, heard.status)
    if heard.fault is not None:
        return _by_fault(heard.fault, answered=heard.status is not None)
    if heard.status is not None:
        return _by_words(heard, heard.status)
    return SendOutcome(SendStatus.FAILED, _line(heard.complaint) or "the service gave no reason")


def said_no(heard: Heard) -> bool:
    """Return True when the answer to a send that Apprise calls good is a refusal in words."""
    return _NOT_OK.match(heard.reply) is not None


def _by_status(heard: Heard, status: int) -> SendOutcome:
    detail = _answer(heard, status)
    if status >= 500 or status in _TRY_LATER:
        return SendOutcome(SendStatus.FAILED, detail, _pause(heard))
    return SendOutcome(SendStatus.REFUSED, detail + (_MOVED if status < 400 else ""))


def _by_words(heard: Heard, status: int) -> SendOutcome:
    refused = _REFUSAL.fullmatch(heard.reply.strip()) and not _PASSING.search(heard.reply)
    return SendOutcome(SendStatus.REFUSED if refused else SendStatus.FAILED, _answer(heard, status))


def _by_fault(fault: BaseException, *, answered: bool) -> SendOutcome:
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return SendOutcome(
            SendStatus.REFUSED, f"the mail server can't do what the URL asks: {_line(str(fault))}"
        )
    reply = _smtp_reply(fault)
    if reply is not None:
        code, words = reply
        status = SendStatus.REFUSED if code >= 500 else SendStatus.FAILED
        return SendOutcome(status, f"the mail server said {code} {_line(words)}".rstrip())
    chain = list(_chain(fault))
    what = _cause(chain)
    if answered or _was_waiting(chain):
        return SendOutcome(SendStatus.UNKNOWN, f"{what}; the message may have arrived")
    return SendOutcome(SendStatus.FAILED, what)


def _smtp_reply(fault: BaseException) -> tuple[int, str] | None:
    reply: bytes | str  # smtplib gives either
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(fault.recipients.values()))
    elif isinstance(fault, smtplib.SMTPResponseException):
        code, reply = fault.smtp_code, fault.smtp_error
    else:
        return None
    words = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return (code, words) if code >= 400 else None  # smtplib gives -1 for a line that is no reply


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__


def _cause(chain: Iterable[BaseException]) -> str:
    for kind, words in _CAUSES:
        if any(isinstance(fault, kind) for fault in chain):
            return words
    for fault in chain:
        if isinstance(fault, OSError) and isinstance(fault.errno, int):
            return os.strerror(fault.errno).lower()
    return f"the send failed inside ({type(next(iter(chain))).__name__})"


def _was_waiting(chain: Iterable[BaseException]) -> bool:
    return any(frame.f_code in _WAITING for fault in chain for frame, _ in walk_tb(fault.__traceback__))


def _answer(heard: Heard, status: int) -> str:
    head = f"HTTP {status} {heard.phrase}".rstrip()
    # A page of HTML says nothing in one line.
    words = "" if heard.reply.lstrip().startswith("<") else _line(heard.reply)
    return f"{head}: {words}" if words else head


def _pause(heard: Heard) -> timedelta | None:
    """Return how long the service asks to wait.

    Retry-After is seconds, or a date, which is read beside that of the answer: the two clocks are one (RFC 9110, 10.2.3). Telegram and
    Matrix say it in the body alone.
    """
    after = (heard.retry_after or "").strip()
    if _NUMBER.fullmatch(after):
        return timedelta(seconds=float(after))
    if told := _IN_BODY.search(heard.reply):
        unit = timedelta(milliseconds=1) if told["ms"] else timedelta(seconds=1)
        return float(told["number"]) * unit
    try:
        pause = parsedate_to_datetime(after) - parsedate_to_datetime(heard.date or "")
    except (ValueError, OverflowError, TypeError):  # TypeError: only one of the two has a zone
        return None
    return max(pause, timedelta(0))


def _line(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
