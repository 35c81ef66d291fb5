"""No file descriptor is left for a while: neither a feed nor an article is blamed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from monitor.pipeline.crew import Crew
from tests.support.clock import ManualClock
from tests.support.database import empty_database
from tests.support.descriptors import no_descriptor_left
from tests.support.feed_server import Answer, FeedServer
from tests.support.pages import page
from tests.support.rss import Item, rss
from tests.support.waiting import wait_until

CONFIG = """
[monitor]
database = "{database}"
first_poll = "alert"
[fetch]
allow_networks = ["127.0.0.0/8"]
[[channels]]
name = "desk"
url = "console:"
[[feeds]]
url = "{feed}"
[[rules]]
name = "truce"
query = "ceasefire"
channels = ["desk"]
full_text = "always"
"""


@asynccontextmanager
async def program(folder: Path, feeds: FeedServer) -> AsyncIterator[App]:
    """Run the program on a feed whose address has a name, with one entry whose page a rule waits for."""
    feeds.script("/a", Answer(body=rss(Item(title="News", link=feeds.url("/page")))))
    feeds.script("/page", Answer(headers=[("Content-Type", "text/html")], body=page()))
    config, database = folder / "config.toml", empty_database("sqlite", folder)
    text = CONFIG.format(database=database.url.reveal(), feed=feeds.url("/a", host="localhost"))
    config.write_text(text)
    settings = load_settings(config, {})
    async with open_app(settings, clock=ManualClock(), console=StringIO(), spread=False) as app:
        yield app


async def test_without_a_descriptor_neither_feed_nor_article_is_blamed_and_both_are_done_as_soon_as_there_is_one(
    tmp_path: Path,
) -> None:
    with FeedServer() as feeds:
        async with program(tmp_path, feeds) as app:
            for crew in (app.polls, app.articles):
                with no_descriptor_left():
                    await do_what_is_due(crew)
                await do_what_is_due(crew)
            assert app.tally.counts == {"polls": 1, "articles": 1, "alerts": 1}


async def do_what_is_due(crew: Crew[Any]) -> None:
    assert await crew.tick() == 1
    assert await asyncio.to_thread(wait_until, lambda: not crew.busy)
