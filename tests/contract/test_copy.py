"""A database is copied into another one, whichever of the two each is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from monitor.errors import StoreError
from monitor.match.presearch import Token
from monitor.model import (
    Among,
    Copied,
    DatabaseAddress,
    DeliveryState,
    Entry,
    NewEntry,
    Silence,
    Validators,
)
from monitor.store import Store, open_to_read
from monitor.store.tables import METADATA
from monitor.store.whole import copy_database
from tests.support.clock import NOON
from tests.support.database import Database, contents, empty_database
from tests.support.polls import (
    HOUR,
    attempt_record,
    channel,
    claim,
    claim_messages,
    feed_spec,
    new_entry,
    poll,
    poll_record,
    settle,
    watch,
)

ODD = "\\N \\. \t tab, 'quotes\" and \\x41, \u202f½ 東京 🗞️ {}, %s :name ${x}"
# These are made anew.
APART = {"search_unfiled", "search_word", "search_form", "search_language", "worker"}


@pytest.fixture(params=["sqlite", "postgresql"], ids=["to sqlite", "to postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "other").mkdir()
    database = empty_database(request.param, tmp_path / "other")
    yield database
    database.discard()


def copy(
    source: Database, target: Database, progress: Any = lambda *_: None, told: list[str] | None = None
) -> Copied:
    return copy_database(
        DatabaseAddress(source.url, "here"),
        DatabaseAddress(target.url, "there"),
        progress=progress,
        note=(told if told is not None else []).append,
    )


def unleased(table: Table, rows: Sequence[tuple[Any, ...]]) -> Sequence[Any]:
    names = [column.name for column in table.c]
    return [
        tuple(
            None if name in ("lease", "lease_until") else value
            for name, value in zip(names, row, strict=True)
        )
        for row in rows
    ]


async def fill(store: Store) -> None:
    """Store something of each kind: sent, failed, held, waiting, being sent and being polled."""
    await watch(store, feed_spec(), replace(feed_spec("b"), name=ODD))
    for feed in await claim(store, limit=1):
        odd = Entry(guid="odd", title=ODD, summary=f"{ODD}\n\n{ODD}", authors=(ODD,), published_at=NOON)
        entries = [NewEntry(entry=odd, keys=("guid:odd", ODD)), new_entry("1", "desk", "mail", "late")]
        remembered = {"validators": Validators('"1"'), "seen": bytes(range(256)), "weights": (0.1, 1.0)}
        await store.commit_poll(poll_record(feed, *entries, **remembered))
    (sent,) = await claim_messages(store, "desk")
    await store.record_attempt(attempt_record(sent))
    await settle(store, "late", state=DeliveryState.HELD, bundle="group:x", due_at=NOON + HOUR)
    await settle(store, "mail")
    await store.claim_messages(NOON, [channel("mail")], lease=HOUR)
    await claim(store)
    await store.add_silence(Silence(id=0, created_at=NOON, until=NOON + HOUR, reason=ODD, query='"storm"'))
    await store.due_timers({"digest:desk": NOON + HOUR}, NOON)
    await store.file_entries(["en"])


async def test_all_that_is_stored_is_copied_but_for_leases(
    store: Store, database: Database, other: Database, tmp_path: Path
) -> None:
    await fill(store)
    before = contents(database)
    assert before["delivery"] != unleased(METADATA.tables["delivery"], before["delivery"])

    told: list[str] = []
    copied = copy(database, other, told=told)

    after = contents(other)
    for name, table in METADATA.tables.items():
        if name not in APART:
            assert after[name] == unleased(table, before[name]), name
    assert copied.rows == {
        name: len(rows) for name, rows in before.items() if name not in APART | {"compatibility"}
    }
    assert copied.running
    (note,) = told
    assert note.startswith("here: a monitor is at work on it. What it does from now on is not in the copy")
    assert copy_of_the_copy_is_the_same(other, tmp_path)


def copy_of_the_copy_is_the_same(first: Database, tmp_path: Path) -> bool:
    folder = tmp_path / "second"
    folder.mkdir()
    second = empty_database(first.kind, folder)
    copied = copy(first, second)
    same = contents(second) == contents(first)
    second.discard()
    return same and not copied.running


async def test_a_daemon_on_the_copy_goes_on_where_the_other_stopped(
    store: Store, database: Database, other: Database
) -> None:
    await fill(store)
    copy(database, other)

    copied = await Store.open(other.url, label="there")
    assert [message.channel for message in await claim_messages(copied, "desk", "mail", "late")] == ["mail"]
    assert [message.channel for message in await claim_messages(copied, "late", now=NOON + HOUR)] == ["late"]
    first, _ = sorted(await claim(copied, NOON + HOUR), key=lambda feed: feed.id)
    await copied.commit_poll(poll_record(first, new_entry("2", "desk")))
    assert first.validators == Validators('"1"')
    await copied.add_silence(Silence(id=0, created_at=NOON, until=NOON + HOUR, reason=""))
    await copied.close()

    assert other.rows("SELECT id FROM entry ORDER BY id") == [(1,), (2,), (3,)]
    assert other.rows("SELECT id FROM silence ORDER BY id") == [(1,), (2,)]


async def test_entries_are_found_in_the_copy_before_and_after_they_are_filed(
    store: Store, database: Database, other: Database
) -> None:
    await fill(store)
    copy(database, other)
    copied = await Store.open(other.url, label="there")
    with open_to_read(other.url, "there") as reader:
        for _ in range(2):
            with reader.candidates(Token("storm"), Among()) as candidates:
                assert "Storm 1" in [stored.entry.title for stored in candidates.entries()]
            await copied.file_entries(["en"])
    await copied.close()


async def test_what_is_stored_meanwhile_is_not_in_the_copy(
    store: Store, database: Database, other: Database
) -> None:
    await watch(store, feed_spec())
    await poll(store, *[new_entry(f"{number}", "desk") for number in range(1_200)])
    how_far: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        if not how_far:
            database.write(
                "DELETE FROM delivery; DELETE FROM alert; UPDATE entry SET title = 'Changed' WHERE id > 600;"
            )
        how_far.append((done, total))

    copied = copy(database, other, progress)

    assert (copied.rows["entry"], copied.rows["delivery"]) == (1_200, 1_200)
    assert other.rows("SELECT count(*) FROM entry WHERE title = 'Changed'") == [(0,)]
    assert how_far[-1] == (2 * copied.total, 2 * copied.total)
    assert how_far == sorted(how_far)


async def test_a_copy_that_is_interrupted_leaves_nothing(
    store: Store, database: Database, other: Database
) -> None:
    await fill(store)

    def interrupt(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(database, other, interrupt)

    assert is_empty(other)
    copy(database, other)


def is_empty(database: Database) -> bool:
    if database.kind == "sqlite":
        return {path.suffix for path in database.path.parent.iterdir()} <= {".lock"}
    return database.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


@pytest.mark.parametrize("statement", ["CREATE TABLE invoice (id INTEGER)", ""], ids=["others", "ours"])
async def test_a_database_with_something_in_it_is_left_as_it_is(
    store: Store, database: Database, other: Database, statement: str
) -> None:
    if statement:
        other.write(statement)
    else:
        await (await Store.open(other.url, label="there")).close()
    some = "invoice" if statement else "alembic_version, alert, article, ..."
    with pytest.raises(
        StoreError, match=rf"^there: has \d+ tables? already \({some}\), and is left as it is"
    ):
        copy(database, other)
    assert other.rows("SELECT count(*) FROM " + ("invoice" if statement else "entry")) == [(0,)]


def test_a_database_is_not_copied_onto_itself(database: Database) -> None:
    with pytest.raises(StoreError, match="tables already"):
        copy(database, database)


def test_a_source_of_another_version_is_refused(database: Database, other: Database) -> None:
    database.write("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"^here: has schema 9999, and this needs the version"):
        copy(database, other)
    database.write("UPDATE alembic_version SET version_num = '0016'")
    with pytest.raises(StoreError, match=r"^here: has schema 0016, .* migrate it: news-monitor db migrate"):
        copy(database, other)
    assert is_empty(other)


def test_a_source_that_is_not_there_is_refused(kind: str, tmp_path: Path, other: Database) -> None:
    nothing = empty_database(kind, tmp_path)
    with pytest.raises(StoreError, match=r"^here: (there is no such file|is empty so far)"):
        copy(nothing, other)
    nothing.discard()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("other", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE entry SET title = X'4142' WHERE id = 2",
            r"^there: is not the same as here, and is left empty: entry 2 has another title \(2 rows there, 2 here\)",
        ),
        (
            "UPDATE entry SET changes = 9000000000",
            r"^here: has something in its table entry that a sound database doesn't hold: .*out of range.* db check",
        ),
        (
            "UPDATE entry SET title = 'a' || char(0)",
            r"^here: has something in its table entry .* NUL .* db check",
        ),
        (
            "UPDATE entry_key SET feed_id = 77",
            r"^here: has something in its table entry_key .*foreign key.* db check",
        ),
    ],
    ids=["another kind of value", "a number too large", "a text with a zero", "what hangs on nothing"],
)
async def test_what_the_other_database_would_not_hold_alike_is_told_with_its_place(
    store: Store, database: Database, other: Database, statement: str, told: str
) -> None:
    await fill(store)
    database.write(statement)
    with pytest.raises(StoreError, match=told):
        copy(database, other)
    assert is_empty(other)


@pytest.mark.parametrize("other", ["sqlite"], indirect=True)
def test_a_log_of_another_database_is_not_taken_for_that_of_the_copy(
    database: Database, other: Database
) -> None:
    Path(f"{other.place}-wal").write_bytes(b"left behind")
    with pytest.raises(StoreError, match=r"^there: empty.db-wal of another database lies beside it"):
        copy(database, other)


@pytest.mark.parametrize("other", ["sqlite"], indirect=True)
def test_nobody_else_can_read_a_copy_in_a_file(database: Database, other: Database) -> None:
    copy(database, other)
    assert other.path.stat().st_mode & 0o077 == 0
