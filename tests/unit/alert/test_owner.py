"""What the owner is told of the configuration, and of channels that are gone."""

from dataclasses import replace
from datetime import UTC, timedelta

from monitor.alert import configured, stranded
from monitor.errors import Problem
from monitor.model import ConfigurationState, StrandedChannel
from tests.support.clock import NOON

MINUTE = timedelta(minutes=1)
FIRST = Problem("config.toml", 3, "rules.1.query", "has no words", "write one")
SECOND = Problem("config.toml", 9, "", "not valid TOML")
GOOD = ConfigurationState(since=NOON, tried_at=NOON)
BAD = replace(GOOD, mistakes=1, problems=(FIRST,))


def subject(state: ConfigurationState, after: timedelta = timedelta(0)) -> str | None:
    review = configured(state, NOON + after, UTC)
    return review.subject if review else None


def test_a_good_configuration_is_no_news() -> None:
    assert subject(GOOD) is None


def test_mistakes_are_told_at_once_with_what_stays_in_force() -> None:
    review = configured(BAD, NOON, UTC)

    assert review is not None
    assert review.subject == "a mistake in the configuration"
    assert review.lines == (
        "config.toml:3: rules.1.query: has no words; write one",
        "That of 2026-11-23 12:00 UTC stays in force.",
    )


def test_the_same_mistakes_are_told_once() -> None:
    assert subject(replace(BAD, told=(FIRST,), told_at=NOON), timedelta(days=9)) is None


def test_other_mistakes_and_that_all_is_well_are_told_a_minute_later_at_the_earliest() -> None:
    other = replace(BAD, mistakes=2, problems=(FIRST, SECOND), told=(FIRST,), told_at=NOON)
    mended = replace(GOOD, told=(FIRST,), told_at=NOON)

    assert (subject(other), subject(mended)) == (None, None)
    assert subject(other, MINUTE) == "2 mistakes in the configuration"
    assert subject(mended, MINUTE) == "the configuration is good again"


def test_of_many_mistakes_the_first_are_told() -> None:
    many = tuple(replace(FIRST, line=line) for line in range(50))

    review = configured(replace(BAD, mistakes=1_200, problems=many), NOON, UTC)

    assert review is not None
    assert review.subject == "1,200 mistakes in the configuration"
    assert review.lines[-2:] == (
        "and 1,192 more: news-monitor check",
        "That of 2026-11-23 12:00 UTC stays in force.",
    )


def test_what_waits_for_channels_that_are_gone_is_told_with_how_long_it_will() -> None:
    one = StrandedChannel(channel="desk", deliveries=(1, 2))

    review = stranded([one], NOON, UTC)
    many = stranded([replace(one, channel=f"c{n}") for n in range(20)], NOON, UTC)

    assert review.subject == "2 messages for desk, which is not configured any more"
    assert review.lines == (
        "desk: 2 messages",
        "What waits is sent when the channel is configured again, and given up from 2026-11-23 12:00 UTC on.",
        "To see them: news-monitor deliveries list --channel desk",
    )
    assert many.subject == "40 messages for 20 channels, which are not configured any more"
    assert "and 12 channels more" in many.lines
