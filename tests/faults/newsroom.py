"""Feeds and channels of the harness: what they served and received, complete and when. Times are time.monotonic()."""

import asyncio
import hashlib
import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.plan import CHANNELS, FEEDS
from tests.support.feed_server import Answer as Document
from tests.support.feed_server import FeedServer, Raw, Received, sends
from tests.support.rss import Item, rss
from tests.support.sinks import Answer, Authority, Mail, Reply, Request, SmtpSink, WebhookSink, service_env
from tests.support.sinks.webhook import SLACK_HOST

TOKEN = re.compile(r"token-\d+-\d+")
SLACK_URL = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk?rto=1"
# Old entries that stay at the end of each document, and are never news.
_OLD = 2
_HTTP = {
    "ok": Answer(),
    "500": Answer(status=500, body=b"oops"),
    "429": Answer(status=429, headers={"Retry-After": "1"}, body=b"rate_limited"),
    "refused": Answer(status=404, body=b"no_service"),
    "reset": Answer(drop=True),
    "hang": Answer(hang=True),
}
_SMTP = {
    "ok": Reply(text="250 OK"),
    "500": Reply(text="451 try again"),
    "429": Reply(text="452 too many"),
    "refused": Reply(text="554 no such thing here"),
    "reset": Reply(drop=True),
    "hang": Reply(drop=True),
}
_AMBIGUOUS = ("reset", "hang")


