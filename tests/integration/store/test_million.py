"""What is asked again and again reads indexes, and no big table from end to end, with a million entries.

Not so, and left out: what counts all there is (`status`, how many deliveries there are), and the list of the newest stories.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from monitor.match.presearch import Token
from monitor.model import (
    AlertWish,
    Among,
    DeliveryState,
    DeliveryWish,
    Keep,
    Part,
    Reason,
)
from monitor.store import Reader, Store, open_to_read
from monitor.store.tables import METADATA
from tests.support.clock import NOON
from tests.support.database import Database, migrated_database, run
from tests.support.plans import Plan, statements
from tests.support.polls import (
    LEASE,
    attempt_record,
    channel,
    claim,
    new_entry,
    poll_record,
    settle,
)

ENTRIES, FEEDS = 1_000_000, 10_000
DAY = timedelta(days=1)
# A tenth of the entries have matched, each an alert that was sent to one channel in one attempt. As many as there are entries are gone.
FILL = """
INSERT INTO feed (id, url, host, active, detail, failures, next_poll_at, body_hash)
 SELECT n, 'https://h' || n || '.example/rss', 'h' || n || '.example', true, '', 0, {later}, NULL FROM {feeds};
INSERT INTO entry (id, feed_id, guid, title, summary, authors, categories, first_seen_at, baseline, listed_on)
 SELECT n, 1 + n % 10000, '' || n, 'Storm ' || n, '', '[]', '[]', {seen}, false, {day} FROM {entries};
INSERT INTO entry_key (feed_id, key, entry_id)
 SELECT 1 + n % 10000, 'guid:' || n, n FROM {entries} ORDER BY 1, 2;
INSERT INTO match (entry_id, rule, hits) SELECT n * 10, 'storms', '[]' FROM {tenth};
INSERT INTO alert (id, entry_id, created_at) SELECT n, n * 10, {seen_tenth} FROM {tenth};
INSERT INTO delivery (id, alert_id, channel, rules, state, attempts, bundle, sent_at, next_attempt_at)
 SELECT n, n, 'desk', '["storms"]', 'sent', 1, '', {seen_tenth}, NULL FROM {tenth};
INSERT INTO attempt (delivery_id, number, attempted_at, status, detail)
 SELECT n, 1, {seen_tenth}, 'sent', '' FROM {tenth};
INSERT INTO story_member (id, story_id, entry_id, joined_at, decision)
 SELECT n, n * 10, n * 10, {seen_tenth}, '{{"nearest": null, "stopped": []}}' FROM {tenth};
INSERT INTO article (entry_id, host, rules, state, detail, attempts, text)
 SELECT n * 10, 'h' || (1 + n % 1000) || '.example', '["storms"]', 'read', '', 1, NULL FROM {tenth};
INSERT INTO tombstone (entry_id, feed_id, listed_on, linked, traits)
 SELECT n + 1000000, 1 + n % 10000, {day}, false, {nothing} FROM {entries};
INSERT INTO poll_run (feed_id, number, began_at, ended_at, reason, detail, polls, entries, alerts, baseline)
 SELECT 1 + (n - 1) / 10, n % 10, {seen_tenth}, {seen_tenth}, 'ok', '', 1, 1, 0, false FROM {tenth};
