"""What is counted, as those see it who scrape."""

import asyncio
import time

import pytest

from monitor.errors import StoreError
from monitor.metrics import CONTENT_TYPE, MOST_CHANNELS, MOST_RULES
from monitor.model import (
    Age,
    DeliveryState,
    Match,
    Occasion,
    PollPart,
    Reason,
    SendStatus,
    Standing,
    Withheld,
)
from tests.support.clock import NOON, ManualClock
from tests.support.polls import HOUR
from tests.support.reports import (
    STANDING,
    Numbers,
    article_report,
    delivery_report,
    measured,
    notice_report,
    numbers,
    poll_report,
)

MINUTE = HOUR / 60
DAY = 24 * 3600.0


async def test_polls_are_counted_by_what_came_of_them() -> None:
    metrics = measured()
    for reason in (Reason.OK, Reason.NOT_MODIFIED, Reason.NOT_MODIFIED, Reason.DNS):
        metrics(poll_report(reason=reason))
    found = await numbers(metrics)
    assert found.by("polls_total", "reason") == {"ok": 1, "not_modified": 2, "dns": 1}
    assert found("polls_total", reason="tls") == 0


async def test_a_poll_tells_how_long_it_and_its_parts_took_and_what_it_fetched() -> None:
    metrics = measured()
    metrics(poll_report(took=0.3, parts={PollPart.FETCH: 0.2, PollPart.COMMIT: 0.1}))
    metrics(
        poll_report(
            took=4,
            size=2_000,
            parts={PollPart.FETCH: 1, PollPart.PARSE: 2, PollPart.MATCH: 0.5, PollPart.COMMIT: 0.5},
        )
    )
    found = await numbers(metrics)
    assert found("poll_duration_seconds_sum") == 4.3
    assert found("poll_duration_seconds_bucket", le="0.5") == 1
    assert found.by("poll_part_duration_seconds_count", "part") == {
        "fetch": 2,
        "parse": 1,
        "match": 1,
        "commit": 2,
    }
    assert found("poll_part_duration_seconds_sum", part="fetch") == pytest.approx(1.2)
    assert found("fetched_bytes_total") == 2_000


async def test_entries_are_counted_by_kind() -> None:
    metrics = measured()
    metrics(poll_report(new=30, baseline=True))
    metrics(poll_report(new=5, held=2, changed=4, ages=(1.0, 2.0, None)))
    kinds = {"new": 3, "baseline": 30, "held": 2, "changed": 4}
    assert (await numbers(metrics)).by("entries_total", "kind") == kinds


async def test_matches_and_alerts_are_counted_by_rule_and_what_is_withheld_by_why() -> None:
    metrics = measured()
    told, old, again = (
        Match("storms", ()),
        Match("storms", (), Withheld.TOO_OLD),
        Match("floods", (), Withheld.STORY),
    )
    metrics(poll_report(new=3, alerts=1, matches=(told, old, again)))
    metrics(article_report(alerts=1, matches=(told,)))
    found = await numbers(metrics)
    assert found.by("rule_matches_total", "rule") == {"storms": 3, "floods": 1}
    assert found.by("rule_alerts_total", "rule") == {"storms": 2}
    assert found.by("withheld_matches_total", "why") == {"too_old": 1, "story": 1}
    assert found("alerts_total") == 2


async def test_articles_are_counted_by_what_came_of_them() -> None:
    metrics = measured()
    metrics(article_report())
    metrics(article_report(reason=Reason.ROBOTS, took=2))
    found = await numbers(metrics)
    assert found.by("articles_total", "reason") == {"ok": 1, "robots": 1}
    assert found("article_duration_seconds_sum") == 2.3


async def test_attempts_and_what_they_end_are_counted_by_channel() -> None:
    metrics = measured()
    metrics(delivery_report(deliveries=(1, 2, 3)))
    metrics(delivery_report(status=SendStatus.FAILED, state=DeliveryState.FAILED, dead=1, deliveries=(4, 5)))
    metrics(delivery_report(status=SendStatus.REFUSED, state=DeliveryState.DEAD, dead=2, deliveries=(6, 7)))
    found = await numbers(metrics)
    statuses = {"sent": 1, "failed": 1, "refused": 1, "unknown": 0}
    assert {one: found("attempts_total", channel="desk", status=one) for one in statuses} == statuses
    assert found("deliveries_total", channel="desk", state="sent") == 3
    assert found("deliveries_total", channel="desk", state="dead") == 3
    assert found("attempt_duration_seconds_sum", channel="desk") == pytest.approx(1.2)


async def test_notices_are_counted() -> None:
    metrics = measured()
    metrics(notice_report())
    assert (await numbers(metrics))("notices_total") == 1


async def test_how_late_news_is_seen_goes_by_dates_that_can_be_right() -> None:
    metrics = measured()
    ages = (20.0, -60.0, 2 * 3600.0, None, -3600.0, -1e12, 3 * DAY, 1e12)
    metrics(poll_report(new=len(ages), ages=ages))
    found = await numbers(metrics)
    assert found("published_to_seen_seconds_count") == 3
    assert found("published_to_seen_seconds_sum") == 20 + 0 + 2 * 3600
    assert found.by("undated_entries_total", "why") == {"absent": 1, "future": 2, "past": 2}


