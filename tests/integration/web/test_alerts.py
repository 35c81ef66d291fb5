"""What people and programs see of alerts: the page, the API and the Atom feed."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

from tests.integration.web.conftest import AGREED, TRUCE, configured, publish
from tests.support.feed_server import Answer, FeedServer
from tests.support.ground import Ground, cells, elements, values, words
from tests.support.pages import page as article
from tests.support.rss import Item
from tests.support.sinks import WebhookSink

SCRIPT = "<script>alert(1)</script>"
LATER = Item(title="Ukraine ceasefire: observers arrive", guid="later", link="https://world.example/later")


def headlines(ground: Ground, address: str = "/alerts") -> list[str]:
    return [words(one) for one in elements(ground.page(address), "//li[@class='item']/h3")]


def test_without_alerts_the_page_says_what_will_come(ground: Ground) -> None:
    (empty,) = elements(ground.page("/alerts"), "//p[@class='empty']")
    assert words(empty).startswith("No alert yet.")
    assert ground.ask("/alerts") == {"items": [], "next": None}


def test_alerts_on_one_story_are_one_item_with_its_outlets(told: Ground) -> None:
    items = elements(told.page("/alerts"), "//li[@class='item']")
    assert len(items) == 2
    (story,) = [item for item in items if "Ceasefire" in words(item)]
    (summary,) = elements(story, ".//details/summary")
    assert words(summary).startswith("2 outlets: ")
    assert words(summary).endswith("; 1 more alert")
    assert {"Example World", "The Gazette"} == set(words(summary)[11:].partition(";")[0].split(", "))
    assert sorted(values(story, ".//a[@target='_blank']/@href")) == [AGREED.link, TRUCE.link]
    assert all(value == "noopener noreferrer" for value in values(story, ".//a[@target='_blank']/@rel"))
    assert [words(mark) for mark in elements(story, "./h3/a/mark")] == ["Ceasefire", "Ukraine"]
    assert len(values(story, ".//time/@datetime")) == 2


def test_text_of_a_feed_stays_text(told: Ground) -> None:
    answer = told.client.get("/alerts?rule=floods")
    assert SCRIPT not in answer.text
    page = told.page("/alerts?rule=floods")
    (title,) = elements(page, "//li[@class='item']/h3")
    assert words(title) == f"Flood in KÖLN: 5 < 7 {SCRIPT}"
    assert elements(title, ".//a | .//script") == []  # its link is not one of the web
    assert "javascript:" not in answer.text
    assert "onerror" not in "".join(values(page, "//@*"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rule=truce", 1),
        ("rule=nothing", 0),
        ("feed=The Gazette", 1),
        ("tag=local", 1),
        ("tag=nowhere", 0),
        ("channel=hook", 1),
        ("q=köln closed", 1),
        ("q=köln ukraine", 0),
        ("since=1h", 2),
        ("story=1&rule=", 2),
        ("feed=&q= ", 2),
    ],
)
def test_alerts_are_asked_for_by_what_they_have(told: Ground, query: str, found: int) -> None:
    page = told.page(f"/alerts?{query}")
    assert len(elements(page, "//li[@class='item']")) == found
    if not found:
        assert words(elements(page, "//p[@class='empty']")[0]).startswith("No alert is like this.")
    asked = dict(part.split("=") for part in query.split("&"))
    for name, value in asked.items():
        if value.strip() and name in ("q", "feed"):
            assert values(page, f"//input[@name='{name}']/@value") == [value]
        elif value.strip() and name in ("rule", "tag", "channel", "since"):
            (chosen,) = elements(page, f"//select[@name='{name}']/option[@selected]")
            assert value in (chosen.get("value"), words(chosen))


def test_what_cannot_be_read_is_told_above_the_form(told: Ground) -> None:
    page = told.page("/alerts?since=yesterday&before=x&q=a b c d e f g h i j k", 400)
    (notice,) = elements(page, "//*[@role='alert']")
    assert "since: must be a time" in words(notice)
    assert "before: must be a number" in words(notice)
    assert "q: must have at most 10 words" in words(notice)
    assert elements(page, "//form[@action='/alerts']")


def test_a_story_shows_who_reports_it_and_why(told: Ground) -> None:
    entries = {alert["entry"]: alert["story"] for alert in told.ask("/alerts", rule="truce")["items"]}
    (number,) = set(entries.values())
    for which in entries:
        page = told.page(f"/alerts?story={which}")
        assert values(page, "//h1/text()") == [f"Story {number}"]
        rows = [cells(row) for row in elements(page, "//table/tbody/tr")]
        assert len(rows) == 2
        assert rows[0].endswith(" | the first of the story")
        assert "titles are alike" in rows[1]
        assert values(page, "//a[contains(., 'Silence this story')]/@href") == [
            f"/silences?story={number}#add"
        ]


def test_alerts_of_each_day_are_drawn(told: Ground) -> None:
    bars = values(told.page("/alerts"), "//*[name()='svg'][@class='chart']//*[name()='title']/text()")
    assert (len(bars), bars[-1], bars[-2]) == (14, "Mon 23 Nov: 3", "Sun 22 Nov: 0")
    told.clock.advance(timedelta(hours=11, minutes=30))  # half past midnight in Berlin
    bars = values(
        told.page("/alerts?rule=truce"), "//*[name()='svg'][@class='chart']//*[name()='title']/text()"
    )
    assert (bars[-1], bars[-2]) == ("Tue 24 Nov: 0", "Mon 23 Nov: 2")


def test_older_alerts_are_on_pages_of_their_own(told: Ground, feed_server: FeedServer) -> None:
    many = [Item(title=f"Ukraine ceasefire, report {n}: {'x' * n}", guid=f"{n}") for n in range(60)]
    publish(feed_server, "/world.xml", *many, title="Example World")
    told.go_on(timedelta(hours=2))
    seen: list[str] = []
    address = "/alerts?rule=truce"
    while address:
        page = told.page(address)
        seen += values(page, "//li/@id[starts-with(., 'alert-')]")
        address = "".join(values(page, "//nav[@class='pager']/a[@rel='next']/@href"))
        assert not address or address.startswith("/alerts?rule=truce&before=")
    assert len(seen) == len(set(seen)) == 62


def test_the_page_asks_again_by_itself_but_not_for_the_past(told: Ground) -> None:
    assert values(told.page("/alerts"), "//main/@data-live") == ["15"]
    assert values(told.page("/alerts?before=3"), "//main/@data-live") == []


def test_a_word_that_only_the_article_has_is_shown_in_its_sentence(
    tmp_path: Path, feed_server: FeedServer, hook: WebhookSink
) -> None:
    talks = Item(
        title="Talks on Ukraine", guid="talks", link=feed_server.url("/talks"), description="They spoke."
    )
    feed_server.script("/talks", Answer(headers=[("Content-Type", "text/html")], body=article()))
    config = configured(feed_server, hook).replace('full_text = "never"', 'full_text = "always"')
    with Ground(tmp_path, config) as ground:
        publish(feed_server, "/gazette.xml", talks, title="The Gazette")
        for path in ("/world.xml", "/local.xml"):
            publish(feed_server, path, title="Nothing")
        ground.go_on()
        (item,) = elements(ground.page("/alerts"), "//li[@class='item']")
        title, sentence = [words(one) for one in elements(item, "./h3 | ./p[@class='excerpt'][mark]")]
        assert title == talks.title
        assert "begin negotiations toward a Ceasefire at once" in sentence
        (alert,) = ground.ask("/alerts")["items"]
        assert "The two leaders spoke" in alert["text"]


# -- the API ------------------------------------------------------------------------------------------


def test_the_api_lists_alerts_as_they_are(told: Ground) -> None:
    (flood,) = told.ask("/alerts", rule="floods")["items"]
    assert flood["title"] == f"Flood in KÖLN: 5 < 7 {SCRIPT}"
    assert flood["feed_name"] == "Local & Vocal"
    assert flood["created_at"] == "2026-11-23T12:00:00Z"
    assert {(told["channel"], told["state"]) for told in flood["told"]} == {
        ("desk", "sent"),
        ("hook", "dead"),
    }
    assert flood["matches"][0]["hits"][0] == {"field": "title", "start": 0, "end": 5, "term": "flood"}
    assert told.ask(f"/alerts/{flood['id']}") == flood


def test_the_api_lists_alerts_page_by_page(told: Ground) -> None:
    first = told.ask("/alerts", limit=2)
    rest = told.ask("/alerts", limit=2, before=first["next"])
    assert [one["id"] for one in first["items"] + rest["items"]] == [3, 2, 1]
    assert (first["next"], rest["next"]) == (2, None)


def test_the_api_shows_stories(told: Ground) -> None:
    listed = told.ask("/stories")
    (truce,) = [story for story in listed["items"] if story["rules"] == ["truce"]]
    assert (truce["entries"], set(truce["feeds"])) == (2, {"Example World", "The Gazette"})
    shown = told.ask(f"/stories/{truce['story']}")
    assert [member["decision"]["story"] for member in shown["entries"]] == [None, truce["story"]]
    assert told.ask("/stories", limit=1)["next"] == listed["items"][0]["story"]


@pytest.mark.parametrize("path", ["/alerts/99", "/stories/99"])
def test_what_there_is_not_is_a_problem(told: Ground, path: str) -> None:
    problem = told.ask(path, 404)
    assert "99" in problem["detail"]
    assert told.ask(path.replace("99", "x"), 400)["errors"][0]["name"] == "id"


# -- Atom ---------------------------------------------------------------------------------------------


def atom(ground: Ground, query: str = "") -> Any:
    answer = ground.client.get(f"/alerts.atom{query}")
    assert answer.headers["content-type"] == "application/atom+xml"
    document = feedparser.parse(answer.content)
    assert not document.bozo, document.bozo_exception
    return document


def test_the_feed_of_alerts_is_good_atom(told: Ground) -> None:
    document = atom(told)
    assert document.version == "atom10"
    head = document.feed
    assert (head.id, head.title, head.updated) == (
        "tag:127.0.0.1,2026:alerts",
        "Alerts",
        "2026-11-23T12:00:00Z",
    )
    links = {link.rel: link.href for link in head.links}
    assert links == {"self": f"{told.url}/alerts.atom", "alternate": f"{told.url}/alerts"}
    entries = {entry.id: entry for entry in document.entries}
    assert sorted(entries) == [f"tag:127.0.0.1,2026:alert/{number}" for number in (1, 2, 3)]
    (truce,) = [entry for entry in document.entries if entry.title == TRUCE.title]
    assert (truce.link, truce.author, truce.updated) == (TRUCE.link, "Example World", "2026-11-23T12:00:00Z")
    assert [tag.term for tag in truce.tags] == ["truce"]
    assert (truce.summary_detail.type, truce.summary) == ("text/plain", TRUCE.description)
    (flood,) = [entry for entry in document.entries if entry.author == "Local & Vocal"]
    assert flood.title == f"Flood in KÖLN: 5 < 7 {SCRIPT}"
    assert flood.title_detail.type == "text/plain"
    assert flood.link.startswith(f"{told.url}/alerts#alert-")


def test_each_rule_has_a_feed(told: Ground) -> None:
    document = atom(told, "?rule=floods")
    assert [entry.author for entry in document.entries] == ["Local & Vocal"]
    assert document.feed.id == "tag:127.0.0.1,2026:alerts?rule=floods"
    links = values(told.page("/alerts?rule=floods"), "//link[@type='application/atom+xml']/@href")
    assert links == ["/alerts.atom", "/alerts.atom?rule=floods"]
    assert atom(told, "?rule=none").entries == []


def test_what_a_reader_has_already_is_not_sent_again(told: Ground) -> None:
    first = told.client.get("/alerts.atom")
    assert first.headers["last-modified"] == "Mon, 23 Nov 2026 12:00:00 GMT"
    tag, at = first.headers["etag"], first.headers["last-modified"]
    for known in (
        {"if-none-match": tag},
        {"if-modified-since": at},
        {"if-none-match": tag, "if-modified-since": "x"},
    ):
        again = told.client.get("/alerts.atom", headers=known)
        assert (again.status_code, again.content) == (304, b"")
    for other in (
        {"if-none-match": '"x"', "if-modified-since": at},
        {"if-modified-since": "Mon, 23 Nov 2026 11:59:59 GMT"},
        {"if-modified-since": "yesterday"},
        {"if-modified-since": f"Mon, 23 Nov {'9' * 30} 12:00:00 GMT"},
        {"if-modified-since": "Mon, 23 Nov 2026 12:00:00 -0000"},
    ):
        assert told.client.get("/alerts.atom", headers=other).status_code == 200, other


def test_the_feed_has_the_newest_alerts_and_keeps_their_ids(told: Ground, feed_server: FeedServer) -> None:
    before = {entry.id: entry.updated for entry in atom(told).entries}
    publish(feed_server, "/world.xml", LATER, TRUCE, title="Example World")
    told.go_on(timedelta(hours=2))
    document = atom(told)
    assert document.entries[0].title == LATER.title
    assert document.feed.updated == "2026-11-23T14:00:00Z"
    assert {entry.id: entry.updated for entry in document.entries[1:]} == before


def test_a_monitor_can_watch_the_alerts_of_another(
    told: Ground, tmp_path: Path, feed_server: FeedServer
) -> None:
    config = f"""
[monitor]
first_poll = "alert"
poll_every = "1h"
[web]
listen = "off"
[fetch]
allow_networks = ["127.0.0.0/8"]
[[channels]]
name = "desk"
url = "console:"
[[feeds]]
url = "{told.url}/alerts.atom"
full_text = "never"
[[rules]]
name = "truce"
query = "author:World ceasefire"
channels = ["desk"]
"""
    folder = tmp_path / "other"
    folder.mkdir()
    with Ground(folder, config) as other:
        other.go_on()
        assert other.app.tally.counts["alerts"] == 1
        assert str(TRUCE.link) in other.console.getvalue()
        publish(feed_server, "/world.xml", LATER, TRUCE, title="Example World")
        other.go_on(timedelta(hours=2))  # nothing new there yet: 304
        assert other.app.tally.counts["alerts"] == 1
        told.go_on(timedelta(hours=2))
        other.go_on(timedelta(hours=4))
        assert other.app.tally.counts["failed polls"] == 0
        assert other.app.tally.counts["alerts"] == 2
