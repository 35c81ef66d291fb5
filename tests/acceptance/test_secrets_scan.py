"""One daemon that holds secrets of every kind, under DEBUG, while all kinds of things go well and wrong: none shows anywhere."""

import base64
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx

from tests.acceptance.cli.place import TRUCE, Place
from tests.support.daemon import Daemon
from tests.support.database import empty_database
from tests.support.feed_server import Answer, FeedServer, Raw, Received, sends
from tests.support.postgres import postgres_server
from tests.support.rss import Item, rss
from tests.support.sinks import Answer as Reply
from tests.support.sinks import WebhookSink

# Each with a sign that addresses spell in another way.
SECRETS = {
    name: f"{name.lower()}/s3cr3t+{number:04}~"
    for number, name in enumerate(
        [
            "USERINFO",
            "BASIC",
            "BEARER",
            "HEADER",
            "QUERY",
            "PROXY",
            "HOOK",
            "PATH",
            "ARGUMENT",
            "BEAT",
            "PAGE",
            "DATABASE",
        ]
    )
}
CONFIG = """
[monitor]
database = "postgresql://monitor:{DATABASE}@127.0.0.1:{postgres}/{name}"
first_poll = "alert"
heartbeat = "{feeds}/beat/{BEAT}"
heartbeat_every = "10s"

[web]
listen = "127.0.0.1:0"
auth = {{ bearer = "${{PAGE}}" }}

[fetch]
allow_networks = ["127.0.0.0/8"]
timeout = "2s"

[[channels]]
name = "good"
url = "json://desk:{HOOK}@{good}/{PATH}?-key={ARGUMENT}"

[[channels]]
name = "gone"
url = "json://desk:{HOOK}@{gone}/{PATH}?-key={ARGUMENT}"

[[channels]]
name = "refused"
url = "json://desk:{HOOK}@127.0.0.1:1/{PATH}?-key={ARGUMENT}"

[[rules]]
name = "truce"
query = "ceasefire"
channels = ["good", "gone", "refused"]
full_text = "never"
"""
FEED = '[[feeds]]\nurl = "{url}"\nname = "{name}"\n{more}\n'
PATHS = (
    "/",
    "/alerts",
    "/alerts.atom",
    "/feeds",
    "/rules",
    "/deliveries",
    "/entries",
    "/silences",
    "/metrics",
    "/healthz",
    "/readyz",
)
ENDPOINTS = (
    "status",
    "feeds",
    "entries",
    "alerts",
    "deliveries",
    "rules",
    "stories",
    "silences",
    "openapi.json",
)


USERS = {"USERINFO": "reader", "BASIC": "reader", "PROXY": "proxy", "HOOK": "desk", "DATABASE": "monitor"}


def spellings(name: str) -> set[str]:
    """Return the forms in which a secret is sent somewhere, and may be quoted."""
    secret = SECRETS[name]
    sent = {base64.b64encode(f"{USERS[name]}:{secret}".encode()).decode()} if name in USERS else set()
    return {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
    } | sent


def escaped(name: str) -> str:
    return quote(SECRETS[name], safe="")


def echo(received: Received) -> str:
    """All that a server may know, in one line."""
    return " ".join([received.target, *(value for _, value in received.headers)])


def configured(place: Place, postgres: str, good: WebhookSink, gone: WebhookSink) -> None:
    url = place.feeds.url
    quoted = {name: escaped(name) for name in SECRETS}
    text = CONFIG.format(
        **quoted, postgres=postgres_server().port, name=postgres, feeds=url("").rstrip("/"),
        good=f"127.0.0.1:{good.port}", gone=f"127.0.0.1:{gone.port}",
    )  # fmt: skip
    own = f"reader:{escaped('USERINFO')}@"
    proxy = f'proxy = "http://proxy:{escaped("PROXY")}@127.0.0.1:{place.feeds.port}"'
    feeds = {
        "told": (url("/told", userinfo=own[:-1]), 'headers = { X-Key = "${HEADER}" }'),
        "basic": (url("/told?b"), 'auth = { basic = "reader:${BASIC}" }'),
        "bearer": (url("/told?t"), 'auth = { bearer = "${BEARER}" }'),
        "query": (f"{url('/told')}?token=${{QUERY}}", ""),
        "denied": (url("/denied", userinfo=own[:-1]), ""),
        "away": (url("/away", userinfo=own[:-1]), ""),
        "damaged": (url("/damaged", userinfo=own[:-1]), ""),
        "nonsense": (url("/nonsense", userinfo=own[:-1]), ""),
        "silent": (url("/silent", userinfo=own[:-1]), ""),
        "closed": (f"http://{own}127.0.0.1:1/feed", ""),
        "no TLS": (url("/told?s", userinfo=own[:-1]).replace("http:", "https:"), ""),
        "behind": (url("/told?p", userinfo=own[:-1]), proxy),
    }
    tables = (FEED.format(url=address, name=name, more=more) for name, (address, more) in feeds.items())
    place.config.write_text(text + "\n".join(tables))


