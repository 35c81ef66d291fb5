"""The page of a running daemon in Debian's Chromium, with what a day of a real run has left."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.daemon import Daemon
from tests.support.feed_server import FeedServer
from tests.support.scene import play
from tests.support.sinks import WebhookSink

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# It runs as root in CI, and asks nobody for updates.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True, slots=True)
class Site:
    """A running daemon and the address of its page."""

    url: str
    daemon: Daemon


Open = Callable[..., Page]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("scene")
    with FeedServer() as feeds, WebhookSink() as sink:
        scene = play(folder, feeds, sink, now=datetime.now(UTC))
        with Daemon(scene.config) as daemon:
            url = str(daemon.wait_for("page")[0]["url"]).rstrip("/")
            daemon.wait_for("started")
            yield Site(url, daemon)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium for one file: as long as it is driven, an event loop runs in this thread, which other tests need."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def opened(site: Site, browser: Browser) -> Iterator[Open]:
    """Open pages as a reader has them; what a page asks of anybody else, or complains of, fails the test."""
    contexts = []
    complaints: list[str] = []

    def open_page(path: str, *, dark: bool = False, width: int = 1440, scripts: bool = True) -> Page:
        context = browser.new_context(
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            timezone_id="America/New_York",
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request",
            lambda request: None if request.url.startswith(site.url) else complaints.append(request.url),
        )
        page.on(
            "console",
            lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints
