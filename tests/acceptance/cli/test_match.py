"""Trying a query: on a text, a feed, and what is stored."""

import subprocess
import sys

import pytest

from tests.acceptance.cli.place import TRUCE, Place
from tests.support.rss import Item

TEXT = "Putin, Trump talk truce: no cease-fire in Ukraine’s east"


def test_a_text_needs_no_configuration_and_is_shown_with_what_matched(place: Place) -> None:
    place.config.unlink()
    done = place.run("match", "Ukraine ceasefire", "--text", TEXT, "--title", "Talks")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Talks",
        "  Putin, Trump talk truce: no *cease-fire* in *Ukraine*’s east",
        "",
        "1 of 1 entry matches",
    ]


def test_no_match_is_exit_code_1_and_a_bad_query_2(place: Place) -> None:
    place.config.unlink()
    missed = place.run("match", "Gaza ceasefire", "--text", TEXT)
    assert (missed.returncode, missed.stdout) == (1, "0 of 1 entry match\n")
    bad = place.run("match", "(Gaza ceasefire", "--text", TEXT)
    assert bad.returncode == 2
    assert bad.stdout == ""
    assert "column 1: the parenthesis is never closed" in bad.stderr


def test_what_a_query_hardly_means_is_told_beside_what_it_finds(place: Place) -> None:
    done = place.run("match", "Ukraine or Gaza", "--text", TEXT)
    assert (done.returncode, done.stdout) == (1, "0 of 1 entry match\n")
    assert done.stderr.startswith('note: column 9 of the query: "or"')


def test_a_text_is_read_as_a_summary_is_without_its_html(place: Place) -> None:
    html = '<p class="center">Truce <b>in</b> Kyiv</p><script>center()</script>'
    assert place.run("match", "center", "--text", html).returncode == 1
    assert place.run("match", '"truce in Kyiv"', "--text", html).returncode == 0


def test_a_text_comes_from_a_file_or_from_stdin_in_full_length(place: Place) -> None:
    long = "Nothing new. " * 5_000 + "Then a ceasefire."
    (place.folder / "article.txt").write_text(long)
    done = place.run("match", "ceasefire", "--file", "article.txt")
    assert done.returncode == 0
    assert "Then a *ceasefire*." in done.stdout
    piped = subprocess.run(
        [sys.executable, "-m", "monitor", "match", "ceasefire", "-"],
        cwd=place.folder,
        input=long,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (piped.returncode, piped.stdout) == (0, done.stdout)
    missing = place.run("match", "ceasefire", "--file", "nothing.txt")
    assert (missing.returncode, missing.stderr) == (2, "nothing.txt: no such file or directory\n")


@pytest.mark.parametrize("language", ["ru", "none"])
def test_the_language_decides_on_inflected_forms(place: Place, language: str) -> None:
    done = place.run("match", "перемирие", "--language", language, "--text", "Условия перемирия")
    assert done.returncode == (0 if language == "ru" else 1)


def test_a_feed_is_fetched_and_looked_through(place: Place) -> None:
    place.publish(TRUCE, Item(title="Rain"))
    found = place.json("match", "Ukraine ceasefire", "--feed", place.feeds.url("/world.xml"))
    assert (found["looked_at"], found["matched"]) == (2, 1)
    (entry,) = found["entries"]
    assert (entry["title"], entry["feed"]) == (TRUCE.title, "Example World")
    assert [(hit["field"], hit["term"], hit["text"]) for hit in entry["hits"]] == [
        ("title", "ceasefire", "Ceasefire"),
        ("title", "Ukraine", "Ukraine"),
    ]


def test_a_feed_that_cannot_be_read_says_why(place: Place) -> None:
    done = place.run("match", "truce", "--feed", place.feeds.url("/nothing.xml"))
    assert done.returncode == 2
    assert "the server answered 404" in done.stderr


def test_stored_entries_are_looked_through_the_newest_first(place: Place) -> None:
    place.publish(Item(title="Old truce", guid="1"), Item(title="Rain", guid="2"))
    place.run("run", "--once")
    place.publish(Item(title="New truce", guid="3"), Item(title="Old truce", guid="1"))
    place.make_due()
    place.run("run", "--once")
    done = place.run("match", "truce")
    assert done.returncode == 0
    assert [line for line in done.stdout.splitlines() if not line.startswith(" ")] == [
        "New *truce*",
        "",
        "Old *truce*",
        "",
        "2 of 3 entries match",
    ]
    assert "1 of 3" not in done.stdout
    assert "these are the last 1" in place.run("match", "truce", "--limit", "1").stdout
    assert place.run("match", "truce", "--since", "0s").returncode == 1


def test_a_time_that_is_none_is_told(place: Place) -> None:
    done = place.run("match", "truce", "--since", "week")
    assert done.returncode == 2
    assert 'must be a duration such as "15m"' in done.stderr


def test_groups_are_those_of_the_configuration(place: Place) -> None:
    text = place.config.read_text().replace("[fetch]", '[groups]\nweapons = ["missile*", "drone"]\n\n[fetch]')
    place.config.write_text(text)
    assert place.run("match", "@weapons", "--text", "Missiles over Odesa").returncode == 0
    assert place.run("match", "@weapons", "--text", "Talks in Odesa").returncode == 1


def test_a_terminal_shows_what_matched_in_bold_and_obeys_nothing_in_the_text(place: Place) -> None:
    code, said = place.on_terminal("match", "truce", "--text", "A truce \x1b[2J holds")
    assert code == 0
    assert "\x1b[1;33mtruce\x1b[0m" in said
    assert "\x1b[2J" not in said
