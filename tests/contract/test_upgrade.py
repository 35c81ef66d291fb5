"""A database of an earlier version keeps all it holds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command

from monitor.match.presearch import Token
from monitor.model import Among, Hit, Keep, KnownEntry, Match, Part, Reason, Rhythm, TextField, Validators
from monitor.store import Store, open_to_read
from monitor.store.engine import open_engine, read_url
from monitor.store.schema import alembic_config
from tests.support.clock import NOON
from tests.support.database import Database, empty_database
from tests.support.polls import HOUR, alert_of, claim_messages, claim_one, feed_spec, watch

# What a daemon of that version had written: an alert in two channels, one of them told at the second try.
HELD = """
INSERT INTO feed (id, url, host, active, detail, failures, reason, etag, polled_at, succeeded_at, next_poll_at)
    VALUES (1, 'https://feeds.example/a', 'feeds.example', TRUE, '', 0, 'ok', '"1"',
            '2026-11-23 12:00:00', '2026-11-23 12:00:00', '2026-11-23 13:00:00');
INSERT INTO entry (id, feed_id, title, summary, authors, categories, first_seen_at, baseline)
    VALUES (1, 1, 'Storm', '', '[]', '[]', '2026-11-23 12:00:00', FALSE);
INSERT INTO entry_key (feed_id, key, entry_id) VALUES (1, 'guid:1', 1);
INSERT INTO match (entry_id, rule, hits) VALUES (1, 'storms', '[["title", 0, 5]]');
INSERT INTO alert (id, entry_id, created_at) VALUES (1, 1, '2026-11-23 12:00:00');
INSERT INTO delivery (id, alert_id, channel, rules, state, attempts, next_attempt_at)
    VALUES (1, 1, 'desk', '["storms"]', 'sent', 2, NULL),
           (2, 1, 'mail', '["storms"]', 'pending', 0, '2026-11-23 12:00:00'),
           (3, 1, 'late', '["storms"]', 'pending', 1, '2026-11-23 12:30:00'),
           (4, 1, 'gone', '["storms"]', 'dead', 1, NULL);
INSERT INTO attempt (delivery_id, number, attempted_at, status, detail)
    VALUES (1, 1, '2026-11-23 12:00:00', 'failed', 'HTTP 500'),
           (1, 2, '2026-11-23 12:01:00', 'sent', ''),
           (3, 1, '2026-11-23 12:00:00', 'failed', 'HTTP 500'),
           (4, 1, '2026-11-23 12:00:00', 'refused', 'HTTP 404');
"""


@pytest.fixture(
    params=["0004", "0005", "0006", "0008"],
    ids=["before notices", "before the history of polls", "before revisions", "before messages"],
)
def earlier(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return a database as an earlier version left it."""
    database = empty_database(kind, tmp_path)
    engine = open_engine(read_url(database.url, "db"))
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), request.param)
    engine.dispose()
    database.write(f"SET timezone = 'UTC';{HELD}" if kind == "postgresql" else HELD)
    yield database
    database.discard()


@pytest.mark.parametrize("earlier", ["0004"], indirect=True)
async def test_what_an_earlier_version_did_not_keep_of_health_is_made_of_what_it_did(
    earlier: Database,
) -> None:
    store = await Store.open(earlier.url, label="db")
    (feed,), _ = await store.read_health()
    await store.close()
    assert feed.since == NOON
    assert feed.activity is not None
    assert feed.activity.last_new_at == NOON


@pytest.mark.parametrize("earlier", ["0010"], indirect=True)
async def test_what_an_earlier_version_had_learned_of_a_feed_stays_learned(earlier: Database) -> None:
    counts = ", ".join(["0.25", "3.0"] * 84)
    earlier.write(
        'UPDATE feed SET rhythm = \'{"as_of": "2026-11-23T12:00:00.000250+00:00", "hours": 12.5, '
        f'"counts": [{counts}], "recent": 1.5, "expected": 0.75}}\''
    )
    store = await Store.open(earlier.url, label="db")
    await watch(store, feed_spec(), due=NOON + HOUR)
    learned = (await claim_one(store, NOON + HOUR)).rhythm
    await store.close()
    as_of = NOON + timedelta(microseconds=250)
    assert learned == Rhythm(as_of=as_of, hours=12.5, counts=(0.25, 3.0) * 84, recent=1.5, expected=0.75)


