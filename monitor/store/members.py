"""The entries of stories, as they are written, and why each belongs to its story <-> JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from monitor.model import Ground, Guard, Likeness, Objection, StoryDecision
from monitor.store.tables import STORY_MEMBER


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


def numbered(decision: StoryDecision, ids: Sequence[int]) -> StoryDecision:
    """Return a decision with the ids of the entries of its record, which have got some by now."""

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
