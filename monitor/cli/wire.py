"""A made-up news wire on this machine, for `demo`: an HTTP server whose feed grows while one watches."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

# Every one of them is invented.
_EARLIER = (
    "Harbour festival opens in Larkfold with a regatta of paper boats",
    "Parliament of Westmere votes on later shop hours",
    "Observatory on Mount Tavel sees its oldest comet yet",
)
HEADLINES = (
    "Night trains return to the Tavel valley after eleven years",
    "Envoys meet in Larkfold to discuss a cease-fire in Ukraine",
    "Bakers of Larkfold set a record with a bread of forty metres",
    "Central bank of Westmere leaves its rate unchanged",
    "Strong earthquake felt across the Tavel valley, no one hurt",
    "Chess: teenager from Westmere holds the champion to a draw",
    "Ukraine says ceasefire talks will go on through the weekend",
    "Library of Larkfold lends out its millionth book",
    "Ukraine harvest larger than expected, traders say",
    "Ceasefire between the two ferry companies of Larkfold holds",
    "River Tavel: flooding closes the coast road until Thursday",
    "Football: Westmere Rovers sign a goalkeeper of seventeen",
    "Observers to watch over the ceasefire in Ukraine, envoys agree",
    "Museum of clocks asks visitors to come on time",
)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\nContent-Length: "
_LONGEST_REQUEST = 16_384


class Wire:
    """Publishes the next headline every `pace` seconds and tells `published`; a context manager."""

    def __init__(self, *, pace: float, now: Callable[[], datetime], published: Callable[[str], None]) -> None:
        self._pace = pace
        self._now = now
        self._published = published
        self._items: list[str] = []

    async def __aenter__(self) -> Self:
        for title in _EARLIER:
            self._publish(title)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LONGEST_REQUEST)
        self._writing = asyncio.create_task(self._write())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writing.cancel()
        self._server.close()

    @property
    def url(self) -> str:
        """The address of the feed."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/wire.xml"

    async def _write(self) -> None:
        while True:
            for title in HEADLINES:
                await asyncio.sleep(self._pace)
                self._publish(title)
                self._published(title)

    def _publish(self, title: str) -> None:
        self._items.insert(0, _item(len(self._items), title, self._now()))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            body = _feed(self._items[:30])
            writer.write(_HEAD + str(len(body)).encode() + b"\r\n\r\n" + body)
            await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # not a request, or gone before the answer
        finally:
            writer.close()


def _item(number: int, title: str, published_at: datetime) -> str:
    link = f"https://wire.example/{number}"
    return (
        f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{format_datetime(published_at.astimezone(UTC))}</pubDate></item>"
    )


def _feed(items: Sequence[str]) -> bytes:
    head = "<title>Made-up Wire</title><link>https://wire.example/</link><description>Invented news</description>"
    return f'<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'.encode()
