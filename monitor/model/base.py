"""Time and secrets."""

from datetime import UTC, datetime


def aware(moment: datetime) -> datetime:
    """Return `moment` in UTC. Raises ValueError when it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment.isoformat()}: give it a time zone")
    return moment.astimezone(UTC)


class Secret:
    """A string that doesn't show itself: `str`, `repr` and format give ``***``; `reveal` the value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, to be handed to the one library that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)
