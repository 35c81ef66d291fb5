"""What is remembered of feeds and rules, through the real pipeline and the whole program."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from monitor.app.running import open_app
from monitor.app.settings import load_settings
from monitor.model import Reason, RuleVersion
from monitor.store import open_to_read
from tests.support.clock import NOON, ManualClock
from tests.support.feed_server import Answer, FeedServer, document
from tests.support.rss import Item, rss
from tests.support.simulation import Simulation, growing, numbered

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CONFIG = """
[[channels]]
name = "desk"
url = "console:"
[[feeds]]
url = "https://feeds.example/"
enabled = false
[[rules]]
name = "storms"
query = "{query}"
channels = ["desk"]
"""


async def test_every_poll_is_in_one_line_of_the_history_and_every_entry_has_its_poll(
    world: Simulation,
) -> None:
    async with world:
        world.serve("/feed", growing(world, 5 * HOUR))
        await world.watch("/feed")
        await world.run(4 * DAY)
        world.serve("/feed", Answer(500))
        await world.run(DAY)
        ((present, began, reason, over),) = world.rows(
            "SELECT run_polls, run_began_at, reason, runs FROM feed"
        )
        runs = world.rows("SELECT polls, entries, alerts, began_at, ended_at FROM poll_run ORDER BY number")
        assert sum(polls for polls, *_ in runs) + present == len(world.reports)
        assert (len(runs), reason) == (over, Reason.HTTP_SERVER_ERROR.value)
        assert sum(entries for _, entries, *_ in runs) == len(world.titles())
        assert sum(alerts for _, _, alerts, *_ in runs) == len(world.alerts())
        times = [moment for *_, first, last in runs for moment in (first, last)]
        assert [*times, began] == sorted([*times, began])
        without = (
            "SELECT 1 FROM entry WHERE first_seen_at NOT IN (SELECT began_at FROM poll_run WHERE entries > 0)"
        )
        assert world.rows(without) == []


async def test_the_language_and_title_of_a_feed_are_those_its_documents_said_last(world: Simulation) -> None:
    async with world:
        said = [
            document(numbered(n, channel=f"<language>{tag}</language>")) for n, tag in enumerate(["de", "fr"])
        ]
        world.serve("/feed", *said, document(numbered(3)), Answer(500))
        await world.watch("/feed", poll_every=HOUR, own_interval=True, adaptive=False)
        known: list[object] = []
        for _ in range(4):
            await world.run(HOUR)
            known += world.rows("SELECT language, title FROM feed")
    assert known == [("de", "Example World")] + [("fr", "Example World")] * 3


async def test_a_start_with_another_query_is_another_version_of_the_rule(tmp_path: Path) -> None:
    config, clock = tmp_path / "config.toml", ManualClock()
    for query in ("storm", "storm", "hurricane"):
        config.write_text(CONFIG.format(query=query))
        settings = load_settings(config, {})
        async with open_app(settings, clock=clock, console=StringIO()):
            clock.advance(HOUR)

    async def then(at: datetime) -> RuleVersion | None:
        with open_to_read(settings.database, "db") as reader:
            return reader.rule("storms", at)

    first, last = await then(NOON), await then(clock.now())
    assert first is not None
    assert last is not None
    assert (first.rule.query, first.since, first.until) == ("storm", NOON, NOON + 2 * HOUR)
    assert (last.rule.query, last.since, last.until) == ("hurricane", NOON + 2 * HOUR, None)
    assert await then(NOON - HOUR) is None


@pytest.mark.parametrize(("said", "alerts"), [("<language>ru-RU</language>", 1), ("", 0)])
async def test_words_are_inflected_in_the_language_that_the_feed_says_it_is_in(
    tmp_path: Path, said: str, alerts: int
) -> None:
    config, console = tmp_path / "config.toml", StringIO()
    with FeedServer() as server:
        server.script(
            "/feed",
            Answer(body=rss(Item(title="Условия перемирия")).replace(b"<item>", f"{said}<item>".encode())),
        )
        text = CONFIG.format(query="перемирие").replace("https://feeds.example/", server.url("/feed"))
        text = text.replace("enabled = false", 'first_poll = "alert"')
        config.write_text(f'[fetch]\nallow_networks = ["127.0.0.0/8"]\n{text}')
        async with open_app(load_settings(config, {}), clock=ManualClock(), console=console) as app:
            await app.run_once()
    assert console.getvalue().count("storms: Условия") == alerts
