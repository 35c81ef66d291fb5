"""Articles in `run --once` and `status`."""

from tests.acceptance.cli.place import Place
from tests.support.feed_server import Answer
from tests.support.pages import page
from tests.support.rss import Item

PAGE = Answer(headers=[("Content-Type", "text/html")], body=page())


def publish(place: Place, *paths: str) -> None:
    links = [place.feeds.url(path) for path in paths]
    place.publish(*(Item(title=f"Talks on Ukraine, at {link}", guid=link, link=link) for link in links))


def test_once_reads_the_pages_that_are_due_and_delivers_what_they_bring(place: Place) -> None:
    publish(place, "/1", "/2")
    for path in ("/1", "/2"):
        place.feeds.script(path, PAGE)

    done = place.run("run", "--once")

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("*Ceasefire*") == 2
    assert "articles=2" in done.stderr.splitlines()[-1]
    assert "sent=2" in done.stderr.splitlines()[-1]


def test_once_does_not_wait_for_a_host_that_asks_for_time(place: Place) -> None:
    publish(place, "/1", "/2")
    for path in ("/1", "/2"):
        place.feeds.script(path, Answer(429, [("Retry-After", "3600")]))

    done = place.run("run", "--once")

    assert done.returncode == 0, done.stderr
    assert len(place.feeds.requests("/1") + place.feeds.requests("/2")) == 1
    assert "rate_limited" in done.stderr


def test_status_counts_pages_that_wait_and_pages_that_were_given_up(place: Place) -> None:
    publish(place, "/1", "/2")
    place.feeds.script("/1", Answer(410))
    place.feeds.script("/2", Answer(503))
    place.run("run", "--once")

    assert "articles: 1 waiting, 1 not readable" in place.run("status").stdout
    totals = place.json("status")["totals"]
    assert (totals["articles_waiting"], totals["articles_failed"]) == (1, 1)
