"""Why did, or didn't, an entry lead to an alert?"""

import pytest

from tests.acceptance.cli.place import RULE, TRUCE, Place
from tests.support.feed_server import Answer
from tests.support.rss import Item


def rules(*tables: str) -> str:
    return "\n".join([RULE.format(channel="console"), *tables])


def lines(place: Place, *arguments: str) -> dict[str, str]:
    """Return what `explain` says of one rule, by the name of the stage."""
    done = place.run("explain", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    stages = (line.strip().partition(":") for line in done.stdout.splitlines() if ":" in line)
    return {name: said.strip() for name, _, said in stages}


def test_an_alert_is_explained_from_the_poll_to_the_attempt(place: Place) -> None:
    place.run("run", "--once")
    said = lines(place, "ceasefire in ukraine")
    assert said["seen"].startswith("first seen ")
    assert said["identity"] == "new: no entry of this feed had its id and its link with its title"
    assert said["ukraine-ceasefire"] == "told"
    assert said["query"] == "holds: ceasefire in the title, Ukraine in the title"
    assert said["channel console"] == "sent"


def test_a_rule_that_does_not_hold_names_the_smallest_clause_that_fails(place: Place) -> None:
    place.configure(
        rules=rules(
            '[[rules]]\nname = "sport"\nquery = "Ukraine (football OR tennis)"\nfull_text = "never"\nchannels = ["console"]',
            '[[rules]]\nname = "war"\nquery = "Ukraine -ceasefire"\nchannels = ["console"]',
        )
    )
    place.run("run", "--once")
    said = lines(place, "ceasefire in ukraine", "--rule", "sport")
    assert said["sport"] == "no match"
    assert said["query"] == (
        "doesn't hold: Ukraine (football OR tennis). football OR tennis isn't there (in title and summary)"
    )
    said = lines(place, "ceasefire in ukraine", "--rule", "war")
    assert (
        said["query"] == "doesn't hold: Ukraine NOT ceasefire. ceasefire is excluded: ceasefire in the title"
    )


def test_a_rule_for_other_feeds_says_which(place: Place) -> None:
    place.publish(Item(title="Markets"), path="/money.xml")
    place.configure(
        "/world.xml",
        "/money.xml",
        rules=rules(
            '[[rules]]\nname = "markets"\nquery = "Ukraine"\nchannels = ["console"]\ntags = ["money"]'
        ),
    )
    money = f'url = "{place.feeds.url("/money.xml")}"'
    place.config.write_text(place.config.read_text().replace(money, f'{money}\ntags = ["money"]'))
    place.run("run", "--once")
    said = lines(place, "ceasefire", "--rule", "markets")
    assert said["markets"] == "not watched"
    assert said["feed"] == "not watched: the rule asks for tags money; the feed has none"


def test_old_news_of_a_first_poll_is_not_told(place: Place) -> None:
    place.config.write_text(place.config.read_text().replace('first_poll = "alert"', 'first_poll = "silent"'))
    place.run("run", "--once")
    said = lines(place, "ceasefire")
    assert said["ukraine-ceasefire"] == "withheld"
    assert said["timing"] == "not told: entries of a feed's first poll are old news (first_poll)"


def test_a_page_that_was_not_read_for_want_of_a_word_is_told_as_such(place: Place) -> None:
    place.configure(rules=rules('[[rules]]\nname = "sport"\nquery = "football"\nchannels = ["console"]'))
    place.run("run", "--once")
    said = lines(place, "ceasefire", "--rule", "sport")
    assert said["full text"] == "not read: title and summary held no word of the query (full_text = auto)"


def test_what_was_published_too_long_before_a_first_poll_is_told_with_the_time(place: Place) -> None:
    place.config.write_text(place.config.read_text().replace('first_poll = "alert"', 'first_poll = "1h"'))
    place.run("run", "--once")
    assert lines(place, "ceasefire")["timing"] == (
        "not told: of a feed's first poll only what was published within 1 h before it is told (first_poll)"
    )


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ('max_age = "1h"', "not told: the entry was older than the rule's max_age"),
        ("not_before = 2999-01-01", "not told: it came before the rule's not_before"),
    ],
)
def test_a_match_that_the_options_of_its_rule_withhold_says_so(
    place: Place, option: str, reason: str
) -> None:
    place.configure(rules=RULE.format(channel="console") + option)
    place.run("run", "--once")
    said = lines(place, "ceasefire")
    assert said["ukraine-ceasefire"] == "withheld"
    assert said["timing"].startswith(reason)


