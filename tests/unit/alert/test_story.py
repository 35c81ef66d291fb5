"""What a message says of a story: what is new, and who else reports it."""

from dataclasses import replace

import pytest

from monitor.model import Alert, MessageFormat, Progress
from tests.unit.alert.alerts import READ, TALKS, alert, rendered

EVERY_FORMAT = pytest.mark.parametrize("kind", READ)


def update(progress: Progress, *outlets: str) -> Alert:
    told = alert(TALKS)
    matches = tuple(replace(match, progress=progress) for match in told.matches)
    return replace(told, matches=matches, outlets=outlets)


@EVERY_FORMAT
def test_a_message_names_who_else_reports_the_story(kind: MessageFormat) -> None:
    body = rendered(replace(alert(TALKS), outlets=("Gazette", "Courier")), kind).body
    assert "also reported by Gazette, Courier" in body


@EVERY_FORMAT
@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (Progress.STAGE, "update: a new stage"),
        (Progress.FIGURES, "update: new numbers"),
        (Progress.OUTLETS, "update: more outlets"),
    ],
)
def test_an_update_says_what_is_new(kind: MessageFormat, progress: Progress, said: str) -> None:
    message = rendered(update(progress, "Gazette"), kind)
    assert message.title == "ukraine-ceasefire: update: Ukraine and Russia agree to talks on a ceasefire"
    assert f"{said}; also reported by Gazette" in message.body


@EVERY_FORMAT
def test_many_outlets_are_counted(kind: MessageFormat) -> None:
    names = tuple(f"Outlet {number}" for number in range(1, 31))
    body = rendered(replace(alert(TALKS), outlets=names), kind).body
    assert "Outlet 5 and 25 more" in body
    assert "Outlet 6" not in body


@EVERY_FORMAT
@pytest.mark.parametrize("sign", ["<", "@", "*", "]", "\n", "\u202e"])
def test_names_of_outlets_format_nothing_and_have_their_limit(kind: MessageFormat, sign: str) -> None:
    plain = len(rendered(alert(TALKS), kind).body)
    message = rendered(replace(alert(TALKS), outlets=(f"@everyone {sign}" * 99,) * 9), kind)
    assert len(message.body) < plain + 1_200
    if kind is not MessageFormat.CONSOLE:
        assert "@everyone" not in message.body or kind is MessageFormat.MAIL
    assert "\u202e" not in message.body


def test_a_rule_that_tells_the_story_for_the_first_time_makes_no_update() -> None:
    told = update(Progress.FIGURES)
    first = replace(told.matches[0], rule="other", progress=None)
    message = rendered(replace(told, matches=(*told.matches, first)), MessageFormat.TEXT)
    assert "update" not in message.title + message.body
