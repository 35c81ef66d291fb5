"""The whole program with its page, in a thread of its own, without ticks: a test polls and sends when it wants to.

    with Ground(folder, config) as ground:
        ground.go_on()                       # poll and deliver what is due
        page = ground.page("/alerts")        # what a person sees
        ground.client.get("/api/v1/alerts")  # what a program gets

Its time stands still until a test moves it. Feeds and channels are real ones, on servers of this machine.
"""

import asyncio
import io
import threading
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from lxml import html

from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from monitor.config import Settings
from monitor.web import Page
from tests.support.clock import ManualClock

T = TypeVar("T")

_PATIENCE = 240


class Ground:
    """A running program; a context manager. Its page, where it has one, is at `url`, and `client` asks there."""

    def __init__(self, folder: Path, config: str) -> None:
        path = folder / "config.toml"
        path.write_text(config, encoding="utf-8")
        self.settings: Settings = load_settings(path, {})
        self.clock = ManualClock()
        self.console = io.StringIO()
        self.app: App
        self.served: Page
        self.url = ""
        self._ready = threading.Event()
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="ground")

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(_PATIENCE)
        if self._fault:
            raise self._fault
        self.client = httpx.Client(base_url=self.url or "http://127.0.0.1", timeout=_PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(_PATIENCE)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what a coroutine returns that runs in the program's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def go_on(self, by: timedelta = timedelta(0)) -> None:
        """Let time pass, then poll, read and deliver what is due."""
        self.clock.advance(by)
        self.run(self.app.check_in())
        self.run(self.app.run_once())

    def page(self, address: str, status: int = 200) -> html.HtmlElement:
        """Return a page as a browser without scripts has it, which must come with this status."""
        answer = self.client.get(address, headers={"accept": "text/html"}, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return self.read(answer)

    def read(self, answer: httpx.Response) -> html.HtmlElement:
        """Return the page in an answer."""
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return html.document_fromstring(answer.text)

    def submit(self, address: str, **form: str) -> httpx.Response:
        """Return the answer to a form of our own pages, sent as a browser does."""
        return self.client.post(address, data=form, headers={"origin": self.url})

    def ask(self, path: str, status: int = 200, **parameters: str | int) -> Any:
        """Return what the API answers, which must come with this status."""
        answer = self.client.get(f"/api/v1{path}", params=parameters or None)
        assert answer.status_code == status, answer.text
        return answer.json()

    def _work(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as fault:  # noqa: BLE001 - it is raised again where the test waits
            self._fault = fault
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        settings = self.settings
        async with open_app(settings, clock=self.clock, console=self.console, spread=False) as self.app:
            await self.app.check_in()
            if settings.web:
                self.served = Page(self.app)
                await self.served.open()
                self.url = (self.served.address or "").rstrip("/")
            self._ready.set()
            await self._ending.wait()
            if settings.web:
                await self.served.close()
            await self.app.stop(timedelta(0))


def words(element: html.HtmlElement) -> str:
    """Return the text of an element as it is read, with single blanks."""
    return " ".join(str(element.text_content()).split())


def values(element: html.HtmlElement, path: str) -> list[str]:
    """Return the texts and attributes that an XPath finds."""
    found: Any = element.xpath(path)
    return [str(value) for value in found]


def elements(element: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    """Return the elements that an XPath finds."""
    found: Any = element.xpath(path)
    return list(found)


def cells(row: html.HtmlElement) -> str:
    """Return the texts of a row's cells, between bars."""
    return " | ".join(map(words, elements(row, "./th | ./td")))
