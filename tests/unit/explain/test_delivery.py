"""What is told of a delivery: why it waits or is hidden, with what it went, each try, and how long it took."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.explain.delivery import Way, stages
from monitor.model import (
    DIGEST_BUNDLE,
    QUIET_BUNDLE,
    Channel,
    ChannelPace,
    DeliveryState,
    MessageFormat,
    PastAttempt,
    PastDelivery,
    Secret,
    SendStatus,
    Silence,
)
from tests.support.clock import NOON

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
DESK = Channel(name="desk", url=Secret("console:"), format=MessageFormat.CONSOLE)
NEW = PastDelivery(
    id=7,
    channel="desk",
    rules=("storms",),
    state=DeliveryState.PENDING,
    created_at=NOON,
    next_attempt_at=NOON,
    bundle="",
)
SENT = replace(NEW, state=DeliveryState.SENT, next_attempt_at=None, sent_at=NOON + 31 * SECOND)
FAILED = PastAttempt(attempted_at=NOON, status=SendStatus.FAILED, detail="HTTP 503")


def told(
    delivery: PastDelivery,
    *,
    channel: Channel | None = DESK,
    published_at: datetime | None = NOON - 5 * MINUTE,
) -> dict[str, str]:
    """Return what is said at each stage; the tries after the channel."""
    way = Way(
        delivery=delivery,
        published_at=published_at,
        seen_at=NOON - MINUTE,
        channel=channel,
        now=NOON,
        zone=UTC,
    )
    return {stage.name: "; ".join([stage.said, *stage.more]) for stage in stages(way)}


def test_one_that_was_sent_tells_how_long_each_step_took() -> None:
    accepted = PastAttempt(attempted_at=NOON + 31 * SECOND, status=SendStatus.SENT, detail="")
    assert told(replace(SENT, tried=2, attempts=(FAILED, accepted))) == {
        "channel desk": "sent; 2026-11-23 12:00 UTC: failed, HTTP 503; 2026-11-23 12:00 UTC: sent",
        "times": (
            "published 2026-11-23 11:55 UTC, seen 2026-11-23 11:59 UTC (4 min later), "
            "alerted 2026-11-23 12:00 UTC (1 min later), sent 2026-11-23 12:00 UTC (31 s later)"
        ),
    }
    assert told(NEW, published_at=None)["times"].startswith("seen 2026-11-23 11:59 UTC, alerted")


def test_a_silence_is_told_with_what_it_hides_and_until_when() -> None:
    silence = Silence(
        id=3, created_at=NOON, until=NOON + 2 * MINUTE, reason="a drill", rule="storms", feed="Example"
    )
    hidden = replace(NEW, state=DeliveryState.SUPPRESSED, silence=silence, detail="silence 3: a drill")
    said = told(hidden)
    assert said["silence"] == (
        "hidden by silence 3 of rule storms and feed Example, which lasts until 2026-11-23 12:02 UTC: a drill"
    )
    assert said["channel desk"] == "not sent: hidden by a silence"
    ended = replace(hidden, silence=replace(silence, ended_at=NOON + MINUTE))
    assert "until 2026-11-23 12:01 UTC" in told(ended)["silence"]


def test_what_is_held_says_for_what_and_until_when() -> None:
    held = replace(
        NEW, state=DeliveryState.HELD, next_attempt_at=NOON + MINUTE, detail="gathered until 12:01:00"
    )
    until = "held until 2026-11-23 12:01 UTC"
    assert told(replace(held, bundle=QUIET_BUNDLE))["quiet hours"] == f"it came in those of desk; {until}"
    assert told(replace(held, bundle=DIGEST_BUNDLE))["digest"] == f"it is for the digest of desk; {until}"
    assert (
        told(replace(held, bundle="group:rule storms"))["group"]
        == f"gathered with those of rule storms; {until}"
    )
    assert told(replace(held, bundle="group:"))["group"] == f"gathered with all of desk; {until}"
    assert told(held)["channel desk"] == "held: gathered until 12:01:00"


def test_what_went_with_others_says_how_many() -> None:
    assert told(replace(SENT, bundle="group:", together=3))["group"] == (
        "gathered with all of desk; told in one message with 2 more"
    )
    assert told(replace(SENT, bundle=QUIET_BUNDLE))["quiet hours"].endswith("; told alone")
    over = told(replace(SENT, together=8), channel=replace(DESK, max_per_hour=4))
    assert (
        over["overflow"] == "more waited than max_per_hour (4) lets through; told in one message with 7 more"
    )
    assert "overflow" not in told(SENT)


def test_one_that_waits_for_its_channel_says_why_it_rests() -> None:
    failed = replace(
        NEW, state=DeliveryState.FAILED, tried=1, attempts=(FAILED,), next_attempt_at=NOON + MINUTE
    )
    resting = replace(failed, pace=ChannelPace(rest_until=NOON + MINUTE, failures=4))
    assert told(resting)["pace"] == "desk rests until 2026-11-23 12:01 UTC after 4 failures in a row"
    assert told(resting)["channel desk"].startswith("waiting, tried once, next try 2026-11-23 12:01 UTC")
    full = replace(NEW, pace=ChannelPace(full_at=NOON + timedelta(hours=1)))
    assert told(full, channel=replace(DESK, max_per_hour=4))["pace"] == (
        "desk rests until 2026-11-23 12:40 UTC: max_per_hour is used up"
    )
    assert told(NEW, channel=None)["pace"] == (
        "the channel desk isn't configured any more: it waits for it, for as long as [delivery] max_age"
    )
    assert "pace" not in told(NEW)


def test_one_that_was_given_up_says_how_to_send_it_again_and_one_that_was_says_when() -> None:
    dead = replace(NEW, state=DeliveryState.DEAD, tried=1, attempts=(FAILED,), detail="HTTP 404")
    assert told(dead)["channel desk"].startswith(
        "given up, tried once: HTTP 404; again: news-monitor deliveries retry 7"
    )
    again = replace(SENT, tried=1, attempts=(FAILED,), revived_at=NOON + MINUTE)
    assert told(again)["channel desk"].endswith("2026-11-23 12:01 UTC: sent again by hand")


def test_one_that_stands_in_for_another_channel_says_so() -> None:
    said = told(replace(SENT, escalated_from="slack", revived_at=NOON + MINUTE))
    assert said["escalation"] == (
        "desk stands in for slack, which hadn't told it in time, since 2026-11-23 12:01 UTC"
    )
    assert said["channel desk"] == "sent"
