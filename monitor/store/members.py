"""The entries of stories, as they are written, and why each belongs to its story <-> JSON."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from monitor.model import Ground, Guard, Likeness, Objection, StoryDecision
from monitor.store.tables import STORY_MEMBER


def add_found(
    connection: Connection, found: Sequence[tuple[int, datetime, StoryDecision | None, int]]
) -> None:
    """Add the entries that polls have found: each with its feed, when, its decision and its id.

    Of each feed there is one poll, with its entries in order: the numbers below zero in their decisions.
    """
    ids = defaultdict(list)
    for feed_id, _, _, entry_id in found:
        ids[feed_id].append(entry_id)
    add_members(
        connection,
        [(entry_id, _numbered(own, ids[feed_id]), at) for feed_id, at, own, entry_id in found if own],
    )


def add_members(
    connection: Connection, decided: Iterable[tuple[int, StoryDecision | None, datetime]]
) -> None:
    """Add entries (by their ids) to the stories that were decided on, and when."""
    rows = [
        {
            "story_id": decision.story or entry_id,
            "entry_id": entry_id,
            "joined_at": joined_at,
            "decision": {"nearest": _json(decision.nearest), "stopped": [*map(_json, decision.stopped)]},
        }
        for entry_id, decision, joined_at in decided
        if decision
    ]
    if rows:
        connection.execute(insert(STORY_MEMBER), rows)


def _numbered(decision: StoryDecision, ids: Sequence[int]) -> StoryDecision:
    def known(entry_id: int) -> int:
        return ids[-entry_id - 1] if entry_id < 0 else entry_id

    def compared(likeness: Likeness) -> Likeness:
        return replace(likeness, entry_id=known(likeness.entry_id))

    return StoryDecision(
        story=None if decision.story is None else known(decision.story),
        nearest=None if decision.nearest is None else compared(decision.nearest),
        stopped=tuple(map(compared, decision.stopped)),
    )


def read_decision(row: Any) -> StoryDecision:
    """Return the decision in a row of story_member."""
    stored = row.decision
    return StoryDecision(
        story=None if row.story_id == row.entry_id else row.story_id,
        nearest=_likeness(stored["nearest"]) if stored["nearest"] else None,
        stopped=tuple(map(_likeness, stored["stopped"])),
    )


def _json(likeness: Likeness | None) -> dict[str, Any] | None:
    return None if likeness is None else asdict(likeness)


def _likeness(stored: dict[str, Any]) -> Likeness:
    return Likeness(
        entry_id=stored["entry_id"],
        title=stored["title"],
        summary=stored["summary"],
        shared=tuple(stored["shared"]),
        ground=Ground(stored["ground"]) if stored["ground"] else None,
        objections=tuple(Objection(Guard(one["guard"]), one["detail"]) for one in stored["objections"]),
    )
