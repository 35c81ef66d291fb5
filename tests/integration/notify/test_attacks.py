"""The whole list of attacks, in every field of an entry, through each service: what arrives there does nothing."""

import asyncio
import io
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from monitor.alert import render
from monitor.model import Alert, Entry, Hit, Match, Message, SendStatus, TextField
from monitor.notify import Notifier
from tests.integration.notify.conftest import channel, play_homeserver
from tests.integration.notify.test_chats import DISCORD, ROOM
from tests.integration.notify.test_slack import URL as SLACK
from tests.support.mail_page import Page
from tests.support.sinks import Answer, SmtpSink, WebhookSink
from tests.unit.alert.test_hostile_text import ATTACKS

MORE = [
    "@everyone @here <@1> <@&1> <#1> <t:1> </start:1> :smile: ||spoiler||",
    '<at>boss@corp.example</at> <at id="0">Boss</at>',
    "{{DATE(2017-02-14T06:00:00Z, SHORT)}} ${title} @{triggerBody()}",
    "/start@bot /stop #tag $CASH tg://user?id=1",
    "@room @bob:example.org https://matrix.to/#/@bob:example.org",
    "</b></a></i><a href='https://evil.example'>bank.example</a>",
    "</mark></p><p>&lt;b&gt; &#60;b&#62; &amp;lt;b&amp;gt;",
    "- item",
    "1. item",
    "-# small",
    "> quoted",
    "\x1b]52;c;aGk=\x07 \x9b31m",
    "a\r\nTo: victim@example.org\r\n\r\n.\r\nMAIL FROM:<x@example.org>",
    "a\u2028Bcc: victim@example.org",
    "<!channel> <!here|x> <https://evil.example|bank.example>",
    "[bank.example](https://evil.example) **[x](<https://evil.example>)**",
]
EVERY = [*ATTACKS, *MORE]
LINK = "https://news.example/"
TELEGRAM = "tgram://123456789:abcdefghijklmnopqrstuvwxyzABCDE_fgh/12345"
TEAMS = "workflows://prod-1.westus.logic.azure.com/643e69f83c8944438d68119179a10a64/T_-eNH4yAjaJnBDbtDYK1cGaM3rjpeKk"
NOW = datetime(2026, 11, 23, 9, 41, tzinfo=UTC)
WORD = "truce"


def attacked(attack: str) -> Alert:
    entry = Entry(
        title=f"{attack} {WORD}",
        summary=f"{attack} {WORD} {attack}",
        link=f"{LINK}{attack}",
        authors=(attack,),
        categories=(attack,),
        published_at=NOW,
    )
    at = len(attack) + 1
    hits = tuple(Hit(field, at, at + len(WORD)) for field in (TextField.TITLE, TextField.SUMMARY))
    return Alert(
        id=1,
        entry=entry,
        feed_url="https://news.example/rss",
        feed_name=attack,
        matches=(Match("truce", hits),),
        created_at=NOW,
        outlets=(attack,),
        story=1,
    )


def send_all(url: str) -> list[Message]:
    """Send each attack through one channel, as the program does."""

    async def go() -> list[Message]:
        it = channel("it", url)
        notifier = Notifier([it], console=io.StringIO())
        messages = [render(attacked(attack), it, UTC) for attack in EVERY]
        for attack, message in zip(EVERY, messages, strict=True):
            assert (await notifier.send("it", message)).status is SendStatus.SENT, attack
        await notifier.close()
        return messages

    return asyncio.run(go())


def payloads(sink: WebhookSink) -> list[dict[str, Any]]:
    """Return what arrived, one for each attack."""
    found = [json.loads(request.body) for request in sink.requests]
    assert len(found) == len(EVERY)
    assert "\ufffd" not in json.dumps(found, ensure_ascii=False)
    return found


def without_links(text: str, pattern: str) -> str:
    """Return `text` without its link, of which there is one, and which leads where we say."""
    links = re.findall(pattern, text)
    assert len(links) == 1
    assert links[0].startswith(LINK)
    return re.sub(pattern, "", text)


