"""Feeds that are asked, read or left alone in their own way."""

from tests.acceptance.cli.place import Place
from tests.support.feed_server import Answer


def add_to_feed(place: Place, keys: str) -> None:
    text = place.config.read_text(encoding="utf-8")
    place.config.write_text(text.replace("[[rules]]", f"{keys}\n[[rules]]"), encoding="utf-8")


def test_a_feed_behind_a_login_in_an_undeclared_encoding_is_read(place: Place) -> None:
    body = "<rss version='2.0'><channel><title>Вісті</title><item><title>Ukraine: ceasefire, перемир’я</title></item></channel></rss>"
    place.feeds.script("/world.xml", Answer(body=body.encode("cp1251")))
    add_to_feed(
        place, 'auth = { basic = "bob:${PW}" }\nheaders = { X-Key = "${KEY}" }\nencoding = "windows-1251"'
    )
    secrets = {"PW": "hush-hush", "KEY": "key-key-key"}
    done = place.run("run", "--once", "--log-level", "debug", env=secrets)
    assert done.returncode == 0, done.stderr
    assert "*Ukraine*: *ceasefire*, перемир’я" in done.stdout
    (seen,) = place.feeds.requests("/world.xml")
    assert seen.header("X-Key") == "key-key-key"
    assert (seen.header("Authorization") or "").startswith("Basic ")
    assert "hush" not in done.stderr + done.stdout
    assert "key-key" not in done.stderr + done.stdout


def test_a_feed_that_is_not_enabled_is_left_alone_and_keeps_its_history(place: Place) -> None:
    assert place.run("run", "--once").returncode == 0
    text = place.config.read_text(encoding="utf-8")
    add_to_feed(place, "enabled = false")
    assert place.run("run", "--once").returncode == 0
    assert [feed["state"] for feed in place.json("status")["feeds"]] == ["paused"]
    assert "1 paused" in place.run("status").stdout
    place.config.write_text(text, encoding="utf-8")
    again = place.run("run", "--once")
    assert "ceasefire" not in again.stdout.lower()
    (feed,) = place.json("status")["feeds"]
    assert feed["entries"] == 1
    assert len(place.feeds.requests("/world.xml")) == 1  # it came back, and is due later
