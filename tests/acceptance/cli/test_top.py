"""`top`, in a real terminal."""

import re

from monitor.cli.top import spark
from tests.acceptance.cli.place import TRUCE, Place
from tests.support.rss import Item

QUAKE = Item(title="Ukraine ceasefire \x1b[31mholds", guid="holds", link="https://news.example/holds")


def test_it_shows_the_last_alerts_the_channels_and_what_is_unwell_and_q_ends_it(place: Place) -> None:
    place.publish(TRUCE)
    place.configure("/world.xml", "/gone.xml")
    place.run("run", "--once")

    code, shown = place.pressed("q", "top", after=str(TRUCE.title))

    assert code == 0
    assert "No monitor runs" in shown
    assert "2 feeds (1 ok, 0 new, 1 failing)" in shown
    assert "/gone.xml" in shown
    assert re.search(r"console +0 +0 +1 +0", shown)
    assert "ukraine-ceasefire" in shown
    assert shown.endswith("\x1b[?25h\x1b[?1049l"), "the screen of before is back, with its cursor"


def test_what_comes_meanwhile_is_shown_and_obeys_no_headline(place: Place) -> None:
    place.publish(TRUCE)
    place.configure()
    place.run("run", "--once")

    def more_comes() -> None:
        place.publish(QUAKE, TRUCE)
        place.make_due()
        assert place.run("run", "--once").returncode == 0

    code, shown = place.pressed("q", "top", after="31mholds", meanwhile=more_comes)

    assert code == 0
    assert "\x1b[31mholds" not in shown


def test_ctrl_c_ends_it_well(place: Place) -> None:
    place.publish(TRUCE)
    place.configure()
    place.run("run", "--once")

    assert place.interrupted("top", after=str(TRUCE.title))[0] == 0


def test_without_a_terminal_it_prints_once_and_ends(place: Place) -> None:
    place.publish(TRUCE)
    place.configure()
    place.run("run", "--once")

    done = place.run("top")

    assert done.returncode == 0
    assert str(TRUCE.title) in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_it_says_how_many_entries_of_first_polls_it_leaves_out(place: Place) -> None:
    place.publish(TRUCE)
    place.configure()
    place.run("run", "--once")

    assert re.search("entries an hour ▁{24} 0 in 24 h, without 1 of first polls\n", place.run("top").stdout)


def test_it_says_that_there_is_no_database_yet(place: Place) -> None:
    place.configure()

    done = place.run("top")

    assert done.returncode == 1
    assert "news-monitor run" in done.stderr


def test_a_line_of_blocks_is_low_for_nothing_and_high_for_the_most() -> None:
    assert spark([0, 1, 50, 100]) == "▁▂▅█"
    assert spark([0, 0]) == "▁▁"
    assert spark([]) == ""
