"""What was sent, waits or was given up, and again: on the page and by the API."""

from datetime import timedelta

import pytest

from tests.support.ground import Ground, cells, elements, values, words
from tests.support.sinks import Answer as Reply
from tests.support.sinks import WebhookSink


def tabs(ground: Ground, address: str = "/deliveries") -> dict[str, int]:
    found = [words(tab).split() for tab in elements(ground.page(address), "//nav[@class='tabs']/a")]
    return {name: int(number) for name, number in found if number != "0"}


def rows(ground: Ground, address: str) -> list[str]:
    return [cells(row) for row in elements(ground.page(address), "//tbody/tr")]


def test_without_deliveries_the_page_says_what_will_come(ground: Ground) -> None:
    page = ground.page("/deliveries")
    assert words(elements(page, "//p[@class='empty']")[0]).startswith("Nothing was told so far")
    assert tabs(ground) == {}
    assert words(elements(ground.page("/deliveries/retry"), "//main")[0]).startswith(
        "Send again Nothing was given up."
    )


def test_they_are_shown_by_state_with_why_and_all_tries(told: Ground) -> None:
    assert tabs(told) == {"all": 4, "dead": 1, "sent": 3}
    (dead,) = elements(told.page("/deliveries?state=dead"), "//tbody/tr")
    said = words(dead)
    for part in ("Flood in KÖLN", "<script>", "floods", "dead", "hook", "1 try", "refused", "no such hook"):
        assert part in said
    assert elements(dead, ".//script") == []
    assert len(rows(told, "/deliveries?channel=desk")) == 3
    assert len(rows(told, "/deliveries?rule=truce&since=1h")) == 2
    assert tabs(told, "/deliveries?channel=desk") == {"all": 3, "sent": 3}
    assert rows(told, "/deliveries?rule=none") == []
    page = told.page("/deliveries?state=lost", 400)
    assert "state: must be one of" in words(elements(page, "//*[@role='alert']")[0])


def test_one_that_was_given_up_is_sent_again(told: Ground, hook: WebhookSink) -> None:
    hook.default = Reply()
    (form,) = elements(told.page("/deliveries"), "//tbody//form")
    (number,) = values(form, "./input[@name='id']/@value")
    done = told.submit(str(form.get("action")), id=number)
    assert (done.status_code, done.headers["location"]) == (303, "/deliveries?done=1")
    (notice,) = elements(told.page("/deliveries?done=1"), "//*[@role='status']")
    assert words(notice) == "1 delivery will be sent again, now."
    assert tabs(told) == {"all": 4, "pending": 1, "sent": 3}
    told.go_on(timedelta(seconds=1))
    assert tabs(told) == {"all": 4, "sent": 4}
    again = told.submit("/deliveries/retry", id=number)
    assert again.headers["location"] == "/deliveries?done=0"
    (notice,) = elements(told.page("/deliveries?done=0"), "//*[@role='status']")
    assert words(notice).startswith("Nothing to send again")


def test_all_that_was_given_up_is_sent_again_after_a_question(told: Ground, hook: WebhookSink) -> None:
    (link,) = values(told.page("/deliveries?channel=hook"), "//main//a[contains(., 'given up')]/@href")
    page = told.page(link)
    assert "1 delivery was given up in hook." in words(elements(page, "//main")[0])
    assert tabs(told)["dead"] == 1  # looking changes nothing
    assert told.submit("/deliveries/retry", channel="nobody").headers["location"] == "/deliveries?done=0"
    assert told.submit("/deliveries/retry", channel="hook").headers["location"] == "/deliveries?done=1"
    assert tabs(told) == {"all": 4, "pending": 1, "sent": 3}


@pytest.mark.parametrize("form", [{"id": "x"}, {"id": "0"}, {"id": "9" * 30}])
def test_what_is_no_number_is_not_sent_again(told: Ground, form: dict[str, str]) -> None:
    assert told.submit("/deliveries/retry", **form).status_code == 400


@pytest.mark.parametrize("done", ["", "x", "-1", "9" * 20, "<script>", "٣"])
def test_the_address_has_no_say_in_the_notice(told: Ground, done: str) -> None:
    page = told.page(f"/deliveries?done={done}")
    assert elements(page, "//*[@role='status']") == []


def test_the_api_lists_deliveries_and_their_tries(told: Ground) -> None:
    dead = told.ask("/deliveries", state="dead")["items"]
    assert [(one["channel"], one["rules"], one["state"], one["attempts"]) for one in dead] == [
        ("hook", ["floods"], "dead", 1)
    ]
    (attempt,) = told.ask(f"/deliveries/{dead[0]['id']}/attempts")["attempts"]
    assert (attempt["status"], attempt["attempted_at"]) == ("refused", "2026-11-23T12:00:00Z")
    assert "no such hook" in attempt["detail"]
    assert told.ask("/deliveries/99/attempts") == {"attempts": []}
    first = told.ask("/deliveries", limit=3)
    rest = told.ask("/deliveries", limit=3, before=first["next"])
    assert [one["id"] for one in first["items"] + rest["items"]] == [4, 3, 2, 1]
    assert rest["next"] is None


def test_the_api_sends_again(told: Ground) -> None:
    def post(body: object, status: int) -> dict[str, object]:
        answer = told.client.post("/api/v1/deliveries/retry", json=body)
        assert answer.status_code == status, answer.text
        found: dict[str, object] = answer.json()
        return found

    (dead,) = [one["id"] for one in told.ask("/deliveries", state="dead")["items"]]
    assert post({"numbers": [dead, 99]}, 200) == {"retried": [dead], "left": [99]}
    assert post({"dead": True, "channel": "hook"}, 200) == {"retried": [], "left": []}
    assert post({"dead": True, "channel": "nobody"}, 404)["detail"] == "There is no such channel."
    unreadable: list[object] = [{"numbers": [2**63]}, {"numbers": "x"}, {"numbers": ["1"]}, [], 7]
    for body in [*unreadable, {"dead": True, "chanel": "hook"}]:
        assert post(body, 400)["errors"]
    for body in ({}, {"numbers": [1], "dead": True}, {"channel": "hook"}):
        assert post(body, 422)["errors"]
