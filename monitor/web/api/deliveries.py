"""Deliveries: what is sent, waits or was given up, and again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.exceptions import HTTPException

from monitor.app.desk import Desk
from monitor.app.retry import retry
from monitor.model import ListedDelivery, PastAttempt
from monitor.web.api.operation import (
    BEFORE,
    LIMIT,
    RULE,
    SINCE,
    STRICT,
    Listed,
    Number,
    Operation,
    Parameter,
    Text,
    how_many,
    one_of,
    path_number,
)
from monitor.web.asked import Asked, Refused
from monitor.web.asking import STATES, delivery_wish, paged


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """The tries to send a delivery, the oldest first."""

    attempts: tuple[PastAttempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What to send again: deliveries by their `numbers`, or all that are `dead`, of one `channel` or group if given."""

    __pydantic_config__ = STRICT

    numbers: Annotated[tuple[Number, ...], Field(max_length=1_000)] = ()
    dead: bool = False
    channel: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """The numbers of the deliveries that are sent again, and of those that are `left` alone."""

    retried: tuple[int, ...]
    left: tuple[int, ...]


def operations(desk: Desk) -> Sequence[Operation]:
    """Return what can be asked of deliveries, and done."""
    return [*_looking(desk), *_changing(desk)]


def _looking(desk: Desk) -> Sequence[Operation]:
    def deliveries(asked: Asked) -> Listed[ListedDelivery]:
        limit = how_many(asked)
        wish = delivery_wish(asked, desk, limit + 1)
        asked.check()
        found, more = paged(desk.reader.deliveries(wish, desk.now()), limit)
        return Listed(tuple(found), more)

    def attempts(asked: Asked) -> Tries:
        number = asked.number("id")
        asked.check()
        return Tries(attempts=tuple(desk.reader.attempts([number or 0]).get(number or 0, ())))

    return [
        Operation(
            path="/deliveries",
            name="listDeliveries",
            summary="The deliveries, the newest first: each is an alert, or a notice, for one channel.",
            tag="deliveries",
            run=deliveries,
            answer=Listed[ListedDelivery],
            parameters=(
                Parameter("state", "Only those in this state.", one_of(STATES)),
                Parameter("channel", "Only those of this channel, or group."),
                RULE,
                SINCE,
                BEFORE,
                LIMIT,
            ),
        ),
        Operation(
            path="/deliveries/{id}/attempts",
            name="listAttempts",
            summary="The tries to send one delivery, the oldest first.",
            tag="deliveries",
            run=attempts,
            answer=Tries,
            parameters=(path_number("id", "The number of the delivery."),),
        ),
    ]


def _changing(desk: Desk) -> Sequence[Operation]:
    async def again(_: Asked, wanted: Again) -> Retried:
        settings = desk.settings
        if bool(wanted.numbers) == wanted.dead or (wanted.channel is not None and not wanted.dead):
            raise Refused({"numbers": "give the numbers of deliveries, or dead for all that were given up"})
        if wanted.channel is not None and wanted.channel not in settings.channel_names:
            raise HTTPException(404, "There is no such channel.")
        ids = wanted.numbers or None
        revived = await retry(settings, desk.store, desk.now(), ids=ids, channel=wanted.channel)
        retried = tuple(number for number, _ in revived)
        return Retried(retried=retried, left=tuple(sorted({*wanted.numbers}.difference(retried))))

    return [
        Operation(
            path="/deliveries/retry",
            name="retryDeliveries",
            summary="Send again what was given up, or what fails and would be tried only later.",
            tag="deliveries",
            run=again,
            answer=Retried,
            body=Again,
            method="POST",
            failures=(
                (404, "There is no such channel."),
                (422, "Neither numbers nor dead are given, or both, or a channel with numbers."),
            ),
        ),
    ]
