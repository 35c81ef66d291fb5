"""What people read when several alerts come in one message."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.alert import render
from monitor.model import (
    Alert,
    Bulletin,
    Channel,
    Layout,
    MessageFormat,
    Occasion,
    Progress,
    Secret,
    Window,
)
from tests.support.mail_page import Page
from tests.unit.alert.alerts import PARIS, TALKS, alert, rendered

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NIGHT = Window(frozenset(range(7)), time(22), time(7))
# What webhooks get is no text; docs/webhook.md and its tests tell of it.
EVERY_FORMAT = pytest.mark.parametrize(
    "kind", [kind for kind in MessageFormat if kind is not MessageFormat.WEBHOOK]
)


def told(number: int, rule: str = "ceasefire", *, story: int | None = None, outlet: str = "Gazette") -> Alert:
    """The alert with this number, made as many minutes after noon."""
    moment = NOON + timedelta(minutes=number)
    link = f"https://news.example/{number}"
    entry = replace(
        TALKS, title=f"Headline {number}", summary=f"Summary {number}", link=link, published_at=moment
    )
    made = alert(entry, feed_name=outlet)
    matches = tuple(replace(match, rule=rule) for match in alert(TALKS).matches)
    matches = tuple(replace(match, hits=()) for match in matches)
    return replace(made, id=number, matches=matches, created_at=moment, story=story)


def bulletin(occasion: Occasion, *alerts: Alert, total: int | None = None) -> Bulletin:
    return Bulletin(
        occasion=occasion,
        alerts=alerts,
        total=len(alerts) if total is None else total,
        rules=Counter(match.rule for one in alerts for match in one.matches),
        since=min((one.created_at for one in alerts), default=NOON),
    )


def console(about: Bulletin, **channel: object) -> list[str]:
    made = Channel(name="desk", url=Secret("console:"), format=MessageFormat.CONSOLE)
    return render(about, replace(made, **channel), PARIS).body.splitlines()  # type: ignore[arg-type] # any of its fields


def headlines(body: str) -> list[int]:
    """Return the numbers of the headlines in the order in which they stand."""
    return [int(number) for number in re.findall(r"Headline (\d+)", body)]


def test_a_group_says_how_many_and_of_which_rule_the_newest_first() -> None:
    assert console(bulletin(Occasion.GROUP, told(1), told(2))) == [
        "2 alerts: ceasefire",
        "",
        "Headline 2",
        "Summary 2",
        "Gazette, published 13:02",
        "https://news.example/2",
        "",
        "Headline 1",
        "Summary 1",
        "Gazette, published 13:01",
        "https://news.example/1",
    ]


def test_a_group_of_several_rules_names_them_and_says_whose_each_alert_is() -> None:
    lines = console(bulletin(Occasion.GROUP, told(1), told(2), told(3, "floods")))
    assert lines[0] == "3 alerts: ceasefire, floods"
    assert lines[2] == "floods: Headline 3"
    assert "ceasefire: Headline 2" in lines


def test_of_many_rules_the_most_frequent_are_named_and_the_others_counted() -> None:
    alerts = [told(number, f"rule-{number % 7}") for number in range(16)]
    assert (
        console(bulletin(Occasion.GROUP, *alerts))[0]
        == "16 alerts: rule-0, rule-1, rule-2, rule-3 and 3 more rules"
    )


def test_what_was_held_in_the_quiet_hours_says_which() -> None:
    night = bulletin(Occasion.QUIET, told(600), told(601))
    assert console(night, quiet_hours=(NIGHT,))[0] == "While it was quiet (22:00-07:00): 2 alerts"
    assert console(night)[0] == "While it was quiet: 2 alerts"


def test_a_lone_alert_of_the_night_reads_like_any_other_and_says_why_it_is_late() -> None:
    one = told(600)
    lines = console(bulletin(Occasion.QUIET, one), quiet_hours=(NIGHT,))
    alone = rendered(one, MessageFormat.CONSOLE).body.splitlines()
    assert lines == [*alone, "", "It waited for the end of the quiet hours (22:00-07:00)."]


@EVERY_FORMAT
def test_a_lone_alert_of_a_group_reads_like_any_other(kind: MessageFormat) -> None:
    grouped, alone = rendered(bulletin(Occasion.GROUP, told(1)), kind), rendered(told(1), kind)
    assert replace(grouped, key=None) == replace(alone, key=None)


def test_an_overflow_counts_by_rule_shows_the_most_important_and_says_where_all_are() -> None:
    alerts = (told(1, "floods"), told(9), told(5))
    about = replace(bulletin(Occasion.OVERFLOW, *alerts), total=34, rules={"ceasefire": 30, "floods": 4})
    assert console(about) == [
        "34 more alerts: more than the channel takes in an hour",
        "ceasefire 30, floods 4",
        "- Headline 1 · Gazette, 13:01 · https://news.example/1",
        "- Headline 9 · Gazette, 13:09 · https://news.example/9",
        "- Headline 5 · Gazette, 13:05 · https://news.example/5",
        "and 31 more",
        "All of them: news-monitor deliveries list --channel desk",
    ]


def test_the_command_can_be_pasted_whatever_the_channel_is_called() -> None:
    lines = console(bulletin(Occasion.OVERFLOW, told(1), told(2)), name="the desk; rm")
    assert lines[-1] == "All of them: news-monitor deliveries list --channel 'the desk; rm'"


def test_a_digest_goes_by_rule_then_by_story() -> None:
    first = told(1, story=7, outlet="Courier")
    update = replace(told(3, story=7), outlets=("Courier", "Wire"))
    update = replace(update, matches=tuple(replace(one, progress=Progress.STAGE) for one in update.matches))
    about = bulletin(Occasion.DIGEST, told(2, "floods"), update, first, told(4, story=8))
    assert console(about, name="morning") == [
        "Morning digest: 4 alerts in 3 stories",
        "From 2026-11-23 13:01 CET to 2026-11-23 13:04 CET",
        "",
        "floods: 1 alert",
        "Headline 2",
        "Summary 2",
        "Gazette, published 13:02",
        "https://news.example/2",
        "",
        "ceasefire: 3 alerts",
        "Headline 4",
        "Summary 4",
        "Gazette, published 13:04",
        "https://news.example/4",
        "",
        "Headline 3",
        "Summary 3",
        "Gazette, published 13:03",
        "update: a new stage; also reported by Courier, Wire",
        "https://news.example/3",
        "- Headline 1 · Courier, 13:01 · https://news.example/1",
    ]


def test_a_story_that_several_rules_tell_is_shown_once_with_all_of_them() -> None:
    both = told(1)
    both = replace(both, matches=(*both.matches, *told(1, "floods").matches))
    lines = console(bulletin(Occasion.DIGEST, both, told(2, "floods")))
    assert lines[3:5] == ["ceasefire: 1 alert", "ceasefire, floods: Headline 1"]
    assert lines[9:11] == ["floods: 2 alerts", "Headline 2"]


def test_a_short_digest_has_one_line_for_each_story() -> None:
    about = bulletin(Occasion.DIGEST, told(3, story=7), told(1, story=7), told(2, "floods"))
    assert console(about, layout=Layout.SHORT)[3:] == [
        "ceasefire: 2 alerts",
        "- Headline 3 · Gazette, 13:03, 2 alerts · https://news.example/3",
        "",
        "floods: 1 alert",
        "- Headline 2 · Gazette, 13:02 · https://news.example/2",
    ]


def test_a_digest_of_one_alert_stays_a_digest() -> None:
    assert rendered(bulletin(Occasion.DIGEST, told(1)), MessageFormat.MAIL).title == "Desk digest: 1 alert"


@EVERY_FORMAT
def test_an_empty_digest_says_since_when(kind: MessageFormat) -> None:
    message = rendered(bulletin(Occasion.DIGEST), kind)
    assert message.title == "Desk digest: nothing new"
    assert "Nothing since 2026-11-23 13:00 CET." in message.body


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("morning", "Morning digest"),
        ("mail/ann@example.org", "Mail digest"),
        ("daily-digest", "Daily-digest"),
        ("état", "État digest"),
    ],
)
def test_a_digest_is_called_after_its_channel(name: str, title: str) -> None:
    message = rendered(bulletin(Occasion.DIGEST), MessageFormat.MAIL, name=name)
    assert message.title == f"{title}: nothing new"


def test_only_another_day_is_named() -> None:
    lines = console(bulletin(Occasion.GROUP, told(0), told(-13 * 60 - 1), told(-13 * 60)))
    assert [line for line in lines if "published" in line] == [
        "Gazette, published 13:00",
        "Gazette, published 00:00",
        "Gazette, published 2026-11-22 23:59",
    ]


@EVERY_FORMAT
@pytest.mark.parametrize("occasion", [Occasion.GROUP, Occasion.QUIET, Occasion.DIGEST])
def test_what_has_no_room_is_counted_and_no_alert_is_shown_in_part(
    kind: MessageFormat, occasion: Occasion
) -> None:
    alerts = [told(number, f"rule-{number % 3}") for number in range(250)]
    body = rendered(bulletin(occasion, *alerts, total=300), kind).body
    shown = sorted(set(headlines(body)))
    assert f"and {300 - len(shown)} more: news-monitor deliveries list --channel desk" in body
    assert len(shown) == 250 if kind is MessageFormat.CONSOLE else 10 < len(shown) <= 250
    for number in shown:
        assert f"https://news.example/{number}" in body


def test_slack_shows_excerpts_as_long_as_there_is_room_then_headlines_alone() -> None:
    few = rendered(bulletin(Occasion.GROUP, *map(told, range(5))), MessageFormat.SLACK).body
    many = rendered(bulletin(Occasion.GROUP, *map(told, range(60))), MessageFormat.SLACK).body
    assert few.count("\n> Summary") == 5
    assert "Summary" not in many
    assert many.splitlines()[1] == "• **[Headline 59](<https://news.example/59>)** · Gazette, 13:59"


def test_plain_text_repeats_no_title_of_several() -> None:
    message = rendered(bulletin(Occasion.GROUP, told(1), told(2)), MessageFormat.TEXT)
    assert message.title == "2 alerts: ceasefire"
    assert message.body.startswith("Headline 2\nSummary 2\nGazette")


def test_a_mail_of_several_reads_like_this() -> None:
    message = rendered(bulletin(Occasion.DIGEST, told(2, story=7), told(1, story=7)), MessageFormat.MAIL)
    page = Page(message.body)
    assert page.preview == "Headline 2 · Headline 1"
    assert page.lines == [
        "Desk digest: 2 alerts in 1 story",
        "From 2026-11-23 13:01 CET to 2026-11-23 13:02 CET",
        "ceasefire: 2 alerts",
        "Headline 2",
        "Gazette, published 13:02",
        "Summary 2",
        "Headline 1",
        "Gazette, 13:01",
    ]
    assert message.text == (
        "Desk digest: 2 alerts in 1 story\n"
        "================================\n"
        "From 2026-11-23 13:01 CET to 2026-11-23 13:02 CET\n"
        "\n"
        "ceasefire: 2 alerts\n"
        "-------------------\n"
        "Headline 2\n"
        "https://news.example/2\n"
        "Summary 2\n"
        "Gazette, published 13:02\n"
        "- Headline 1 · Gazette, 13:01\n"
        "  https://news.example/1"
    )


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            MessageFormat.CONSOLE,
            "Headline 1 · Gazette, 2026-11-23 13:01 CET · https://news.example/1",
        ),
        (MessageFormat.TEXT, "Gazette, 2026-11-23 13:01 CET https://news.example/1"),
        (
            MessageFormat.SLACK,
            "**[Headline 1](<https://news.example/1>)** · Gazette, 2026-11-23 13:01 CET",
        ),
    ],
)
def test_a_short_alert_is_one_line(kind: MessageFormat, body: str) -> None:
    message = rendered(told(1), kind, layout=Layout.SHORT)
    assert message.title == "ceasefire: Headline 1"
    assert message.body == body
