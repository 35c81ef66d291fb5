"""What people read: one alert in each format, then what may be missing or too long."""

import re
from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from monitor.model import Entry, Hit, Match, MessageFormat, TextField
from tests.support.mail_page import Page
from tests.unit.alert.alerts import PARIS, READ, TALKS, alert, rendered

TITLE = "ukraine-ceasefire: Ukraine and Russia agree to talks on a ceasefire"

TEXT = """\
Delegations meet in Geneva on Monday. A cease-fire in Ukraine’s east (the first) is near.

Example World, published 2026-11-23 13:00 CET
https://news.example/world/1?a=1&b=2"""

CONSOLE = """\
ukraine-ceasefire: *Ukraine* and Russia agree to talks on a *ceasefire*
Delegations meet in Geneva on Monday. A *cease-fire* in *Ukraine*’s east (the first) is near.
Example World, published 2026-11-23 13:00 CET
https://news.example/world/1?a=1&b=2"""

SLACK = r"""**[Ukraine and Russia agree to talks on a ceasefire](<https://news.example/world/1?a=1&b=2>)**
> Delegations meet in Geneva on Monday. A **cease-fire** in **Ukraine**’s east \(the first\) is near.
ukraine-ceasefire: Example World, published 2026-11-23 13:00 CET"""

MAIL = [
    "ukraine-ceasefire",
    "Ukraine and Russia agree to talks on a ceasefire",
    "Example World, published 2026-11-23 13:00 CET",
    "Delegations meet in Geneva on Monday. A cease-fire in Ukraine’s east (the first) is near.",
    "Read it on news.example",
]

MAIL_TEXT = """\
Ukraine and Russia agree to talks on a ceasefire
https://news.example/world/1?a=1&b=2

Delegations meet in Geneva on Monday. A *cease-fire* in *Ukraine*’s east
(the first) is near.

ukraine-ceasefire: Example World, published 2026-11-23 13:00 CET"""

BODIES = {
    MessageFormat.TEXT: TEXT,
    MessageFormat.CONSOLE: CONSOLE,
    MessageFormat.SLACK: SLACK,
}
EVERY_FORMAT = pytest.mark.parametrize("kind", READ)


@pytest.mark.parametrize("kind", list(BODIES))
def test_an_alert_reads_like_this(kind: MessageFormat) -> None:
    message = rendered(alert(TALKS), kind)

    assert message.format is kind
    assert message.title == TITLE
    assert message.body == BODIES[kind]
    assert message.text == ""


def test_a_mail_reads_like_this_in_both_of_its_parts() -> None:
    message = rendered(alert(TALKS), MessageFormat.MAIL)

    assert message.title == TITLE
    page = Page(message.body)
    assert page.title == TITLE
    assert page.lines == MAIL
    assert page.marked == ["Ukraine", "ceasefire", "cease-fire", "Ukraine"]
    assert page.links == [TALKS.link, TALKS.link]
    assert message.text == MAIL_TEXT


def test_lists_of_mails_show_the_excerpt_beside_the_subject() -> None:
    assert Page(rendered(alert(TALKS), MessageFormat.MAIL).body).preview == MAIL[3]


def test_a_mail_fetches_nothing() -> None:
    body = rendered(alert(TALKS), MessageFormat.MAIL).body

    assert not re.search(r"<(img|link|script|iframe|base)|src=|url\(|@import", body)


@EVERY_FORMAT
def test_an_entry_without_anything_still_makes_a_message(kind: MessageFormat) -> None:
    message = rendered(alert(Entry()), kind)

    assert message.title == "(no title)"
    assert "Example World, seen 2026-11-23 13:07 CET" in message.body
    assert "http" not in message.body


def test_without_a_title_the_summary_tells() -> None:
    message = rendered(alert(replace(TALKS, title="")), MessageFormat.TEXT)

    assert message.title == "ukraine-ceasefire: (no title)"
    assert message.body == TEXT


