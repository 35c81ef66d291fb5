import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acceptance.cli.place import CONSOLE, RULE, Place
from tests.support.feed_server import Answer
from tests.support.sinks import Answer as HookAnswer
from tests.support.sinks import WebhookSink

NO_MONITOR = "No monitor runs: feeds wait for the next news-monitor run, or run --once."
FEED_KEYS = {
    "url",
    "paused_at",
    "name",
    "state",
    "reason",
    "detail",
    "failures",
    "entries",
    "polled_at",
    "succeeded_at",
    "next_poll_at",
    "newest_at",
    "since",
    "silent_since",
    "per_day",
    "reset",
}
STATES = {"pending", "held", "failed", "sent", "dead", "suppressed"}
CHANNEL_KEYS = {"name", "configured", *STATES, "last_sent_at", "last_error", "pace"}


def delay_polls(place: Place, by: timedelta) -> None:
    """Make every feed look as if it had been due for `by`, as it would be were nobody there to poll it."""
    with sqlite3.connect(place.folder / "news-monitor.db") as database:
        due = (datetime.now(UTC) - by).replace(tzinfo=None).isoformat(sep=" ")
        database.execute("UPDATE feed SET next_poll_at = ?", (due,))
    database.close()


def test_before_the_first_start_it_says_what_to_do(place: Place) -> None:
    done = place.run("status")

    assert (done.returncode, done.stdout) == (1, "")
    assert "news-monitor.db" in done.stderr
    assert "start the monitor first: news-monitor run" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (place.folder / "news-monitor.db").exists()


def test_after_a_run_it_shows_feeds_channels_and_totals(place: Place) -> None:
    place.configure("/world.xml", "/broken.xml")
    place.feeds.script("/broken.xml", Answer(503))
    place.run("run", "--once")

    done = place.run("status")

    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    feeds, channels, totals = done.stdout.split("\n\n")
    header, world, broken = feeds.splitlines()
    assert header.split("  ")[0] == "FEED"
    assert world.split()[:4] == ["Example", "World", "ok", "1"]
    assert place.feeds.url("/world.xml") in world
    assert re.search(r"  (now|\d+ s ago) +in 1[5-7] min  ", world)
    assert broken.count(place.feeds.url("/broken.xml")) == 2, "as its name and as its address"
    assert "failing (1 in a row)" in broken
    assert "http_5xx" in broken
    assert "never" in broken
    assert channels.splitlines()[1].split()[:5] == ["console", "0", "0", "1", "0"]
    summary, size, configuration, nobody = totals.splitlines()
    assert summary == (
        "2 feeds (1 ok, 0 new, 1 failing); 1 entry, 1 alert; messages: 0 pending, 1 sent, 0 dead"
    )
    assert re.fullmatch(r"database: \d+ kB", size)
    assert re.fullmatch(r"configuration: as of \w{3} \d\d \d\d:\d\d", configuration)
    assert nobody == NO_MONITOR


def test_a_configuration_with_mistakes_hides_nothing_of_what_is_stored(place: Place) -> None:
    place.run("run", "--once")
    good = place.config.read_text()
    place.config.write_text(good.replace("[monitor]", '[monitor]\npoll_evry = "5m"'))

    done = place.run("status")

    assert done.returncode == 0
    assert "; what stands there now has 1 mistake and is refused:\n  config.toml:" in done.stdout
    assert 'did you mean "poll_every"?' in done.stdout
    assert "Example World" in done.stdout
    assert [one["configured"] for one in place.json("status")["channels"]] == [True]


def test_a_configuration_with_mistakes_and_nothing_stored_tells_the_mistakes(place: Place) -> None:
    place.config.write_text("[monitor]\npoll_evry = '5m'\n")

    done = place.run("status")

    assert (done.returncode, done.stdout) == (2, "")
    assert 'did you mean "poll_every"?' in done.stderr


def test_as_json_it_has_all_of_it_with_times_in_utc(place: Place) -> None:
    place.run("run", "--once")

    status: Any = place.json("status")

    assert set(status) == {
        "checked_at",
        "running",
        "feeds",
        "channels",
        "totals",
        "database",
        "configuration",
        "workers",
        "amiss",
    }
    assert (status["workers"], len(status["amiss"])) == ([], 1)
    assert set(status["configuration"]) == {"since", "tried_at", "changes", "mistakes", "problems"}
    assert status["running"] is True
    (feed,) = status["feeds"]
    assert set(feed) == FEED_KEYS
    assert (feed["name"], feed["state"], feed["reason"], feed["entries"]) == ("Example World", "ok", "ok", 1)
    assert all(feed[key].endswith("+00:00") for key in ("polled_at", "succeeded_at", "next_poll_at"))
    (channel,) = status["channels"]
    assert set(channel) == CHANNEL_KEYS
    assert (channel["name"], channel["configured"], channel["sent"]) == ("console", True, 1)
    assert status["totals"] == {
        "feeds": 1,
        "ok": 1,
        "new": 0,
        "failing": 0,
        "stale": 0,
        "gone": 0,
        "paused": 0,
        "entries": 1,
        "alerts": 1,
        "articles_waiting": 0,
        "articles_failed": 0,
        **dict.fromkeys(STATES, 0),
        "sent": 1,
    }


