"""What is done with a database as a whole: brought to a schema, looked through, copied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.model.base import Secret


class SchemaStep(NamedTuple):
    """One step from a schema to the next: the schema that it leads to, and what it is for."""

    to: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaPlan:
    """What brings a database to the program's schema.

    `found` is the database's own, None when it is empty; `head` the program's. Without steps there is nothing to do.
    `works_with` is the oldest schema whose programs can go on after the last one.
    """

    found: str | None
    head: str
    steps: Sequence[SchemaStep] = ()
    works_with: str | None = None


class Flaw(NamedTuple):
    """Something that is wrong in a database: its name, where, what it is and what can be done about it."""

    name: str
    place: str
    what: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Soundness:
    """What was found in a database, and in how many checks. `schema`: None when that can't be read."""

    schema: str | None
    checks: int
    flaws: Sequence[Flaw]


class DatabaseAddress(NamedTuple):
    """Where a database is, and what people read of that."""

    url: Secret
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """How many rows of each table were copied, and compared. `running`: a monitor was at work on what they were copied from."""

    rows: Mapping[str, int]
    running: bool

    @property
    def total(self) -> int:
        """Return how many rows there are in all."""
        return sum(self.rows.values())
