"""What any store promises about articles: read once, one page of a host at a time, all or nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.errors import LeaseLost
from monitor.model import (
    ArticleDecision,
    ArticleRecord,
    ArticleState,
    ClaimedArticle,
    Entry,
    Hit,
    Match,
    NewEntry,
    PlannedDelivery,
    Reason,
    TextField,
    WantedArticle,
)
from monitor.store import Store, read_status
from tests.support.clock import NOON
from tests.support.database import Database
from tests.support.polls import HOUR, LEASE, alert_of, claim_messages, feed_spec, poll, watch

GAP = timedelta(seconds=2)
SECOND = timedelta(seconds=1)
DONE = ArticleDecision(ArticleState.DONE, NOON + GAP)
TOLD = (PlannedDelivery("desk", ("storms",)), PlannedDelivery("mail", ("storms",)))


def wanting(name: str, host: str = "news.example", rules: Sequence[str] = ("storms",)) -> NewEntry:
    entry = Entry(guid=name, title=f"Storm {name}", link=f"https://{host}/{name}", published_at=NOON)
    return NewEntry(entry=entry, keys=(f"guid:{name}",), article=WantedArticle(host, tuple(rules)))


async def stored(store: Store, *entries: NewEntry) -> None:
    await watch(store, feed_spec())
    await poll(store, *entries)


async def claim(store: Store, now: datetime = NOON, limit: int = 100) -> Sequence[ClaimedArticle]:
    return await store.claim_due_articles(now, limit=limit, lease=LEASE)


async def claim_one(store: Store, now: datetime = NOON) -> ClaimedArticle:
    (article,) = await claim(store, now)
    return article


def record(article: ClaimedArticle, **changes: Any) -> ArticleRecord:
    values: dict[str, Any] = {
        "tried_at": NOON,
        "reason": Reason.OK,
        "detail": "",
        "decision": DONE,
        "text": "A hurricane.",
    }
    return ArticleRecord(entry_id=article.entry_id, lease=article.lease, **(values | changes))


def failed(article: ClaimedArticle, again: datetime | None, **changes: Any) -> ArticleRecord:
    state = ArticleState.PENDING if again else ArticleState.FAILED
    decision = ArticleDecision(state, NOON + GAP, again)
    values: dict[str, Any] = {"reason": Reason.TIMEOUT, "detail": "30 s", "decision": decision, "text": None}
    return record(article, **(values | changes))


def titles(articles: Sequence[ClaimedArticle]) -> list[str]:
    return [article.entry.title for article in articles]


async def test_an_article_that_is_given_back_is_due_still(store: Store) -> None:
    await stored(store, wanting("1"))
    article = await claim_one(store)
    await store.leave_article(article.entry_id, article.lease)
    again = await claim_one(store)

    await store.leave_article(article.entry_id, article.lease)  # its lease is over: nothing is done
    await store.commit_article(record(again))


async def test_a_claimed_article_has_what_reading_it_takes(store: Store) -> None:
    new = wanting("1", rules=("a", "b"))
    without = NewEntry(entry=Entry(title="without"), keys=("2",))
    await watch(store, feed_spec())
    await poll(store, new, without, feed_title="World", language="de")
    article = await claim_one(store)
    assert article.entry == new.entry
    assert (article.rules, article.attempts) == (("a", "b"), 0)
    assert article.feed_url == feed_spec().url
    assert (article.feed_title, article.feed_language) == ("World", "de")


async def test_reading_stores_text_match_alert_and_deliveries(store: Store) -> None:
    await stored(store, wanting("1"))
    match = Match("storms", (Hit(TextField.TITLE, 0, 5), Hit(TextField.TEXT, 2, 11)))
    await store.commit_article(record(await claim_one(store), matches=(match,), deliveries=TOLD))
    (delivery,) = await claim_messages(store, "desk")
    assert alert_of(delivery).matches == (match,)
    assert alert_of(delivery).text == "A hurricane."
    assert delivery.deliveries[0].since == NOON
    assert len(await claim_messages(store, "mail")) == 1
    assert await claim(store, NOON + HOUR) == []


async def test_an_alert_without_an_article_has_no_text(store: Store) -> None:
    told = NewEntry(
        entry=Entry(title="Storm"),
        keys=("1",),
        matches=(Match("storms", (Hit(TextField.TITLE, 0, 5),)),),
        deliveries=TOLD,
    )
    await stored(store, told)
    assert [alert_of(delivery).text for delivery in await claim_messages(store, "desk")] == [""]


async def test_a_second_alert_of_an_entry_names_only_what_the_text_has_brought(store: Store) -> None:
    at_once = Match("wind", (Hit(TextField.TITLE, 0, 5),))
    new = wanting("1")
    told = NewEntry(
        entry=new.entry,
        keys=new.keys,
        article=new.article,
        matches=(at_once,),
        deliveries=(PlannedDelivery("desk", ("wind",)),),
    )
    await stored(store, told)
    later = Match("storms", (Hit(TextField.TEXT, 2, 11),))
    await store.commit_article(record(await claim_one(store), matches=(later,), deliveries=TOLD))
    deliveries = await claim_messages(store, "desk")
    assert [alert_of(delivery).matches for delivery in deliveries] == [(at_once,), (later,)]


async def test_an_article_is_stored_whole_or_not_at_all(store: Store, database: Database) -> None:
    await stored(store, wanting("1"))
    article = await claim_one(store)
    before = database.rows("SELECT * FROM article")
    match = Match("storms", (Hit(TextField.TEXT, 2, 11),))
    with pytest.raises(IntegrityError):
        await store.commit_article(record(article, matches=(match,), deliveries=(*TOLD, *TOLD)))
    assert database.rows("SELECT * FROM article") == before
    assert (database.counts()["match"], database.counts()["alert"]) == (0, 0)
    await store.commit_article(record(article, matches=(match,), deliveries=TOLD))
    assert database.counts()["delivery"] == 2


async def test_whoever_lost_the_lease_of_an_article_stores_nothing(store: Store, database: Database) -> None:
    await stored(store, wanting("1"))
    late = await claim_one(store)
    current = await claim_one(store, NOON + LEASE)
    with pytest.raises(LeaseLost, match=f"article {late.entry_id}"):
        await store.commit_article(record(late, deliveries=TOLD))
    assert database.counts()["alert"] == 0
    await store.commit_article(record(current))
    with pytest.raises(LeaseLost):
        await store.commit_article(record(current))


async def test_a_failed_article_waits_for_its_next_try_and_counts(store: Store, database: Database) -> None:
    await stored(store, wanting("1"))
    await store.commit_article(failed(await claim_one(store), NOON + HOUR))
    assert await claim(store, NOON + HOUR - SECOND) == []
    again = await claim_one(store, NOON + HOUR)
    assert again.attempts == 1
    assert database.rows("SELECT state, reason, detail FROM article") == [("pending", "timeout", "30 s")]


async def test_an_article_that_was_given_up_is_not_claimed_but_told(store: Store, database: Database) -> None:
    await stored(store, wanting("1", "a.example"), wanting("2", "b.example"))
    first, _ = await claim(store)
    await store.commit_article(failed(first, None))
    assert titles(await claim(store, NOON + LEASE)) == ["Storm 2"]
    status = await read_status(database.url, label="db")
    assert (status.articles_waiting, status.articles_failed) == (1, 1)


async def test_one_page_of_a_host_is_read_at_a_time_with_a_gap_after_it(store: Store) -> None:
    await stored(store, wanting("1"), wanting("2"), wanting("3", "other.example"))
    articles = await claim(store)
    assert titles(articles) == ["Storm 1", "Storm 3"]
    assert await claim(store) == []
    await store.commit_article(record(articles[0]))
    assert await claim(store, NOON + GAP - SECOND) == []
    assert titles(await claim(store, NOON + GAP)) == ["Storm 2"]


async def test_a_host_that_names_a_time_is_left_alone_with_all_its_pages(store: Store) -> None:
    await stored(store, wanting("1"), wanting("2"))
    article = await claim_one(store)
    busy = ArticleDecision(ArticleState.PENDING, NOON + HOUR, NOON + HOUR)
    await store.commit_article(failed(article, None, decision=busy))
    assert await claim(store, NOON + HOUR - SECOND) == []
    assert not await store.articles_due(NOON, within=GAP)
    assert len(await claim(store, NOON + HOUR)) == 1


async def test_a_page_whose_reader_died_comes_back_and_frees_its_host(store: Store) -> None:
    await stored(store, wanting("1"), wanting("2"))
    await claim_one(store)
    assert await claim(store, NOON + LEASE - SECOND) == []
    assert titles(await claim(store, NOON + LEASE)) == ["Storm 1"]


async def test_no_more_articles_are_claimed_than_asked_for_the_oldest_first(store: Store) -> None:
    await stored(store, *(wanting(f"{n}", f"{n}.example") for n in range(5)))
    assert titles(await claim(store, limit=2)) == ["Storm 0", "Storm 1"]
    assert titles(await claim(store, limit=2)) == ["Storm 2", "Storm 3"]


async def test_articles_of_a_feed_that_is_left_out_wait(store: Store) -> None:
    await stored(store, wanting("1"))
    await watch(store)
    assert await claim(store) == []
    assert not await store.articles_due(NOON, within=GAP)
    await watch(store, feed_spec())
    assert await store.articles_due(NOON, within=GAP)
    assert len(await claim(store)) == 1


async def test_whether_an_article_only_waits_for_its_host_can_be_asked(store: Store) -> None:
    await stored(store, wanting("1"), wanting("2"))
    assert await store.articles_due(NOON, within=GAP)
    await store.commit_article(record(await claim_one(store)))
    assert await store.articles_due(NOON + SECOND, within=GAP)
    await store.commit_article(failed(await claim_one(store, NOON + GAP), NOON + HOUR))
    assert not await store.articles_due(NOON + GAP, within=GAP)


async def test_closing_gives_articles_back(database: Database) -> None:
    store = await Store.open(database.url, label="db")
    await stored(store, wanting("1"))
    await claim_one(store)
    await store.close()
    again = await Store.open(database.url, label="db")
    assert len(await claim(again)) == 1
    await again.close()
