"""What people and programs see of feeds, and what they may wish of them."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.web.conftest import publish
from tests.support.feed_server import Answer, FeedServer
from tests.support.ground import Ground, elements, values, words
from tests.support.rss import Item

NEWS = Item(title="Ukraine ceasefire: observers arrive", guid="later", link="https://world.example/later")
HOUR = timedelta(hours=1, minutes=10)


def names(ground: Ground, address: str = "/feeds") -> list[str]:
    return [words(one) for one in elements(ground.page(address), "//tbody//th/a")]


def url_of(ground: Ground, name: str) -> str:
    found = ground.ask("/feeds", q=name)["items"]
    (url,) = [str(feed["url"]) for feed in found if feed["name"] == name]
    return url


def test_the_list_shows_each_feed_the_unwell_first_and_says_why(told: Ground) -> None:
    assert names(told) == ["Broken Times", "Example World", "The Gazette", "Local & Vocal"]
    (row,) = [row for row in elements(told.page("/feeds"), "//tbody/tr") if "Broken Times" in words(row)]
    assert "failing" in words(row)
    assert "http_4xx: the server answered 404 Not Found" in words(row)
    assert [feed["state"] for feed in told.ask("/feeds")["items"]] == ["ok", "ok", "ok", "failing"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=unwell", ["Broken Times"]),
        ("state=ok&tag=local", ["Local & Vocal"]),
        ("q=GAZETTE", ["The Gazette"]),
        ("q=nothing", []),
        ("state=new", []),
    ],
)
def test_the_list_can_be_narrowed(told: Ground, query: str, found: list[str]) -> None:
    assert names(told, f"/feeds?{query}") == found
    asked: dict[str, Any] = dict(part.split("=") for part in query.split("&"))
    assert [feed["name"] for feed in told.ask("/feeds", **asked)["items"]] == found


def test_a_state_that_is_none_is_told(told: Ground) -> None:
    page = told.page("/feeds?state=fine")
    assert words(elements(page, "//p[@role='alert']")[0]).startswith("state must be one of ok, ")
    problem = told.ask("/feeds", 400, state="fine")
    assert problem["errors"][0]["name"] == "state"


def test_the_list_comes_in_parts(told: Ground) -> None:
    first = told.ask("/feeds", limit=3)
    assert (len(first["items"]), first["next"]) == (3, 3)
    rest = told.ask("/feeds", limit=3, after=first["next"])
    assert ([feed["name"] for feed in rest["items"]], rest["next"]) == (["Broken Times"], None)


def test_one_feed_is_shown_with_its_entries_and_polls(told: Ground) -> None:
    url = url_of(told, "The Gazette")
    page = told.page(f"/feeds/show?url={url}")
    assert words(elements(page, "//h1")[0]) == "The Gazette ok"
    entries = values(page, "//section[@aria-labelledby='newest']//h3/a/@href")
    assert sorted(entries) == ["https://gazette.example/agreed", "https://gazette.example/rain"]
    shown = told.ask("/feeds/show", url=url)
    assert shown["feed"]["name"] == "The Gazette"
    assert len(shown["recent"]) == 2
    assert shown["polls"][0]["entries"] == 2


def test_a_feed_that_is_not_configured_is_not_there(told: Ground) -> None:
    told.page("/feeds/show?url=https://evil.example/", 404)
    told.ask("/feeds/show", 404, url="https://evil.example/")
    assert told.submit("/feeds/poll", url="https://evil.example/").status_code == 404


def test_a_feed_is_polled_at_once_when_somebody_wants_it(told: Ground, feed_server: FeedServer) -> None:
    publish(feed_server, "/world.xml", NEWS, title="Example World")
    told.go_on()
    assert told.ask("/alerts", q="observers")["items"] == []
    answer = told.submit("/feeds/poll", url=url_of(told, "Example World"))
    assert answer.status_code == 303
    page = told.page(answer.headers["location"])
    assert words(elements(page, "//p[@role='status']")[0]) == "It is polled now."
    told.go_on()
    assert len(told.ask("/alerts", q="observers")["items"]) == 1


def test_a_feed_rests_until_it_is_let_go_on_and_then_tells_what_it_missed(
    told: Ground, feed_server: FeedServer
) -> None:
    url = url_of(told, "Example World")
    told.submit("/feeds/pause", url=url)
    publish(feed_server, "/world.xml", NEWS, title="Example World")
    before = len(feed_server.requests("/world.xml"))
    told.go_on(HOUR)
    told.go_on(HOUR)
    assert len(feed_server.requests("/world.xml")) == before
    shown = told.ask("/feeds/show", url=url)["feed"]
    assert (shown["state"], shown["next_poll_at"]) == ("paused", None)
    assert shown["paused_at"]
    assert "paused" in words(told.page(f"/feeds/show?url={url}"))
    refused = told.client.post("/api/v1/feeds/poll", json={"urls": [url]}).json()
    assert refused == {"done": [], "refused": [url]}
    granted = told.client.post("/api/v1/feeds/resume", json={"urls": [url]}).json()
    assert granted == {"done": [url], "refused": []}
    told.go_on()
    assert len(told.ask("/alerts", q="observers")["items"]) == 1


def test_the_first_page_says_how_many_entries_of_first_polls_it_leaves_out(told: Ground) -> None:
    (caption,) = elements(told.page("/"), "//figcaption[contains(., 'an hour')]")
    assert re.search(r"an hour; without \d+ of first polls", words(caption))
    told.go_on(30 * HOUR)
    (caption,) = elements(told.page("/"), "//figcaption[contains(., 'an hour')]")
    assert "first polls" not in words(caption)


def test_a_resting_feed_is_neither_late_nor_unwell(told: Ground) -> None:
    told.submit("/feeds/pause", url=url_of(told, "Broken Times"))
    told.go_on(HOUR)
    page = told.page("/")
    assert "All feeds are well." in words(page)
    assert elements(page, "//p[@role='alert']") == []


def test_a_feed_whose_server_asks_for_patience_is_left_alone(told: Ground, feed_server: FeedServer) -> None:
    feed_server.script("/world.xml", Answer(429, [("Retry-After", "7200")]))
    told.go_on(HOUR)
    answer = told.submit("/feeds/poll", url=url_of(told, "Example World"))
    page = told.page(answer.headers["location"])
    assert "its server asked for patience" in words(elements(page, "//p[@role='status']")[0])


def test_a_message_of_the_address_bar_is_never_shown(told: Ground) -> None:
    url = url_of(told, "Example World")
    page = told.page(f"/feeds/show?url={url}&done=Your+account+is+closed")
    assert elements(page, "//p[@role='status']") == []
