"""What the owner reads of the program's own work. The names of feeds in it are as hostile as their entries."""

import re
from html import unescape

import pytest

from monitor.alert import render
from monitor.model import MessageFormat, Notice
from tests.unit.alert.alerts import PARIS, SEEN
from tests.unit.alert.test_hostile_text import ATTACKS, EVERY_FORMAT, _in_slack, _Tags


def notice(subject: str = "2 feeds fail", *lines: str) -> Notice:
    return Notice(id=1, created_at=SEEN, subject=subject, lines=lines)


def test_a_terminal_shows_the_subject_the_lines_and_the_time() -> None:
    message = render(notice("2 feeds fail", "a & b fails", "c fails"), MessageFormat.CONSOLE, PARIS)
    assert message.body == ("news-monitor: 2 feeds fail\na & b fails\nc fails\nseen 2026-11-23 13:07 CET")


def test_plain_text_repeats_no_title() -> None:
    message = render(notice("2 feeds fail", "a & b fails"), MessageFormat.TEXT, PARIS)
    assert message.title == "news-monitor: 2 feeds fail"
    assert message.body == "a & b fails\nseen 2026-11-23 13:07 CET"


def test_slack_leads_with_the_subject() -> None:
    message = render(notice("2 feeds fail", "a & b fails"), MessageFormat.SLACK, PARIS)
    assert _in_slack(message.body) == (
        "*news-monitor: 2 feeds fail*\na &amp; b fails\nseen 2026-11-23 13:07 CET"
    )


def test_a_mail_is_a_document_of_its_own() -> None:
    message = render(notice("2 feeds fail", "a & b fails"), MessageFormat.MAIL, PARIS)
    seen = _Tags()
    seen.feed(message.body)
    assert seen.tags == "html head meta meta meta title body h1 p p".split()  # noqa: SIM905 - a page at a glance
    assert "<title>news-monitor: 2 feeds fail</title>" in message.body
    assert "a &amp; b fails" in message.body


@EVERY_FORMAT
@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_a_feed_is_called_nothing_acts_on_it(kind: MessageFormat, attack: str) -> None:
    message = render(notice(f"{attack} fails", f"{attack} (a.example) fails"), kind, PARIS)

    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", message.body
    )
    assert "\n" not in message.title
    if kind is MessageFormat.SLACK:
        arrived = _in_slack(message.body)
        assert not re.search("[<@`\\\\]", arrived)
        assert re.findall(r"[*~]", arrived) == ["*"] * 2
    elif kind is MessageFormat.TEXT:
        assert "@" not in message.title + message.body
        assert "](" not in message.title + message.body
    elif kind is MessageFormat.MAIL:
        seen = _Tags()
        seen.feed(message.body)
        assert seen.tags == "html head meta meta meta title body h1 p p".split()  # noqa: SIM905 - as above
        assert seen.attributes <= {("charset", "utf-8")} | {
            pair for pair in seen.attributes if pair[0] in ("name", "content")
        }


@EVERY_FORMAT
@pytest.mark.parametrize("letter", ["x", "<", "&", "*", "[", "ж"])
def test_long_names_make_no_long_message(kind: MessageFormat, letter: str) -> None:
    message = render(notice(letter * 5_000, *[letter * 5_000] * 9), kind, PARIS)
    assert len(message.title) <= 200
    shown = unescape(message.body)
    assert len(shown) <= (2_900 if kind is MessageFormat.SLACK else 4_500)
    assert message.body.count("…") >= 9
