"""Silences: what nobody is told of for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.exceptions import HTTPException

from monitor.app.desk import Desk
from monitor.app.silences import ListedSilence, NoSilence, listed
from monitor.web.api.operation import (
    STRICT,
    Listed,
    LongText,
    Number,
    Operation,
    Parameter,
    Span,
    Text,
    path_number,
)
from monitor.web.asked import Asked, Refused
from monitor.web.asking import add_silence


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSilence:
    """What is to be hidden, of which all that is given must hold; for how long (2h, 3d), and why."""

    __pydantic_config__ = STRICT

    rule: Text | None = None
    feed: LongText | None = None
    story: Number | None = None
    query: LongText | None = None
    lasting: Annotated[Span, Field(alias="for")]
    reason: Text


@dataclass(frozen=True, slots=True)
class Nothing:
    """An empty object: the address says it all."""

    __pydantic_config__ = STRICT


def operations(desk: Desk) -> Sequence[Operation]:
    """Return what can be asked of silences, and done."""
    return [_list(desk), _add(desk), _end(desk)]


def _list(desk: Desk) -> Operation:
    def silences(asked: Asked) -> Listed[ListedSilence]:
        now = desk.now()
        everything = asked.read("all", _yes_or_no)
        asked.check()
        found = desk.reader.silences(None if everything else now)
        return Listed(tuple(listed(silence, now) for silence in found))

    return Operation(
        path="/silences",
        name="listSilences",
        summary="The silences in force, the newest first, and how many messages each has hidden.",
        tag="silences",
        run=silences,
        answer=Listed[ListedSilence],
        parameters=(Parameter("all", "Those that are over, too.", {"type": "boolean", "default": False}),),
    )


def _add(desk: Desk) -> Operation:
    async def add(_: Asked, new: NewSilence) -> ListedSilence:
        given = {
            "rule": new.rule,
            "feed": new.feed,
            "story": None if new.story is None else str(new.story),
            "query": new.query,
            "for": new.lasting,
            "reason": new.reason,
        }
        asked = Asked({name: value for name, value in given.items() if value is not None})
        try:
            silence = await add_silence(asked, desk)
        except NoSilence as mistake:
            raise Refused({mistake.name: mistake.problem}) from None
        if silence is None:
            raise Refused(asked.problems)
        return listed(silence, desk.now())

    return Operation(
        path="/silences",
        name="addSilence",
        summary="Hide alerts for a time, from all channels.",
        tag="silences",
        run=add,
        answer=ListedSilence,
        body=NewSilence,
        method="POST",
        status=201,
        failures=(
            (422, "Nothing is named, there is no such rule, feed or story, or the query can't be read."),
        ),
    )


def _end(desk: Desk) -> Operation:
    async def end(asked: Asked, _: Nothing) -> ListedSilence:
        number = asked.number("id")
        asked.check()
        now = desk.now()
        silence = await desk.store.end_silence(number or 0, now)
        if silence is None:
            raise HTTPException(404, f"No silence {number} is in force.")
        return listed(silence, now)

    return Operation(
        path="/silences/{id}/end",
        name="endSilence",
        summary="End a silence before its time. What it has hidden stays hidden.",
        tag="silences",
        run=end,
        answer=ListedSilence,
        parameters=(path_number("id", "Its number."),),
        body=Nothing,
        method="POST",
        failures=((404, "No silence of this number is in force."),),
    )


def _yes_or_no(value: str) -> bool:
    if value not in ("true", "false"):
        raise ValueError("must be true or false")
    return value == "true"
