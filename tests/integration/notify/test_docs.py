"""docs/channels.md says what is so."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.notify import check_channel

DOCS = (Path(__file__).parents[3] / "docs" / "channels.md").read_text()
URLS = {
    "Slack": "slack://T0AAAAAAA/B0BBBBBBB/abcdefghijklmnopqrstuvwx",
    "mail": "mailtos://ann:word@mail.example.org?to=desk@example.org",
    "Discord": "discord://417421629812345678/JHMHI8qBe7bk2ZwO5U711o3dV",
    "Telegram": "tgram://123456789:abcdefghijklmnopqrstuvwxyzABCDE_fgh/12345",
    "Teams": "workflows://prod-1.westus.logic.azure.com/643e69f83c89/T_-eNH4yAjaJnBDbtDYK1cGaM3rjpeKk",
    "Matrix": "matrixs://token@matrix.example.org/!room:example.org",
    "ntfy": "ntfys://ntfy.example.org/topic",
    "Pushover": "pover://abcdefghijklmnopqrstuvwxyz0123@abcdefghijklmnopqrstuvwxyz0123",
    "Google Chat": "gchat://workspace/key/token",
    "webhooks, `json://`, `console:`": "webhooks://hooks.example.org/news",
    "anything else": "gotifys://gotify.example.org/abcdefghijklmno",
}
ROWS = dict(re.findall(r"^\| ([^|]+) \| (none|[\d.]+ s|that of Apprise)[^|]*\|", DOCS, re.MULTILINE))


@pytest.mark.parametrize("service", URLS)
def test_the_pace_is_as_documented(service: str) -> None:
    (one,) = check_channel(URLS[service])
    said = ROWS[service]
    if said == "that of Apprise":
        assert one.gap >= timedelta(0)
    else:
        assert one.gap == timedelta(seconds=float(said.removesuffix(" s").replace("none", "0")))


def test_every_service_of_the_table_is_here() -> None:
    assert ROWS.keys() == URLS.keys()


def test_groups_of_telegram_are_as_documented() -> None:
    assert "to a group or channel 3 s" in DOCS
    (one,) = check_channel("tgram://123456789:abcdefghijklmnopqrstuvwxyzABCDE_fgh/-100123")
    assert one.gap == timedelta(seconds=3)


@pytest.mark.parametrize("example", re.findall(r"`([a-z]+s?://[^`…]+\$[^`…]*|ntfys?://[^`…]+)`", DOCS))
def test_the_examples_are_good(example: str) -> None:
    filled = example.replace("${BOT_TOKEN}", "123456789:abcdefghijklmnopqrstuvwxyzABCDE_fgh")
    filled = filled.replace("${SECRET}", "whsec_" + "QUJD" * 10)
    assert len(check_channel(re.sub(r"\$\{\w+\}", "word", filled))) == 1
