"""The database as a whole: its size, backups and back again, pruning, vacuum, export."""

import csv
import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.cli.place import CONSOLE, TRUCE, Place
from tests.support.rss import Item

LONG_AGO = "2001-01-01 12:00:00"
NOWHERE = '[[channels]]\nname = "console"\nurl = "json://127.0.0.1:9/"\n'


def write(place: Place, statement: str, file: str = "news-monitor.db") -> None:
    with closing(sqlite3.connect(place.folder / file)) as database, database:
        database.executescript(statement)


def read(place: Place, query: str) -> Sequence[tuple[Any, ...]]:
    with closing(sqlite3.connect(place.folder / "news-monitor.db")) as database:
        return database.execute(query).fetchall()


@pytest.mark.parametrize("command", ["size", "backup copy.db", "prune", "vacuum", "export"])
def test_before_the_first_start_each_says_what_to_do(place: Place, command: str) -> None:
    done = place.run("db", *command.split())

    assert (done.returncode, done.stdout) == (1, "")
    assert "start the monitor first: news-monitor run" in done.stderr
    assert not (place.folder / "news-monitor.db").exists()


def test_size_tells_rows_and_room(place: Place) -> None:
    place.run("run", "--once")

    said, told = place.run("db", "size").stdout, place.json("db", "size")

    assert [line.split() for line in said.splitlines() if line.startswith("entry ")] == [["entry", "1"]]
    assert said.splitlines()[-1].startswith("database: ")
    assert told["rows"]["alert"] == 1
    assert told["total"] == told["file"] + told["log"] > 100_000
    assert place.json("status")["database"].keys() == {"file", "log", "free", "total"}


def test_a_backup_is_made_beside_the_running_monitor(place: Place) -> None:
    with place.daemon() as daemon:
        daemon.wait_for("sent")
        done = place.run("db", "backup", "copy.db")
        again = place.run("db", "backup", "copy.db")
        assert daemon.terminate() == 0

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("copy.db holds a copy of the database: ")
    assert (again.returncode, again.stdout) == (2, "")
    assert "copy.db exists and is left as it is; name another file, or replace it: --force" in again.stderr
    assert place.json("db", "backup", "--force", "copy.db")["bytes"] > 100_000


def test_a_backup_without_room_leaves_nothing(place: Place) -> None:
    place.run("run", "--once")

    done = place.run("db", "backup", "copy.db", most_bytes=100_000)

    assert done.returncode == 1
    assert "the copy failed: " in done.stderr
    assert "disk" in done.stderr
    assert not [path for path in place.folder.iterdir() if "copy" in path.name]


def test_who_goes_back_to_a_backup_loses_nothing_that_waits_and_is_told_nothing_anew(place: Place) -> None:
    old = [Item(title=f"Ceasefire in Ukraine, day {day}", guid=f"day-{day}") for day in range(30)]
    place.run("run", "--once")  # tells of the truce
    place.configure(channels=NOWHERE)
    place.publish(*old, TRUCE)
    place.make_due()
    place.run("run", "--once")
    assert place.run("db", "backup", "copy.db").returncode == 0
    before = read(place, "SELECT state, count(*) FROM delivery GROUP BY state")
    assert sum(count for state, count in before if state != "sent") == 30
    # As if it had been made in the middle of sends and polls.
    held = "lease = 'gone', lease_until = '2999-01-01 00:00:00'"
    write(place, f"UPDATE feed SET {held}; UPDATE delivery SET {held} WHERE state != 'sent';", "copy.db")
    write(place, f"UPDATE delivery SET next_attempt_at = '{LONG_AGO}' WHERE state != 'sent';", "copy.db")
    write(place, "UPDATE channel SET rest_until = NULL, failures = 0;", "copy.db")

    # As docs/how-it-works.md says.
    for name in ("news-monitor.db-wal", "news-monitor.db-shm"):
        (place.folder / name).unlink(missing_ok=True)
    shutil.copyfile(place.folder / "copy.db", place.folder / "news-monitor.db")
    place.configure(channels=CONSOLE)
    place.make_due()
    done = place.run("run", "--once")

    assert done.returncode == 0
    assert done.stdout.count("*Ceasefire* in *Ukraine*, day ") == 30
    assert "agreed" not in done.stdout
    assert read(place, "SELECT state, count(*) FROM delivery GROUP BY state") == [("sent", 31)]
    assert read(place, "SELECT count(*) FROM feed WHERE lease IS NOT NULL") == [(0,)]


