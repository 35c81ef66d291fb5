"""How the configured feeds are, each and all."""

import re

import pytest

from tests.acceptance.cli.place import TRUCE, Place
from tests.support.feed_server import Answer
from tests.support.rss import Item, rss


def tag(place: Place, path: str, keys: str) -> None:
    """Add keys to the feed at `path`."""
    url = f'url = "{place.feeds.url(path)}"'
    place.config.write_text(place.config.read_text().replace(url, f"{url}\n{keys}"))


@pytest.fixture
def three(place: Place) -> Place:
    """A good feed, one that fails, and one that is paused after it has been polled."""
    place.configure("/world.xml", "/broken.xml", "/paused.xml")
    tag(place, "/world.xml", 'tags = ["world", "news"]')
    place.feeds.script("/broken.xml", Answer(503))
    place.publish(Item(title="Old"), path="/paused.xml", title="Resting")
    place.run("run", "--once")
    tag(place, "/paused.xml", "enabled = false")
    place.run("run", "--once")
    return place


def test_the_list_shows_every_configured_feed_failing_ones_last(three: Place) -> None:
    done = three.run("feeds", "list")
    assert (done.returncode, done.stderr) == (0, "")
    table, total = done.stdout.split("\n\n")
    head, world, paused, broken = table.splitlines()
    assert head.split() == [
        *(
            "FEED",
            "STATE",
            "TAGS",
            "ENTRIES",
            "NEWEST",
            "LAST",
            "SUCCESS",
            "NEXT",
            "POLL",
            "ADDRESS",
            "DETAIL",
        )
    ]
    assert world.startswith("Example World")
    assert "news, world" in world
    assert "paused" in paused
    assert "  never  " in paused  # is its next poll
    assert "failing (1 in a row)" in broken
    assert "http_5xx: the server answered 503 Service Unavailable" in broken
    assert total == "3 feeds: 1 ok, 1 paused, 1 failing\n"


def test_the_list_is_there_for_programs(three: Place) -> None:
    world, broken, paused = three.json("feeds", "list")
    assert world.keys() == {
        *("url", "name", "tags", "state", "reason", "detail", "failures", "entries"),
        *(
            "polled_at",
            "succeeded_at",
            "newest_at",
            "next_poll_at",
            "since",
            "silent_since",
            "per_day",
            "reset",
            "paused_at",
            "poll_every",
        ),
    }
    assert (world["name"], world["tags"], world["state"], world["entries"]) == (
        "Example World",
        ["news", "world"],
        "ok",
        1,
    )
    assert world["newest_at"] == world["polled_at"]
    assert (broken["state"], broken["reason"], broken["newest_at"]) == ("failing", "http_5xx", None)
    assert (paused["name"], paused["state"], paused["entries"], paused["next_poll_at"]) == (
        "Resting",
        "paused",
        1,
        None,
    )


def test_the_list_can_be_narrowed(three: Place) -> None:
    assert [feed["state"] for feed in three.json("feeds", "list", "--failing")] == ["failing"]
    assert [feed["name"] for feed in three.json("feeds", "list", "--tag", "world")] == ["Example World"]
    assert three.json("feeds", "list", "--tag", "world", "--failing") == []
    assert [feed["name"] for feed in three.json("feeds", "list", "--words", "EXAMPLE world")] == [
        "Example World"
    ]
    done = three.run("feeds", "list", "--tag", "wrold")
    assert (done.returncode, done.stderr) == (2, "there is no tag 'wrold'; did you mean 'world'?\n")


def test_before_the_first_start_there_is_nothing_to_tell(place: Place) -> None:
    done = place.run("feeds", "list")
    assert done.returncode == 1
    assert "start the monitor first" in done.stderr


def test_a_feed_that_was_added_is_new(three: Place) -> None:
    three.config.write_text(
        three.config.read_text() + '[[feeds]]\nurl = "https://new.example/"\nname = "Fresh"\n'
    )
    assert three.json("feeds", "list")[-1]["state"] == "new"
    assert "at the next start" in three.run("feeds", "show", "Fresh").stdout


