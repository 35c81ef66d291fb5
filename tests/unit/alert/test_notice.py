"""What the owner reads of the program's own work. The names of feeds in it are as hostile as their entries."""

import re

import pytest

from monitor.model import MessageFormat, Notice
from tests.support.mail_page import Page
from tests.unit.alert.alerts import SEEN, rendered, words
from tests.unit.alert.test_hostile_text import ATTACKS, EVERY_FORMAT, in_slack


def notice(subject: str = "2 feeds fail", *lines: str) -> Notice:
    return Notice(id=1, created_at=SEEN, subject=subject, lines=lines)


def test_a_terminal_shows_the_subject_the_lines_and_the_time() -> None:
    message = rendered(notice("2 feeds fail", "a & b fails", "c fails"), MessageFormat.CONSOLE)
    assert message.body == ("news-monitor: 2 feeds fail\na & b fails\nc fails\nseen 2026-11-23 13:07 CET")


def test_plain_text_repeats_no_title() -> None:
    message = rendered(notice("2 feeds fail", "a & b fails"), MessageFormat.TEXT)
    assert message.title == "news-monitor: 2 feeds fail"
    assert message.body == "a & b fails\nseen 2026-11-23 13:07 CET"


def test_slack_leads_with_the_subject() -> None:
    message = rendered(notice("2 feeds fail", "a & b fails"), MessageFormat.SLACK)
    assert in_slack(message.body) == (
        "*news-monitor: 2 feeds fail*\na &amp; b fails\nseen 2026-11-23 13:07 CET"
    )


def test_a_mail_is_a_document_of_its_own() -> None:
    message = rendered(notice("2 feeds fail", "a & b fails"), MessageFormat.MAIL)
    page = Page(message.body)
    assert page.title == "news-monitor: 2 feeds fail"
    assert page.lines == ["news-monitor: 2 feeds fail", "a & b fails", "seen 2026-11-23 13:07 CET"]
    assert message.text == (
        "news-monitor: 2 feeds fail\n==========================\na & b fails\nseen 2026-11-23 13:07 CET"
    )


@EVERY_FORMAT
@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_a_feed_is_called_nothing_acts_on_it(kind: MessageFormat, attack: str) -> None:
    message = rendered(notice(f"{attack} fails", f"{attack} (a.example) fails"), kind)

    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", message.body
    )
    assert "\n" not in message.title
    if kind is MessageFormat.SLACK:
        arrived = in_slack(message.body)
        assert not re.search("[<@`\\\\]", arrived)
        assert re.findall(r"[*~]", arrived) == ["*"] * 2
    elif kind is MessageFormat.TEXT:
        assert "@" not in message.title + message.body
        assert "](" not in message.title + message.body
    elif kind is MessageFormat.MAIL:
        page = Page(message.body)
        plain = Page(rendered(notice("x", "y"), kind).body)
        assert page.tags == plain.tags
        assert page.attributes == plain.attributes


@EVERY_FORMAT
@pytest.mark.parametrize("letter", ["x", "<", "&", "*", "[", "ж"])
def test_long_names_make_no_long_message(kind: MessageFormat, letter: str) -> None:
    message = rendered(notice(letter * 5_000, *[letter * 5_000] * 9), kind)
    assert len(message.title) <= 200
    assert len(words(message.body, kind)) <= (2_900 if kind is MessageFormat.SLACK else 4_500)
    assert message.body.count("…") >= 9
