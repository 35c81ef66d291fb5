"""Feeds."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.exceptions import HTTPException

from monitor.app.desk import Desk
from monitor.app.feeds import STATES, FeedView, feed_views, narrowed
from monitor.model import PollRun, SeenEntry
from monitor.web.api.operation import LIMIT, STRICT, Listed, Operation, Parameter, number, one_of, text
from monitor.web.asked import TEXT, Asked

_USUAL, _MOST = 100, 500
_NO_FEED = (404, "No feed of the configuration has this address.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDetail:
    """A feed with the entries that came last and what its polls brought, the newest first."""

    feed: FeedView
    recent: tuple[SeenEntry, ...]
    polls: tuple[PollRun, ...]


@dataclass(frozen=True, slots=True)
class Which:
    """Feeds by their addresses, as the list shows them."""

    __pydantic_config__ = STRICT

    urls: tuple[Annotated[str, Field(max_length=4_000, pattern=TEXT)], ...]


@dataclass(frozen=True, slots=True)
class Granted:
    """For which feeds a wish was granted, and for which it wasn't."""

    done: tuple[str, ...]
    refused: tuple[str, ...]


def operations(desk: Desk) -> Sequence[Operation]:
    """Return what can be asked and wished of feeds."""
    return [
        _list(desk),
        _show(desk),
        _wish("poll", "Poll feeds now.", desk, desk.store.poll_now),
        _wish("pause", "Let feeds rest.", desk, desk.store.pause_feeds),
        _wish("resume", "Let feeds go on that rest.", desk, desk.store.resume_feeds),
    ]


def _list(desk: Desk) -> Operation:
    def feeds(asked: Asked) -> Listed[FeedView]:
        state, tag, words = asked.one_of("state", STATES), asked.text("tag"), asked.text("q")
        skipped = asked.number("after") or 0
        limit = asked.number("limit", _MOST) or _USUAL
        asked.check()
        found = narrowed(feed_views(desk.settings, desk.reader.status()), state=state, tag=tag, words=words)
        shown = skipped + limit
        return Listed(tuple(found[skipped:shown]), shown if len(found) > shown else None)

    return Operation(
        path="/feeds",
        name="listFeeds",
        summary="The configured feeds, in the order of the configuration.",
        tag="feeds",
        run=feeds,
        answer=Listed[FeedView],
        parameters=(
            Parameter("state", "Only those in this state.", one_of(STATES)),
            Parameter("tag", "Only those with this tag."),
            Parameter("q", "Only those with this in their name or address."),
            Parameter("after", "How many to leave out: `next` of the last answer.", number()),
            LIMIT,
        ),
    )


def _show(desk: Desk) -> Operation:
    def feed(asked: Asked) -> FeedDetail:
        url = asked.text("url", 4_000) or ""
        asked.check()
        found = [one for one in feed_views(desk.settings, desk.reader.status()) if one.url == url]
        if not found:
            raise HTTPException(*_NO_FEED)
        return FeedDetail(feed=found[0], recent=desk.reader.recent(url, 20), polls=desk.reader.polls(url, 50))

    return Operation(
        path="/feeds/show",
        name="showFeed",
        summary="One feed, with its newest entries and its polls.",
        tag="feeds",
        run=feed,
        answer=FeedDetail,
        parameters=(Parameter("url", "The address of the feed.", text(4_000)),),
        failures=(_NO_FEED,),
    )


def _wish(
    name: str, summary: str, desk: Desk, grant: Callable[[Sequence[str], datetime], Awaitable[Sequence[str]]]
) -> Operation:
    async def run(asked: Asked, which: Which) -> Granted:
        asked.check()
        granted = await grant(which.urls, desk.now())
        return Granted(tuple(granted), tuple(url for url in which.urls if url not in granted))

    return Operation(
        path=f"/feeds/{name}",
        name=f"{name}Feeds",
        summary=summary,
        tag="feeds",
        run=run,
        answer=Granted,
        body=Which,
        method="POST",
    )