def test_it_says_when_the_monitor_does_not_seem_to_run(place: Place) -> None:
    place.run("run", "--once")
    delay_polls(place, timedelta(minutes=4))
    assert place.run("status").returncode == 0

    delay_polls(place, timedelta(minutes=6))
    done = place.run("status")

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == (
        "The monitor doesn't seem to run: a feed has been due for 6 min. Start it: news-monitor run"
    )
    assert place.json("status")["running"] is False


def test_it_says_at_once_that_a_stopped_monitor_does_not_run(place: Place) -> None:
    with place.daemon() as daemon:
        daemon.wait_for("sent")
        assert "No monitor runs" not in place.run("status").stdout
        assert daemon.terminate() == 0

    done = place.run("status")

    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, NO_MONITOR)
    assert place.json("status")["amiss"] == [NO_MONITOR]


def test_a_feed_that_is_gone_is_not_waited_for(place: Place) -> None:
    place.configure("/world.xml", "/gone.xml")
    place.feeds.script("/gone.xml", Answer(410))
    place.run("run", "--once")
    with sqlite3.connect(place.folder / "news-monitor.db") as database:
        database.execute("UPDATE feed SET next_poll_at = '2026-01-01' WHERE reason = 'gone'")
    database.close()

    done = place.run("status")

    assert done.returncode == 0
    (gone,) = [line for line in done.stdout.splitlines() if "gone.xml" in line]
    assert "never" in gone


def test_quietly_it_is_a_health_check(place: Place) -> None:
    def quiet() -> tuple[int, str]:
        done = place.run("status", "--quiet")
        return done.returncode, done.stdout + done.stderr

    assert quiet() == (1, "")
    place.run("run", "--once")
    assert quiet() == (0, "")
    delay_polls(place, timedelta(hours=1))
    assert quiet() == (1, "")


def test_it_reads_beside_a_running_monitor(place: Place) -> None:
    with place.daemon() as daemon:
        daemon.wait_for("sent")

        assert place.json("status")["totals"]["sent"] == 1
        assert daemon.terminate() == 0


def test_a_channel_that_left_the_configuration_still_shows(place: Place) -> None:
    place.run("run", "--once")
    place.configure(channels=CONSOLE.replace('"console"', '"screen"'), rules=RULE.format(channel="screen"))

    assert "console (not in the configuration)" in place.run("status").stdout
    assert [(one["name"], one["configured"]) for one in place.json("status")["channels"]] == [
        ("screen", True),
        ("console", False),
    ]


def test_in_a_terminal_names_are_shown_as_they_are_and_never_obeyed(place: Place) -> None:
    place.publish(title="[bold]Loud[/bold] [link=https://evil.example]News[/link] :boom:")
    place.run("run", "--once")

    code, shown = place.on_terminal("status", columns=160)

    assert code == 0
    assert "[bold]Loud[/bold] [link=https://evil.example]News[/link] :boom:" in shown
    assert "\x1b]8" not in shown
    assert "\x1b[32mok" in shown


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colours_where_none_are_wanted(place: Place, name: str, value: str) -> None:
    place.run("run", "--once")

    _, shown = place.on_terminal("status", env={name: value})

    assert "Example World" in shown
    assert "\x1b[3" not in shown


def test_in_a_narrow_terminal_nothing_is_lost(place: Place) -> None:
    place.run("run", "--once")

    _, shown = place.on_terminal("status", columns=60)

    first_column = [re.split("  ", re.sub(r"\x1b\[\d*m", "", line))[0] for line in shown.splitlines()]
    assert place.feeds.url("/world.xml") in "".join(first_column)


def test_in_a_narrow_terminal_an_error_is_shown_to_its_end(place: Place) -> None:
    with WebhookSink() as sink:
        sink.default = HookAnswer(status=400, body=b"the payload was not understood by this server")
        url = sink.url.replace("http", "json", 1)
        place.configure(
            channels=f'[[channels]]\nname = "hook"\nurl = "{url}"\n', rules=RULE.format(channel="hook")
        )
        place.run("run", "--once")
    error = place.json("status")["channels"][0]["last_error"]

    _, shown = place.on_terminal("status", columns=72)

    assert len(error) > 20
    assert [word for word in error.split() if word not in shown] == []


def test_a_reader_that_leaves_early_ends_it_quietly(place: Place) -> None:
    place.run("run", "--once")
    command = f"{sys.executable} -m monitor status --json | true; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(
        ["bash", "-c", command], cwd=place.folder, capture_output=True, text=True, check=True
    )

    assert done.stdout == "141\n"
    assert done.stderr == ""
