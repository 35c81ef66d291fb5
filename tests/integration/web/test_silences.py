"""Hiding alerts for a time: on the page and by the API."""

from datetime import timedelta

import pytest

from tests.integration.web.conftest import TRUCE, publish
from tests.support.feed_server import FeedServer
from tests.support.ground import Ground, cells, elements, values, words
from tests.support.rss import Item

HOUR = timedelta(hours=1)
DRILL = {"for": "3h", "reason": "a <b>drill</b>"}


def table(ground: Ground, section: str) -> list[str]:
    rows = elements(ground.page("/silences"), f"//section[@aria-labelledby='{section}']//tbody/tr")
    return [cells(row) for row in rows]


def test_without_silences_the_page_says_so(ground: Ground) -> None:
    page = ground.page("/silences")
    assert words(elements(page, "//p[@class='empty']")[0]) == "No silence is in force: all alerts are told."
    assert table(ground, "past") == []


def test_a_silence_is_added_hides_and_is_ended(told: Ground, feed_server: FeedServer) -> None:
    done = told.submit("/silences", rule="truce", feed="", story="", query="", **DRILL)
    assert (done.status_code, done.headers["location"]) == (303, "/silences?done=added")
    (notice,) = elements(told.page("/silences?done=added"), "//*[@role='status']")
    assert words(notice) == "From now on it is hidden."
    later = Item(title="Ukraine ceasefire holds, observers say", guid="later")
    publish(feed_server, "/world.xml", later, TRUCE, title="Example World")
    told.go_on(HOUR * 2)
    assert "observers" not in told.console.getvalue()
    (row,) = table(told, "in-force")
    assert row == "rule truce | a <b>drill</b> | in 1 h | 1 | End"
    (suppressed,) = told.ask("/deliveries", state="suppressed")["items"]
    assert suppressed["detail"] == "silence 1: a <b>drill</b>"
    (action,) = values(told.page("/silences"), "//form[contains(@action, '/end')]/@action")
    assert told.submit(action).headers["location"] == "/silences?done=ended"
    assert table(told, "in-force") == []
    assert len(table(told, "past")) == 1
    assert told.submit(action).headers["location"] == "/silences"


def test_one_whose_time_is_over_is_past(told: Ground) -> None:
    told.submit("/silences", query="flood OR storm", **DRILL)
    assert table(told, "in-force")[0].startswith("what matches flood OR storm")
    told.clock.advance(HOUR * 4)
    assert table(told, "in-force") == []
    assert table(told, "past")[0].startswith("what matches flood OR storm")


def test_alerts_lead_to_the_form_filled_in(told: Ground) -> None:
    (link,) = values(told.page("/alerts?rule=truce"), "//a[.='silence this story']/@href")[:1]
    form = told.page(link.partition("#")[0])
    (story,) = values(form, "//input[@name='story']/@value")
    assert f"story={story}" in link
    assert values(form, "//input[@name='for']/@value") == ["2h"]
    (link,) = values(told.page("/alerts?rule=floods"), "//a[.='silence floods']/@href")
    chosen = elements(told.page(link.partition("#")[0]), "//select[@name='rule']/option[@selected]")
    assert [words(option) for option in chosen] == ["floods"]


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, "rule: name what to hide: a rule, a feed, a story or a query"),
        ({"rule": "truces"}, "rule: there is no rule 'truces'; did you mean 'truce'?"),
        ({"feed": "Nowhere"}, "feed: there is no feed 'Nowhere'; see: news-monitor feeds list"),
        ({"story": "99"}, "story: there is no story 99, and no entry of that number is of one"),
        ({"story": "x"}, "story: must be a number from 1"),
        ({"query": "flood OR"}, "query: column 7: OR has nothing after it"),
        ({"rule": "truce", "for": "soon"}, "for: must be a duration"),
        ({"rule": "truce", "for": ""}, "for: must be longer than nothing, such as 2h"),
        ({"rule": "truce", "for": "40000d"}, "for: must be at most 36500d"),
        ({"rule": "truce", "reason": " "}, "reason: is empty; say why, for those who wonder later"),
    ],
)
def test_a_silence_of_nothing_is_refused_and_what_was_filled_in_stays(
    told: Ground, form: dict[str, str], problem: str
) -> None:
    filled_in = {**DRILL, **form}
    answer = told.submit("/silences", **filled_in)
    assert answer.status_code == 400
    page = told.read(answer)
    assert problem in words(elements(page, "//*[@role='alert']")[0])
    for name, value in filled_in.items():
        assert value.strip() in [
            each.strip() for each in values(page, f"//input[@name='{name}']/@value")
        ] or (words(elements(page, f"//select[@name='{name}']/option[@selected]")[0]) == value)
    assert table(told, "in-force") == []


def test_a_feed_is_named_by_its_title_its_name_or_its_address(told: Ground, feed_server: FeedServer) -> None:
    for feed in ("Example World", "Local & Vocal", feed_server.url("/gazette.xml")):
        assert told.submit("/silences", feed=feed, **DRILL).status_code == 303
    hidden = [row.partition(" | ")[0] for row in table(told, "in-force")]
    assert hidden == [f"feed {feed_server.url('/gazette.xml')}", "feed Local & Vocal", "feed Example World"]


def test_the_api_adds_lists_and_ends_silences(told: Ground) -> None:
    post = told.client.post
    added = post("/api/v1/silences", json={"rule": "floods", "for": "2h", "reason": "a drill"})
    assert added.status_code == 201
    silence = added.json()
    assert silence == {
        "id": 1,
        "created_at": "2026-11-23T12:00:00Z",
        "until": "2026-11-23T14:00:00Z",
        "reason": "a drill",
        "rule": "floods",
        "feed": None,
        "story": None,
        "query": None,
        "ended_at": None,
        "hidden": 0,
        "in_force": True,
    }
    assert told.ask("/silences")["items"] == [silence]
    ended = post("/api/v1/silences/1/end", headers={"content-type": "application/json"})
    assert (ended.status_code, ended.json()["in_force"]) == (200, False)
    assert told.ask("/silences")["items"] == []
    assert [one["id"] for one in told.ask("/silences", all="true")["items"]] == [1]
    assert told.ask("/silences", 400, all="yes")["errors"][0]["name"] == "all"
    gone = post("/api/v1/silences/1/end", json={})
    assert (gone.status_code, gone.json()["detail"]) == (404, "No silence 1 is in force.")


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        ({}, 400, "for"),
        ({"for": "2h", "reason": "x"}, 422, "rule"),
        ({"for": "2h", "reason": "x", "rule": "none"}, 422, "rule"),
        ({"for": "soon", "reason": "x", "rule": "truce"}, 400, "for"),
        ({"for": "0s", "reason": "x", "rule": "truce"}, 422, "for"),
        ({"for": "40000d", "reason": "x", "rule": "truce"}, 422, "for"),
        ({"for": "2h", "reason": "", "rule": "truce"}, 400, "reason"),
        ({"for": "2h", "reason": "x", "story": 0}, 400, "story"),
        ({"for": "2h", "reason": "x", "story": 2**64}, 400, "story"),
        ({"for": "2h", "reason": "x", "query": "("}, 422, "query"),
        ({"for": "2h", "reason": "x", "query": "\x00"}, 400, "query"),
    ],
)
def test_the_api_names_what_is_wrong_with_a_silence(
    told: Ground, body: dict[str, object], status: int, name: str
) -> None:
    answer = told.client.post("/api/v1/silences", json=body)
    assert answer.status_code == status
    assert name in [error["name"] for error in answer.json()["errors"]]
