import json
import sqlite3
import time
from contextlib import closing

from tests.acceptance.cli.place import RULE, TRUCE, Place
from tests.support.feed_server import SILENT, Answer
from tests.support.waiting import wait_until


def test_once_polls_delivers_and_ends(place: Place) -> None:
    done = place.run("run", "--once")

    assert done.returncode == 0, done.stderr
    assert "*Ceasefire* in *Ukraine* agreed" in done.stdout
    assert " done " in done.stderr.splitlines()[-1]
    assert "sent=1" in done.stderr.splitlines()[-1]


def test_once_ends_with_1_when_a_feed_fails_and_does_the_rest(place: Place) -> None:
    place.configure("/world.xml", "/broken.xml")
    place.feeds.script("/broken.xml", Answer(500))

    done = place.run("run", "--once")

    assert done.returncode == 1
    assert "reason=http_5xx" in done.stderr
    assert "*Ceasefire* in *Ukraine* agreed" in done.stdout


def test_once_ends_with_1_when_a_delivery_fails(place: Place) -> None:
    nobody = place.feeds.url("/hook").replace("http", "json")
    place.configure(
        channels=f'[[channels]]\nname = "hook"\nurl = "{nobody}"\n', rules=RULE.format(channel="hook")
    )

    done = place.run("run", "--once")

    assert done.returncode == 1
    assert "send failed" in done.stderr


def test_the_log_is_json_if_asked_for(place: Place) -> None:
    done = place.run("run", "--once", "--log-format", "json", "--log-level", "debug")

    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"time", "level", "event"} <= set(events[0])
    assert [event["event"] for event in events] == ["baseline", "sent", "pruned", "done"]


def test_the_log_can_be_kept_quiet(place: Place) -> None:
    assert place.run("run", "--once", "--log-level", "warning").stderr == ""


def test_ctrl_c_ends_it_at_once_and_well_while_a_feed_hangs(place: Place) -> None:
    place.feeds.script("/world.xml", SILENT)
    with place.daemon() as daemon:
        place.feeds.wait_for(1)
        begun = time.monotonic()
        code = daemon.interrupt()

        assert (code, time.monotonic() - begun < 10) == (0, True)  # a fetch may take 30 s
        assert [event["event"] for event in daemon.events][-2:] == ["stopping", "stopped"]
        assert daemon.other == []


def states(place: Place) -> list[tuple[str]]:
    with closing(sqlite3.connect(place.folder / "news-monitor.db")) as database:
        return database.execute("SELECT state FROM delivery").fetchall()


def test_work_that_cannot_be_claimed_is_told_once_and_by_the_program_itself(place: Place) -> None:
    with place.daemon() as daemon:
        daemon.wait_for("sent")
        assert wait_until(lambda: states(place) == [("sent",)]), "it is told before it is recorded"
        for table, crew in (("delivery", "deliver"), ("article", "read")):
            with closing(sqlite3.connect(place.folder / "news-monitor.db")) as database, database:
                database.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
            daemon.wait_for(f"{crew} tick failed, will be tried again")

        assert daemon.terminate() == 0
        said = [event["event"] for event in daemon.events if event["level"] == "error"]
        assert said == ["deliver tick failed, will be tried again", "read tick failed, will be tried again"]
        assert daemon.other == []


def test_a_second_daemon_on_one_database_is_refused_in_one_line(place: Place) -> None:
    with place.daemon() as daemon:
        daemon.wait_for("started")

        done = place.run("run")

        assert daemon.terminate() == 0
    assert done.returncode == 1
    assert "news-monitor.db" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_database_that_cannot_be_opened_is_told_in_one_line(place: Place) -> None:
    place.config.write_text(
        place.config.read_text().replace("[monitor]", '[monitor]\ndatabase = "sqlite:///none/such.db"')
    )

    done = place.run("run")

    assert done.returncode == 1
    assert "none/such.db" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_person_is_told_what_runs_and_how_to_stop_it(place: Place) -> None:
    place.publish(TRUCE, title="World")

    code, shown = place.on_terminal("run", "--config", "none.toml")
    assert (code, shown) == (2, "none.toml: there is no such file; write one with: news-monitor init\n")

    place.feeds.script("/world.xml", SILENT)
    code, shown = place.interrupted("run", after="started")
    assert code == 0
    assert "watches 1 feed for 1 rule and tells 1 channel, as config.toml says" in shown.splitlines()[0]
