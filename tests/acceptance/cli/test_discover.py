"""Finding the feeds of a site, through the program and a real server."""

import tomllib

import pytest

from monitor.pipeline.discover import USUAL_PATHS
from tests.acceptance.cli.place import TRUCE, Place
from tests.support.feed_server import Answer, Raw, sends


def page(*links: str, base: str = "") -> Answer:
    head = base + "".join(
        f'<link rel="alternate" type="application/rss+xml" title="x" href="{link}">' for link in links
    )
    return Answer(
        headers=[("Content-Type", "text/html")], body=f"<!DOCTYPE html><head>{head}</head>".encode()
    )


def paths(place: Place) -> list[str]:
    return [received.path for received in place.feeds.requests()]


def test_the_feeds_that_a_page_names_are_proved_and_printed_as_toml(place: Place) -> None:
    place.feeds.script("/blog/", page("news.xml", "/gone.xml", "news.xml#top", base='<base href="/deep/">'))
    place.publish(TRUCE, path="/deep/news.xml", title="Deep News \x1b[2J\n[[rules]]")
    done = place.run("feeds", "discover", place.feeds.url("/blog/"))
    assert done.returncode == 0, done.stderr
    assert tomllib.loads(done.stdout) == {"feeds": [{"url": place.feeds.url("/deep/news.xml")}]}
    assert done.stdout.splitlines()[0] == "# Deep News [2J [[rules]]: 1 entry"
    assert done.stderr == f"{place.feeds.url('/gone.xml')}: the server answered 404 Not Found\n"
    assert paths(place) == ["/blog/", "/deep/news.xml", "/gone.xml", "/deep/news.xml"]


def test_what_is_printed_is_watched_when_it_is_pasted(place: Place) -> None:
    place.publish(TRUCE, path="/feed")
    done = place.run("feeds", "discover", place.feeds.url("/some/page?x=1"))
    assert done.returncode == 0
    place.config.write_text(place.config.read_text() + done.stdout)
    assert "2 feeds" in place.run("check").stdout


def test_a_feed_is_its_own_discovery(place: Place) -> None:
    done = place.json("feeds", "discover", place.feeds.url("/world.xml"))
    assert done == {
        "feeds": [{"url": place.feeds.url("/world.xml"), "title": "Example World", "entries": 1}],
        "failures": [],
    }
    assert paths(place) == ["/world.xml"]


def test_usual_paths_are_tried_one_by_one_until_one_is_a_feed(place: Place) -> None:
    place.feeds.script("/", page())
    place.feeds.script("/feed", page())  # many sites answer everything with a page
    place.feeds.script("/rss.xml", Answer(301, [("Location", "/real.xml")]))
    place.publish(TRUCE, path="/real.xml")
    done = place.json("feeds", "discover", place.feeds.url("/"))
    assert [feed["url"] for feed in done["feeds"]] == [place.feeds.url("/real.xml")]
    assert paths(place) == ["/", "/feed", "/rss", "/rss.xml", "/real.xml"]


def test_a_site_without_a_feed_has_its_news_sitemap(place: Place) -> None:
    news = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        "<url><loc>https://news.example/a</loc><news:news><news:publication_date>2026-11-23T10:00:00Z</news:publication_date>"
        "<news:title>Truce holds</news:title></news:news></url></urlset>"
    )
    place.feeds.script("/", page())
    sitemaps = f"sitemap: {place.feeds.url('/pages.xml')}\nSITEMAP : {place.feeds.url('/news.xml')}\n"
    place.feeds.script("/robots.txt", Answer(body=sitemaps.encode()))
    place.feeds.script("/news.xml", Answer(body=news.encode()))
    done = place.json("feeds", "discover", place.feeds.url("/"))
    assert [(feed["url"], feed["entries"]) for feed in done["feeds"]] == [(place.feeds.url("/news.xml"), 1)]
    assert paths(place)[-3:] == ["/robots.txt", "/news.xml", "/pages.xml"]


def test_a_site_without_a_feed_is_told_after_a_bounded_number_of_requests(place: Place) -> None:
    place.feeds.script("/", page(*(f"/{number}" for number in range(100))))
    sitemaps = "".join(f"Sitemap: {place.feeds.url(f'/s{number}.xml')}\n" for number in range(1_000))
    place.feeds.script("/robots.txt", Answer(body=f"User-agent: *\nDisallow: /\n{sitemaps}".encode()))
    done = place.run("feeds", "discover", place.feeds.url("/"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == f"no feed was found at {place.feeds.url('/')}"
    assert len(paths(place)) == 1 + 10 + len(USUAL_PATHS) + 1 + 5


def test_a_page_that_is_not_there_is_told_and_its_site_searched(place: Place) -> None:
    place.publish(TRUCE, path="/atom.xml")
    done = place.run("feeds", "discover", place.feeds.url("/gone"))
    assert done.returncode == 0
    assert done.stderr == f"{place.feeds.url('/gone')}: the server answered 404 Not Found\n"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (sends(b"garbage\r\n\r\n"), "the answer isn't valid HTTP"),
        (Answer(302, [("Location", "http://169.254.169.254/latest")]), "isn't a public address"),
        (Answer(302, [("Location", "file:///etc/passwd")]), "doesn't start with http:// or https://"),
    ],
)
def test_a_hostile_server_is_a_failure_in_plain_words(place: Place, answer: Answer | Raw, why: str) -> None:
    place.feeds.script("/", answer)
    done = place.run("feeds", "discover", place.feeds.url("/"))
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr


def test_what_a_page_names_on_private_addresses_is_not_asked(place: Place) -> None:
    place.feeds.script("/", page("http://10.0.0.1/feed", "http://[::1]/feed", "file:///etc/passwd"))
    done = place.run("feeds", "discover", place.feeds.url("/"))
    assert done.returncode == 1
    assert "10.0.0.1 isn't a public address" in done.stderr
    assert "file:" not in done.stderr


def test_without_a_configuration_private_addresses_are_refused(place: Place) -> None:
    place.config.unlink()
    done = place.run("feeds", "discover", place.feeds.url("/"))
    assert done.returncode == 1
    assert "isn't a public address" in done.stderr
    assert paths(place) == []


@pytest.mark.parametrize("address", ["ftp://a.example/", "http://", "file:///etc/passwd", "http://[x", "a b"])
def test_an_address_that_is_none_is_wrong_use(place: Place, address: str) -> None:
    done = place.run("feeds", "discover", address)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("the address ")


def test_a_password_in_the_address_is_not_shown(place: Place) -> None:
    done = place.run("feeds", "discover", place.feeds.url("/gone", userinfo="bob:hush-hush"))
    assert done.returncode == 1
    assert "hush" not in done.stdout + done.stderr


def test_a_configured_page_names_its_feeds_in_the_status(place: Place) -> None:
    place.feeds.script("/world.xml", page("/a.xml", "/b.xml"))
    place.run("run", "--once")
    (feed,) = place.json("status")["feeds"]
    assert feed["reason"] == "not_a_feed"
    assert feed["detail"] == (
        "an HTML page, not a feed; it names these feeds, write one of them as url: "
        f"{place.feeds.url('/a.xml')} {place.feeds.url('/b.xml')}"
    )