TOLD = Answer(body=rss(TRUCE, Item(title="ceasefire again", guid="again")))


async def cut(received: Received, reader: object, writer: object) -> None:
    """Close the connection without a word."""


def scripted(feeds: FeedServer) -> None:
    feeds.script("/told", TOLD)
    feeds.script(
        "/denied",
        lambda received: Answer(401, [("WWW-Authenticate", echo(received))], echo(received).encode()),
    )
    feeds.script("/away", lambda received: Answer(302, [("Location", f"gopher://{echo(received)}/")]))
    feeds.script("/damaged", lambda received: Answer(body=f"<rss>{echo(received)}".encode()))
    feeds.script("/nonsense", lambda received: sends(f"{echo(received)}\r\n\r\n".encode()))
    feeds.script("/silent", Raw(cut))
    feeds.script(f"/beat/{escaped('BEAT')}", lambda received: Answer(500, [], echo(received).encode()))


def everything_shown(place: Place, daemon: Daemon, page: str) -> Iterator[tuple[str, str]]:
    """Yield what the program shows, by where."""
    with httpx.Client(base_url=page, headers={"authorization": f"Bearer {SECRETS['PAGE']}"}) as client:
        shown = {path: client.get(path) for path in (*PATHS, *(f"/api/v1/{name}" for name in ENDPOINTS))}
        assert all(answer.status_code in (200, 503) for answer in shown.values()), shown
        yield from ((path, answer.text + str(answer.headers)) for path, answer in shown.items())
    yield "refusal", httpx.get(f"{page}/", headers={"accept": "text/html"}).text
    for command in ("status", "check", "deliveries list", "feeds list", "explain 2"):
        done = place.run(*command.split())
        assert len(done.stdout) > 20, done.stderr
        yield command, done.stdout + done.stderr
    for process in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if process.read_text().rpartition(")")[2].split()[1] == str(daemon.process.pid):
                yield f"process {process}", process.with_name("cmdline").read_text()
    yield "the daemon's process", Path(f"/proc/{daemon.process.pid}/cmdline").read_text()


def test_none_shows_anywhere(tmp_path: Path) -> None:
    database = empty_database("postgresql", tmp_path)
    with FeedServer() as feeds, WebhookSink() as good, WebhookSink() as gone:
        place = Place(tmp_path, feeds, env={**SECRETS, "NO_PROXY": "*"})
        scripted(feeds)
        quoting = " ".join(word for name in ("HOOK", "PATH", "ARGUMENT") for word in spellings(name))
        gone.default = Reply(status=404, body=quoting.encode())
        configured(place, database.place, good, gone)
        with place.daemon() as daemon:
            page = daemon.wait_for("page")[0]["url"].rstrip("/")
            daemon.wait_for("poll failed", count=6, timeout=120)
            daemon.wait_for("sent", timeout=120)
            daemon.wait_for("send failed, given up", timeout=120)
            daemon.wait_for("send failed, will be tried again", timeout=120)
            shown = dict(everything_shown(place, daemon, page))
            assert daemon.terminate(timeout=60) == 0
            shown["log and console"] = daemon.told()
        shown["messages"] = b" ".join(request.body for request in (*good.requests, *gone.requests)).decode()
    database.discard()
    leaks = {
        f"{name} as {spelling} in {where}: {text[max(0, text.index(spelling) - 80) :][:200]}"
        for name in SECRETS
        for spelling in spellings(name)
        for where, text in shown.items()
        if spelling in text
    }
    assert leaks == set()
