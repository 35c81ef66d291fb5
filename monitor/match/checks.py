"""What a tree must be like, beyond its grammar."""

from collections.abc import Iterator

from monitor.errors import QueryError
from monitor.match.nodes import And, In, Near, Node, Not, Or, Regex

# What can't be a part of a NEAR, and what to write instead.
_FAR: tuple[tuple[type, str, str], ...] = (
    (And, "words joined by AND", "join them by OR or by NEAR, or put them in quotes as a phrase"),
    (Not, "NOT", "write NOT before the whole: NOT (truce NEAR/5 talks)"),
    (In, "a field", "write the whole in the field: title:(truce NEAR/5 talks)"),
    (Near, "another distance", "write all words in a row with one: truce NEAR/5 talks NEAR/5 Kyiv"),
    (Regex, "a regular expression", "write words, or the distance into the expression"),
)


def near_part(node: Node, column: int) -> Node:
    """Return `node`, which begins at `column`, as a part of a Near: a leaf, or one flat Or of leaves."""
    leaves = tuple(_alternatives(node))
    for leaf in leaves:
        for kind, what, advice in _FAR:
            if isinstance(leaf, kind):
                raise QueryError(f"{what} can't stand beside NEAR", column, advice)
    return leaves[0] if len(leaves) == 1 else Or(leaves)


def refuse_what_only_excludes(query: Node) -> None:
    """Raise QueryError for a query that holds for entries with none of its words."""
    if _holds_without_words(query):
        advice = "add what must be there, such as Ukraine NOT Gaza"
        what = "the query only excludes, so that it matches almost everything"
        raise QueryError(what, _column_of_not(query), advice)


def _alternatives(node: Node) -> Iterator[Node]:
    if isinstance(node, Or):
        for part in node.parts:
            yield from _alternatives(part)
    else:
        yield node


def _holds_without_words(node: Node) -> bool:
    match node:
        case And(parts):
            return all(map(_holds_without_words, parts))
        case Or(parts):
            return any(map(_holds_without_words, parts))
        case In(_, part):
            return _holds_without_words(part)
        case Not(part):
            return not _holds_without_words(part)
        case _:
            return False


def _column_of_not(node: Node) -> int:
    """Return the column of the NOT because of which `node` holds without words."""
    match node:
        case And(parts) | Or(parts):
            return _column_of_not(next(filter(_holds_without_words, parts)))
        case In(_, part):
            return _column_of_not(part)
        case _:
            return node.column