def test_without_a_summary_there_is_no_empty_line() -> None:
    message = rendered(alert(replace(TALKS, summary=" \n ")), MessageFormat.TEXT)

    assert message.body.startswith("Example World, published")


def test_a_summary_that_repeats_the_headline_is_left_out() -> None:
    message = rendered(alert(replace(TALKS, summary=TALKS.title + "\n")), MessageFormat.TEXT)

    assert message.body.startswith("Example World, published")


@pytest.mark.parametrize("kind", READ)
def test_who_stands_in_is_told_for_whom(kind: MessageFormat) -> None:
    message = rendered(replace(alert(TALKS), escalated_from="desk"), kind)
    assert "It comes here because desk couldn" in message.body


def test_a_feed_without_a_name_goes_by_its_address() -> None:
    message = rendered(alert(TALKS, feed_name=""), MessageFormat.TEXT)

    assert "\nhttps://news.example/rss, published" in message.body


@pytest.mark.parametrize(
    ("zone", "shown"),
    [(UTC, "12:00 UTC"), (timezone(timedelta(hours=-3), "-03"), "09:00 UTC-03"), (PARIS, "13:00 CET")],
)
def test_the_time_is_that_of_the_zone(zone: timezone, shown: str) -> None:
    assert f"published 2026-11-23 {shown}" in rendered(alert(TALKS), MessageFormat.TEXT, zone).body


@EVERY_FORMAT
def test_a_long_headline_is_cut_in_the_title_and_whole_in_the_body(kind: MessageFormat) -> None:
    headline = "Ukraine ceasefire " + "and other news " * 14 + "at last"

    message = rendered(alert(replace(TALKS, title=headline)), kind)

    assert len(message.title) <= 200
    assert message.title.endswith(" and other…") or message.title.endswith(" news…")
    assert "at last" in message.body


@EVERY_FORMAT
def test_many_rules_leave_room_for_the_headline(kind: MessageFormat) -> None:
    message = rendered(alert(TALKS, rules=20), kind)

    assert len(message.title) <= 200
    assert message.title.endswith("…: Ukraine and Russia agree to talks on a ceasefire")
    assert "rule-19, rule-20" in message.body


@EVERY_FORMAT
@pytest.mark.parametrize("sign", ["<", "&", "*", "_", "@", "]", "\\", "ceasefire ", "停火", "\u0301"])
def test_a_title_is_short_whatever_it_is_made_of(kind: MessageFormat, sign: str) -> None:
    entry = Entry(title=sign * 500, summary=f"Ukraine ceasefire {sign * 5_000}")

    message = rendered(alert(entry, feed_name=sign * 500, rules=60), kind)

    assert 100 < len(message.title) <= 200


def test_a_slack_message_of_escapes_and_bold_alone_is_not_cut_in_an_escape() -> None:
    summary = "a ! " * 500
    hits = tuple(Hit(TextField.SUMMARY, start, start + 1) for start in range(0, len(summary), 4))
    entry = Entry(title="<" * 500, summary=summary, link="https://e.example/" + "x" * 980)
    matches = (Match("!" * 400, hits),)

    body = rendered(replace(alert(entry, feed_name="#" * 200), matches=matches), MessageFormat.SLACK).body

    assert 2_000 < len(body) <= 2_900
    headline, text, source = body.splitlines()
    assert headline == "**[" + "\\<" * 299 + f"…](<{entry.link}>)**"
    assert text.startswith(r"> **a** \! **a** \! ")
    assert text.endswith((r"\!…", "**a**…"))
    assert source == "\\!" * 299 + "…: " + "\\#" * 79 + "…, seen 2026-11-23 13:07 CET"


def test_slack_gets_bold_only_where_it_can_show_it() -> None:
    entry = replace(TALKS, title="停火", summary="乌克兰停火协议 (停火) 停火.")

    body = rendered(alert(entry, query="停火"), MessageFormat.SLACK).body

    assert body.splitlines()[1] == r"> 乌克兰停火协议 \(**停火**\) **停火**."
