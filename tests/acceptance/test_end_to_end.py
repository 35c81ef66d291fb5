"""The whole program as its users meet it: processes, a feed, Slack and a mailbox."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.acceptance.conftest import Desk, only_on
from tests.support.feed_server import Answer as FeedAnswer
from tests.support.layouts import Layout
from tests.support.mail_page import Page
from tests.support.rss import Item, rss
from tests.support.sinks import Answer

TALKS = Item(
    title="Ukraine and Russia agree to talks on a ceasefire",
    guid="https://news.example/world/Talks-1",
    link="https://news.example/world/talks-1",
    description="<p>Envoys of <b>Ukraine</b> &amp; Russia meet on Monday. A cease-fire is on the table.</p>",
)
MAIL_ALONE = 'channels = ["mail"]\nstory = "every"'
SAME_AGAIN = {
    "unchanged": TALKS,
    "guid in another case": replace(TALKS, guid="HTTPS://NEWS.EXAMPLE/world/TALKS-1 "),
    "another guid on the same link": replace(TALKS, guid="9f2c-reissued"),
    "tracking parameters in the link": replace(
        TALKS, guid="reissued again", link="http://www.news.example/world/talks-1?utm_source=rss&fbclid=x#top"
    ),
    "no guid": replace(TALKS, guid=None),
    "an edited headline": replace(TALKS, title="Ukraine, Russia agree to ceasefire talks"),
}


def test_news_reaches_slack_and_mailbox_exactly_once(desk: Desk) -> None:
    with desk.start() as daemon:
        (baseline,) = daemon.wait_for("baseline")
        assert (baseline["entries"], baseline["alerts"]) == (3, 0)
        with daemon.in_trouble():
            desk.publish(TALKS)
            (mail,) = desk.mail.wait_for(1, timeout=60)
            (slack,) = desk.slack.wait_for(1, timeout=60)
            daemon.wait_for("sent", count=2)

        for served in SAME_AGAIN.values():
            desk.publish(served)
            desk.polls(daemon)
        assert daemon.terminate() == 0
    assert_slack(slack.path, json.loads(slack.body))
    assert_mail(mail.message["Subject"], mail.text("plain"), mail.text("html"))
    assert (mail.sender, mail.recipients) == ("monitor@example.org", ("desk@example.org",))

    with desk.start() as daemon:
        desk.publish(TALKS)
        desk.polls(daemon)
        desk.publish(replace(TALKS, guid="after the restart"))
        desk.polls(daemon)
        assert daemon.terminate() == 0
        assert "baseline" not in {event["event"] for event in daemon.logged()}
    assert len(desk.slack.requests) == 1
    assert len(desk.mail.mails) == 1


def assert_slack(path: str, payload: dict[str, Any]) -> None:
    assert path == "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    assert payload["channel"] == "#desk"
    (attachment,) = payload["attachments"]
    assert not attachment.get("title")
    assert attachment["text"] == (
        "*<https://news.example/world/talks-1|Ukraine and Russia agree to talks on a ceasefire>*\n"
        "> Envoys of *Ukraine* &amp; Russia meet on Monday. A *cease-fire* is on the table.\n"
        "ukraine-ceasefire: Example World, published 2026-11-23 13:00 CET"
    )


def assert_mail(subject: str, text: str, html: str) -> None:
    assert subject == "ukraine-ceasefire: Ukraine and Russia agree to talks on a ceasefire"
    assert text.replace("\r\n", "\n") == (
        "Ukraine and Russia agree to talks on a ceasefire\n"
        "https://news.example/world/talks-1\n\n"
        "Envoys of *Ukraine* & Russia meet on Monday. A *cease-fire* is on the\ntable.\n\n"
        "ukraine-ceasefire: Example World, published 2026-11-23 13:00 CET"
    )
    page = Page(html)
    assert set(page.links) == {"https://news.example/world/talks-1"}
    assert page.marked == ["Ukraine", "ceasefire", "Ukraine", "cease-fire"]
    assert "Envoys of Ukraine & Russia meet on Monday. A cease-fire is on the table." in page.lines
    assert "<script" not in html
    assert "src=" not in html


def test_a_restart_neither_repeats_nor_hastens_a_poll(desk: Desk) -> None:
    hourly = desk.feeds.url("/hourly.xml")
    desk.feeds.script("/hourly.xml", FeedAnswer(body=rss(TALKS)))
    desk.config.write_text(f'{desk.config.read_text()}\n[[feeds]]\nurl = "{hourly}"\npoll_every = "1h"\n')
    with desk.start_one() as daemon:
        daemon.wait_for("baseline", where=lambda event: event["feed"] == hourly)
        assert daemon.terminate() == 0
    with desk.start() as daemon:
        desk.polls(daemon, 3)  # of the other feed, which is due each second
        assert daemon.terminate() == 0
    assert len(desk.feeds.requests("/hourly.xml")) == 1


def test_killed_between_commit_and_send_the_message_still_arrives(desk: Desk) -> None:
    with desk.start_one() as daemon:
        daemon.wait_for("baseline")
        daemon.terminate()
    desk.publish(TALKS)
    with desk.start_one("tests.support.die_before_send") as daemon:
        daemon.wait_until_killed()
    assert desk.database.rows("SELECT state, attempts FROM delivery") == [("pending", 0)] * 2
    assert (desk.slack.requests, desk.mail.mails) == ([], [])

    with desk.start() as daemon:
        daemon.wait_for("sent", count=2)
        desk.polls(daemon)
        assert daemon.terminate() == 0
    assert len(desk.slack.requests) == 1
    assert len(desk.mail.mails) == 1


def test_killed_between_send_and_record_only_that_message_comes_twice(desk: Desk) -> None:
    desk.config.write_text(desk.config.read_text().replace('channels = ["desk", "mail"]', MAIL_ALONE))
    with desk.start_one() as daemon:
        daemon.wait_for("baseline")
        daemon.terminate()
    desk.publish(*[replace(TALKS, title=f"{TALKS.title} {n}", guid=f"{n}", link=None) for n in "12345"])
    with desk.start_one("tests.support.die_after_send", "3") as daemon:
        daemon.wait_until_killed()
    assert len(desk.mail.mails) == 3

    with desk.start() as daemon:
        daemon.wait_for("sent", count=3)
        desk.polls(daemon)
        assert daemon.terminate() == 0
    subjects = [mail.message["Subject"].rpartition(" ")[2] for mail in desk.mail.mails]
    assert subjects == ["1", "2", "3", "3", "4", "5"]


def test_a_webhook_that_fails_three_times_gets_its_message_once_and_the_mail_is_not_repeated(
    desk: Desk,
) -> None:
    desk.slack.script(*[Answer(status=500, body=b"oops")] * 3)
    with desk.start() as daemon:
        daemon.wait_for("baseline")
        with daemon.in_trouble():
            desk.publish(TALKS)
            (sent,) = daemon.wait_for("sent", where=lambda event: event["channel"] == "desk")
        assert sent["attempt"] == 4
        desk.polls(daemon)
        assert daemon.terminate() == 0
        retried = daemon.wait_for("send failed, will be tried again", count=3)
        assert {event["channel"] for event in retried} == {"desk"}
        assert "500" in retried[0]["detail"]
    assert len(desk.slack.requests) == 4
    assert len({request.body for request in desk.slack.requests}) == 1
    assert len(desk.mail.mails) == 1


@pytest.mark.parametrize("answer", [Answer(status=404, body=b"no_service"), Answer(drop=True)])
def test_a_dead_webhook_neither_stops_nor_repeats_the_mail(desk: Desk, answer: Answer) -> None:
    desk.slack.default = answer
    with desk.start() as daemon:
        daemon.wait_for("baseline")
        desk.publish(TALKS)
        desk.mail.wait_for(1, timeout=60)
        more = Item(title="Ceasefire: Ukraine names its envoy", guid="2", link="https://news.example/world/2")
        desk.publish(more, TALKS)
        desk.mail.wait_for(2, timeout=60)
        daemon.wait_for("sent", count=2, where=lambda event: event["channel"] == "mail")
        desk.polls(daemon)
        daemon.terminate()
    assert [mail.message["Subject"].partition(": ")[2] for mail in desk.mail.mails] == [
        TALKS.title,
        more.title,
    ]


@only_on(Layout.SQLITE)  # what is told of channels has nothing to do with the database
def test_no_secret_reaches_log_or_console(desk: Desk) -> None:
    desk.slack.script(Answer(status=500))
    with desk.start() as daemon:
        daemon.wait_for("baseline")
        desk.publish(TALKS)
        daemon.wait_for("sent", count=2)
        daemon.terminate()
        said = daemon.told()
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in said
    assert "A1BRTD4JD" not in said
