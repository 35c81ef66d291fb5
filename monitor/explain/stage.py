"""What is told of one step of an entry's way."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """A step on the way, and what happened there, in a line or more."""

    name: str
    said: str
    more: tuple[str, ...] = ()
