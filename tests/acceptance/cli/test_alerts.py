"""What was found, and who was told."""

import pytest

from tests.acceptance.cli.place import TRUCE, Place
from tests.support.rss import Item

GAZETTE = Item(
    title="Ceasefire agreed in Ukraine",
    guid="gazette",
    link="https://gazette.example/1",
    description="A \x9b31m ceasefire, in Kyiv.",
)
RULE = '[[rules]]\nname = "{name}"\nquery = "{query}"\nchannels = ["console"]\nstory = "every"\nfull_text = "never"\n'


@pytest.fixture
def told(place: Place) -> Place:
    """Two feeds that have reported a truce, each told by one rule, the second by another as well."""
    place.publish(GAZETTE, path="/gazette.xml", title="The Gazette")
    rules = RULE.format(name="truce", query="Ukraine ceasefire") + RULE.format(name="kyiv", query="Kyiv")
    place.configure("/world.xml", "/gazette.xml", rules=rules)
    place.run("run", "--once")
    return place


def test_alerts_are_listed_with_rules_outlets_and_who_was_told(told: Place) -> None:
    done = told.run("alerts", "list")
    assert (done.returncode, done.stderr) == (0, "")
    head, *lines, blank, total = done.stdout.splitlines()
    assert head.split() == ["ALERT", "HEADLINE", "RULES", "ALERTED", "OUTLETS", "TOLD", "FEED"]
    (gazette,) = [line for line in lines if "The Gazette" in line]
    assert [part.strip() for part in gazette.split("  ") if part.strip()][1:3] == [
        GAZETTE.title,
        "kyiv, truce",
    ]
    assert gazette.endswith("  2        console sent  The Gazette")
    assert (blank, total) == ("", "2 alerts")
    assert told.run("alerts", "list", "--limit", "1").stdout.endswith("1 alert; more: --limit NUMBER\n")
    for wish in (
        ("--rule", "kyiv"),
        ("--feed", "The Gazette"),
        ("--words", "agreed CEASEFIRE kyiv"),
        ("--channel", "console", "--limit", "1"),
    ):
        (alert,) = told.json("alerts", "list", *wish)
        assert alert["title"] == GAZETTE.title
    assert told.json("alerts", "list", "--since", "1h", "--words", "snow") == []
    assert len(told.json("alerts", "list", "--story", str(told.json("stories", "list")[0]["story"]))) == 2
    assert told.json("alerts", "list", "--story", "99") == []


def test_one_alert_is_shown_with_the_words_that_matched(told: Place) -> None:
    (alert,) = told.json("alerts", "list", "--rule", "kyiv")
    done = told.run("alerts", "show", str(alert["id"]))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "*Ceasefire* agreed in *Ukraine*"
    assert lines[1].endswith("*ceasefire*, in *Kyiv*.")
    assert lines[2] == f"  {GAZETTE.link}"
    assert "\x9b" not in done.stdout
    facts = dict(line.split(":", 1) for line in lines[4:] if line)
    assert facts["rules"].strip() == "kyiv, truce"
    assert facts["feed"].strip().startswith("The Gazette (http://127.0.0.1")
    assert facts["console"].strip().startswith("sent ")
    assert facts["why"].strip() == f"news-monitor explain {alert['entry']}"


def test_what_there_is_not_is_told(told: Place) -> None:
    nothing = told.run("alerts", "list", "--words", "snow")
    assert nothing.stdout == "There is no such alert. What rules would find: news-monitor backtest\n"
    for wrong, near in (
        (("--rule", "truces"), "'truce'"),
        (("--tag", "world"), "there is no tag 'world'"),
        (("--channel", "consol"), "'console'"),
    ):
        done = told.run("alerts", "list", *wrong)
        assert (done.returncode, done.stdout) == (2, "")
        assert near in done.stderr
    gone = told.run("alerts", "show", "99")
    assert (gone.returncode, gone.stderr) == (1, "there is no alert 99; see: news-monitor alerts list\n")


def test_before_the_first_start_there_is_nothing_to_look_into(place: Place) -> None:
    for command in (("list",), ("show", "1")):
        early = place.run("alerts", *command)
        assert early.returncode == 1
        assert "start the monitor first: news-monitor run" in early.stderr


def test_the_newest_alert_stands_first(told: Place) -> None:
    numbers = [alert["id"] for alert in told.json("alerts", "list")]
    assert numbers == sorted(numbers, reverse=True)
    assert TRUCE.title in {alert["title"] for alert in told.json("alerts", "list")}
