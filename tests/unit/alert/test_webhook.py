"""The JSON of webhooks is as docs/webhook.md has it, and text in it is text."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Alert, Bulletin, MessageFormat, Notice, Occasion
from tests.unit.alert.alerts import PUBLISHED, SEEN, TALKS, alert, rendered
from tests.unit.alert.test_hostile_text import ATTACKS

DOCS = (Path(__file__).parents[3] / "docs" / "webhook.md").read_text()
ALERT, BULLETIN, NOTICE = map(json.loads, re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL))
ENTRY = replace(TALKS, authors=("Ann Lee",), categories=("World",))
TOLD = replace(alert(ENTRY), story=7, outlets=("Gazette",), seen_at=SEEN)


def sent(about: Alert | Bulletin | Notice) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(rendered(about, MessageFormat.WEBHOOK, name="archive").body)
    return message


def test_an_alert_is_as_documented() -> None:
    assert sent(TOLD) == ALERT


def test_a_bulletin_is_as_documented() -> None:
    second = replace(alert(TALKS), id=2)
    bulletin = Bulletin(
        occasion=Occasion.GROUP,
        alerts=(TOLD, second),
        total=2,
        rules={"ukraine-ceasefire": 2},
        since=PUBLISHED,
    )
    message = sent(bulletin)
    assert message.pop("alerts") == [ALERT["alert"], sent(second)["alert"]]
    BULLETIN.pop("alerts")
    assert message == BULLETIN


def test_a_notice_is_as_documented() -> None:
    lines = ("a.example fails", "b.example fails")
    assert sent(Notice(id=1, created_at=SEEN, subject="2 feeds fail", lines=lines)) == NOTICE


def test_every_field_is_explained() -> None:
    explained = " ".join(re.findall(r"`([^`\n]+)`", DOCS))
    for field in (*ALERT, *ALERT["alert"], *BULLETIN, *NOTICE):
        assert re.search(rf"\b{field}\b", explained), field


def test_hits_are_where_they_are_said_to_be() -> None:
    told = ALERT["alert"]
    assert [told["title"][start:end] for start, end in told["title_hits"]] == ["Ukraine", "ceasefire"]
    shown = told["excerpt"]
    assert [shown["text"][start:end] for start, end in shown["hits"]] == ["cease-fire", "Ukraine"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_arrives_as_text(attack: str) -> None:
    entry = replace(
        ENTRY,
        title=f"{attack} truce",
        summary=f"More on {attack}, truce",
        authors=(attack,),
        link=f"https://e.example/{attack}",
    )
    message = sent(alert(entry, feed_name=attack, query="truce"))
    clean = " ".join(
        re.sub(
            "[\x00-\x1f\x7f-\x9f]", " ", re.sub("[\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "", attack)
        ).split()
    )
    assert message["alert"]["title"] == f"{clean} truce"
    assert message["alert"]["excerpt"]["text"] == f"More on {clean}, truce"
    assert message["alert"]["authors"] == message["alert"]["feed"]["name"].split("\n") == [clean]
    assert re.fullmatch(r"https://e\.example/[^\s<>\"']*", message["alert"]["link"])


def test_an_entry_without_anything_has_every_field() -> None:
    message = sent(alert(replace(TALKS, title="", summary="", link=None, published_at=None)))["alert"]
    assert message.keys() == ALERT["alert"].keys()
    assert (message["title"], message["link"], message["published_at"], message["excerpt"]) == (
        "",
        None,
        None,
        None,
    )
