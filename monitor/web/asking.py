"""What pages and API ask of lists, by the same names."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Protocol, TypeVar

from starlette.concurrency import run_in_threadpool

from monitor.app.desk import Desk
from monitor.app.names import channels_called, feeds_tagged
from monitor.app.silences import checked
from monitor.model import SENDING, AlertWish, DeliveryState, DeliveryWish, Silence
from monitor.web.asked import Asked

_LONGEST = 2_000
STATES = (*DeliveryState, SENDING)


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=_Numbered)


def alert_wish(asked: Asked, desk: Desk, limit: int) -> AlertWish:
    """Return which alerts are asked for."""
    now = desk.now()
    return AlertWish(
        rule=asked.text("rule"),
        feed=asked.text("feed"),
        feeds=feeds_tagged(desk.settings, asked.text("tag")),
        channels=channels_called(desk.settings, asked.text("channel")),
        words=asked.words("q"),
        story=asked.number("story"),
        since=asked.moment("since", now),
        until=asked.moment("until", now),
        before=asked.number("before"),
        limit=limit,
    )


def delivery_wish(asked: Asked, desk: Desk, limit: int) -> DeliveryWish:
    """Return which deliveries are asked for."""
    state = asked.one_of("state", STATES)
    return DeliveryWish(
        state=DeliveryState(state) if state and state != SENDING else None,
        sending=state == SENDING,
        channels=channels_called(desk.settings, asked.text("channel")),
        rule=asked.text("rule"),
        since=asked.moment("since", desk.now()),
        before=asked.number("before"),
        limit=limit,
    )


async def add_silence(asked: Asked, desk: Desk) -> Silence | None:
    """Add the silence that is asked for and return it; None when it can't be read. Raises NoSilence, StoreError."""
    now = desk.now()
    wanted = Silence(
        id=0,
        created_at=now,
        until=now + (asked.span("for") or timedelta(0)),
        reason=asked.text("reason") or "",
        rule=asked.text("rule"),
        feed=asked.text("feed", _LONGEST),
        story=asked.number("story"),
        query=asked.text("query", _LONGEST),
    )
    if asked.problems:
        return None
    new = await run_in_threadpool(checked, desk.settings, wanted, lambda: nullcontext(desk.reader))
    return replace(new, id=await desk.store.add_silence(new))


def paged(found: Sequence[T], limit: int) -> tuple[Sequence[T], int | None]:
    """Return `limit` of those that were found, of which there may be one more, and what to ask with for the others."""
    return found[:limit], found[limit - 1].id if len(found) > limit else None
