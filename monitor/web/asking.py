"""What pages and API ask of lists, by the same names."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from monitor.app.desk import Desk
from monitor.app.names import channels_called, feeds_tagged
from monitor.model import SENDING, AlertWish, DeliveryState, DeliveryWish
from monitor.web.asked import Asked

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
        words=tuple((asked.text("q") or "").split()),
        story=asked.number("story"),
        since=asked.moment("since", now),
        until=asked.moment("until", now),
        before=asked.number("before"),
        limit=limit,
    )


def delivery_wish(asked: Asked, desk: Desk, limit: int) -> DeliveryWish:
    """Return which deliveries are asked for."""
    state = asked.read("state", _state)
    return DeliveryWish(
        state=DeliveryState(state) if state and state != SENDING else None,
        sending=state == SENDING,
        channels=channels_called(desk.settings, asked.text("channel")),
        rule=asked.text("rule"),
        since=asked.moment("since", desk.now()),
        before=asked.number("before"),
        limit=limit,
    )


def paged(found: Sequence[T], limit: int) -> tuple[Sequence[T], int | None]:
    """Return `limit` of those that were found, of which there may be one more, and what to ask with for the others."""
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def _state(value: str) -> str:
    if value not in STATES:
        raise ValueError(f"must be one of {', '.join(STATES)}")
    return value
