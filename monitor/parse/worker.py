"""What runs inside a parser process. The forkserver imports this module once, and all that it needs; workers inherit it."""

import pickle
import resource
import signal
import socket
import struct
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from monitor.model import ArticleOutcome, Before, Document, IdentifyOutcome, ParseOutcome
from monitor.parse.feed import identify_feed, parse_feed

# In front of each message on the line: its length.
HEADER = struct.Struct("!Q")
# What an answer begins with that is a traceback; no pickle does.
FAULT = b"fault:"

_STATM = Path("/proc/self/statm")


def serve(line: socket.socket, memory_limit: int) -> None:
    """Do what is asked over `line` until its other end is closed.

    A task is a pickled callable. Its answer is the pickled result, a FAULT, or nothing at all when there
    wasn't enough memory.
    """
    prepare_worker(memory_limit)
    with line, line.makefile("rb") as tasks:
        while header := tasks.read(HEADER.size):
            (size,) = HEADER.unpack(header)
            answer = _answer(tasks.read(size))
            line.sendall(HEADER.pack(len(answer)) + answer)


def _answer(task: bytes) -> bytes:
    try:
        return pickle.dumps(pickle.loads(task)(), pickle.HIGHEST_PROTOCOL)  # noqa: S301 (from the daemon)
    except MemoryError:
        return b""
    except Exception:  # noqa: BLE001 (not hidden: the daemon tells it)
        return FAULT + traceback.format_exc().encode(errors="replace")


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
    with _ending_after(seconds):
        return parse_feed(document, now)


def identify_within(seconds: int, document: Document, before: Before, now: datetime) -> IdentifyOutcome:
    """Parse a feed's document and tell its entries from those of the last one, within `seconds` as above."""
    with _ending_after(seconds):
        return identify_feed(document, before, now)


def extract_within(seconds: int, page: Document) -> ArticleOutcome:
    """Find the text of a page, within `seconds` as above."""
    from monitor.parse.article import extract  # noqa: PLC0415 - the daemon's own start needn't wait for it

    with _ending_after(seconds):
        return extract(page)


@contextmanager
def _ending_after(seconds: int) -> Iterator[None]:
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
