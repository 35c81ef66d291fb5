"""What runs inside a parser process. The forkserver imports this module once, workers inherit it."""

import resource
import signal
from datetime import datetime
from pathlib import Path

from monitor.model import Document, ParseOutcome
from monitor.parse.feed import parse_feed

_STATM = Path("/proc/self/statm")


def prepare_worker(memory_limit: int) -> None:
    """Set up a fresh worker: `memory_limit` bytes on top of what it holds now.

    Ctrl-C reaches the whole process group, but it is the daemon that decides when a worker ends. It
    does so by SIGTERM, which has to end even a parser that is stuck inside C code.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    held = int(_STATM.read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = held + memory_limit
    resource.setrlimit(
        resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard)
    )


def parse_within(seconds: int, document: Document, now: datetime) -> ParseOutcome:
    """Parse a document; the process ends itself after `seconds`, for nobody else may be left to do it."""
    signal.alarm(seconds)
    try:
        return parse_feed(document, now)
    finally:
        signal.alarm(0)
