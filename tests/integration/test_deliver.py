"""Deliveries on their way: the whole program with real sinks, or on a clock that the test moves."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.alert import render
from monitor.app.running import App, open_app
from monitor.app.settings import load_settings
from monitor.clock import Clock
from monitor.model import Alert, Channel, Message, Queue, SendOutcome, SendStatus
from monitor.pipeline.crew import Crew, Duty
from monitor.pipeline.deliver import Deliver
from monitor.pipeline.settle import Settle
from monitor.retry import RetryPolicy
from monitor.store import Store
from tests.support.clock import NOON, ManualClock
from tests.support.database import Database, migrated_database
from tests.support.polls import HOUR, channel, feed_spec, new_entry, poll, poll_record, watch
from tests.support.sinks import Answer, WebhookSink

MINUTE = timedelta(minutes=1)
CONFIG = """
[[feeds]]
url = "https://feeds.example/a"
[[rules]]
name = "storms"
query = "storm"
channels = ["desk", "mail"]
"""


@pytest.fixture
def sinks() -> Iterator[tuple[WebhookSink, WebhookSink]]:
    with WebhookSink() as desk, WebhookSink() as mail:
        yield desk, mail


@asynccontextmanager
async def program(
    folder: Path, sinks: tuple[WebhookSink, WebhookSink], clock: Clock | None = None, **options: Any
) -> AsyncIterator[App]:
    """Give a program with a channel for each sink, the first with these options."""
    config = folder / "config.toml"
    urls = [f"json://127.0.0.1:{sink.port}/hook" for sink in sinks]
    tables = [
        f'[[channels]]\nname = "{name}"\nurl = "{url}"\n'
        for name, url in zip(("desk", "mail"), urls, strict=True)
    ]
    config.write_text(CONFIG + "".join(tables))
    settings = load_settings(config, {})
    desk, mail = settings.channels
    settings = replace(settings, channels=(replace(desk, **options), mail))
    async with open_app(settings, clock=clock, spread=False) as app:
        yield app


async def publish(app: App, count: int) -> None:
    """Store as many alerts, each for both channels."""
    now = app.clock.now()
    (feed,) = await app.store.claim_due_feeds(now, limit=1, per_host=1, lease=HOUR)
    entries = [new_entry(f"{n}", "desk", "mail") for n in range(count)]
    await app.store.commit_poll(poll_record(feed, *entries, polled_at=now, next_poll_at=now + HOUR))


async def test_a_channel_that_hangs_delays_no_other(
    tmp_path: Path, sinks: tuple[WebhookSink, WebhookSink]
) -> None:
    desk, mail = sinks
    desk.default = Answer(hang=True)
    async with program(tmp_path, sinks) as app:
        await publish(app, 30)
        await app.deliveries.tick()
        await asyncio.to_thread(mail.wait_for, 30)
        assert len(desk.requests) == 1
        await app.stop(timedelta(0))


async def test_a_channel_keeps_the_time_between_its_messages_and_the_other_does_not_wait(
    tmp_path: Path, sinks: tuple[WebhookSink, WebhookSink]
) -> None:
    desk, mail = sinks
    async with program(tmp_path, sinks, gap=timedelta(seconds=0.2)) as app:
        await publish(app, 6)
        began = time.monotonic()
        crew = asyncio.create_task(app.deliveries.run_until_idle())
        await asyncio.to_thread(mail.wait_for, 6)
        assert len(desk.requests) < 6
        await crew
        assert len(desk.requests) == 6
        assert time.monotonic() - began >= 5 * 0.2


async def test_the_end_of_the_program_does_not_wait_for_a_channels_rest(
    tmp_path: Path, sinks: tuple[WebhookSink, WebhookSink]
) -> None:
    desk, _ = sinks
    async with program(tmp_path, sinks, gap=timedelta(seconds=9)) as app:
        await publish(app, 2)
        await app.deliveries.tick()
        await asyncio.to_thread(desk.wait_for, 1)
        began = time.monotonic()
        await app.stop(timedelta(seconds=20))
        assert time.monotonic() - began < 5
    assert len(desk.requests) == 1


async def test_one_round_tells_what_is_due_and_leaves_what_is_held(
    tmp_path: Path, sinks: tuple[WebhookSink, WebhookSink]
) -> None:
    desk, mail = sinks
    async with program(tmp_path, sinks, ManualClock(), digest="0 8 * * *") as app:
        await publish(app, 3)
        await app.deliveries.run_until_idle()
        assert await app.backlog() == {"waiting": 0, "held": 3}
    assert (len(desk.requests), len(mail.requests)) == (0, 3)


@dataclass
class Outage:
    """A service that is down until a time, and what reached it after that; implements Sender."""

    clock: ManualClock
    ends: timedelta
    tries: int = 0
    told: list[str] = field(default_factory=list)

    async def send(self, name: str, message: Message) -> SendOutcome:
        if self.clock.now() < NOON + self.ends:
            self.tries += 1
            return SendOutcome(SendStatus.FAILED, "HTTP 503")
        self.told.append(message.title)
        return SendOutcome(SendStatus.SENT)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return migrated_database("sqlite", tmp_path)


@asynccontextmanager
async def crew_for(
    database: Database, desk: Channel, outage: Outage, count: int
) -> AsyncIterator[Crew[Queue]]:
    """Give a crew that tells one channel on the outage's clock, with as many deliveries for it."""

    async def pause(_: timedelta) -> None:
        """Let no time pass: the test does."""

    store = await Store.open(database.url, label="db")
    clock, zone, channels = outage.clock, ZoneInfo("UTC"), {desk.name: desk}
    settle = Settle(channels, {}, outbox=store, zone=zone, clock=clock)
    deliver = Deliver(
        is_over=lambda: False,
        channels=channels,
        outbox=store,
        sender=outage,
        policy=RetryPolicy(),
        zone=zone,
        clock=clock,
        pause=pause,
        jitter=lambda: 0.5,
        observe=lambda _: None,
    )

    async def claim(_: int) -> Any:
        await settle()
        return await deliver.claim()

    await watch(store, feed_spec())
    await poll(store, *[new_entry(f"{n:04}", desk.name) for n in range(count)])
    yield Crew(Duty(claim=claim, work=deliver, capacity=1))
    await store.close()


