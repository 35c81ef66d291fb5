"""Stored entries: listed, asked in the query language, and shown one by one."""

import sqlite3
from contextlib import closing

import pytest

from tests.acceptance.cli.place import TRUCE, Place
from tests.support.rss import Item

RAIN = Item(
    title="Rain in Rome floods the Forum",
    guid="rain",
    link="https://gazette.example/2",
    description="<p>The river Tiber rose by two metres.</p>",
)


@pytest.fixture
def told(place: Place) -> Place:
    """Two feeds with an entry each, one of which a rule has matched."""
    place.publish(RAIN, path="/gazette.xml", title="The Gazette")
    place.configure("/world.xml", "/gazette.xml")
    place.run("run", "--once")
    return place


def test_entries_are_listed_with_their_feeds_and_rules(told: Place) -> None:
    done = told.run("entries", "list")
    assert (done.returncode, done.stderr) == (0, "")
    head, *lines, _, summary = done.stdout.splitlines()
    assert head.split() == ["ENTRY", "TITLE", "FEED", "SEEN", "RULES", "LINK"]
    (truce,) = [line for line in lines if TRUCE.title in line]
    assert "Example World" in truce
    assert "ukraine-ceasefire" in truce
    assert summary == "2 entries"
    assert told.run("entries", "list", "--limit", "1").stdout.splitlines()[-1] == (
        "2 entries; these are the newest 1, see --limit and --before"
    )


def test_a_query_finds_entries_and_marks_what_it_found(told: Place) -> None:
    done = told.run("entries", "list", "floods river", "--since", "7d")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:2] == ["Rain in Rome *floods* the Forum", "  The *river* Tiber rose by two metres."]
    assert "The Gazette, now" in lines[2] or "The Gazette, " in lines[2]
    assert lines[3] == f"  {RAIN.link}"
    assert lines[-1].startswith("1 entry since ")
    assert lines[-1].endswith(" matches")


def test_entries_of_a_feed_a_tag_or_a_rule(told: Place) -> None:
    def titles(*options: str) -> list[str]:
        return [entry["title"] for entry in told.json("entries", "list", *options)["entries"]]

    assert titles("--feed", "The Gazette") == [RAIN.title]
    assert titles("--feed", told.feeds.url("/world.xml")) == [TRUCE.title]
    assert titles("--tag", "none") == []
    assert titles("--rule", "ukraine-ceasefire") == [TRUCE.title]
    (story,) = told.json("stories", "list")
    assert titles("--story", str(story["story"])) == [TRUCE.title]
    assert titles("forum", "--rule", "ukraine-ceasefire") == []


def test_the_list_as_json(told: Place) -> None:
    found = told.json("entries", "list", "ceasefires")
    (entry,) = found.pop("entries")
    assert found == {"count": 1, "estimated": False, "looked_at": 1, "candidates": 1, "before": None}
    assert entry.pop("first_seen_at").endswith("+00:00")
    hit = {"field": "title", "start": 0, "end": 9, "term": "ceasefires", "text": "Ceasefire"}
    number = entry.pop("entry")
    assert entry == {
        "feed": told.feeds.url("/world.xml"),
        "title": TRUCE.title,
        "link": TRUCE.link,
        "published_at": "2026-11-23T12:00:00+00:00",
        "hits": [hit],
        "rules": ["ukraine-ceasefire"],
    }
    assert told.json("entries", "show", str(number))["title"] == TRUCE.title


def test_what_is_not_there_is_told(told: Place) -> None:
    done = told.run("entries", "list", "hurricane", "--since", "7d")
    assert done.returncode == 0
    assert done.stdout.startswith("no entry since 20")
    assert done.stdout.endswith(" matches\n")
    wrong = told.run("entries", "list", "(truce")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "column 1: the parenthesis is never closed" in wrong.stderr


def test_with_nothing_stored_the_list_says_so(place: Place) -> None:
    place.feeds.script("/world.xml")
    place.run("run", "--once")
    assert place.run("entries", "list").stdout == "nothing stored yet\n"
    assert place.run("entries", "list", "truce").stdout == "nothing stored yet\n"


def test_an_entry_is_shown_with_all_that_is_stored_of_it(told: Place) -> None:
    done = told.run("entries", "show", "rain in rome")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == RAIN.title
    assert f"  link:       {RAIN.link}" in lines
    assert f"  feed:       The Gazette ({told.feeds.url('/gazette.xml')})" in lines
    assert lines[-2:] == ["summary:", "  The river Tiber rose by two metres."]
    shown = told.json("entries", "show", RAIN.link or "")
    assert (shown["summary"], shown["text"], shown["matches"]) == (
        "The river Tiber rose by two metres.",
        None,
        [],
    )
    truce = told.run("entries", "show", TRUCE.link or "")
    assert "  rules:      ukraine-ceasefire" in truce.stdout.splitlines()


def test_an_entry_that_is_not_there_is_told(told: Place) -> None:
    done = told.run("entries", "show", "4711")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no stored entry has the number, link or title '4711'" in done.stderr


@pytest.mark.parametrize("command", [("list",), ("list", "truce"), ("show", "1")])
def test_before_the_first_start_there_is_nothing_to_look_into(place: Place, command: tuple[str, ...]) -> None:
    done = place.run("entries", *command)
    assert done.returncode == 1
    assert "start the monitor first: news-monitor run" in done.stderr


def test_an_entry_is_found_as_soon_as_the_running_monitor_has_it(place: Place) -> None:
    place.configure("/world.xml")
    with place.daemon() as daemon:
        daemon.wait_for("baseline")
        assert place.json("entries", "list", "ceasefires")["count"] == 1
        assert daemon.terminate() == 0
        assert "never awaited" not in daemon.told()


def test_what_one_run_brought_is_filed_at_its_end(told: Place) -> None:
    with closing(sqlite3.connect(told.folder / "news-monitor.db")) as database:
        assert database.execute("SELECT count(*) FROM search_unfiled").fetchall() == [(0,)]
        found = database.execute("SELECT rowid FROM search_index WHERE search_index MATCH '\"tiber\"'")
        assert len(found.fetchall()) == 1


def test_hostile_text_obeys_nobody(place: Place) -> None:
    place.publish(Item(title="Truce \x9b31m[red]", guid="1"), title="\u202eevil\x85name")
    place.run("run", "--once")
    for command in (("list",), ("list", "truce"), ("show", "1")):
        code, said = place.on_terminal("entries", *command)
        assert code == 0
        assert "\x9b" not in said
        assert "\u202e" not in said
        assert "[red]" in said
