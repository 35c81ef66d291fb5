"""The database brought to a schema, looked through, and moved from SQLite to PostgreSQL and back."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from monitor.model import Secret
from monitor.store.engine import open_engine, read_url
from monitor.store.schema import HEAD, alembic_config
from tests.acceptance.cli.place import CONSOLE, TRUCE, Place
from tests.support.database import Database, empty_database
from tests.support.rss import Item

LONG_AGO = "2001-01-01 12:00:00"
NOWHERE = '[[channels]]\nname = "console"\nurl = "json://127.0.0.1:9/"\n'
DAILY = '[[channels]]\nname = "daily"\nurl = "console:"\ndigest = "0 8 1 1 *"\ndigest_empty = true\n'
GROUPED = '[[channels]]\nname = "grouped"\nurl = "console:"\ngroup_wait = "1d"\n'
ALL = '[[rules]]\nname = "ukraine-ceasefire"\nquery = "Ukraine ceasefire"\nchannels = ["console", "daily", "grouped"]\n'
MONTHS = ("January", "February", "March", "April", "May")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Database]:
    database = empty_database("postgresql", tmp_path)
    yield database
    database.discard()


def use(place: Place, database: str, **tables: str) -> None:
    place.configure(**tables)
    text = place.config.read_text(encoding="utf-8")
    place.config.write_text(
        text.replace("[monitor]", f'[monitor]\ndatabase = "{database}"'), encoding="utf-8"
    )


def write(place: Place, statement: str) -> None:
    with closing(sqlite3.connect(place.folder / "news-monitor.db")) as database, database:
        database.executescript(statement)


def make_older(place: Place, to: str = "0017") -> None:
    engine = open_engine(read_url(Secret(f"sqlite:///{place.folder}/news-monitor.db"), "db"))
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), to)
    engine.dispose()


def states(database: Database) -> dict[str, int]:
    return dict(database.rows("SELECT channel || ' ' || state, count(*) FROM delivery GROUP BY 1"))


def test_who_moves_to_a_server_and_back_is_told_of_all_that_waited_once(
    place: Place, server: Database
) -> None:
    place.run("run", "--once")  # tells of the truce
    place.configure(channels=NOWHERE + DAILY + GROUPED, rules=ALL)
    place.publish(*[Item(title=f"Ceasefire in Ukraine, {month}", guid=month) for month in MONTHS], TRUCE)
    place.make_due()
    place.run("run", "--once")
    assert place.json("db", "check")["sound"]
    held = {"daily held": 5, "grouped held": 5}

    done = place.run("db", "copy", server.url.reveal())

    assert (done.returncode, done.stderr) == (0, "")
    assert f"holds all of sqlite:///{place.folder}/news-monitor.db: " in done.stdout
    assert states(server) == {"console sent": 1, "console failed": 1, "console pending": 4, **held}
    use(place, server.url.reveal(), channels=CONSOLE + DAILY + GROUPED, rules=ALL)
    assert place.run("db", "check").returncode == 0
    server.write(f"UPDATE feed SET next_poll_at = '{LONG_AGO}'; UPDATE channel SET rest_until = NULL")
    server.write(f"UPDATE delivery SET next_attempt_at = '{LONG_AGO}' WHERE state = 'failed'")
    first = place.run("run", "--once")
    assert [first.stdout.count(month) for month in MONTHS] == [1] * 5
    assert "agreed" not in first.stdout
    assert states(server) == {"console sent": 6, **held}

    server.write(f"UPDATE delivery SET next_attempt_at = '{LONG_AGO}' WHERE state = 'held'")
    back = place.json("db", "copy", f"sqlite:///{place.folder}/back.db")
    assert (back["rows"]["delivery"], back["rows"]["timer"], back["running"]) == (16, 1, False)
    use(place, "sqlite:///back.db", channels=CONSOLE + DAILY + GROUPED, rules=ALL)
    together = place.run("run", "--once")
    assert [together.stdout.count(month) for month in MONTHS] == [2] * 5
    assert states(Database("sqlite", f"{place.folder}/back.db")) == {
        "console sent": 6,
        "daily sent": 5,
        "grouped sent": 5,
    }
    assert place.run("run", "--once").stdout == ""
    assert "Ceasefire in Ukraine, *May*" in place.run("entries", "list", "May").stdout


def test_a_copy_beside_the_running_monitor_says_what_it_lacks(place: Place) -> None:
    with place.daemon() as daemon:
        daemon.wait_for("sent")
        done = place.run("db", "copy", "sqlite:///copy.db")
        assert daemon.terminate() == 0
    assert done.returncode == 0
    assert "a monitor is at work on it. What it does from now on is not in the copy" in done.stderr
    assert "to move, stop it first" in done.stderr
    again = place.run("db", "copy", "sqlite:///copy.db")
    assert (again.returncode, again.stdout) == (1, "")
    assert "tables already (alembic_version, alert, article, ...), and is left as it is" in again.stderr


def test_a_database_that_is_not_the_configured_one_is_copied_without_a_configuration(place: Place) -> None:
    place.run("run", "--once")
    place.config.unlink()
    done = place.run("db", "copy", "--from", "sqlite:///news-monitor.db", "sqlite:///copy.db")
    assert (done.returncode, done.stderr) == (0, "")
    assert (place.folder / "copy.db").exists()


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("postgresql://u:geheim@127.0.0.1:9/news", 1, "postgresql://u:***@127.0.0.1:9/news: "),
        ("postgresql://u:${file:word}@127.0.0.1:9/news", 1, "postgresql://u:***@127.0.0.1:9/news: "),
        ("postgres://u:geheim@127.0.0.1/news", 2, "TO_URL: must be an sqlite:/// or postgresql:// address"),
        ("postgresql://u:ge:heim@127.0.0.1/news", 2, "TO_URL: can't be read as a PostgreSQL address"),
        ("postgresql://u:${NO_SUCH}@h/news", 2, "TO_URL: the environment variable NO_SUCH is not set"),
    ],
    ids=["refused", "from a file", "misspelled", "unreadable", "not set"],
)
def test_no_password_of_a_url_is_shown(place: Place, url: str, code: int, said: str) -> None:
    (place.folder / "word").write_text("geheim\n")
    place.run("run", "--once")
    done = place.run("db", "copy", url)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "heim" not in done.stderr


def test_a_migration_is_told_before_it_is_done_and_kept_out_by_the_monitor(place: Place) -> None:
    make_older(place)
    planned = place.run("db", "migrate", "--dry-run")
    refused = place.run("status")
    done = place.run("db", "migrate")
    again = place.run("db", "migrate")

    assert planned.returncode == done.returncode == again.returncode == 0
    steps = planned.stdout.splitlines()[:-2]
    assert steps
    assert steps == done.stdout.splitlines()[:-2]
    assert steps[-1].startswith(f"{HEAD}  ")
    assert f"would be migrated: schema 0017 to schema {HEAD}, in " in planned.stdout
    assert f"\nmigrated: schema 0017 to schema {HEAD}, in " in done.stdout
    assert "Monitors of the version before, with schema 0017, can go on with it" in done.stdout
    assert "migrate it: news-monitor db migrate" in refused.stderr
    assert again.stdout == f"Nothing to do: the database has schema {HEAD}, as this version needs it.\n"
    assert place.json("db", "migrate") == {"from": HEAD, "to": HEAD, "steps": [], "dry_run": False}
    with place.daemon() as daemon:
        daemon.wait_for("sent")
        busy = place.run("db", "migrate")
        assert daemon.terminate() == 0
    assert (busy.returncode, busy.stdout) == (1, "")
    assert "in use by another news-monitor" in busy.stderr


def test_monitors_that_can_not_go_on_are_to_be_stopped_before(place: Place) -> None:
    make_older(place, "0016")
    planned = place.run("db", "migrate", "--dry-run")
    assert "with schema 0016, can't work with it: stop them all first." in planned.stdout


def test_only_a_daemon_or_who_says_so_migrates(place: Place) -> None:
    make_older(place)
    refused = place.run("silence", "add", "--for", "1h", "--rule", "ukraine-ceasefire", "--reason", "a drill")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"has schema 0017, this version of news-monitor needs {HEAD}; migrate it" in refused.stderr
    assert place.run("db", "migrate", "--dry-run").stdout.count("schema 0017") == 2
    assert place.run("run", "--once").returncode == 0
    assert place.json("db", "check")["sound"]


def test_a_database_of_a_newer_version_is_migrated_no_further(place: Place) -> None:
    place.run("db", "migrate")
    write(place, "UPDATE alembic_version SET version_num = '9998'")
    assert "has schema 9998, newer than" not in place.run("status").stderr
    nothing = place.run("db", "migrate")
    assert (nothing.returncode, nothing.stderr) == (0, "")
    assert f"has schema 9998, newer than {HEAD} of this version, which can work with it" in nothing.stdout
    write(place, "UPDATE compatibility SET works_with = '9998'")
    for command_line in (("db", "migrate"), ("run", "--once"), ("status",), ("db", "check")):
        done = place.run(*command_line)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"this version of news-monitor knows up to {HEAD}; install the newer version" in done.stderr


def test_a_check_tells_each_flaw_with_its_place_and_a_way_out(place: Place) -> None:
    place.run("run", "--once")
    assert place.run("db", "check").stdout.startswith(
        f"sqlite:///{place.folder}/news-monitor.db is sound: schema {HEAD}, "
    )
    write(place, f"UPDATE feed SET lease = 'gone', lease_until = '{LONG_AGO}'; DROP INDEX ix_feed_due")

    done = place.run("db", "check")
    assert done.returncode == 1
    assert done.stdout.startswith(
        "missing: index ix_feed_due is not there, and this version needs it; go back"
    )
    assert done.stderr.endswith("is not sound: 1 problem\n")
    write(place, "CREATE INDEX ix_feed_due ON feed (next_poll_at) WHERE active IS 1")
    told = place.json("db", "check")
    assert (told["sound"], told["schema"]) == (False, HEAD)
    assert [(flaw["name"], flaw["place"]) for flaw in told["problems"]] == [("lease", "feed 1")]
    assert told["problems"][0]["advice"] == "start the monitor: it takes it up again"


def test_a_check_changes_nothing_beside_the_running_monitor(place: Place) -> None:
    with place.daemon() as daemon:
        daemon.wait_for("sent")
        done = place.run("db", "check", "--json")
        assert daemon.terminate() == 0
    assert json.loads(done.stdout)["sound"]


def test_on_a_terminal_each_shows_how_far_it_is(place: Place) -> None:
    place.run("run", "--once")
    for arguments, said in (
        (("db", "check"), "is sound"),
        (("db", "copy", "sqlite:///copy.db"), "holds all of"),
        (("db", "migrate"), "Nothing to do"),
    ):
        code, shown = place.on_terminal(*arguments, columns=200)
        assert code == 0
        assert said in shown