async def test_after_a_day_of_outage_thousands_are_told_in_order_and_few_tries_were_made(
    database: Database,
) -> None:
    outage = Outage(ManualClock(), ends=timedelta(hours=23))
    async with crew_for(database, channel("desk"), outage, 5_000) as crew:
        while outage.clock.now() < NOON + timedelta(hours=23, minutes=20):
            await crew.run_until_idle()
            outage.clock.advance(5 * MINUTE)
    assert 50 < outage.tries < 150
    assert len(set(outage.told)) == len(outage.told) == 5_000
    _, *others = outage.told  # the first was tried because its time had come
    assert others == sorted(others)
    assert database.rows("SELECT state, count(*) FROM delivery GROUP BY state") == [("sent", 5_000)]


async def test_after_an_outage_a_channel_with_a_limit_is_told_within_it(database: Database) -> None:
    outage = Outage(ManualClock(), ends=HOUR)
    async with crew_for(database, channel("desk", max_per_hour=10), outage, 500) as crew:
        while outage.clock.now() < NOON + 3 * HOUR:
            await crew.run_until_idle()
            outage.clock.advance(MINUTE)
    assert 1 < len(outage.told) <= 10
    assert database.rows("SELECT state, count(*) FROM delivery GROUP BY state") == [("sent", 500)]


async def test_a_message_that_cannot_be_rendered_fails_alone_and_its_channel_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_for_one(about: Alert, *others: Any) -> Message:
        if about.entry.title == "Storm 0001":
            raise ValueError("no words for it")
        return render(about, *others)

    monkeypatch.setattr("monitor.pipeline.deliver.render", fail_for_one)
    outage = Outage(ManualClock(), ends=timedelta(0))
    async with crew_for(database, channel("desk"), outage, 4) as crew:
        for _ in range(3):
            await crew.run_until_idle()
            outage.clock.advance(timedelta(seconds=15))
    assert [title.rpartition(" ")[2] for title in outage.told] == ["0000", "0002", "0003"]
    failed = "SELECT status, detail FROM attempt WHERE status <> 'sent'"
    assert set(database.rows(failed)) == {
        ("failed", "a fault of news-monitor: ValueError, see the log"),
    }