@dataclass(frozen=True, slots=True)
class Served:
    """A document, or a part of it, that a feed has given; or what a 304 vouches for, since the daemon said that it has it."""

    at: float
    feed: int
    tokens: frozenset[str]
    complete: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message that a channel has read to its end, and the answer: "ok", "ambiguous" when none came, else a refusal."""

    at: float
    channel: str
    tokens: frozenset[str]
    answer: str

    @property
    def is_kept(self) -> bool:
        """Whether the reader has it now."""
        return self.answer in ("ok", "ambiguous")


class Feed:
    """A feed that takes its readers at their word: what they say they have, by its ETag, leaves the document.

    It is gone from the very next answer that isn't "not modified": what was forgotten doesn't come back along with what is new.
    A feed without validators keeps everything.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.served: list[Served] = []
        self.answers: deque[str] = deque()
        self.published: list[str] = []
        self.decoys: list[str] = []
        self._has_etag = number != FEEDS - 1
        self._entries: list[tuple[str, str]] = []
        self._taken: set[str] = set()
        self._documents: dict[str, frozenset[str]] = {}
        self._lock = threading.Lock()

    def publish(self, entries: int, decoys: int) -> None:
        """Put new entries into the document."""
        with self._lock:
            for place in range(entries + decoys):
                token = f"token-{self.number}-{len(self.published) + len(self.decoys)}"
                matches = place < entries
                (self.published if matches else self.decoys).append(token)
                title = "Ceasefire in Ukraine" if matches else "Harvest fair in the valley"
                self._entries.append((token, f"{title}, {token}"))

    def complete_since(self, moment: float) -> int:
        """Return how many times the whole document was served, or vouched for, since then."""
        with self._lock:
            asked = [one for one in self.served if one.complete and one.at >= moment]
            return sum(one.tokens == self._document()[1] for one in asked)

    def answer(self, received: Received) -> Document | Raw:
        """Answer one request."""
        with self._lock:
            kind = self.answers.popleft() if self.answers else "ok"
            said = received.header("If-None-Match") or ""
            self._take_at_word(said)
            body, tokens = self._document()
            etag = _etag(body)
            headers = [("Content-Type", "application/rss+xml"), *([("ETag", etag)] if self._has_etag else [])]
            self._documents[etag] = tokens
            if kind == "ok" and said == etag:
                return Document(304, headers)
            match kind:
                case "ok":
                    return self._whole(Document(200, headers, body), tokens)
                case "503":
                    return Document(503)
                case "reset":
                    return sends()
                case "half":
                    self._note(frozenset(), complete=False)
                    return sends(Document(200, headers, body).encode()[: -len(body) // 2])
                case _:  # cut: as a proxy does that loses its server, and says that all is well
                    self._note(frozenset(), complete=False)
                    head = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers)
                    return sends(
                        b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + head + b"\r\n" + body[: len(body) // 2]
                    )

    def _take_at_word(self, said: str) -> None:
        """Note what the reader says it has; that leaves the document, unless nothing else has come since."""
        if (had := self._documents.get(said)) is not None:
            self._taken |= had
            self._note(had, complete=True)
        if said != _etag(self._document()[0]):
            self._entries = [entry for entry in self._entries if entry[0] not in self._taken]

    def _document(self) -> tuple[bytes, frozenset[str]]:
        old = [
            Item(title=f"Old ceasefire in Ukraine, part {n}", guid=f"old-{self.number}-{n}", published=None)
            for n in range(_OLD)
        ]
        new = [Item(title=title, guid=token, published=None) for token, title in reversed(self._entries)]
        return rss(*new, *old), frozenset(token for token, _ in self._entries)

    def _whole(self, document: Document, tokens: frozenset[str]) -> Raw:
        async def handle(_: Received, __: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(document.encode())
            await writer.drain()
            with self._lock:
                self._note(tokens, complete=True)

        return Raw(handle)

    def _note(self, tokens: frozenset[str], *, complete: bool) -> None:
        self.served.append(Served(time.monotonic(), self.number, tokens, complete))


class Hooks(WebhookSink):
    """Slack, and a webhook of the reader's own."""

    def __init__(self, authority: Authority) -> None:
        self.receipts: list[Receipt] = []
        self.answers: Mapping[str, deque[str]] = {"desk": deque(), "hook": deque()}
        self._lock = threading.Lock()
        super().__init__(tls=authority.server_context(SLACK_HOST, "127.0.0.1"), tunnels=[f"{SLACK_HOST}:443"])

    def _handle(self, request: Request) -> Answer:
        channel = "hook" if request.path.startswith("/hook") else "desk"
        tokens = frozenset(TOKEN.findall(request.body.decode()))
        with self._lock:
            kind = self.answers[channel].popleft() if self.answers[channel] else "ok"
            answer = "ambiguous" if kind in _AMBIGUOUS else kind
            self.receipts.append(Receipt(time.monotonic(), channel, tokens, answer))
        return _HTTP[kind]


@dataclass(frozen=True, slots=True)
class Newsroom:
    """What a daemon watches and tells. `env` is what it has to be started with."""

    server: FeedServer
    feeds: Sequence[Feed]
    hooks: Hooks
    mail: SmtpSink
    env: Mapping[str, str]

    def publish(self, entries: Sequence[int], decoys: Sequence[int]) -> None:
        """Let each feed have so many entries more that match, and that don't."""
        for feed, many, others in zip(self.feeds, entries, decoys, strict=True):
            feed.publish(many, others)

    def trouble(self, feeds: Sequence[Sequence[str]], channels: Sequence[Sequence[str]]) -> None:
        """Answer the next requests for each feed, and the next messages of each channel, in these ways, and no longer as told before."""
        self.calm()
        for feed, answers in zip(self.feeds, feeds, strict=True):
            feed.answers.extend(answers)
        for name, answers in zip(CHANNELS, channels, strict=True):
            if name == "mail":
                self.mail.script(*[_SMTP[answer] for answer in answers])
            else:
                self.hooks.answers[name].extend(answers)

    def asked(self) -> int:
        """Return how many requests the feeds have had."""
        return len(self.server.requests())

    def calm(self) -> None:
        """Let everything answer as it should from now on."""
        for feed in self.feeds:
            feed.answers.clear()
        for answers in self.hooks.answers.values():
            answers.clear()
        self.mail.accept()

    def served(self) -> list[Served]:
        """Return what the feeds have given so far."""
        return [one for feed in self.feeds for one in list(feed.served)]

    def receipts(self) -> list[Receipt]:
        """Return what the channels have received so far, in order."""
        return sorted(
            [*self.hooks.receipts, *map(_mail_receipt, self.mail.mails)], key=lambda receipt: receipt.at
        )

    def config(self, database: str, clock: str) -> str:
        """Return a configuration for it; `clock` holds the times in it."""
        urls = [
            self.server.url(f"/{feed.number}.xml", host=f"127.0.0.{feed.number + 2}") for feed in self.feeds
        ]
        mail = self.mail.url(to="desk@example.org")
        text = _CONFIG.format(
            database=database, clock=clock, hook=self.hooks.port, mail=mail, slack=SLACK_URL
        )
        return text + "".join(f"\n[[feeds]]\nurl = {json.dumps(url)}\n" for url in urls)


@contextmanager
def open_newsroom(folder: Path) -> Iterator[Newsroom]:
    """Give a newsroom on ports of its own."""
    authority = Authority(folder)
    feeds = [Feed(number) for number in range(FEEDS)]
    with FeedServer(host="0.0.0.0") as server, Hooks(authority) as hooks, SmtpSink() as mail:
        for feed in feeds:
            server.script(f"/{feed.number}.xml", feed.answer)
        yield Newsroom(server, feeds, hooks, mail, service_env(hooks, authority))


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:12]}"'


def _mail_receipt(mail: Mail) -> Receipt:
    answer = {"": "ambiguous", "250 OK": "ok", "554 no such thing here": "refused"}.get(mail.reply, "later")
    return Receipt(mail.at, "mail", frozenset(TOKEN.findall(mail.message["Subject"])), answer)


_CONFIG = """
[monitor]
database = "{database}"
adaptive = false
{clock}

[web]
listen = "off"

[fetch]
allow_networks = ["127.0.0.0/8"]

[[channels]]
name = "desk"
url = "{slack}"
gap = "0s"

[[channels]]
name = "hook"
url = "webhook://127.0.0.1:{hook}/hook?rto=1"
gap = "0s"

[[channels]]
name = "mail"
url = "{mail}"
gap = "0s"

[[rules]]
name = "ukraine-ceasefire"
query = "Ukraine ceasefire"
channels = ["desk", "hook", "mail"]
story = "every"
full_text = "never"
"""
