"""Pictures of the page for the documentation, made from a day of a real run in a headless Chromium.

Run from the root of the project: python -m tests.support.page_screens [chromium]
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.support.daemon import Daemon
from tests.support.feed_server import FeedServer
from tests.support.scene import play
from tests.support.sinks import WebhookSink

PLACE = Path("docs/screens")
SCREENS = (
    ("page-now", "/", 1280, 800, False),
    ("page-now-dark", "/", 1280, 800, True),
    ("page-now-narrow", "/", 390, 800, False),
)


def main(chromium: str = "/usr/bin/chromium") -> None:
    """Let a day pass, open each page and write its picture."""
    with TemporaryDirectory() as folder, FeedServer() as feeds, WebhookSink() as sink:
        scene = play(Path(folder), feeds, sink, now=datetime.now(UTC))
        with Daemon(scene.config) as daemon, sync_playwright() as playwright:
            url = str(daemon.wait_for("page")[0]["url"]).rstrip("/")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for name, path, width, height, dark in SCREENS:
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
                )
                page = context.new_page()
                page.goto(url + path)
                page.screenshot(path=PLACE / f"{name}.png")
            browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