def test_a_feed_that_is_gone_is_not_polled_again(place: Place) -> None:
    place.feeds.script("/world.xml", Answer(410))
    place.run("run", "--once")
    (feed,) = place.json("feeds", "list", "--failing")
    assert (feed["state"], feed["next_poll_at"]) == ("gone", None)


@pytest.mark.parametrize("by", ["url", "title"])
def test_one_feed_is_shown_with_its_newest_entries(place: Place, by: str) -> None:
    place.publish(*(Item(title=f"Old {number}", guid=str(number)) for number in range(20)), TRUCE)
    place.run("run", "--once")
    which = place.feeds.url("/world.xml") if by == "url" else "Example World"
    done = place.run("feeds", "show", which)
    assert (done.returncode, done.stderr) == (0, "")
    facts, entries, polls = done.stdout.split("\n\n")
    assert facts.splitlines()[:3] == [
        "Name:         Example World",
        f"Address:      {place.feeds.url('/world.xml')}",
        "State:        ok",
    ]
    assert "Entries:      21" in facts
    assert len(entries.splitlines()) == 11
    truce = next(line for line in entries.splitlines() if "Ceasefire" in line)
    assert "ukraine-ceasefire" in truce
    assert "https://news.example/truce" in truce
    assert len(polls.splitlines()) == 2


def test_the_polls_of_a_feed_are_told_in_lines_the_newest_first(place: Place) -> None:
    place.config.write_text(place.config.read_text().replace("[monitor]", '[monitor]\npoll_every = "1s"'))
    old = Answer(body=rss(Item(title="Old", guid="old"), title="World"))
    new = Answer(body=rss(TRUCE, Item(title="B", guid="b"), Item(title="Old", guid="old"), title="World"))
    place.feeds.script("/world.xml", old, old, old, new, Answer(503), Answer(502), new)
    url = place.feeds.url("/world.xml")
    with place.daemon():
        place.feeds.wait_for(8, "/world.xml", timeout=60)
    newest, *lines = (
        re.split(r"  +", line, maxsplit=1)
        for line in place.run("feeds", "show", url).stdout.splitlines()[-5:]
    )
    assert re.fullmatch(r"[A-Z][a-z]{2} \d\d \d\d:\d\d( - .*)?", newest[0])
    assert re.fullmatch(r"ok, nothing new, \d polls?", newest[1])
    assert [what for _, what in lines] == [
        "http_5xx: the server answered 502 Bad Gateway, 2 polls",
        "2 new entries, 1 alert",
        "ok, nothing new, 2 polls",
        "1 entry, the baseline",
    ]
    told = place.json("feeds", "show", url, "--polls", "3")["polls"]
    assert [(run["reason"], run["polls"], run["entries"], run["alerts"]) for run in told[1:]] == [
        ("http_5xx", 2, 0, 0),
        ("ok", 1, 2, 1),
    ]
    assert told[2]["began_at"] == told[2]["ended_at"]
    assert "POLLS" not in place.run("feeds", "show", url, "--polls", "0").stdout


def test_one_feed_is_shown_for_programs(place: Place) -> None:
    place.run("run", "--once")
    shown = place.json("feeds", "show", place.feeds.url("/world.xml"))
    (entry,) = shown["recent"]
    (run,) = shown["polls"]
    assert run.keys() == {
        *("began_at", "ended_at", "reason", "detail", "polls", "entries", "alerts", "baseline")
    }
    assert (shown["state"], shown["entries"]) == ("ok", 1)
    assert entry.keys() == {"id", "title", "link", "published_at", "first_seen_at", "rules"}
    assert entry["rules"] == ["ukraine-ceasefire"]


def test_a_feed_that_is_not_there_and_a_name_of_two_are_wrong_use(place: Place) -> None:
    place.configure("/world.xml", "/second.xml")
    place.publish(path="/second.xml")
    place.run("run", "--once")
    done = place.run("feeds", "show", "Example Wrld")
    assert (done.returncode, done.stderr) == (
        2,
        "there is no feed 'Example Wrld'; did you mean 'Example World'?\n",
    )
    done = place.run("feeds", "show", "Example World")
    assert done.returncode == 2
    assert "2 feeds have the name 'Example World'; give the address: " in done.stderr


