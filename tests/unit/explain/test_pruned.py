"""What is no longer kept is told as such, and nothing is made up in its place."""

from dataclasses import replace
from datetime import UTC, timedelta

from monitor.explain import Explanation, Fate, explain_entry
from monitor.match import compile_rules
from monitor.model import (
    ArticleState,
    DeliveryState,
    Entry,
    EntryHistory,
    Match,
    PastArticle,
    PastAttempt,
    PastDelivery,
    Reason,
    Revision,
    Rule,
    SendStatus,
    StoredEntry,
)
from tests.support.clock import NOON

RULE = Rule(name="storms", query="storm -drill", channels=("desk",))
STORED = StoredEntry(
    id=1,
    entry=Entry(title="Storm in Oslo"),
    feed_url="https://news.example/feed",
    feed_name="News",
    feed_language="en",
    first_seen_at=NOON,
    baseline=False,
)
HISTORY = EntryHistory(stored=STORED, keys=("guid",))
READ = PastArticle(state=ArticleState.DONE, rules=("storms",), attempts=1, reason=Reason.OK, tried_at=NOON)
PRUNED = replace(READ, pruned_at=NOON + timedelta(days=60))


def explain(history: EntryHistory) -> Explanation:
    matcher = compile_rules([RULE])
    return explain_entry(history, None, [RULE], matcher, UTC, channels={}, now=NOON + timedelta(days=90))


def told(history: EntryHistory) -> tuple[Fate, dict[str, str]]:
    (rule,) = explain(history).rules
    return rule.fate, {stage.name: "; ".join([stage.said, *stage.more]) for stage in rule.stages}


def test_a_rule_that_a_lost_page_has_decided_is_not_decided_anew_without_it() -> None:
    fate, stages = told(replace(HISTORY, article=PRUNED))
    assert fate is Fate.NO_MATCH
    assert stages["query"] == "didn't hold with the text of the page, which is no longer kept"
    assert stages["full text"] == (
        "the page was read, 2026-11-23 12:00 UTC; its text was pruned 2027-01-22 12:00 UTC"
    )


def test_an_alert_that_is_no_longer_kept_was_told_all_the_same() -> None:
    fate, stages = told(replace(HISTORY, matches=(Match("storms", ()),)))
    assert fate is Fate.TOLD
    assert stages["alert"] == "its channels were to be told; what became of that is no longer kept"


def test_tries_that_are_no_longer_kept_are_counted() -> None:
    last = PastAttempt(attempted_at=NOON, status=SendStatus.REFUSED, detail="HTTP 404")
    delivery = PastDelivery(
        id=7,
        channel="desk",
        rules=("storms",),
        state=DeliveryState.DEAD,
        created_at=NOON,
        next_attempt_at=None,
        tried=3,
        attempts=(last,),
    )
    _, stages = told(replace(HISTORY, matches=(Match("storms", ()),), deliveries=(delivery,)))
    assert stages["channel desk"] == (
        "given up, tried 3 times; again: news-monitor deliveries retry 7; "
        "what came of 2 tries is no longer kept; 2026-11-23 12:00 UTC: refused, HTTP 404"
    )


def test_edits_that_are_no_longer_kept_are_counted() -> None:
    edited = replace(HISTORY, changes=25, revisions=(Revision(seen_at=NOON, title="Storm", summary=""),))
    stages = {stage.name: stage for stage in explain(edited).stages}
    assert (
        stages["edited"].said == "title or text have changed 25 times, of which the last is kept; before that"
    )
    assert stages["edited"].more == ("from 2026-11-23 12:00 UTC: Storm",)
    gone = {stage.name: stage for stage in explain(replace(edited, revisions=())).stages}
    assert gone["edited"].said == "title or text have changed 25 times, none of which is kept"
