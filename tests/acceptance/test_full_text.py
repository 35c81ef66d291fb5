"""The word that a rule waits for stands only in the article."""

import json

from tests.acceptance.conftest import Desk
from tests.support.feed_server import Answer
from tests.support.layouts import Workers
from tests.support.pages import PARAGRAPHS, page
from tests.support.rss import Item

HTML = [("Content-Type", "text/html; charset=utf-8")]
SENTENCE = (
    "Their teams are to begin negotiations toward a *Ceasefire* at once, he wrote, and will start by informing "
    "President Zelensky."
)


def item(desk: Desk, name: str) -> Item:
    return Item(
        title="After phone call with Putin, Trump confirms Ukraine-Russia peace talks will begin",
        guid=name,
        link=desk.feeds.url(f"/{name}"),
        description="The two leaders spoke for more than an hour on Wednesday.",
    )


def read(daemon: Workers, desk: Desk, name: str, event: str = "read") -> None:
    link = desk.feeds.url(f"/{name}")
    daemon.wait_for(event, where=lambda told: told["link"] == link)


def test_a_word_in_the_fifth_paragraph_alerts_once_with_its_sentence(desk: Desk) -> None:
    desk.feeds.script("/talks", Answer(headers=HTML, body=page()))
    around = "Ukraine ceasefire"
    without = [text for text in PARAGRAPHS if "Ceasefire" not in text]
    desk.feeds.script("/markets", Answer(headers=HTML, body=page(without, around=around)))
    desk.publish(item(desk, "old"))
    with desk.start() as daemon:
        daemon.wait_for("baseline")
        with daemon.in_trouble():
            desk.publish(item(desk, "talks"), item(desk, "markets"), item(desk, "old"))
            (mail,) = desk.mail.wait_for(1, timeout=60)
            (slack,) = desk.slack.wait_for(1, timeout=60)
            read(daemon, desk, "talks")
            read(daemon, desk, "markets")
        desk.publish(item(desk, "talks"), item(desk, "markets"))
        desk.polls(daemon)
        assert daemon.terminate() == 0
    (attachment,) = json.loads(slack.body)["attachments"]
    assert attachment["text"].splitlines()[1] == f"> {SENTENCE}"
    assert SENTENCE in " ".join(mail.text("plain").split())
    assert len(desk.slack.requests) == len(desk.mail.mails) == 1
    paths = ("/talks", "/markets", "/robots.txt", "/old")
    assert [len(desk.feeds.requests(path)) for path in paths] == [1, 1, 1, 0]
    requests = {received.path: received for received in desk.feeds.requests()}
    assert (requests["/talks"].header("Accept") or "").startswith("text/html")
    first, second = sorted(requests[path].at for path in ("/talks", "/markets"))
    assert (second - first) * desk.faster >= 2  # seconds, between two pages of one host


def test_a_page_that_can_not_be_read_holds_up_nothing(desk: Desk) -> None:
    desk.feeds.script("/private/talks", Answer(headers=HTML, body=page()))
    desk.feeds.script("/robots.txt", Answer(body=b"User-agent: *\nDisallow: /private/\n"))
    whole = Item(title="Ceasefire in Ukraine", guid="2", link=desk.feeds.url("/private/other"))
    with desk.start() as daemon:
        daemon.wait_for("baseline")
        desk.publish(item(desk, "private/talks"), whole)
        desk.slack.wait_for(1, timeout=60)
        read(daemon, desk, "private/talks", "read failed, given up")
        assert daemon.terminate() == 0
    assert not desk.feeds.requests("/private/talks")
    assert len(desk.slack.requests) == 1


def test_the_alert_comes_when_the_text_has_come_after_a_restart(desk: Desk) -> None:
    desk.feeds.script("/talks", Answer(status=503), Answer(headers=HTML, body=page()))
    with desk.start_one() as daemon:
        daemon.wait_for("baseline")
        desk.publish(item(desk, "talks"))
        read(daemon, desk, "talks", "read failed, will be tried again")
        daemon.kill()
    make_due(desk)
    with desk.start() as daemon:
        desk.slack.wait_for(1, timeout=60)
        daemon.terminate()
    assert len(desk.feeds.requests("/talks")) == 2


def make_due(desk: Desk) -> None:
    """Let the minutes pass that a page waits for its next try."""
    desk.database.write("UPDATE article SET next_attempt_at = '2000-01-01 00:00:00.000000'")
