"""What is remembered of feeds and their servers <-> columns: JSON, and numbers packed for what every poll reads."""

from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any

from monitor.model import HOURS_OF_WEEK, NO_HINTS, FeedMemory, Freshness, Move, PublisherHints, Rhythm, Secret

_DIGITS = 4
# When (seconds since 1970), and the numbers of a rhythm, those by hour of the week last.
_RHYTHM = Struct(f"<d3f{HOURS_OF_WEEK}f")


def memory_columns(memory: FeedMemory) -> dict[str, Any]:
    """Return the columns of `feed` that hold `memory`."""
    hints, move = memory.hints, memory.move
    return {
        "served_at": memory.served_at,
        "cache_control": memory.freshness.cache_control,
        "expires": memory.freshness.expires,
        "hints": None if hints == NO_HINTS else _hints_json(hints),
        "move": None if move is None else _move_json(move),
    }


def read_memory(row: Any) -> FeedMemory:
    """Return what a row of `feed` remembers."""
    return FeedMemory(
        served_at=row.served_at,
        freshness=Freshness(row.cache_control, row.expires),
        hints=_read_hints(row.hints) if row.hints else NO_HINTS,
        move=_read_move(row.move) if row.move else None,
    )


def rhythm_columns(rhythm: Rhythm, weights: tuple[float, ...]) -> dict[str, Any]:
    """Return the columns of `feed` that hold a rhythm and its weights."""
    return {
        "rhythm": _RHYTHM.pack(
            rhythm.as_of.timestamp(), rhythm.hours, rhythm.recent, rhythm.expected, *rhythm.counts
        ),
        "weights": [round(weight, _DIGITS) for weight in weights],
    }


def read_rhythm(stored: bytes | None) -> Rhythm | None:
    """Return the rhythm in a column."""
    if not stored:
        return None
    numbers = _RHYTHM.unpack(stored)
    as_of, hours, recent, expected = numbers[:4]
    return Rhythm(
        as_of=datetime.fromtimestamp(as_of, UTC),
        hours=hours,
        counts=numbers[4:],
        recent=recent,
        expected=expected,
    )


def _hints_json(hints: PublisherHints) -> dict[str, Any]:
    return {
        "refresh": None if hints.refresh is None else hints.refresh.total_seconds(),
        "base": None if hints.base is None else hints.base.isoformat(),
        "skip_hours": sorted(hints.skip_hours),
        "skip_days": sorted(hints.skip_days),
    }


def _read_hints(stored: dict[str, Any]) -> PublisherHints:
    refresh, base = stored["refresh"], stored["base"]
    return PublisherHints(
        refresh=None if refresh is None else timedelta(seconds=refresh),
        base=None if base is None else datetime.fromisoformat(base),
        skip_hours=frozenset(stored["skip_hours"]),
        skip_days=frozenset(stored["skip_days"]),
    )


def _move_json(move: Move) -> dict[str, Any]:
    return {
        "target": move.target.reveal(),
        "sightings": move.sightings,
        "since": move.since.isoformat(),
        "settled": move.settled,
    }


def _read_move(stored: dict[str, Any]) -> Move:
    return Move(
        Secret(stored["target"]),
        stored["sightings"],
        datetime.fromisoformat(stored["since"]),
        stored["settled"],
    )