"""


def fill(database: Database) -> None:
    """Fill it with entries, one each ten seconds up to noon, and what came of them."""
    first = (NOON - timedelta(seconds=10 * ENTRIES)).timestamp()
    if database.kind == "sqlite":
        counted = (
            "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {}) SELECT n FROM c)"
        )
        moment = "strftime('%Y-%m-%d %H:%M:%S.000000', {}, 'unixepoch')"
        day, nothing = "date({}, 'unixepoch')", "x''"
    else:
        counted, moment = "generate_series(1, {}) AS c(n)", "to_timestamp({})"
        day, nothing = "CAST(to_timestamp({}) AS date)", "''::bytea"
    rows = FILL.format(
        feeds=counted.format(FEEDS),
        entries=counted.format(ENTRIES),
        tenth=counted.format(ENTRIES // 10),
        seen=moment.format(f"{first:.0f} + 10 * n"),
        seen_tenth=moment.format(f"{first:.0f} + 100 * n"),
        later=moment.format(f"{NOON.timestamp():.0f} + n - 50"),
        day=day.format(f"{first:.0f} + 10 * n"),
        nothing=nothing,
    )
    if database.kind == "sqlite":
        database.write(f"BEGIN; {rows} COMMIT")
    else:
        # Foreign keys hold by themselves here, and to look each one up takes most of the time.
        database.write(f"SET session_replication_role = replica; {rows}")
        for table in ("entry", "alert", "delivery", "story_member"):
            database.write(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {3 * ENTRIES})")
        database.write("ANALYZE")


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    database = migrated_database(request.param, tmp_path)
    fill(database)
    yield database
    database.discard()


BIG = {
    *("entry", "entry_key", "match", "alert", "delivery", "attempt"),
    *("story_member", "article", "tombstone", "poll_run"),
}
# They have no more rows than there is work to do.
PARTIAL = {
    index.name
    for table in METADATA.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
_SCAN = re.compile(
    r"^SCAN (?P<table>\w+)(?: USING (?:COVERING )?INDEX (?P<index>\w+))?"
    r"|Seq Scan on (?P<whole>\w+)"
)
KEEP = Keep(
    entries=10 * DAY,
    alerts=30 * DAY,
    attempts=20 * DAY,
    texts=5 * DAY,
    revisions=10 * DAY,
    polls=10 * DAY,
    seen=60 * DAY,
)


async def poll(store: Store) -> None:
    feed, *_ = await claim(store, limit=10, per_host=1)
    await store.known_entries(feed.id, ["guid:new", f"guid:{feed.id - 1}"])
    await store.read_entries([10, 20, 1_000_010])
    await store.predecessor(["guid:10", "guid:20", "guid:30"], 2, NOON)
    await store.stories_begun(0, NOON - timedelta(hours=1))
    await store.newest_entries(NOON - timedelta(hours=1), 100)
    await store.story_of(10)
    await store.commit_poll(poll_record(feed, new_entry("new", "desk")))


async def send(store: Store) -> None:
    await settle(store, "desk")
    await store.read_groups([("desk", "group:")])
    ((message,),) = await store.claim_messages(NOON, [channel("desk")], lease=LEASE)
    await store.record_attempt(attempt_record(message))
    await store.backlog()


async def review(store: Store) -> None:
    await store.read_dead(NOON)
    await store.escalate("desk", ["mail"], since=NOON, now=NOON)
    await store.read_stranded(["desk"], NOON - DAY)
    await store.retry_failing(["https://h1.example/rss"], [Reason.FORBIDDEN], NOON)


async def read_pages(store: Store) -> None:
    await store.claim_due_articles(NOON, limit=10, lease=LEASE)
    await store.articles_due(NOON, within=DAY)
    await store.file_entries(["en"])


async def prune(store: Store) -> None:
    for part in Part:
        await store.prune(part, KEEP, NOON, None)


def look(reader: Reader) -> None:
    """Ask for what pages and commands list."""
    reader.alerts(AlertWish())
    reader.polls("https://h1.example/rss", 10)
    reader.recent("https://h1.example/rss", 10)
    reader.entries_per_hour(NOON - DAY, 24)
    reader.deliveries(DeliveryWish(state=DeliveryState.FAILED), NOON)
    for asked in (None, Token("storm")):
        with reader.candidates(asked, Among()) as found:
            next(found.entries(), None)


async def work(store: Store) -> None:
    for part in (poll, send, review, read_pages, prune):
        await part(store)


def test_hot_statements_use_indexes_at_a_million_entries(filled: Database) -> None:
    store = filled.open()
    with statements(Engine) as told:
        run(work(store))
        run(store.close())
        with open_to_read(filled.url, "db") as reader:
            look(reader)

    assert len(told) > 80
    assert [plan for plan in told if any(reads_all(plan, line) for line in plan.lines)] == []


def reads_all(plan: Plan, line: str) -> bool:
    """Tell whether a line of a plan says that a big table is read from end to end."""
    scan = _SCAN.search(line)
    if scan is None or (scan["table"] or scan["whole"]) not in BIG:
        return False
    stops = "LIMIT" in plan.statement and not any("TEMP B-TREE" in other for other in plan.lines)
    return not (scan["index"] in PARTIAL or (stops and line.startswith("SCAN")))