async def test_how_late_news_is_told_goes_by_occasion() -> None:
    metrics = measured()
    metrics(delivery_report(ages=(Age(published=70.0, seen=10.0),)))
    digest = (
        Age(published=5 * DAY, seen=4 * DAY),
        Age(published=None, seen=7200.0),
        Age(published=1e9, seen=60.0),
    )
    metrics(delivery_report(occasion=Occasion.DIGEST, ages=digest))
    found = await numbers(metrics)
    assert found("seen_to_sent_seconds_sum", occasion="alone") == 10
    assert found("published_to_sent_seconds_sum", occasion="alone") == 70
    assert found("seen_to_sent_seconds_count", occasion="digest") == 3
    assert found("published_to_sent_seconds_sum", occasion="digest") == 5 * DAY


async def test_an_attempt_that_fails_tells_nothing_of_how_late_the_news_is() -> None:
    metrics = measured()
    failed = {"status": SendStatus.FAILED, "state": DeliveryState.FAILED}
    metrics(delivery_report(**failed, ages=(Age(published=70.0, seen=10.0),)))
    assert (await numbers(metrics))("seen_to_sent_seconds_count", occasion="alone") == 0


async def test_how_things_stand_is_asked_of_the_store() -> None:
    clock = ManualClock()
    metrics = measured(clock=clock, channels=("desk", "mail"))
    clock.advance(MINUTE)
    found = await numbers(metrics)
    assert found("scrape_ok") == 1
    backlog = {
        state: found("backlog_deliveries", channel="desk", state=state) for state in ("pending", "dead")
    }
    assert backlog == {"pending": 3, "dead": 1}
    assert found("backlog_deliveries", channel="mail", state="held") == 0
    assert found("backlog_oldest_seconds", channel="desk") == 60
    assert found("backlog_oldest_seconds", channel="mail") == 0
    assert found.by("feeds", "state") == {"ok": 5, "failing": 2, "paused": 2}
    assert (found("overdue_feeds"), found("greatest_lateness_seconds")) == (1, 60)
    assert (found("waiting_articles"), found("stored_entries"), found("database_bytes")) == (4, 1_000, 5e6)


async def test_a_channel_that_is_not_configured_has_no_series() -> None:
    assert b"gone" not in (await measured().text()).replace(b'reason="gone"', b"").replace(
        b'state="gone"', b""
    )


async def test_what_leaves_the_configuration_has_no_series_any_more_and_what_is_new_begins_at_0() -> None:
    metrics = measured(rules=("storms", "floods"), channels=("desk", "mail"))
    metrics(poll_report(alerts=1, matches=(Match("storms", ()), Match("floods", ()))))
    metrics(delivery_report())
    metrics.follow(feeds=8, paused=0, rules=["floods", "fires"], channels=["mail", "chat"])
    found = await numbers(metrics)
    assert found("rule_matches_total", rule="storms") is None
    assert found("rule_matches_total", rule="floods") == 1
    assert found("rule_matches_total", rule="fires") == 0
    assert b"desk" not in found.text
    assert found("attempts_total", channel="chat", status="unknown") == 0
    assert found.by("configured", "what") == {"feeds": 8, "rules": 2, "channels": 2}


async def test_what_is_still_told_of_a_rule_that_has_gone_counts_without_its_name() -> None:
    metrics = measured()
    metrics.follow(feeds=9, paused=2, rules=["floods"], channels=["desk"])
    metrics(poll_report(alerts=1, matches=(Match("storms", ()),)))
    assert (await numbers(metrics)).by("rule_matches_total", "rule") == {"(other)": 1}


async def test_no_configuration_makes_a_scrape_larger_than_a_megabyte() -> None:
    rules = tuple(f"{'a rule with a long name ' * 4}{n}"[-100:] for n in range(10_000))
    channels = tuple(f"{'a channel with a long name ' * 4}{n}"[-100:] for n in range(1_000))
    metrics = measured(rules=rules, channels=channels)
    for name in rules:
        metrics(poll_report(feed=f"https://feeds.example/{name}", matches=(Match(name, ()),), alerts=1))
    for name in channels:
        metrics(delivery_report(channel=name))
    found = await numbers(metrics)
    assert len(found.text) < 1_000_000
    assert found("rule_matches_total", rule=rules[MOST_RULES - 1]) == 1
    assert found("rule_matches_total", rule="(other)") == len(rules) - MOST_RULES
    assert found("attempts_total", channel="(other)", status="sent") == len(channels) - MOST_CHANNELS
    assert found("alerts_total") == len(rules)


async def test_names_may_hold_whatever_the_configuration_lets_them() -> None:
    name = 'a"b\\n{c="d"} ⚡ # 1\\'
    metrics = measured(rules=(name,), channels=(name,))
    metrics(poll_report(alerts=1, matches=(Match(name, ()),)))
    found = await numbers(metrics)
    assert found("rule_matches_total", rule=name) == 1
    assert found("backlog_oldest_seconds", channel=name) == 0


