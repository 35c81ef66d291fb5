"""What people read: one alert in each format, then what may be missing or too long."""

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from monitor.alert import render
from monitor.model import Entry, Hit, Match, MessageFormat, TextField
from tests.unit.alert.alerts import PARIS, TALKS, alert

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
Delegations meet in Geneva on Monday. A **cease-fire** in **Ukraine**’s east \(the first\) is near.
ukraine-ceasefire: Example World, published 2026-11-23 13:00 CET"""

MAIL = """\
<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>ukraine-ceasefire: Ukraine and Russia agree to talks on a ceasefire</title>
</head>
<body style="margin:0 auto;padding:16px;max-width:40em;font:16px/1.5 system-ui,sans-serif">
<p style="margin:0;font-size:14px;opacity:.75">ukraine-ceasefire</p>
<h1 style="margin:4px 0;font-size:20px;line-height:1.3"><a href="https://news.example/world/1?a=1&amp;b=2">\
<mark style="background:#ffe58a;color:#000">Ukraine</mark> and Russia agree to talks on a \
<mark style="background:#ffe58a;color:#000">ceasefire</mark></a></h1>
<p style="margin:0;font-size:14px;opacity:.75">Example World, published 2026-11-23 13:00 CET</p>
<p style="margin:16px 0">Delegations meet in Geneva on Monday. A \
<mark style="background:#ffe58a;color:#000">cease-fire</mark> in \
<mark style="background:#ffe58a;color:#000">Ukraine</mark>’s east (the first) is near.</p>
<p style="margin:0;font-size:14px;word-break:break-all"><a href="https://news.example/world/1?a=1&amp;b=2">\
https://news.example/world/1?a=1&amp;b=2</a></p>
</body>
</html>
"""

BODIES = {
    MessageFormat.TEXT: TEXT,
    MessageFormat.CONSOLE: CONSOLE,
    MessageFormat.SLACK: SLACK,
    MessageFormat.MAIL: MAIL,
}
EVERY_FORMAT = pytest.mark.parametrize("kind", list(MessageFormat))


@EVERY_FORMAT
def test_an_alert_reads_like_this(kind: MessageFormat) -> None:
    message = render(alert(TALKS), kind, PARIS)

    assert message.format is kind
    assert message.title == TITLE
    assert message.body == BODIES[kind]


@EVERY_FORMAT
def test_an_entry_without_anything_still_makes_a_message(kind: MessageFormat) -> None:
    message = render(alert(Entry()), kind, PARIS)

    assert message.title == "(no title)"
    assert "Example World, seen 2026-11-23 13:07 CET" in message.body
    assert "http" not in message.body


def test_without_a_title_the_summary_tells() -> None:
    message = render(alert(replace(TALKS, title="")), MessageFormat.TEXT, PARIS)

    assert message.title == "ukraine-ceasefire: (no title)"
    assert message.body == TEXT


def test_without_a_summary_there_is_no_empty_line() -> None:
    message = render(alert(replace(TALKS, summary=" \n ")), MessageFormat.TEXT, PARIS)

    assert message.body.startswith("Example World, published")


def test_a_summary_that_repeats_the_headline_is_left_out() -> None:
    message = render(alert(replace(TALKS, summary=TALKS.title + "\n")), MessageFormat.TEXT, PARIS)

    assert message.body.startswith("Example World, published")


def test_a_feed_without_a_name_goes_by_its_address() -> None:
    message = render(alert(TALKS, feed_name=""), MessageFormat.TEXT, PARIS)

    assert "\nhttps://news.example/rss, published" in message.body


@pytest.mark.parametrize(
    ("zone", "shown"),
    [(UTC, "12:00 UTC"), (timezone(timedelta(hours=-3), "-03"), "09:00 UTC-03"), (PARIS, "13:00 CET")],
)
def test_the_time_is_that_of_the_zone(zone: timezone, shown: str) -> None:
    assert f"published 2026-11-23 {shown}" in render(alert(TALKS), MessageFormat.TEXT, zone).body


@EVERY_FORMAT
def test_a_long_headline_is_cut_in_the_title_and_whole_in_the_body(kind: MessageFormat) -> None:
    headline = "Ukraine ceasefire " + "and other news " * 14 + "at last"

    message = render(alert(replace(TALKS, title=headline)), kind, PARIS)

    assert len(message.title) <= 200
    assert message.title.endswith(" and other…") or message.title.endswith(" news…")
    assert "at last" in message.body


@EVERY_FORMAT
def test_many_rules_leave_room_for_the_headline(kind: MessageFormat) -> None:
    message = render(alert(TALKS, rules=20), kind, PARIS)

    assert len(message.title) <= 200
    assert message.title.endswith("…: Ukraine and Russia agree to talks on a ceasefire")
    assert "rule-19, rule-20" in message.body


@EVERY_FORMAT
@pytest.mark.parametrize("sign", ["<", "&", "*", "_", "@", "]", "\\", "ceasefire ", "停火", "\u0301"])
def test_a_title_is_short_whatever_it_is_made_of(kind: MessageFormat, sign: str) -> None:
    entry = Entry(title=sign * 500, summary=f"Ukraine ceasefire {sign * 5_000}")

    message = render(alert(entry, feed_name=sign * 500, rules=60), kind, PARIS)

    assert 100 < len(message.title) <= 200


def test_a_slack_message_of_escapes_and_bold_alone_is_not_cut_in_an_escape() -> None:
    summary = "a ! " * 500
    hits = tuple(Hit(TextField.SUMMARY, start, start + 1) for start in range(0, len(summary), 4))
    entry = Entry(title="<" * 500, summary=summary, link="https://e.example/" + "x" * 980)
    matches = (Match("!" * 400, hits),)

    body = render(
        replace(alert(entry, feed_name="#" * 200), matches=matches), MessageFormat.SLACK, PARIS
    ).body

    assert 2_000 < len(body) <= 2_900
    headline, text, source = body.splitlines()
    assert headline == "**[" + "\\<" * 299 + f"…](<{entry.link}>)**"
    assert text.startswith(r"**a** \! **a** \! ")
    assert text.endswith((r"\!…", "**a**…"))
    assert source == "\\!" * 299 + "…: " + "\\#" * 79 + "…, seen 2026-11-23 13:07 CET"


def test_slack_gets_bold_only_where_it_can_show_it() -> None:
    entry = replace(TALKS, title="停火", summary="乌克兰停火协议 (停火) 停火.")

    body = render(alert(entry, query="停火"), MessageFormat.SLACK, PARIS).body

    assert body.splitlines()[1] == r"乌克兰停火协议 \(**停火**\) **停火**."