async def test_an_upgrade_keeps_feeds_and_the_outbox_and_goes_on(earlier: Database) -> None:
    store = await Store.open(earlier.url, label="db")
    await watch(store, feed_spec(), due=NOON + HOUR)
    (health,), _ = await store.read_health()
    assert (health.reason, health.trouble) == (Reason.OK, None)
    (delivery,) = await claim_messages(store, "desk", "mail")
    assert (delivery.channel, alert_of(delivery).entry.title) == ("mail", "Storm")
    assert alert_of(delivery).matches == (Match("storms", (Hit(TextField.TITLE, 0, 5),)),)
    feed = await claim_one(store, NOON + HOUR)
    assert (feed.id, feed.validators, feed.run, feed.language) == (1, Validators('"1"'), None, None)
    assert await store.known_entries(1, ["guid:1"]) == {"guid:1": 1}
    known = (await store.read_entries([1]))[1]
    assert isinstance(known, KnownEntry)
    assert known.matched == ("storms",)
    await store.close()
    attempts = earlier.rows("SELECT number, status FROM attempt WHERE delivery_id = 1 ORDER BY number")
    assert attempts == [(1, "failed"), (2, "sent")]
    with pytest.raises(Exception, match=r"(?i)foreign key constraint"):
        earlier.write("PRAGMA foreign_keys = ON;" * (earlier.kind == "sqlite") + "DELETE FROM delivery;")


async def test_entries_of_an_earlier_version_are_found_before_and_after_they_are_filed(
    earlier: Database,
) -> None:
    store = await Store.open(earlier.url, label="db")
    with open_to_read(earlier.url, "db") as reader:
        for _ in range(2):
            with reader.candidates(Token("storm"), Among()) as candidates:
                assert [stored.entry.title for stored in candidates.entries()] == ["Storm"]
            await store.file_entries(["en"])
    await store.close()
    assert earlier.rows("SELECT count(*) FROM search_unfiled") == [(0,)]


async def test_what_waited_before_an_upgrade_goes_as_it_would_have_gone(earlier: Database) -> None:
    store = await Store.open(earlier.url, label="db")
    names = ["desk", "mail", "late", "gone"]
    assert await store.unsettled_deliveries(NOON, names, limit=9) == []
    assert [message.channel for message in await claim_messages(store, *names)] == ["mail"]
    (late,) = await claim_messages(store, "late", now=NOON + HOUR / 2)
    assert (late.deliveries[0].attempts, late.deliveries[0].since) == (1, NOON)
    assert await store.read_dead(NOON) == []
    await store.close()
    states = earlier.rows("SELECT channel, state, sent_at IS NULL FROM delivery ORDER BY id")
    assert [(channel, state, bool(unsent)) for channel, state, unsent in states] == [
        ("desk", "sent", False),
        ("mail", "pending", True),
        ("late", "failed", True),
        ("gone", "dead", True),
    ]


@pytest.mark.parametrize("earlier", ["0010"], indirect=True)
async def test_the_last_error_of_each_channel_is_still_known(earlier: Database) -> None:
    earlier.write("INSERT INTO channel (name, failures) VALUES ('desk', 3)")
    await (await Store.open(earlier.url, label="db")).close()
    with open_to_read(earlier.url, "db") as reader:
        channels = {channel.name: channel for channel in reader.status().channels}
    errors = {name: channel.last_error for name, channel in channels.items()}
    assert errors == {"desk": "HTTP 500", "gone": "HTTP 404", "late": "HTTP 500", "mail": ""}
    assert channels["desk"].pace.failures == 3


@pytest.mark.parametrize("earlier", ["0010"], indirect=True)
async def test_what_was_stored_before_it_was_noted_may_all_be_listed(earlier: Database) -> None:
    store = await Store.open(earlier.url, label="db")
    await watch(store, feed_spec(), due=NOON + HOUR)
    assert (await claim_one(store, NOON + HOUR)).listed_on is None
    keep = Keep(entries=HOUR, alerts=HOUR)
    for part in Part:
        assert (await store.prune(part, keep, NOON + 9_000 * HOUR, None)).pruned == 0
    await store.close()
    ((listed_on,),) = earlier.rows("SELECT listed_on FROM entry")
    assert str(listed_on) >= "2026-11-01"