class Markup(HTMLParser):
    """Tags, addresses and text of a piece of HTML."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.links += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_slack(slack: WebhookSink) -> None:
    send_all(SLACK)
    for payload in payloads(slack):
        text = payload["attachments"][0]["text"]
        rest = without_links(text, r"<(https?://[^|>]*)\|")
        assert "<" not in rest
        assert "@" not in rest
        assert rest.count("*") == 4
        assert "`" not in rest
        assert "link_names" not in payload


def test_discord(services: WebhookSink) -> None:
    services.default = Answer(status=204, body=b"")
    send_all(DISCORD)
    for payload in payloads(services):
        assert payload["allowed_mentions"] == {"parse": []}
        assert payload["content"] == ""
        rest = without_links(payload["embeds"][0]["description"], r"\]\(<([^>]*)>\)")
        assert "@" not in rest
        assert "](" not in rest
        plain = re.sub(r"\\.", "", rest)
        assert not re.search("[<|#_~`]", plain)
        assert plain.count("*") == 8
        assert all(not re.match(r"[-+]|>\s[-+#>]|(> )?\d+\.", line) for line in plain.splitlines())
        assert len(payload["embeds"][0]["description"]) <= 4_096


def test_telegram(services: WebhookSink) -> None:
    services.default = Answer(body=b'{"ok":true}')
    send_all(TELEGRAM)
    for payload in payloads(services):
        assert payload["parse_mode"] == "HTML"
        assert payload["disable_web_page_preview"] is True
        seen = Markup(payload["text"])
        assert seen.tags == ["b", "a", "i", "b"]
        (link,) = seen.links
        assert link.startswith(LINK)
        assert "@" not in payload["text"]
        assert not re.search(r"(?<!\S)/\w", seen.text)


def test_teams(services: WebhookSink) -> None:
    services.default = Answer(status=202, body=b"")
    send_all(TEAMS)
    for payload in payloads(services):
        (card,) = payload["attachments"]
        assert "entities" not in card["content"]["msteams"]
        (block,) = card["content"]["body"]
        rest = without_links(block["text"], r"\]\(([^()]*)\)")
        assert not re.search(r"[<>`_~\\@]|\]\(|\{\{", rest)
        assert rest.count("*") == 8
        assert all(not re.match(r"[-+#>]|\d+[.)]", line) for line in rest.splitlines())


def test_matrix(webhook: WebhookSink) -> None:
    play_homeserver(webhook, ROOM)
    send_all(f"matrix://token@127.0.0.1:{webhook.port}/{ROOM}")
    for payload in payloads(webhook):
        assert payload["m.mentions"] == {}
        assert "@" not in payload["body"]
        seen = Markup(payload["formatted_body"])
        assert seen.tags == ["b", "a", "br", "i", "b", "br", "br"]
        (link,) = seen.links
        assert link.startswith(LINK)
        assert "@" not in link
        assert "@" not in seen.text
    assert len({request.path for request in webhook.requests}) == len(EVERY)


@pytest.mark.parametrize("scheme", ["ntfy", "json"])
def test_plain_text(webhook: WebhookSink, scheme: str) -> None:
    send_all(f"{scheme}://127.0.0.1:{webhook.port}/topic")
    for payload in payloads(webhook):
        said = payload["title"] + "\n" + payload["message"]
        assert "@" not in said
        assert "](" not in said
        assert "\n" not in payload["title"]
        assert "x-markdown" not in webhook.requests[0].headers
        assert f"\n{LINK}" in said


def test_mail(smtp: SmtpSink) -> None:
    messages = send_all(smtp.url())
    tags, attributes = _plain_mail()
    for mail, message in zip(smtp.mails, messages, strict=True):
        assert mail.recipients == ("reader@example.org",)
        names = [name.lower() for name in mail.message.keys()]  # noqa: SIM118 - one may be there twice
        assert sorted(names) == sorted(set(names))
        assert {"bcc", "cc"}.isdisjoint(names)
        assert (mail.message["To"], mail.message["Subject"]) == ("reader@example.org", message.title)
        page = Page(mail.text("html"))
        assert page.tags == tags
        assert {name for name, _ in page.attributes} == attributes
        assert all(link is not None and link.startswith(LINK) for link in page.links)
        assert mail.text("plain").replace("\r\n", "\n").strip() == message.text.strip()
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", mail.text("plain"))


def _plain_mail() -> tuple[list[str], set[str]]:
    plain = Page(render(attacked("x"), channel("it", "mailto://a:b@c.example"), UTC).body)
    return plain.tags, {name for name, _ in plain.attributes}


def test_webhook(webhook: WebhookSink) -> None:
    send_all(f"webhook://127.0.0.1:{webhook.port}/hook")
    for payload in payloads(webhook):
        told = payload["alert"]
        assert told["title"][slice(*told["title_hits"][0])] == WORD
        assert told["link"] is None or told["link"].startswith(LINK)
        assert "\n" not in told["title"] + told["excerpt"]["text"] + told["feed"]["name"]
    names = [name for request in webhook.requests for name in request.headers]
    assert set(names) == set(webhook.requests[0].headers)