async def test_nothing_that_feeds_or_servers_say_is_told() -> None:
    metrics = measured()
    for report in (poll_report(), article_report(), delivery_report(), notice_report()):
        metrics(report)
    text = await metrics.text()
    assert b"secret.example" not in text
    assert b"hostile" not in text


async def test_the_format_is_that_of_prometheus() -> None:
    text = await measured().text()
    assert text.startswith(b"# HELP news_monitor_")
    assert b"_created" not in text
    assert CONTENT_TYPE == "text/plain; version=0.0.4; charset=utf-8"


async def test_two_programs_in_one_process_count_apart() -> None:
    one, other = measured(), measured()
    one(poll_report())
    assert (await numbers(other)).by("polls_total", "reason") == {}


async def test_the_process_tells_what_it_is_and_since_when() -> None:
    clock = ManualClock()
    metrics = measured(clock=clock)
    clock.advance(MINUTE)
    found = await numbers(metrics)
    (build,) = found.families["news_monitor_build_info"].samples
    assert set(build.labels) == {"version", "python", "database"}
    assert found("start_time_seconds") == NOON.timestamp()
    assert found("clock_timestamp_seconds") == NOON.timestamp() + 60
    assert {"process_resident_memory_bytes", "python_info", "python_gc_collections"} <= set(found.families)


async def test_a_bad_configuration_is_told_until_a_good_one_is_loaded() -> None:
    clock = ManualClock()
    metrics = measured(clock=clock)
    assert (await numbers(metrics))("config_ok") == 1
    clock.advance(MINUTE)
    metrics.reloaded(good=False)
    found = await numbers(metrics)
    assert (found("config_ok"), found("config_loaded_timestamp_seconds")) == (0, NOON.timestamp())
    metrics.reloaded(good=True)
    found = await numbers(metrics)
    assert (found("config_ok"), found("config_loaded_timestamp_seconds")) == (1, NOON.timestamp() + 60)
    assert found.by("reloads_total", "result") == {"good": 1, "bad": 1}


class Crew:
    def __init__(self, ticked_at: float | None) -> None:
        self.ticked_at = ticked_at


async def test_a_crew_tells_how_long_ago_it_looked_for_work_once_it_has() -> None:
    metrics = measured()
    now = asyncio.get_running_loop().time()
    metrics.watch({"poll": Crew(now - 90), "read": Crew(now), "deliver": Crew(None)})
    found = await numbers(metrics)
    assert found("tick_age_seconds", crew="poll") == pytest.approx(90, abs=5)
    assert found("tick_age_seconds", crew="read") == pytest.approx(0, abs=5)
    assert found("tick_age_seconds", crew="deliver") is None


async def test_an_event_loop_that_is_held_up_is_late() -> None:
    metrics = measured()
    async with metrics.watching_the_loop():
        await asyncio.sleep(0)  # it has begun to look
        time.sleep(1.6)  # noqa: ASYNC251 - this is what is measured
        found = await numbers(metrics)
    assert found("event_loop_lag_seconds_count")
    assert (found("event_loop_lag_seconds_sum") or 0) >= 0.5


class SlowStore:
    """A store that answers when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.free = asyncio.Event()

    async def __call__(self) -> Standing:
        self.asked += 1
        await self.free.wait()
        return STANDING


async def test_a_scrape_waits_less_than_a_second_for_a_busy_database() -> None:
    store = SlowStore()
    metrics = measured(read=store)
    metrics(poll_report())
    began = time.monotonic()
    found = await numbers(metrics)
    assert time.monotonic() - began < 1
    assert found("scrape_ok") == 0
    assert found("stored_entries") is None
    assert found.by("polls_total", "reason") == {"ok": 1}


async def test_a_database_that_is_slow_is_not_asked_again_before_it_has_answered() -> None:
    store = SlowStore()
    metrics = measured(read=store)
    await asyncio.gather(metrics.text(), metrics.text())
    assert store.asked == 1
    store.free.set()
    found = await numbers(metrics)
    assert (found("scrape_ok"), found("stored_entries"), store.asked) == (1, 1_000, 1)


async def test_the_database_is_asked_once_in_five_seconds_whoever_scrapes() -> None:
    store, clock = SlowStore(), ManualClock()
    store.free.set()
    metrics = measured(read=store, clock=clock)
    for seconds in (0, 4, 4):
        clock.advance(seconds * HOUR / 3600)
        assert (await numbers(metrics))("scrape_ok") == 1
    assert store.asked == 2


async def test_the_last_answer_serves_for_a_minute_when_the_database_fails() -> None:
    clock = ManualClock()
    answers: list[Standing | StoreError] = [STANDING, StoreError("disk full"), StoreError("disk full")]

    async def read() -> Standing:
        answer = answers.pop(0)
        if isinstance(answer, StoreError):
            raise answer
        return answer

    metrics = measured(read=read, clock=clock)
    told = []
    for _ in range(3):
        found: Numbers = await numbers(metrics)
        told.append((found("scrape_ok"), found("stored_entries")))
        clock.advance(MINUTE / 2 + MINUTE / 60)
    assert told == [(1, 1_000), (0, 1_000), (0, None)]