def test_prune_takes_out_what_is_old_and_counts_it_before(place: Place) -> None:
    other = Item(title="Snow in Rome", guid="snow", link="https://news.example/snow")
    place.publish(TRUCE, other, Item(title="Rain", guid="rain"))
    place.run("run", "--once")
    place.publish(Item(title="Rain", guid="rain"))
    place.make_due()
    place.run("run", "--once")
    write(
        place,
        f"UPDATE entry SET first_seen_at = '{LONG_AGO}', listed_on = date('now', '-100 days') WHERE title != 'Rain'",
    )
    write(place, f"UPDATE attempt SET attempted_at = '{LONG_AGO}'")

    told = place.run("db", "prune", "--dry-run")
    assert (told.returncode, told.stdout) == (0, "prunable: 1 attempt, 1 entry\n")
    assert read(place, "SELECT count(*) FROM entry") == [(3,)]
    assert place.run("db", "prune").stdout == "pruned: 1 attempt, 1 entry\n"
    assert read(place, "SELECT title FROM entry ORDER BY title") == [
        ("Ceasefire in Ukraine agreed",),
        ("Rain",),
    ]
    assert place.run("db", "prune").stdout.startswith("Nothing to prune: all is kept for as long as [keep]")
    assert place.json("db", "prune")["pruned"]["entries"] == 0
    lost = place.run("explain", "Snow")
    assert lost.returncode == 1
    assert "entries are kept for 180 d ([keep] in the configuration)" in lost.stderr


def test_the_monitor_prunes_by_itself(place: Place) -> None:
    place.publish(TRUCE, Item(title="Snow in Rome", guid="snow"), Item(title="Rain", guid="rain"))
    place.run("run", "--once")
    place.publish(Item(title="Rain", guid="rain"))
    place.make_due()
    write(place, f"UPDATE entry SET first_seen_at = '{LONG_AGO}', listed_on = date('now', '-100 days')")

    done = place.run("run", "--once", "--log-format", "json")

    (event,) = (
        event for line in done.stderr.splitlines() if (event := json.loads(line))["event"] == "pruned"
    )
    assert event["entries"] == 1
    assert read(place, "SELECT title FROM entry ORDER BY title") == [
        ("Ceasefire in Ukraine agreed",),
        ("Rain",),
    ]


def test_on_a_terminal_prune_shows_how_far_it_is(place: Place) -> None:
    place.run("run", "--once")
    code, shown = place.on_terminal("db", "prune")
    assert code == 0
    assert "Nothing to prune" in shown


def test_vacuum_gives_room_back_unless_the_monitor_is_running(place: Place) -> None:
    with place.daemon() as daemon:
        daemon.wait_for("sent")
        busy = place.run("db", "vacuum")
        assert daemon.terminate() == 0
    write(place, "CREATE TABLE waste AS SELECT randomblob(2000000) AS x; DROP TABLE waste;")
    free = place.json("db", "size")["free"]
    done = place.json("db", "vacuum")

    assert (busy.returncode, busy.stdout) == (1, "")
    assert "the monitor is running, and couldn't write meanwhile; stop it first" in busy.stderr
    assert free > 1_000_000
    assert done["before"]["total"] - done["after"]["total"] > 1_000_000
    assert done["after"]["free"] == 0
    assert place.run("db", "vacuum").stdout.startswith("0 B won: ")


def test_export_writes_a_line_for_each_entry_alert_or_delivery(place: Place) -> None:
    place.publish(TRUCE, Item(title="=HYPERLINK(1)", guid="evil", description="Snow\n\nand ice"))
    place.run("run", "--once")

    lines = [json.loads(line) for line in place.run("db", "export").stdout.splitlines()]
    (alert,) = (
        json.loads(line) for line in place.run("db", "export", "--what", "alerts").stdout.splitlines()
    )
    (delivery,) = (
        json.loads(line) for line in place.run("db", "export", "--what", "deliveries").stdout.splitlines()
    )

    titles = {line["title"]: line for line in lines}
    assert titles.keys() == {"Ceasefire in Ukraine agreed", "=HYPERLINK(1)"}
    assert titles["Ceasefire in Ukraine agreed"]["rules"] == ["ukraine-ceasefire"]
    assert (alert["title"], alert["rules"]) == ("Ceasefire in Ukraine agreed", ["ukraine-ceasefire"])
    assert (delivery["state"], delivery["entry"]) == ("sent", alert["entry"])
    assert delivery == place.json("deliveries", "list")[0]
    assert place.run("db", "export", "--since", "0s").stdout == ""


def test_a_table_for_spreadsheets_holds_no_formulas(place: Place) -> None:
    place.publish(TRUCE, Item(title="=HYPERLINK(1)", guid="evil", description="Snow"))
    place.run("run", "--once")

    done = place.run("db", "export", "--format", "csv", "--output", "entries.csv")

    assert (done.returncode, done.stdout) == (0, "entries.csv is written: 2 entries.\n")
    with (place.folder / "entries.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["title"] for row in rows} == {"Ceasefire in Ukraine agreed", "'=HYPERLINK(1)"}
    again = place.run("db", "export", "--output", "entries.csv")
    assert (again.returncode, again.stdout) == (2, "")
    assert "--force" in again.stderr
    nowhere = place.run("db", "export", "--output", "none/entries.csv")
    assert nowhere.returncode == 1
    assert "none/entries.csv can't be written: no such file or directory" in nowhere.stderr
    assert sorted(path.name for path in Path(place.folder).glob("*.csv")) == ["entries.csv"]
