"""A query as a tree. The leaves hold what was written; `column` counts code points from 1."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word. `before` and `after` are the bare words written beside it with only a blank between."""

    text: str
    column: int
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotes: these, in this order, within one field. `column` is that of the quote."""

    text: str
    column: int


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold, in any of the fields. Two parts or more."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds. Two parts or more."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part doesn't hold. `column` is that of the operator."""

    part: "Node"
    column: int


Node = Word | Phrase | And | Or | Not