def test_a_delivery_that_failed_shows_its_attempts(place: Place) -> None:
    dead = f'[[channels]]\nname = "console"\nurl = "json://127.0.0.1:{place.feeds.port}/hook"\n'
    place.feeds.script("/hook", Answer(500))
    place.configure(channels=dead)
    place.run("run", "--once")
    done = place.run("explain", "ceasefire")
    waiting = [line.strip() for line in done.stdout.splitlines() if "500" in line]
    assert waiting
    assert all("failed" in line for line in waiting)
    assert "channel console: waiting, tried once, next try" in done.stdout
    assert "  pace:       console rests until " in done.stdout


def test_a_page_that_could_not_be_read_leaves_the_rule_open(place: Place) -> None:
    place.publish(Item(title="Talks on Ukraine", guid="talks", link=place.feeds.url("/talks")))
    place.feeds.script("/talks", Answer(503))
    place.run("run", "--once")
    said = lines(place, "talks on ukraine")
    assert said["ukraine-ceasefire"] == "waiting"
    assert said["full text"].startswith("title and summary leave it open; tried once (http_5xx: ")


def test_a_rule_that_is_newer_than_the_entry_says_so(place: Place) -> None:
    place.configure(rules='[[rules]]\nname = "rain"\nquery = "rain"\nchannels = ["console"]\n')
    place.run("run", "--once")
    place.configure(rules=rules())
    place.run("run", "--once")
    said = lines(place, "ceasefire", "--rule", "ukraine-ceasefire")
    assert said["ukraine-ceasefire"] == "untold"
    assert "this rule didn't exist" in said["query"]
    place.configure(
        rules=RULE.format(channel="console").replace("Ukraine ceasefire", "Ukraine (ceasefire OR truce)")
    )
    place.run("run", "--once")
    said = lines(place, "ceasefire", "--rule", "ukraine-ceasefire")
    assert "this rule didn't exist" in said["query"]


def test_an_entry_is_named_by_link_number_or_title_and_several_are_listed(place: Place) -> None:
    place.publish(TRUCE, Item(title="Ceasefire elsewhere", guid="2"))
    place.run("run", "--once")
    explained = place.json("explain", "https://news.example/truce")
    assert explained["title"] == TRUCE.title
    assert place.json("explain", str(explained["entry"])) == explained
    several = place.run("explain", "ceasefire")
    assert several.returncode == 1
    head, *rows = several.stderr.splitlines()
    assert head == "several entries fit 'ceasefire'; give the number of one:"
    assert [row.rpartition(": ")[2] for row in rows] == ["Ceasefire elsewhere", TRUCE.title]
    nothing = place.run("explain", "https://news.example/none")
    assert nothing.returncode == 1
    assert "no stored entry has the number, link or title" in nothing.stderr
    wrong = place.run("explain", "ceasefire", "--rule", "ukraine-ceasefires")
    assert wrong.returncode == 2
    assert "did you mean 'ukraine-ceasefire'?" in wrong.stderr


def test_a_program_gets_the_tree_of_the_query(place: Place) -> None:
    place.run("run", "--once")
    (rule,) = place.json("explain", "https://news.example/truce")["rules"]
    assert (rule["rule"], rule["fate"], rule["clause"]["holds"]) == ("ukraine-ceasefire", "told", True)
    assert [(part["text"], part["holds"]) for part in rule["clause"]["parts"]] == [
        ("Ukraine", True),
        ("ceasefire", True),
    ]
