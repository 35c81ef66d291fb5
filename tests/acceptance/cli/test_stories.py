"""Events that several feeds report: the list, the timeline, and what explain says of them."""

import pytest

from tests.acceptance.cli.place import CONSOLE, RULE, TRUCE, Place
from tests.support.feed_server import Answer
from tests.support.pages import page
from tests.support.rss import Item

GAZETTE = Item(title="Ceasefire agreed in Ukraine", guid="gazette", link="https://gazette.example/1")
RAIN = Item(title="Rain in Rome floods the Forum", guid="rain", link="https://gazette.example/2")
FERRY_7 = Item(title="Ferry sinks off Paros killing 7 tourists", guid="7", link="https://a.example/7")
FERRY_27 = Item(title="Ferry sinks off Paros killing 27 tourists", guid="27", link="https://b.example/27")


@pytest.fixture
def told(place: Place) -> Place:
    """Two feeds that have reported the truce, of which one alert was sent."""
    place.publish(GAZETTE, RAIN, path="/gazette.xml", title="The Gazette")
    place.configure("/world.xml", "/gazette.xml")
    done = place.run("run", "--once")
    assert done.stdout.count("ukraine-ceasefire: ") == 1
    return place


def test_stories_are_listed_with_their_feeds_and_rules(told: Place) -> None:
    done = told.run("stories", "list")
    assert (done.returncode, done.stderr) == (0, "")
    head, line, _, summary = done.stdout.splitlines()
    assert head.split() == ["STORY", "TITLE", "BEGAN", "FEEDS", "ENTRIES", "RULES", "REPORTED", "BY"]
    assert line.startswith("1 ")
    assert "  2      2        ukraine-ceasefire  Example World, The Gazette" in line
    assert summary == "1 story"


def test_the_list_as_json(told: Place) -> None:
    (story,) = told.json("stories", "list", "--since", "1h")
    assert story.pop("began_at").endswith("+00:00")
    assert story == {
        "story": 1,
        "title": TRUCE.title,
        "link": TRUCE.link,
        "feeds": ["Example World", "The Gazette"],
        "entries": 2,
        "rules": ["ukraine-ceasefire"],
    }


def test_a_story_is_shown_by_the_number_of_any_of_its_entries(told: Place) -> None:
    shown = told.run("stories", "show", "2")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert told.json("stories", "show", "2") == told.json("stories", "show", "1")
    lines = shown.stdout.splitlines()
    assert lines[:3] == [TRUCE.title, f"  {TRUCE.link}", "  story 1"]
    assert "the first" in lines[5]
    assert "Example World" in lines[5]
    assert "titles are alike (" in lines[6]
    assert "ukraine-ceasefire: told before" in lines[6]
    assert "https://gazette.example/1" in lines[6]


def test_the_timeline_as_json(told: Place) -> None:
    first, second = told.json("stories", "show", "1")["entries"]
    assert (first["entry"], first["decision"]["story"]) == (1, None)
    assert (second["decision"]["story"], second["decision"]["nearest"]["ground"]) == (1, "title")
    assert 0.58 <= second["decision"]["nearest"]["title"] <= 1
    assert second["matches"] == [{"rule": "ukraine-ceasefire", "withheld": "story", "progress": None}]


def test_explain_says_where_an_entry_stands_in_its_story(told: Place) -> None:
    first = told.run("explain", "1").stdout
    assert "story:      the first of story 1; other feeds that report it: 1" in first
    second = told.run("explain", "2").stdout
    assert "story:      joined story 1 as its entry 2, because titles are alike (" in second
    assert "ukraine-ceasefire: withheld" in second
    assert "story:      not told: the rule had told of its story before (story = once)" in second
    assert "story" not in told.run("explain", "rain in rome").stdout


def test_explain_names_what_kept_two_stories_apart(place: Place) -> None:
    place.publish(FERRY_7, path="/a.xml")
    place.publish(FERRY_27, path="/b.xml")
    rule = '[[rules]]\nname = "ferry"\nquery = "ferry"\nchannels = ["console"]\n'
    place.configure("/a.xml", "/b.xml", rules=rule)
    place.run("run", "--once")
    said = place.run("explain", "2").stdout
    assert "story:      the first of story 2" in said
    assert "not one with story 1, though titles are alike (" in said
    assert "numbers differ: 27 / 7" in said


def test_an_update_is_named_in_the_message_and_explained(place: Place) -> None:
    missing = Item(title=f"{FERRY_7.title}, 30 hurt", guid="30", link="https://b.example/30")
    place.publish(FERRY_7, path="/a.xml")
    place.publish(missing, path="/b.xml", title="The Gazette")
    rule = '[[rules]]\nname = "ferry"\nquery = "ferry"\nchannels = ["console"]\nstory = "updates"\n'
    place.configure("/a.xml", "/b.xml", rules=rule)
    sent = place.run("run", "--once").stdout
    assert "update: new numbers; also reported by Example World" in sent
    said = place.run("explain", "2").stdout
    assert "story:      told before; this is an update: new numbers" in said
    assert "ferry: update" in place.run("stories", "show", "1").stdout


def test_one_article_behind_two_short_links_is_told_once(place: Place) -> None:
    titles = {"/a": "Talks on Ukraine", "/b": "Delegations from Ukraine and Russia meet again in Geneva"}
    for path, title in titles.items():
        item = Item(title=title, guid=path, link=place.feeds.url(f"/short{path}"))
        place.publish(item, path=f"{path}.xml", title=f"Feed {path}")
        place.feeds.script(f"/short{path}", Answer(302, [("Location", f"/article?utm_source={path}")]))
    place.feeds.script("/article", Answer(headers=[("Content-Type", "text/html")], body=page()))
    place.configure("/a.xml", "/b.xml")
    done = place.run("run", "--once")
    assert "articles=2" in done.stderr
    assert done.stdout.count("ukraine-ceasefire: ") == 1
    (story,) = place.json("stories", "list")
    assert story["feeds"] == ["Feed /a", "Feed /b"]
    assert "because it has the same link" in place.run("explain", "2").stdout


def test_without_stories_the_list_is_empty(place: Place) -> None:
    place.publish(RAIN)
    place.run("run", "--once")
    assert place.run("stories", "list").stdout == "0 stories\n"
    assert place.json("stories", "list") == []


def test_a_number_that_is_of_no_story_is_told(told: Place) -> None:
    for number in ("3", "4711"):
        done = told.run("stories", "show", number)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            f"there is no story {number}, and no entry of that number is of one; see: news-monitor stories list\n"
        )
    assert told.run("stories", "show", "99999999999999999999").returncode == 2


@pytest.mark.parametrize("command", [("list",), ("show", "1")])
def test_before_the_first_start_there_is_nothing_to_look_into(place: Place, command: tuple[str, ...]) -> None:
    done = place.run("stories", *command)
    assert done.returncode == 1
    assert "start the monitor first: news-monitor run" in done.stderr


def test_a_story_of_hostile_text_obeys_nobody(place: Place) -> None:
    place.publish(Item(title="Ceasefire in Ukraine \x9b31m[red]", guid="1"), title="\u202eevil\x85name")
    place.configure(channels=CONSOLE, rules=RULE.format(channel="console"))
    place.run("run", "--once")
    for command in (("list",), ("show", "1")):
        said = place.run("stories", *command).stdout
        assert "[red]" in said
        assert not {"\x9b", "\u202e", "\x85"} & set(said)
