"""What nobody is to be told of for a time."""

from datetime import datetime

import pytest

from tests.acceptance.cli.place import RULE, TRUCE, Place
from tests.support.rss import Item

DRILL = ("--for", "2h", "--reason", "a drill")
RAIN = Item(title="Ceasefire in Ukraine: rain in Kyiv", guid="rain", link="https://news.example/rain")


def test_a_silence_hides_while_the_monitor_runs_is_listed_and_ended(place: Place) -> None:
    place.configure(rules=RULE.format(channel="console") + 'story = "every"\n')
    place.config.write_text(
        place.config.read_text().replace("[monitor]\n", '[monitor]\npoll_every = "200ms"\n')
    )
    with place.daemon() as monitor:
        monitor.wait_for("sent")
        done = place.run("silence", "add", "--rule", "ukraine-ceasefire", *DRILL)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == (
            "Silence 1 hides rule ukraine-ceasefire; it ends in 2 h, or with: news-monitor silence end 1\n"
        )
        place.publish(TRUCE, RAIN)
        place.await_hidden(1)
        (silence,) = place.json("silence", "list")
        assert (silence["id"], silence["rule"], silence["reason"]) == (1, "ukraine-ceasefire", "a drill")
        assert (silence["hidden"], silence["in_force"]) == (1, True)
        ended = place.run("silence", "end", "1")
        assert (
            ended.stdout
            == "Silence 1 is over: rule ukraine-ceasefire is told again. It has hidden 1 message.\n"
        )
        place.publish(TRUCE, RAIN, Item(title="Ceasefire in Ukraine holds", guid="holds"))
        monitor.wait_for("sent", count=2)
        assert monitor.terminate() == 0
    assert "rain in Kyiv" not in "\n".join(monitor.console)
    hidden = place.run("deliveries", "list", "--state", "suppressed").stdout
    assert "silence 1: a drill" in hidden
    assert "rain in Kyiv" in hidden
    assert "\nukraine-ceasefire: silenced\n" in place.run("explain", "rain in Kyiv").stdout


def test_the_list_says_what_there_is_and_what_was(place: Place) -> None:
    place.run("run", "--once")
    nothing = place.run("silence", "list")
    assert (nothing.returncode, nothing.stderr) == (0, "")
    assert nothing.stdout.startswith("No silence is in force: all alerts are told. To add one: news-monitor")
    place.run("silence", "add", "--feed", "Example World", "--story", "1", *DRILL)
    place.run("silence", "add", "--query", '"peace talks" OR @none', *DRILL)
    added = place.json("silence", "add", "--query", '"peace talks" -sport', *DRILL)
    assert (added["id"], added["query"], added["in_force"]) == (2, '"peace talks" -sport', True)
    assert datetime.fromisoformat(added["until"]) > datetime.fromisoformat(added["created_at"])
    place.run("silence", "end", "1")
    (line,) = place.run("silence", "list").stdout.splitlines()[1:]
    assert line.split()[:6] == ["2", "what", "matches", '"peace', 'talks"', "-sport"]
    assert line.endswith("a drill")
    head, second, first = place.run("silence", "list", "--all").stdout.splitlines()
    assert head.split() == ["SILENCE", "HIDES", "ENDS", "HIDDEN", "REASON"]
    assert "feed Example World and story 1" in first
    assert "ended" in first
    assert "in 2 h" in second
    assert place.run("silence", "end", "1").returncode == 1
    again = place.run("silence", "end", "7")
    assert (again.returncode, again.stderr) == (
        1,
        "no silence 7 is in force; see: news-monitor silence list --all\n",
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "--rule: name what to hide: a rule, a feed, a story or a query"),
        (
            ("--rule", "ukraine-ceasefires"),
            "--rule: there is no rule 'ukraine-ceasefires'; did you mean 'ukraine-ceasefire'?",
        ),
        (
            ("--feed", "https://news.example/"),
            "--feed: there is no feed 'https://news.example/'; see: news-monitor feeds list",
        ),
        (
            ("--query", "talks OR"),
            "--query: column 7: OR has nothing after it; add a word there, remove OR, or write or in small letters for the word",
        ),
        (("--rule", "ukraine-ceasefire", "--for", "0s"), "--for: must be longer than nothing, such as 2h"),
        (
            ("--rule", "ukraine-ceasefire", "--reason", " "),
            "--reason: is empty; say why, for those who wonder later",
        ),
    ],
)
def test_a_silence_of_nothing_is_refused(place: Place, arguments: tuple[str, ...], complaint: str) -> None:
    done = place.run("silence", "add", *DRILL, *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{complaint}\n")


def test_a_story_that_is_none_is_told(place: Place) -> None:
    place.run("run", "--once")
    done = place.run("silence", "add", "--story", "99", *DRILL)
    assert done.returncode == 2
    assert done.stderr == (
        "--story: there is no story 99, and no entry of that number is of one; see: news-monitor stories list\n"
    )
