"""A query as a tree. The leaves hold what was written.

`column` counts code points from 1. It is for messages only: two trees are equal when they ask the same.
"""

import dataclasses
from dataclasses import dataclass

from monitor.model import TextField


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word and its inflected forms.

    `before` and `after` are the bare words written beside it with only a blank between.
    """

    text: str
    column: int = dataclasses.field(compare=False)
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotes: these, not inflected, in this order, within one field. `column` is that of the quote."""

    text: str
    column: int = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Prefix:
    """``word*``: every word that begins so. `text` is without the star, two characters or more."""

    text: str
    column: int = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Exact:
    """``="WHO"``: a word or phrase in just this case."""

    text: str
    column: int = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Regex:
    """``/pattern/``, or ``/pattern/i`` for any case: an RE2 expression, searched in a field as it is written."""

    pattern: str
    ignore_case: bool
    column: int = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """All parts within one field, in any order, with at most `distance` further words in that stretch.

    Each part is a leaf other than Regex, or an Or of such leaves. Two parts or more. ``"a b"~5`` has a
    Phrase for each word. `column` is that of the operator, or of the quote.
    """

    parts: tuple["Node", ...]
    distance: int
    column: int = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class In:
    """The part is looked for in one field only, and has no In within. `column` is that of the field's name."""

    field: TextField
    part: "Node"
    column: int = dataclasses.field(compare=False)


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
    column: int = dataclasses.field(compare=False)


Leaf = Word | Phrase | Prefix | Exact | Regex
Node = Leaf | Near | In | And | Or | Not