def test_headlines_do_not_reach_the_terminal_as_codes(place: Place) -> None:
    place.publish(Item(title="\x9b2J \u202eUkraine ceasefire"), title="A\x1b]0;x\x07B")
    place.run("run", "--once")
    for command in (("list",), ("show", place.feeds.url("/world.xml"))):
        shown = place.run("feeds", *command).stdout
        assert all(character.isprintable() or character == "\n" for character in shown)


def test_secrets_of_a_feed_are_not_shown(place: Place) -> None:
    place.config.write_text(place.config.read_text().replace("/world.xml", "/world.xml?key=${KEY}"))
    place.feeds.script("/world.xml", Answer(500))
    env = {"KEY": "hush-hush"}
    place.run("run", "--once", env=env)
    for command in (("list",), ("show", place.feeds.url("/world.xml?key=hush-hush")), ("list", "--json")):
        done = place.run("feeds", *command, env=env)
        assert done.returncode == 0
        assert "hush" not in done.stdout + done.stderr
        assert "${KEY}" in done.stdout


def test_a_feed_is_polled_again_when_somebody_wants_it(place: Place) -> None:
    place.run("run", "--once")
    url = place.feeds.url("/world.xml")
    done = place.run("feeds", "poll", url)
    assert (done.returncode, done.stdout) == (0, f"{url} is due now\n")
    assert done.stderr == "No monitor runs: feeds wait for the next news-monitor run, or run --once.\n"
    place.run("run", "--once")
    assert len(place.feeds.requests("/world.xml")) == 2


def test_a_running_monitor_polls_a_feed_at_once(place: Place) -> None:
    with place.daemon() as daemon:
        daemon.wait_for("sent")
        url = place.feeds.url("/world.xml")
        done = place.run("feeds", "poll", url)
        assert (done.stdout, done.stderr) == (f"{url} will be polled at once\n", "")


def test_all_feeds_that_fail_are_polled_again_when_somebody_wants_it(place: Place) -> None:
    place.configure("/world.xml", "/broken.xml")
    place.feeds.script("/broken.xml", Answer(500))
    place.run("run", "--once")
    broken = place.feeds.url("/broken.xml")
    assert place.run("feeds", "poll", "--failing").stdout == f"{broken} is due now\n"
    assert place.json("feeds", "poll", "--failing") == {"done": [broken], "refused": []}
    place.publish(path="/broken.xml")
    place.run("run", "--once")
    assert [len(place.feeds.requests(path)) for path in ("/world.xml", "/broken.xml")] == [1, 2]
    done = place.run("feeds", "poll", "--failing")
    assert (done.returncode, done.stdout) == (0, "No feed fails.\n")
    assert place.json("feeds", "poll", "--failing") == {"done": [], "refused": []}


@pytest.mark.parametrize("which", [(), ("Example World", "--failing")])
def test_which_feeds_to_poll_is_said_in_one_way(place: Place, which: tuple[str, ...]) -> None:
    done = place.run("feeds", "poll", *which)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--failing" in done.stderr


def test_a_feed_rests_until_it_is_let_go_on(place: Place) -> None:
    place.run("run", "--once")
    url = place.feeds.url("/world.xml")
    done = place.run("feeds", "pause", "Example World")
    assert (done.returncode, done.stdout) == (0, f"{url} rests\n")
    done = place.run("feeds", "pause", url)
    assert (done.returncode, done.stdout) == (1, f"{url} rests already\n")
    assert place.json("feeds", "list")[0]["state"] == "paused"
    done = place.run("feeds", "poll", url)
    assert (done.returncode, done.stdout) == (1, f"{url} can't be polled now\n")
    place.make_due()
    place.run("run", "--once")
    assert len(place.feeds.requests("/world.xml")) == 1
    assert place.json("feeds", "resume", url) == {"done": [url], "refused": []}
    place.run("run", "--once")
    assert len(place.feeds.requests("/world.xml")) == 2


def test_a_wish_for_a_feed_that_is_not_there_is_wrong_use(place: Place) -> None:
    place.run("run", "--once")
    done = place.run("feeds", "pause", "Exampel World")
    assert (done.returncode, done.stderr) == (
        2,
        "there is no feed 'Exampel World'; did you mean 'Example World'?\n",
    )
